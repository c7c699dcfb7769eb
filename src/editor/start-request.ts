import * as vscode from "vscode";
import { takeStartRequest } from "../runs/start-request.ts";

/**
 * Does what a start request of an open folder asks (`runs/start-request.ts`): shows the explorer and the config beside
 * it, and starts the config or opens its live run, which puts the run's page on the right. In a folder not trusted yet, it starts as soon as it is.
 */
export async function honourStartRequests(context: vscode.ExtensionContext): Promise<void> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== "file") continue;
    const asked = takeStartRequest(uri.fsPath, Date.now());
    if (asked === undefined) continue;
    const config = vscode.Uri.file(asked.config);
    await vscode.commands.executeCommand("workbench.view.extension.tuningFork");
    await vscode.window.showTextDocument(config, { viewColumn: vscode.ViewColumn.One, preview: false });
    const { run } = asked;
    if (run !== null) await vscode.commands.executeCommand("tuningFork.openRun", { folder: uri.toString(), run });
    else whenTrusted(context, () => vscode.commands.executeCommand("tuningFork.startFineTune", config));
  }
}

function whenTrusted(context: vscode.ExtensionContext, start: () => unknown): void {
  if (vscode.workspace.isTrusted) start();
  else context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(start));
}
