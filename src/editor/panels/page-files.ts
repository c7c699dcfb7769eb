import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../../base/errors.ts";
import { lineOfRow } from "../../data/row-line.ts";
import type { RunRef } from "../app.ts";
import type { PageApp } from "./page-panel.ts";

/**
 * Opens a file that a run's output or record names, at a line (1-based). Relative paths start where the trainer ran, else
 * at the workspace folder. Throws `file-gone`.
 */
export async function openFile(app: PageApp, ref: RunRef, file: string, line: number | null): Promise<void> {
  const { store, run } = await app.stores.get(ref);
  const starts = [dirname(run.configFile), store.folder.uri.fsPath, run.dir];
  const candidates = isAbsolute(file) ? [file] : starts.map((start) => resolve(start, file));
  const found = candidates.find((path) => existsSync(path));
  if (!found) {
    throw new UserError("file-gone", vscode.l10n.t("The file {0} is not there any more.", file), {
      advice: vscode.l10n.t("It was there when the run wrote this."),
    });
  }
  await showLine(vscode.Uri.file(found), line);
}

/** Shows a text file at a line, 1-based, in the group the person works in. */
export async function showLine(uri: vscode.Uri, line: number | null | undefined): Promise<void> {
  const position = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  const selection = new vscode.Range(position, position);
  await vscode.commands.executeCommand("vscode.open", uri, line ? { selection } : {});
}

/**
 * Opens the row of a data file at its line. `file` as the run's table names it; null = the only data file of the run.
 * Throws what `lineOfRow` throws, or `data-file-unknown` when there are several files to choose from.
 */
export async function openDataRow(app: PageApp, ref: RunRef, row: number, file: string | null): Promise<void> {
  const { run } = await app.stores.get(ref);
  const read = (run.environment["dataFiles"] as { path: string }[] | undefined) ?? [];
  const path = file ?? (read.length === 1 ? read[0]!.path : undefined);
  if (path === undefined) {
    throw new UserError("data-file-unknown", vscode.l10n.t("The run did not record which file row {0} is of.", row));
  }
  const absolute = isAbsolute(path) ? path : resolve(dirname(run.configFile), path);
  const title = vscode.l10n.t("Looking for row {0}…", row);
  const line = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    lineOfRow(absolute, row),
  );
  await showLine(vscode.Uri.file(absolute), line);
}

/** Saves what a page made where the person says; nothing happens when they say nowhere. */
export async function saveFile(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const safe = name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, "-");
  const uri = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(folder), safe) });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, typeof content === "string" ? Buffer.from(content) : content);
}
