import { basename } from "node:path";
import * as vscode from "vscode";
import { formatCount } from "../../../base/format.ts";
import { isTerminal } from "../../../runs/model.ts";
import { rerunRun } from "../../../runs/rerun.ts";
import { resumeRun } from "../../../runs/resume.ts";
import { askToStop } from "../../../runs/stop.ts";
import type { App } from "../../app.ts";
import { requireTrust, requireWritable } from "../../trust.ts";
import type { Handlers, RunTarget } from "../register.ts";
import { asker, editorAsks, withNotice } from "../start/start-config.ts";
import { change, oneRun, someRuns, type Suits } from "./targets.ts";

type ProcessCommands = "stopRun" | "stopRunNow" | "resumeRun" | "rerunRun";

/** Commands that start or end a run's processes. */
export const processHandlers: Pick<Handlers, ProcessCommands> = {
  stopRun: (app, target, selected) => stop(app, target, selected, false),
  stopRunNow: (app, target, selected) => stop(app, target, selected, true),
  resumeRun: (app, target) => resume(app, target),
  rerunRun: (app, target) => rerun(app, target),
};

const isLive: Suits = ({ state }) => !isTerminal(state);
const canResume: Suits = ({ state }) => isTerminal(state) && state !== "finished";

/** Asks nothing, for a stop loses nothing: the trainer saves a checkpoint first, and the page shows how far it is. */
async function stop(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
  force: boolean,
): Promise<void> {
  const runs = await someRuns(app, target, selected, {
    title: force ? vscode.l10n.t("Stop now") : vscode.l10n.t("Stop"),
    suits: isLive,
  });
  await change(runs, async ({ store, run }) => askToStop(store.home, run, { by: editorAsks(), force }));
}

async function resume(app: App, target: RunTarget | undefined): Promise<void> {
  if (!(await requireTrust())) return;
  const meant = await oneRun(app, target, vscode.l10n.t("Resume a run"), { suits: canResume });
  if (!meant) return;
  const { store, run, ref } = meant;
  requireWritable(store);
  const { changedData, fromStep } = await withNotice(vscode.l10n.t("Resuming {0}", run.name), async (_say, signal) => {
    const resumed = await resumeRun(store.home, run, { ...(await asker(vscode.Uri.parse(ref.folder))), signal });
    await store.live.look();
    return resumed;
  });
  await app.panels.openRun(ref);
  if (fromStep === 0) {
    const sentence = vscode.l10n.t("{0} begins again at step 0, for it has no checkpoint to go on from.", run.name);
    void vscode.window.showInformationMessage(sentence);
  }
  if (changedData.length > 0) {
    const files = changedData.map((file) => basename(file)).join(", ");
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        "The data changed since {0} started: {1}. Losses cannot be compared with before step {2}.",
        run.name,
        files,
        formatCount(fromStep),
      ),
    );
  }
}

/** Starts the run's resolved config again as a new run. */
async function rerun(app: App, target: RunTarget | undefined): Promise<void> {
  if (!(await requireTrust())) return;
  const meant = await oneRun(app, target, vscode.l10n.t("Run a run again"));
  if (!meant) return;
  const { store, run: earlier, ref } = meant;
  requireWritable(store);
  const { run } = await withNotice(vscode.l10n.t("Starting {0} again", earlier.name), async (_say, signal) => {
    const started = await rerunRun(store.home, earlier, { ...(await asker(vscode.Uri.parse(ref.folder))), signal });
    await store.live.look();
    return started;
  });
  await app.panels.openRun({ folder: ref.folder, run: run.id });
}
