import { basename } from "node:path";
import * as vscode from "vscode";
import type { ConfigRefused } from "../../runs/start-refused.ts";
import { configProblems } from "./problems.ts";

/**
 * Shows why a config does not start: each finding at its line in Problems, the file at its first error, and how many there
 * are. Findings without a place (of an override, of a fork) are said instead, for no line is to blame.
 */
export async function showRefused(refused: ConfigRefused): Promise<void> {
  const errors = refused.diagnostics.filter(({ severity }) => severity === "error");
  const placed = errors.find(({ line }) => line !== null);
  const placeless = errors.find(({ line }) => line === null);
  const { file } = refused;
  if (file === undefined || placeless || !placed) {
    void vscode.window.showErrorMessage(placeless?.message ?? refused.sentence);
    return;
  }
  const uri = vscode.Uri.file(file);
  configProblems().show(uri, refused.diagnostics);
  const position = new vscode.Position(placed.line! - 1, (placed.column ?? 1) - 1);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
  const name = basename(file);
  const message =
    errors.length === 1
      ? vscode.l10n.t("{0} has 1 error: {1}", name, placed.message)
      : vscode.l10n.t("{0} has {1} errors.", name, errors.length);
  const open = vscode.l10n.t("Open Problems");
  if ((await vscode.window.showErrorMessage(message, open)) === open) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}
