/** Runs in an extension host: activates the extension once and notes what that took. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { TuningForkApi } from "../../src/extension.ts";

/** One line of the notes; milliseconds. */
export interface ActivationNote {
  /** `activate` alone. */
  syncMs: number;
  /** With the loading of the bundle. */
  withLoadMs: number;
}

/** Where the notes go: a JSON object a line. */
export const NOTES_FILE = "activation.jsonl";

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<TuningForkApi>("tuning-fork.tuning-fork");
  if (!extension) throw new Error("The extension is not there.");
  if (extension.isActive) throw new Error("The extension is active before anything asked for it.");
  const startMs = performance.now();
  const { activateMs: syncMs } = await extension.activate();
  const note: ActivationNote = { syncMs, withLoadMs: performance.now() - startMs };
  appendFileSync(join(import.meta.dirname, NOTES_FILE), `${JSON.stringify(note)}\n`);
}
