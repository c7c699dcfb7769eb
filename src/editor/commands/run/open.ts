import { existsSync, readFileSync } from "node:fs";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { keyLine } from "../../../config/key-line.ts";
import { runFile } from "../../../runs/layout.ts";
import type { App } from "../../app.ts";
import { showLine } from "../../panels/page-files.ts";
import { pickRun } from "../../quick/pick-runs.ts";
import type { Handlers, RunTarget } from "../register.ts";
import { oneRun, refOf } from "./targets.ts";

type OpenCommands = "openRun" | "previewRun" | "openRunLog" | "openRunConfig" | "revealRunFolder";

/** Commands that show a run, or something of it. */
export const openHandlers: Pick<Handlers, OpenCommands> = {
  openRun: async (app, target) => {
    // From the palette it means another run than the one in sight.
    const ref = refOf(target) ?? (await pickRun(app, vscode.l10n.t("Open a run"), {}));
    if (ref) await app.panels.openRun(ref);
  },
  previewRun: async (app, target) => {
    const ref = refOf(target);
    if (ref) await app.panels.openRun(ref, { preview: true });
  },
  openRunLog: async (app, target, line) => {
    const meant = await oneRun(app, target, vscode.l10n.t("Open a run's log"));
    if (meant) await app.panels.openRun(meant.ref, { tab: "log", ...(typeof line === "number" ? { line } : {}) });
  },
  openRunConfig: (app, target, key) => openConfig(app, target, typeof key === "string" ? key : undefined),
  revealRunFolder: async (app, target) => {
    const meant = await oneRun(app, target, vscode.l10n.t("Show a run's folder"));
    if (meant) await revealFolder(meant.run.dir);
  },
};

/** The config file as it is now; where it is gone, the copy the run keeps of it. */
async function openConfig(app: App, target: RunTarget | undefined, key: string | undefined): Promise<void> {
  const meant = await oneRun(app, target, vscode.l10n.t("Open a run's config"));
  if (!meant) return;
  const { configFile, dir, name } = meant.run;
  const isThere = existsSync(configFile);
  const file = isThere ? configFile : runFile(dir, "configSource");
  if (!existsSync(file)) {
    throw new UserError("config-gone", vscode.l10n.t("The config of {0} is gone, and so is the run's copy.", name));
  }
  await showLine(vscode.Uri.file(file), key === undefined ? undefined : keyLine(readFileSync(file, "utf8"), key));
  if (!isThere) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is no longer there; this is the run's own copy.", configFile),
    );
  }
}

/** In the system's file manager where the files are on this machine, else in a list of the folder's files. */
export async function revealFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  if (vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.commands.executeCommand("revealFileInOS", uri);
    return;
  }
  if (vscode.workspace.getWorkspaceFolder(uri)) await vscode.commands.executeCommand("revealInExplorer", uri);
  else await vscode.env.clipboard.writeText(folder);
}
