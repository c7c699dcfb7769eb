import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { formatCount, formatFileSize } from "../../../base/format.ts";
import { checkpointFolders } from "../../../runs/checkpoint-folder.ts";
import { deleteCheckpoint, pinCheckpoint } from "../../../runs/checkpoints.ts";
import type { App, RunRef } from "../../app.ts";
import { requireTrust, requireWritable } from "../../trust.ts";
import type { Handlers } from "../register.ts";
import { fork } from "../run/fork.ts";
import { revealFolder } from "../run/open.ts";
import { change, type Meant } from "../run/targets.ts";
import type { PredictionDocuments } from "./prediction-documents.ts";
import { evaluate, predict } from "./use.ts";

type CheckpointCommands =
  | "forkCheckpoint"
  | "pinCheckpoint"
  | "unpinCheckpoint"
  | "revealCheckpoint"
  | "copyCheckpointPath"
  | "deleteCheckpoint"
  | "evaluateCheckpoint"
  | "predictCheckpoint";

/** What commands about checkpoints work with beside the engine. */
export interface CheckpointParts {
  readonly predictions: PredictionDocuments;
}

/** Commands about one checkpoint of a run. */
export const checkpointHandlers = ({ predictions }: CheckpointParts): Pick<Handlers, CheckpointCommands> => ({
  forkCheckpoint: async (app, target, step) => {
    if (await requireTrust()) await fork(app, await meantBy(app, target), step);
  },
  pinCheckpoint: (app, target, step) => pin(app, target, step, true),
  unpinCheckpoint: (app, target, step) => pin(app, target, step, false),
  revealCheckpoint: async (app, target, step) => revealFolder(pathOf(await meantBy(app, target), step)),
  copyCheckpointPath: async (app, target, step) =>
    vscode.env.clipboard.writeText(pathOf(await meantBy(app, target), step)),
  deleteCheckpoint: (app, target, step) => remove(app, target, step),
  evaluateCheckpoint: async (app, target, step, file) => evaluate(await meantBy(app, target), step, file),
  predictCheckpoint: async (app, target, step, texts) => predict(predictions, await meantBy(app, target), step, texts),
});

const meantBy = async (app: App, ref: RunRef): Promise<Meant> => ({ ref, ...(await app.stores.get(ref)) });

async function pin(app: App, ref: RunRef, step: number, pinned: boolean): Promise<void> {
  await change([await meantBy(app, ref)], ({ store, run }) => pinCheckpoint(store.home, run, step, pinned));
}

/** Weights cannot be taken back from a trash, so it asks, and names what is lost. */
async function remove(app: App, ref: RunRef, step: number): Promise<void> {
  const meant = await meantBy(app, ref);
  requireWritable(meant.store);
  const folder = folderOf(meant, step);
  const question = vscode.l10n.t("Delete the checkpoint at step {0} of {1}?", formatCount(step), meant.run.name);
  const detail = vscode.l10n.t("{0} are freed. This cannot be undone.", formatFileSize(folder.bytes));
  const yes = vscode.l10n.t("Delete checkpoint");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  const title = vscode.l10n.t("Removing {0}", vscode.l10n.t("the checkpoint at step {0}", formatCount(step)));
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    change([meant], ({ store, run }) => deleteCheckpoint(store.home, run, step)),
  );
}

const pathOf = (meant: Meant, step: number): string => folderOf(meant, step).path;

function folderOf({ run }: Meant, step: number) {
  const folder = checkpointFolders(run).find((at) => at.step === step);
  if (folder) return folder;
  throw new UserError(
    "checkpoint-missing",
    vscode.l10n.t("{0} keeps no checkpoint at step {1}.", run.name, formatCount(step)),
  );
}
