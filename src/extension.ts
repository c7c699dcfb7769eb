import { join } from "node:path";
import * as vscode from "vscode";
import { sentenceOf } from "./base/errors.ts";
import { loadLanguage } from "./base/load-language.ts";
import type { App } from "./editor/app.ts";
import { WorkspaceChoices } from "./editor/choices.ts";
import { PredictionDocuments } from "./editor/commands/checkpoint/prediction-documents.ts";
import { handlersFor } from "./editor/commands/handlers.ts";
import { registerCommands } from "./editor/commands/register.ts";
import { registerConfigFiles } from "./editor/config-files/index.ts";
import { ConfigsTree } from "./editor/explorer/configs-tree.ts";
import { MachineStatus } from "./editor/doctor/machine-status.ts";
import { ReportDocuments } from "./editor/doctor/report-documents.ts";
import { registerDropEditor } from "./editor/explorer/drop-editor.ts";
import { MachineTree } from "./editor/explorer/machine-tree.ts";
import { RunLists } from "./editor/explorer/run-lists.ts";
import { RunsTree } from "./editor/explorer/runs-tree.ts";
import { LanguageSupport } from "./editor/language-client/index.ts";
import { PagePanels } from "./editor/panels/panels.ts";
import { honourStartRequests } from "./editor/start-request.ts";
import { PythonStatus } from "./editor/python/python-status.ts";
import { Notices } from "./editor/status/notices.ts";
import { StatusBar } from "./editor/status/status-bar.ts";
import { WorkspaceStores } from "./editor/stores.ts";
import { Walkthrough } from "./editor/walkthrough/walkthrough.ts";
import { followNodeSetting } from "./editor/node-setting.ts";

/** What other extensions, and our own measurements, get from `activate`. */
export interface TuningForkApi {
  /** How long `activate` took, without the loading of its bundle. */
  readonly activateMs: number;
  /** Resolves when the runs of the workspace are listed. */
  readonly listed: Promise<void>;
}

let stores: WorkspaceStores | undefined;
let languages: LanguageSupport | undefined;

/** Registers everything and returns; stores are opened afterwards. */
export function activate(context: vscode.ExtensionContext): TuningForkApi {
  const startedMs = performance.now();
  loadLanguage(vscode.env.language, join(context.extensionPath, "l10n"));
  const log = vscode.window.createOutputChannel("Tuning Fork", { log: true });
  const report = (error: unknown): void => log.warn(sentenceOf(error));
  stores = new WorkspaceStores(report);
  const choices = new WorkspaceChoices(context.workspaceState);
  const engine = { context, log, stores, choices };
  const panels = new PagePanels(engine);
  const app: App = { ...engine, panels };
  const lists = new RunLists(stores, report);
  const tree = new RunsTree(app, lists);
  const walkthrough = new Walkthrough(app, lists);
  const reports = new ReportDocuments();
  const predictions = new PredictionDocuments();
  languages = new LanguageSupport(context.extensionPath, { stores, lists });
  context.subscriptions.push(
    log,
    stores,
    choices,
    panels,
    lists,
    tree,
    walkthrough,
    languages,
    reports,
    predictions,
    registerDropEditor(),
    new ConfigsTree(app, lists),
    new MachineTree(),
    new MachineStatus(),
    new PythonStatus(report),
    new StatusBar(lists),
    new Notices(app, lists),
    followNodeSetting(),
    registerConfigFiles(app, lists),
    registerCommands(app, handlersFor({ tree, lists, walkthrough, reports, predictions, languages }), {
      keyed: () => tree.keyed(),
      ran: (name) => walkthrough.ran(name),
    }),
  );
  const listed = begin(context, tree, languages).catch(report);
  return { activateMs: performance.now() - startedMs, listed };
}

async function begin(
  context: vscode.ExtensionContext,
  tree: RunsTree,
  languageSupport: LanguageSupport,
): Promise<void> {
  // After `activate` has returned: a config that is open starts a server, opening a store loads SQLite and starts a thread.
  await new Promise((done) => setImmediate(done));
  languageSupport.begin();
  await tree.begin();
  await honourStartRequests(context);
}

export async function deactivate(): Promise<void> {
  await Promise.all([stores?.close(), languages?.close()]);
}
