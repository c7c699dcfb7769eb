import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import type { RecordedRun } from "../../../config/estimate/types.ts";
import type { RunRecord } from "../../../runs/model.ts";
import { recordedRuns } from "../../../runs/recorded-peaks.ts";
import { startableFile } from "../../../runs/start-config.ts";
import { startRun } from "../../../runs/start.ts";
import { whoAsks } from "../../../runs/who-asks.ts";
import type { App } from "../../app.ts";
import { configProblems } from "../../config-files/problems.ts";
import { checkEnvironment } from "../../check-environment.ts";
import { requireTrust } from "../../trust.ts";

/** Who asks, as journals keep it. */
export const editorAsks = (): string => whoAsks("editor");

/** Who asks, and the environment for a run of a file or folder. */
export const asker = async (resource: vscode.Uri): Promise<{ by: string; env: NodeJS.ProcessEnv }> => ({
  by: editorAsks(),
  env: await checkEnvironment(resource),
});

/** Shows that something takes a while, with a way out of it. */
export function withNotice<T>(
  title: string,
  work: (say: (message: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  const shown = vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
    return work((message) => progress.report({ message }), controller.signal);
  });
  return Promise.resolve(shown);
}

/**
 * Starts a config as it stands in the editor and shows its run beside it. Throws `ConfigRefused`, or what keeps a run from
 * starting. Resolves to undefined where the workspace is not trusted.
 */
export async function startConfig(
  app: App,
  uri: vscode.Uri,
  overrides: readonly string[] = [],
): Promise<RunRecord | undefined> {
  if (!(await requireTrust())) return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) {
    throw new UserError("config-outside", vscode.l10n.t("{0} lies in no folder of this workspace.", uri.fsPath), {
      advice: vscode.l10n.t("Open its folder; its runs are kept there."),
    });
  }
  const key = JSON.stringify([uri.toString(), overrides]);
  // Pressed again before the run shows, it means the same run.
  const pressed = starting.get(key) ?? start(app, uri, folder, overrides).finally(() => starting.delete(key));
  starting.set(key, pressed);
  return pressed;
}

const starting = new Map<string, Promise<RunRecord>>();

async function start(
  app: App,
  uri: vscode.Uri,
  folder: vscode.WorkspaceFolder,
  overrides: readonly string[],
): Promise<RunRecord> {
  await saveDocument(uri);
  const title = vscode.l10n.t("Starting {0}", basename(uri.fsPath));
  const run = await withNotice(title, async (say, signal) => {
    say(vscode.l10n.t("Checking the config and its data…"));
    const asked = await asker(uri);
    const startable = await startableFile(uri.fsPath, {
      overrides,
      env: asked.env,
      signal,
      history: await historyOf(app, folder),
    });
    configProblems().show(uri, startable.diagnostics);
    signal.throwIfAborted();
    say(vscode.l10n.t("Preparing the trainer; the first start copies its code and model…"));
    const { home, live } = await app.stores.make(folder);
    const started = await startRun(home, {
      ...startable,
      configFile: uri.fsPath,
      baseDir: dirname(uri.fsPath),
      signal,
      ...asked,
    });
    await live.look();
    return started;
  });
  await showBeside(app, uri, { folder: folder.uri.toString(), run: run.id });
  return run;
}

/** What earlier runs of a folder took; none where it has no store. */
export async function historyOf(
  { stores }: Pick<App, "stores">,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<RecordedRun[]> {
  const store = folder && (await stores.open(folder));
  return store ? recordedRuns(store.home) : [];
}

/** A start means what is on the screen: unsaved changes are saved, for the person has asked to run them. */
export async function saveDocument(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (!document?.isDirty || (await document.save())) return;
  throw new UserError("config-unsaved", vscode.l10n.t("{0} could not be saved.", basename(uri.fsPath)), {
    advice: vscode.l10n.t("Save it, then start again."),
  });
}

/** The config on the left where nothing is open yet, the run's page beside what is. */
async function showBeside(app: App, uri: vscode.Uri, ref: { folder: string; run: string }): Promise<void> {
  const isEmpty = vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0);
  if (isEmpty) await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, preview: false });
  await app.panels.openRun(ref, { beside: true, focus: false });
}
