import * as vscode from "vscode";
import { RunTree } from "./editor/run-tree.ts";

/** Registers the run explorer; everything else is opened when it is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const tree = new RunTree(vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? []);
  context.subscriptions.push(
    tree,
    vscode.window.registerTreeDataProvider("tuningFork.runs", tree),
    vscode.commands.registerCommand("tuningFork.refreshRuns", () => tree.refresh()),
  );
}
