import { open, stat, type FileHandle } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { errnoOf } from "../../base/errors.ts";
import { redactText } from "../../base/redact.ts";
import type { RunView } from "../../messages/run-view.ts";
import { runFile } from "../../runs/layout.ts";

/** How much of the end of the output is looked at, and how much before it is counted for the line's number. */
const TAIL_BYTES = 64 * 1024;
const COUNT_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 1 << 20;
const TRACEBACK_LINES = 60;
const LAST_LINES = 12;
const LINE_LIMIT = 1000;
const NEWLINE = 10;

/**
 * What the output of a failed run ends with: its last Python traceback, else its last lines. Reads a bounded part of the
 * file; beyond 256 MB the line's number is not counted.
 */
export class FailureReader {
  readonly #file: string;
  #known: { size: number; failure: RunView["failure"] } | undefined;

  constructor(runDir: string) {
    this.#file = runFile(runDir, "output");
  }

  /** Null when there is no output. Read again only when the file has changed. */
  async read(): Promise<RunView["failure"]> {
    try {
      const { size } = await stat(this.#file);
      if (this.#known?.size !== size) this.#known = { size, failure: await failureIn(this.#file, size) };
      return this.#known.failure;
    } catch (error) {
      if (errnoOf(error) !== undefined) return null; // not there, or not to be read: the cause alone is shown
      throw error;
    }
  }
}

async function failureIn(path: string, size: number): Promise<RunView["failure"]> {
  const file = await open(path);
  try {
    const start = Math.max(0, size - TAIL_BYTES);
    const tail = await readAt(file, start, size - start);
    const text = new TextDecoder().decode(tail);
    const { first, lines } = ending(text.split("\n"));
    if (lines.length === 0) return null;
    const before = start <= COUNT_BYTES ? await countNewlines(file, start) : undefined;
    return { lines, logLine: before === undefined ? null : before + first + 1 };
  } finally {
    await file.close();
  }
}

/** The lines that tell what happened, and the index of the first among all. */
function ending(all: string[]): { first: number; lines: string[] } {
  // Of a line rewritten in place (a progress bar) what it came to counts.
  const clean = all.map((line) =>
    stripVTControlCharacters(line.trimEnd().split("\r").at(-1) ?? "").slice(0, LINE_LIMIT),
  );
  const last = clean.findLastIndex((line) => line.trim() !== "");
  if (last < 0) return { first: 0, lines: [] };
  const traceback = clean.findLastIndex((line) => line.includes("Traceback (most recent call last)"));
  const isNear = traceback >= 0 && last - traceback < TRACEBACK_LINES;
  const first = isNear ? traceback : Math.max(0, last - LAST_LINES + 1);
  return { first, lines: redactText(clean.slice(first, last + 1).join("\n")).split("\n") };
}

async function countNewlines(file: FileHandle, end: number): Promise<number> {
  let count = 0;
  for (let at = 0; at < end; at += CHUNK_BYTES) {
    const bytes = await readAt(file, at, Math.min(CHUNK_BYTES, end - at));
    for (const byte of bytes) if (byte === NEWLINE) count++;
  }
  return count;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
