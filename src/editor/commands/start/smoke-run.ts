import { basename, join } from "node:path";
import * as vscode from "vscode";
import { STORE_FOLDER } from "../../../runs/layout.ts";
import { smokeLines } from "../../../runs/smoke/lines.ts";
import { smokeRun } from "../../../runs/smoke/smoke.ts";
import { ConfigRefused } from "../../../runs/start-refused.ts";
import { checkEnvironment } from "../../check-environment.ts";
import { showRefused } from "../../config-files/refused.ts";
import { requireTrust } from "../../trust.ts";
import { saveDocument, withNotice } from "./start-config.ts";

/** Tries a config with two steps, a save and a reload; says what came out. Only its pace is kept, for estimates. */
export async function validateWithSteps(uri: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  await saveDocument(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const name = basename(uri.fsPath);
  try {
    const result = await withNotice(vscode.l10n.t("Validating {0} with 2 steps", name), async (say, signal) => {
      say(vscode.l10n.t("Checking the config and its data…"));
      return smokeRun(uri.fsPath, {
        env: await checkEnvironment(uri),
        signal,
        ...(folder ? { storeRoot: join(folder.uri.fsPath, STORE_FOLDER) } : {}),
        onStage: (stage) =>
          say(
            stage === "training"
              ? vscode.l10n.t("Two steps, an evaluation and a save…")
              : vscode.l10n.t("Loading the checkpoint again…"),
          ),
      });
    });
    const [verdict = "", ...details] = smokeLines(result);
    const text = `${name}: ${verdict}`;
    if (!result.ok) void vscode.window.showWarningMessage(text, { detail: details.join("\n") });
    else void vscode.window.showInformationMessage([text, ...details].join(" "));
  } catch (error) {
    if (error instanceof ConfigRefused) return showRefused(error);
    throw error;
  }
}
