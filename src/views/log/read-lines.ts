import type { FileHandle } from "node:fs/promises";
import type { PageLogLine } from "../../messages/log.ts";
import type { LineIndex } from "./line-index.ts";
import { readAt } from "./log-file.ts";
import { updatesOf, withColours } from "./terminal-text.ts";

/** Of one line at most this many characters are shown. */
const MOST_CHARACTERS = 8192;
/** Of a very long line only its end (progress drawn over itself) or its beginning is read. */
const LONG_READ = 64 * 1024;

const NEWLINE = 10;

/** A line as the file has it, and where it begins. */
export interface RawLine {
  line: number;
  text: string;
  offset: number;
  /** Rewrites and bytes that were not read. */
  rewrites: number;
  unread: number;
}

/** Reads lines by their numbers, in the order of the file; lines that are not there are left out. */
export async function readLines(file: FileHandle, index: LineIndex, numbers: readonly number[]): Promise<RawLine[]> {
  const wanted = [...new Set(numbers)].toSorted((a, b) => a - b);
  const found: RawLine[] = [];
  for (let at = 0; at < wanted.length;) {
    const block = index.block(wanted[at]!);
    if (!block) break;
    const long = index.long(wanted[at]!);
    if (long) {
      const isDrawn = long.rewrites > 0;
      const from = isDrawn ? Math.max(long.start, long.end - LONG_READ) : long.start;
      const text = decode(await readAt(file, from, Math.min(LONG_READ, long.end - from)), !isDrawn);
      const unread = isDrawn ? 0 : long.end - long.start - Math.min(LONG_READ, long.end - long.start);
      found.push({ line: wanted[at]!, text, offset: long.start, rewrites: long.rewrites, unread });
      at++;
      continue;
    }
    const bytes = await readAt(file, block.start, Math.min(block.end - block.start, 2 * LONG_READ));
    let line = block.line;
    let start = 0;
    const before = at;
    while (at < wanted.length && start < bytes.length && !index.long(line)) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      if (line === wanted[at]) {
        const text = decode(bytes.subarray(start, end), newline < 0);
        found.push({ line, text, offset: block.start + start, rewrites: 0, unread: 0 });
        at++;
      }
      start = end + 1;
      line++;
    }
    // The file shrank meanwhile: what is asked for is not there any more.
    if (at === before) break;
  }
  return found;
}

/** As pages show it: what it came to, without cursor movements, of bearable length. */
export function shownLine(raw: RawLine, timeMs: number | null): PageLogLine {
  const updates = updatesOf(raw.text);
  const text = withColours(updates.at(-1)!);
  return {
    line: raw.line,
    text: text.slice(0, MOST_CHARACTERS),
    rewrites: raw.rewrites || updates.length - 1,
    cut: Math.max(0, text.length - MOST_CHARACTERS) + raw.unread,
    timeMs,
  };
}

/** UTF-8; a character whose last bytes are still to come is left out when the text `goesOn`. */
const decode = (bytes: Uint8Array, goesOn: boolean): string => new TextDecoder().decode(bytes, { stream: goesOn });
