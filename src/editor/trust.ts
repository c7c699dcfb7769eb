import * as vscode from "vscode";
import { UserError } from "../base/errors.ts";
import type { FolderStore } from "./app.ts";

/** Says why nothing starts in an untrusted workspace and offers the way out; true when it is trusted. */
export async function requireTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage workspace trust");
  const message = vscode.l10n.t(
    "A run executes what its config names, so it starts only in a trusted workspace. Runs can be looked at without.",
  );
  const chosen = await vscode.window.showWarningMessage(message, manage);
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
  return vscode.workspace.isTrusted;
}

/** Throws `read-only` for a store in which nothing may be changed. */
export function requireWritable({ readOnly }: FolderStore): void {
  if (readOnly !== null) throw new UserError("read-only", readOnly);
}
