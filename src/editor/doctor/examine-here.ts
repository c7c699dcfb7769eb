import { basename } from "node:path";
import * as vscode from "vscode";
import { configToExamine } from "../../doctor/config.ts";
import { examine } from "../../doctor/examine.ts";
import type { HealthFinding } from "../../doctor/finding.ts";
import { reportOf } from "../../doctor/report.ts";
import { STORE_FOLDER } from "../../runs/layout.ts";
import type { App } from "../app.ts";
import { checkEnvironment } from "../check-environment.ts";
import { isConfigFile } from "../config-files/config-files.ts";
import type { ReportDocuments } from "./report-documents.ts";

/** Looks at this machine for the config given, else the one in front, else in general, and shows what it found. */
export async function examineHere(app: App, reports: ReportDocuments, target: vscode.Uri | undefined): Promise<void> {
  const config = target ?? configInFront();
  const findings = await examined(app, config);
  if (!findings) return;
  const name = config ? basename(config.fsPath) : undefined;
  const subject = name === undefined ? vscode.l10n.t("This machine") : vscode.l10n.t("This machine, for {0}", name);
  await reports.show(name ?? vscode.l10n.t("This machine"), reportOf(findings, subject));
}

function configInFront(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && isConfigFile(uri) ? uri : undefined;
}

/** Undefined when the person cancels. */
function examined(app: App, config: vscode.Uri | undefined): Thenable<HealthFinding[] | undefined> {
  const folder = (config && vscode.workspace.getWorkspaceFolder(config)) ?? app.stores.folders[0];
  const root = vscode.Uri.joinPath(folder?.uri ?? app.context.globalStorageUri, STORE_FOLDER).fsPath;
  const title = vscode.l10n.t("Looking at this machine");
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    const stop = new AbortController();
    const subscription = token.onCancellationRequested(() => stop.abort());
    try {
      const env = await checkEnvironment(config);
      const subject = config ? configToExamine(config.fsPath) : undefined;
      return await examine({ root, env, config: subject, signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      throw error;
    } finally {
      subscription.dispose();
    }
  });
}
