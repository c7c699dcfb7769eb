import { t } from "../../src/base/l10n.ts";
import type { PageAction } from "../../src/messages/actions.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { IconName } from "../shared/icon.ts";
import type { MenuItem } from "../shared/menu.ts";
import { isLive, isResumable } from "../shared/state-words.ts";

/** A button of the header. */
export interface HeaderButton {
  label: string;
  icon: IconName;
  action: PageAction;
  isPrimary: boolean;
  /** Why it cannot be used now. */
  disabled: string | undefined;
}

/** Steps of the checkpoints that are still there, in order. */
export const keptSteps = (view: Pick<RunView, "checkpoints">): number[] =>
  view.checkpoints
    .filter(({ present }) => present)
    .map(({ step }) => step)
    .toSorted((a, b) => a - b);

/** The last checkpoint at or before a step; undefined when there is none. */
export const checkpointBefore = (view: Pick<RunView, "checkpoints">, step: number): number | undefined =>
  keptSteps(view).findLast((kept) => kept <= step);

/** The buttons of the header: what one most wants to do with a run in its state, at most two. */
export function headerButtons(view: RunView): HeaderButton[] {
  const { id: run, state } = view;
  const button = (
    label: string,
    icon: IconName,
    action: PageAction,
    { isPrimary = false, disabled }: { isPrimary?: boolean; disabled?: string | undefined } = {},
  ): HeaderButton => ({ label, icon, action, isPrimary, disabled: view.readOnly ?? disabled });
  const noCheckpoint = keptSteps(view).length === 0 ? t("There is no checkpoint yet.") : undefined;
  const fork = button(t("Fork…"), "repo-forked", { do: "forkRun", run, step: null }, { disabled: noCheckpoint });
  if (view.trashed) return [button(t("Restore"), "discard", { do: "restoreRun", run }, { isPrimary: true })];
  if (isResumable(view)) {
    const disabled = noCheckpoint && t("There is no checkpoint to go on from.");
    return [button(t("Resume"), "debug-continue", { do: "resumeRun", run }, { isPrimary: true, disabled }), fork];
  }
  if (isLive(view)) {
    const disabled = state === "stopping" ? t("It is being stopped.") : undefined;
    return [button(t("Stop"), "debug-stop", { do: "stopRun", run, force: false }, { disabled }), fork];
  }
  return [
    button(t("Rerun"), "debug-restart", { do: "rerunRun", run }),
    { ...button(t("Export…"), "export", { do: "exportRun", run }), disabled: undefined },
  ];
}

interface MenuEntry extends MenuItem {
  action: PageAction;
}

/** Everything else that can be done with a run, in a menu. */
export function menuEntries(view: RunView): MenuEntry[] {
  const { id: run, readOnly } = view;
  const fixed = readOnly ?? undefined;
  const shown = headerButtons(view).map(({ action }) => action.do);
  const noCheckpoint = keptSteps(view).length === 0 ? t("There is no checkpoint yet.") : undefined;
  const running = isLive(view) ? t("Stop it first.") : undefined;
  const entries: MenuEntry[] = [
    entry("edit", t("Rename…"), { do: "renameRun", run }, fixed, { key: "F2" }),
    entry("note", view.note === "" ? t("Add note…") : t("Edit note…"), { do: "noteRun", run }, fixed),
    entry("tag", t("Tags…"), { do: "tagRun", run }, fixed),
    view.starred
      ? entry("star-empty", t("Remove star"), { do: "starRun", run, starred: false }, fixed)
      : entry("star-full", t("Star"), { do: "starRun", run, starred: true }, fixed),
    view.isBaseline
      ? entry("circle-slash", t("Clear baseline"), { do: "setBaseline", run: null })
      : entry("pinned", t("Use as baseline"), { do: "setBaseline", run }),
    entry("debug-restart", t("Rerun"), { do: "rerunRun", run }, fixed, { separated: true }),
    entry("repo-forked", t("Fork…"), { do: "forkRun", run, step: null }, fixed ?? noCheckpoint),
    entry("export", t("Export…"), { do: "exportRun", run }),
    entry("copy", t("Copy for AI"), { do: "copyRunForAi", run }, undefined, { separated: true }),
    entry("folder-opened", t("Reveal folder"), { do: "revealRunFolder", run }),
    entry("trash", t("Delete"), { do: "deleteRun", run }, fixed ?? running, { separated: true }),
  ];
  if (view.reference) {
    const runs = [view.reference.run, run];
    const label = t("Compare with {0}", view.reference.name.slice(0, 40));
    entries.splice(5, 0, entry("go-to-file", label, { do: "compareRuns", runs }));
  }
  return entries.filter(({ action }) => !shown.includes(action.do) && !(view.trashed && action.do === "deleteRun"));
}

function entry(
  icon: IconName,
  label: string,
  action: PageAction,
  disabled?: string,
  more: Pick<MenuItem, "key" | "separated"> = {},
): MenuEntry {
  return { id: label, label, icon, action, ...more, ...(disabled === undefined ? {} : { disabled }) };
}
