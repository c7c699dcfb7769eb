import * as vscode from "vscode";
import type { PageAction } from "../../messages/actions.ts";
import type { RunRef } from "../app.ts";
import { execute, showError } from "../commands/register.ts";
import { pickRuns } from "../quick/pick-runs.ts";
import { openDataRow, openFile, saveFile } from "./page-files.ts";
import type { PageApp } from "./page-panel.ts";
import type { PageRef } from "./page-ref.ts";

/** Shows other runs in the comparison an action came from. */
type Compare = (refs: readonly RunRef[]) => void;

/** Carries out what a page asks for: a command with its arguments, or something with a file that only a page names. */
export async function actFor(app: PageApp, page: PageRef, action: PageAction, compare: Compare): Promise<void> {
  try {
    await act(app, page, action, compare);
  } catch (error) {
    await showError(app, action.do, error);
  }
}

async function act(app: PageApp, page: PageRef, action: PageAction, compare: Compare): Promise<unknown> {
  const { folder } = page;
  const ref = (run: string): RunRef => ({ folder, run });
  switch (action.do) {
    case "stopRun":
      return execute(action.force ? "stopRunNow" : "stopRun", ref(action.run));
    case "starRun":
      return execute(action.starred ? "starRun" : "unstarRun", ref(action.run));
    case "forkRun":
      return action.step === null
        ? execute("forkRun", ref(action.run))
        : execute("forkCheckpoint", ref(action.run), action.step);
    case "resumeRun":
    case "rerunRun":
    case "exportRun":
    case "renameRun":
    case "tagRun":
    case "noteRun":
    case "deleteRun":
    case "restoreRun":
    case "copyRunForAi":
    case "revealRunFolder":
    case "openRun":
      return execute(action.do, ref(action.run));
    case "setBaseline":
      return action.run === null ? execute("clearBaseline", { folder }) : execute("setBaseline", ref(action.run));
    case "openRunLog":
      return execute("openRunLog", ref(action.run), action.line ?? undefined);
    case "openConfig":
      return execute("openRunConfig", ref(action.run), action.key ?? undefined);
    case "muteAlert":
      return action.muted ? execute("muteAlert", action.code) : app.choices.mute(action.code, false);
    case "compareRuns": {
      const [first, ...others] = action.runs.map(ref);
      return first && execute("compareRuns", first, [first, ...others]);
    }
    case "addToCompare": {
      const shown = page.page === "compare" ? page.runs : [page.run];
      const more =
        action.runs.length > 0
          ? action.runs.map(ref)
          : await pickRuns(app, {
              title: vscode.l10n.t("Add to the comparison"),
              folder,
              without: shown,
            });
      if (more.length > 0) compare([...shown.map(ref), ...more]);
      return undefined;
    }
    case "removeFromCompare":
      return page.page === "compare" && compare(page.runs.filter((run) => !action.runs.includes(run)).map(ref));
    case "diffCode":
      return execute("diffCode", ref(action.a), [ref(action.a), ref(action.b)], action.path);
    case "diffConfig":
      return action.b === null
        ? execute("diffConfig", ref(action.a))
        : execute("diffConfig", ref(action.a), [ref(action.a), ref(action.b)]);
    case "pinCheckpoint":
      return execute(action.pinned ? "pinCheckpoint" : "unpinCheckpoint", ref(action.run), action.step);
    case "deleteCheckpoint":
    case "revealCheckpoint":
    case "copyCheckpointPath":
    case "evaluateCheckpoint":
    case "predictCheckpoint":
      return execute(action.do, ref(action.run), action.step);
    case "openDataRow":
      return openDataRow(app, ref(action.run), action.row, action.file);
    case "openFile":
      return openFile(app, ref(action.run), action.file, action.line);
    case "copyText":
      return vscode.env.clipboard.writeText(action.text);
    case "saveFile":
      return saveFile(folder, action.name, action.content);
    default:
      return action satisfies never;
  }
}
