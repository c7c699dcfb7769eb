import * as vscode from "vscode";
import { sentenceOf } from "../../../base/errors.ts";
import { checkName, noteRun, renameRun, starRun, tagRun } from "../../../runs/meta.ts";
import type { App } from "../../app.ts";
import { pickTags } from "../../quick/pick-tags.ts";
import { text } from "../../quick/steps.ts";
import type { Handlers, RunTarget } from "../register.ts";
import { change, oneRun, someRuns } from "./targets.ts";

type EditCommands = "renameRun" | "tagRun" | "noteRun" | "starRun" | "unstarRun";

/** Commands that change what people keep about a run. */
export const editHandlers: Pick<Handlers, EditCommands> = {
  renameRun: async (app, target) => {
    const title = vscode.l10n.t("Rename run");
    const meant = await oneRun(app, target, title);
    if (!meant) return;
    const { run } = meant;
    const name = await text({ title, prompt: vscode.l10n.t("Name"), value: run.name, problem: nameProblem });
    if (typeof name === "object") await change([meant], ({ store }) => renameRun(store.home.store, run, name.value));
  },
  noteRun: async (app, target) => {
    const title = vscode.l10n.t("Note on a run");
    const meant = await oneRun(app, target, title);
    if (!meant) return;
    const { run } = meant;
    const note = await text({ title: run.name, prompt: vscode.l10n.t("Note; empty removes it"), value: run.note });
    if (typeof note === "object") await change([meant], ({ store }) => noteRun(store.home.store, run, note.value));
  },
  tagRun: (app, target, selected) => tag(app, target, selected),
  starRun: (app, target, selected) => star(app, target, selected, true),
  unstarRun: (app, target, selected) => star(app, target, selected, false),
};

/** Why a name cannot be a run's. */
export function nameProblem(name: string): string | undefined {
  try {
    checkName(name);
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

async function tag(app: App, target: RunTarget | undefined, selected: readonly RunTarget[] | undefined): Promise<void> {
  const runs = await someRuns(app, target, selected, { title: vscode.l10n.t("Change tags") });
  const [first] = runs;
  if (!first) return;
  const all = (await Promise.all((await app.stores.all()).map(({ home }) => home.store.list()))).flat();
  const had = first.run.tags.filter((name) => runs.every(({ run }) => run.tags.includes(name)));
  const title =
    runs.length === 1 ? vscode.l10n.t("Tags of {0}", first.run.name) : vscode.l10n.t("Tags of {0} runs", runs.length);
  const chosen = await pickTags({ title, known: all.flatMap(({ tags }) => tags), chosen: had });
  if (!chosen) return;
  const added = chosen.filter((name) => !had.includes(name));
  const removed = had.filter((name) => !chosen.includes(name));
  if (added.length + removed.length === 0) return;
  await change(runs, ({ store, run }) => tagRun(store.home.store, run, added, removed));
}

async function star(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
  starred: boolean,
): Promise<void> {
  const runs = await someRuns(app, target, selected, {
    title: starred ? vscode.l10n.t("Star") : vscode.l10n.t("Remove the star"),
    suits: (run) => run.starred !== starred,
  });
  await change(runs, ({ store, run }) => starRun(store.home.store, run, starred));
}
