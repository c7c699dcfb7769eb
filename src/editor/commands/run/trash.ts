import * as vscode from "vscode";
import { formatFileSize } from "../../../base/format.ts";
import { removeRun, restoreRun, runSize, trashRun } from "../../../runs/delete.ts";
import { isTerminal } from "../../../runs/model.ts";
import type { App } from "../../app.ts";
import { requireWritable } from "../../trust.ts";
import { runWithErrors, type Handlers, type RunTarget } from "../register.ts";
import { change, someRuns, type Meant } from "./targets.ts";

/** Commands that move runs into the trash and out of it, or remove them. */
export const trashHandlers: Pick<Handlers, "deleteRun" | "restoreRun" | "removeRun"> = {
  deleteRun: async (app, target, selected) => {
    const runs = await someRuns(app, target, selected, {
      title: vscode.l10n.t("Move to the trash"),
      suits: ({ state }) => isTerminal(state),
    });
    const trashed: Meant[] = [];
    try {
      await change(runs, async (meant) => {
        await trashRun(meant.store.home, meant.run);
        trashed.push(meant);
      });
    } finally {
      // Not waited for: a message stands until somebody closes it.
      if (trashed.length > 0) void runWithErrors(app, vscode.l10n.t("Undo"), () => offerUndo(app, trashed));
    }
  },
  restoreRun: async (app, target, selected) => {
    const runs = await someRuns(app, target, selected, {
      title: vscode.l10n.t("Restore from the trash"),
      trashed: true,
    });
    await change(runs, ({ store, run }) => restoreRun(store.home, run));
  },
  removeRun: (app, target, selected) => remove(app, target, selected),
};

const named = (runs: readonly Meant[]): string =>
  runs.length === 1 ? runs[0]!.run.name : vscode.l10n.t("{0} runs", runs.length);

async function offerUndo(app: App, runs: readonly Meant[]): Promise<void> {
  const undo = vscode.l10n.t("Undo");
  const message =
    runs.length === 1
      ? vscode.l10n.t("{0} is in the trash.", named(runs))
      : vscode.l10n.t("{0} runs are in the trash.", runs.length);
  if ((await vscode.window.showInformationMessage(message, undo)) !== undo) return;
  const now = await Promise.all(runs.map(async ({ ref }) => ({ ref, ...(await app.stores.get(ref)) })));
  await change(now, ({ store, run }) => restoreRun(store.home, run));
}

/** The one deletion that Undo cannot take back, so it asks, and names what is lost. */
async function remove(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
): Promise<void> {
  const runs = await someRuns(app, target, selected, { title: vscode.l10n.t("Remove for good"), trashed: true });
  if (runs.length === 0) return;
  for (const { store } of runs) requireWritable(store);
  const bytes = runs.reduce((sum, { run }) => sum + runSize(run), 0);
  const question = vscode.l10n.t("Remove {0} for good?", named(runs));
  const detail = vscode.l10n.t(
    "Record, log and checkpoints are deleted, {0} in all. This cannot be undone.",
    formatFileSize(bytes),
  );
  const yes = vscode.l10n.t("Remove for good");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  const title = vscode.l10n.t("Removing {0}", named(runs));
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    change(runs, ({ store, run }) => removeRun(store.home, run)),
  );
}
