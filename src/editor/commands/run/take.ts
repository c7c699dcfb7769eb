import { basename, join } from "node:path";
import * as vscode from "vscode";
import { formatFileSize } from "../../../base/format.ts";
import { exportRun, writeExport } from "../../../runs/export.ts";
import { summaryText } from "../../../runs/summary-text.ts";
import type { Handlers } from "../register.ts";
import { withNotice } from "../start/start-config.ts";
import { oneRun, someRuns, type Meant } from "./targets.ts";

/** Commands that take something of a run elsewhere. */
export const takeHandlers: Pick<Handlers, "exportRun" | "copyRunId" | "copyRunForAi"> = {
  exportRun: async (app, target) => {
    const meant = await oneRun(app, target, vscode.l10n.t("Export a run"));
    if (meant) await exportOne(meant);
  },
  copyRunId: async (app, target, selected) => {
    const runs = await someRuns(app, target, selected, { title: vscode.l10n.t("Copy id") });
    if (runs.length > 0) await vscode.env.clipboard.writeText(runs.map(({ run }) => run.id).join("\n"));
  },
  copyRunForAi: async (app, target, selected) => {
    const runs = await someRuns(app, target, selected, { title: vscode.l10n.t("Copy for AI") });
    if (runs.length === 0) return;
    await vscode.env.clipboard.writeText(runs.map(({ run }) => summaryText(run)).join("\n"));
    const text = vscode.l10n.t("Copied: config, metrics and the end of the log, without secrets.");
    vscode.window.setStatusBarMessage(text, 5000);
  },
};

async function exportOne({ store, run }: Meant): Promise<void> {
  const name = run.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export {0}", run.name),
    defaultUri: vscode.Uri.file(join(store.folder.uri.fsPath, `${name}.json`)),
    filters: { [vscode.l10n.t("Record and points (JSON)")]: ["json"], [vscode.l10n.t("Points (CSV)")]: ["csv"] },
  });
  if (!uri) return;
  const format = uri.fsPath.toLowerCase().endsWith(".csv") ? "csv" : "json";
  const bytes = await withNotice(vscode.l10n.t("Exporting {0}", run.name), (_say, signal) =>
    // The dialog has asked before it gave the name of a file that is there.
    writeExport(uri.fsPath, until(signal, exportRun(store.home.store, run, format)), true),
  );
  const open = vscode.l10n.t("Open file");
  const message = vscode.l10n.t("Wrote {0}, {1}.", basename(uri.fsPath), formatFileSize(bytes));
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand("vscode.open", uri);
  }
}

/** Pieces until the signal aborts, which throws its reason. */
async function* until(signal: AbortSignal, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
}
