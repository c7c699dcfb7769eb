import { basename } from "node:path";
import * as vscode from "vscode";
import { readConfigFile, validateFile } from "../../../config/validate.ts";
import { keyLine } from "../../../config/key-line.ts";
import type { App } from "../../app.ts";
import { checkEnvironment } from "../../check-environment.ts";
import { configProblems } from "../../config-files/problems.ts";
import type { RunLists } from "../../explorer/run-lists.ts";
import type { RunsTree } from "../../explorer/runs-tree.ts";
import type { LanguageSupport } from "../../language-client/index.ts";
import { showLine } from "../../panels/page-files.ts";
import { makeEnvironment } from "../../python/make-environment.ts";
import type { ConfigTarget, Handlers } from "../register.ts";
import { chooseConfig, configOf } from "./choose-config.ts";
import { showEstimate } from "./estimate.ts";
import { importOther } from "./import-config.ts";
import { newConfig } from "./new-config.ts";
import { validateWithSteps } from "./smoke-run.ts";
import { historyOf, startConfig, withNotice } from "./start-config.ts";
import { startWithOverrides } from "./with-overrides.ts";

type StartCommands =
  | "startFineTune"
  | "startWithOverrides"
  | "newConfig"
  | "importConfig"
  | "validateConfig"
  | "estimateConfig"
  | "smokeRun"
  | "createEnvironment"
  | "openConfig";

/** What starting works with beside the engine. */
export interface StartParts {
  readonly tree: Pick<RunsTree, "reveal">;
  readonly lists: RunLists;
  readonly languages: Pick<LanguageSupport, "restart">;
}

/** Commands about config files. */
export const startHandlers = ({ tree, lists, languages }: StartParts): Pick<Handlers, StartCommands> => ({
  startFineTune: async (app, target) => {
    const uri = await meant(lists, target, vscode.l10n.t("Start fine-tune"));
    const run = uri && (await startConfig(app, uri));
    if (run) await tree.reveal(run.id);
  },
  startWithOverrides: async (app, target) => {
    const uri = await meant(lists, target, vscode.l10n.t("Start with overrides"));
    const run = uri && (await startWithOverrides(app, uri));
    if (run) await tree.reveal(run);
  },
  newConfig: () => newConfig(),
  importConfig: (_app, file) => importOther(file),
  validateConfig: async (app, target) => {
    const uri = await meant(lists, target, vscode.l10n.t("Check a config"));
    if (uri) await validate(app, uri);
  },
  estimateConfig: async (app, target) => {
    const uri = await meant(lists, target, vscode.l10n.t("Estimate a config"));
    if (uri) await showEstimate(app, uri);
  },
  smokeRun: async (_app, target) => {
    const uri = await meant(lists, target, vscode.l10n.t("Validate with 2 steps"));
    if (!uri) return;
    await validateWithSteps(uri);
    // Its pace is news for estimates.
    await lists.refresh();
  },
  createEnvironment: async (_app, target) => {
    const given = typeof target === "string" ? vscode.Uri.parse(target) : target;
    const uri = await meant(lists, given, vscode.l10n.t("Create an environment"));
    // What the server knows of this machine is older than the new environment.
    if (uri) await makeEnvironment(uri, () => languages.restart());
  },
  openConfig: (_app, target, key) => {
    const uri = target instanceof vscode.Uri ? target : target.uri;
    return showLine(uri, key === undefined ? undefined : keyLine(readConfigFile(uri.fsPath), key));
  },
});

/** The config a command is about. Without any in the workspace the person is offered a new one. */
async function meant(
  lists: RunLists,
  target: ConfigTarget | undefined,
  title: string,
): Promise<vscode.Uri | undefined> {
  const chosen = configOf(target) ?? (await chooseConfig(lists, title));
  if (chosen !== "none") return chosen;
  const make = vscode.l10n.t("New config");
  const message = vscode.l10n.t("There is no finetune.yaml in this workspace.");
  if ((await vscode.window.showInformationMessage(message, make)) === make) await newConfig();
  return undefined;
}

async function validate(app: App, uri: vscode.Uri): Promise<void> {
  const name = basename(uri.fsPath);
  const history = await historyOf(app, vscode.workspace.getWorkspaceFolder(uri));
  const report = await withNotice(vscode.l10n.t("Checking {0}", name), async (_say, signal) =>
    validateFile(uri.fsPath, { env: await checkEnvironment(uri), signal, history }),
  );
  configProblems().show(uri, report.diagnostics);
  const count = report.diagnostics.length;
  if (count === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} has no errors and no warnings.", name));
    return;
  }
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}
