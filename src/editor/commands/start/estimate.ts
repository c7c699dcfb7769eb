import { basename } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { formatMemory } from "../../../base/format.ts";
import { textEdits } from "../../../config/edit/text-edits.ts";
import { estimateLines, type EstimateLine } from "../../../config/estimate/lines.ts";
import { estimateText, type EstimatedConfig } from "../../../config/estimate/of-text.ts";
import type { Remedy } from "../../../config/estimate/remedies.ts";
import type { App } from "../../app.ts";
import { checkEnvironment } from "../../check-environment.ts";
import { pick } from "../../quick/steps.ts";
import { historyOf, withNotice } from "./start-config.ts";

interface Item extends vscode.QuickPickItem {
  remedy?: Remedy;
}

/** Shows what a run of a config will take, as it stands in the editor; choosing a way to need less writes it into the file. */
export async function showEstimate(app: Pick<App, "stores">, uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const version = document.version;
  const title = vscode.l10n.t("Estimating {0}", basename(uri.fsPath));
  const found = await withNotice(title, async (_say, signal) => {
    const history = await historyOf(app, vscode.workspace.getWorkspaceFolder(uri));
    return estimateText(document.getText(), uri.fsPath, { env: await checkEnvironment(uri), signal, history });
  });
  const chosen = await pick<Item>({
    title: vscode.l10n.t("Estimate of {0}", basename(uri.fsPath)),
    items: itemsOf(found),
    placeholder:
      found.remedies.length > 0
        ? vscode.l10n.t("Choose a way to need less GPU memory, or close")
        : vscode.l10n.t("What a run will take"),
    matchOnDetail: true,
  });
  const remedy = typeof chosen === "object" ? chosen.value.remedy : undefined;
  if (remedy) await apply(document, version, found, remedy);
}

const ICONS: Readonly<Record<EstimateLine["about"], string>> = {
  steps: "list-ordered",
  tokens: "symbol-string",
  time: "clock",
  disk: "database",
  hostMemory: "server",
  gpuMemory: "circuit-board",
  notModelled: "warning",
  unknown: "question",
};

function itemsOf({ estimate, free, remedies }: EstimatedConfig): Item[] {
  const lines = estimateLines(estimate, free).map(({ about, title, value, detail }): Item => ({
    label: `$(${ICONS[about]}) ${title}`,
    description: value,
    ...(detail === undefined ? {} : { detail }),
  }));
  if (remedies.length === 0) return lines;
  const separator: Item = { label: vscode.l10n.t("Need less GPU memory"), kind: vscode.QuickPickItemKind.Separator };
  const ways = remedies.map((remedy): Item => ({
    label: `$(${remedy.fits ? "lightbulb" : "circle-slash"}) ${remedy.fix.title}`,
    description:
      remedy.fits || free.gpuBytes === null
        ? ""
        : vscode.l10n.t("not enough alone: {0} free", formatMemory(free.gpuBytes)),
    remedy,
  }));
  return [...lines, separator, ...ways];
}

async function apply(
  document: vscode.TextDocument,
  version: number,
  { parsed }: EstimatedConfig,
  { fix }: Remedy,
): Promise<void> {
  const edits = textEdits(parsed, fix.edits);
  if (!edits || document.version !== version) {
    throw new UserError(
      "estimate-outdated",
      vscode.l10n.t("{0} has changed since it was estimated.", basename(document.fileName)),
      {
        advice: vscode.l10n.t("Estimate it again."),
      },
    );
  }
  // Offsets count in the text without a byte order mark, which the editor hides as well.
  const change = new vscode.WorkspaceEdit();
  for (const { start, end, text } of edits) {
    change.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  }
  await vscode.workspace.applyEdit(change);
  await vscode.window.showTextDocument(document);
}
