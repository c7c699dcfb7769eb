import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

export const folder = (): vscode.WorkspaceFolder => vscode.workspace.workspaceFolders![0]!;
export const inFolder = (...names: string[]): string => join(folder().uri.fsPath, ...names);
export const command = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`tuningFork.${name}`, ...args);

/** A run as commands name it. */
export const ref = (run: string): { folder: string; run: string } => ({ folder: folder().uri.toString(), run });

/** Ids of the runs there are, oldest first. */
export function runIds(): string[] {
  const runs = inFolder(".tuning-fork/runs");
  return existsSync(runs) ? readdirSync(runs).toSorted() : [];
}

/** Waits until a look gives something; throws what is missing after a while. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const end = Date.now() + 45_000; Date.now() < end;) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`Waited in vain for ${what}.`);
}

/** Tabs that show a page of ours. */
export const pages = (type: "run" | "compare"): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(`tuningFork.${type}`));

/** Waits until so many pages are open, and looks whether it stays so. */
export async function shown(type: "run" | "compare", count: number): Promise<void> {
  await until(`${count} pages`, () => pages(type).length === count);
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(pages(type).length, count);
}

export async function closeEverything(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await vscode.commands.executeCommand("notifications.clearAll");
}

/** The last state a run's own journal tells of. */
export async function stateOf(run: string): Promise<string> {
  const file = inFolder(".tuning-fork/runs", run, "runner.jsonl");
  const packed = `${file}.packed`;
  if (!existsSync(file)) return existsSync(packed) ? "finished" : "none";
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(file)));
  const states = [...text.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state!);
  return states.at(-1) ?? "none";
}

/** Starts a config and resolves to the new run's id. */
export async function start(uri: vscode.Uri): Promise<string> {
  const before = new Set(runIds());
  await command("startFineTune", uri);
  return until("the new run", () => runIds().find((id) => !before.has(id)));
}

/** Titles of the lenses above a file. */
export async function lenses(uri: vscode.Uri): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 20);
  return found.map(({ command: one }) => one?.title ?? "");
}

/**
 * Waits until the lenses above a config, which is open, tell how its last run ended: its own folder says so before the
 * lists know it. Resolves to the titles.
 */
export async function lastResult(config: vscode.Uri): Promise<string[]> {
  return until("the last result", async () => {
    const found = await lenses(config);
    return found.some((title) => /^Last: f1_macro [01]\./.test(title)) && !found[0]?.includes("Running") && found;
  });
}
