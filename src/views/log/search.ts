import type { FileHandle } from "node:fs/promises";
import type { LineIndex } from "./line-index.ts";
import { CHUNK_BYTES, readAt } from "./log-file.ts";
import { withoutEscapes } from "./terminal-text.ts";

/** More lines than this are not listed at once. */
const MOST = 10_000;
/** Of a line without an end so much is looked through at once; a match lies in one of two overlapping pieces. */
const LONGEST = 1 << 20;
const OVERLAP = 1000;

/** Where a text was found. */
export interface Matches {
  lines: number[];
  /** The last line looked at. */
  upTo: number;
  /** False when there are more lines after `upTo` to look at. */
  complete: boolean;
}

/** Looks for a text in the lines from `from` on, letter case and colours ignored, piece by piece. Throws when aborted. */
export async function searchLines(
  file: FileHandle,
  index: LineIndex,
  text: string,
  from: number,
  signal: AbortSignal,
): Promise<Matches> {
  const block = index.block(from);
  const last = index.lines;
  if (!block) return { lines: [], upTo: last, complete: true };
  const needle = text.toLowerCase();
  const end = index.bytes;
  const decoder = new TextDecoder();
  const lines: number[] = [];
  let line = block.line;
  let rest = "";
  const look = (piece: string): void => {
    let counted = 0;
    for (let at = piece.indexOf(needle); at >= 0;) {
      line += newlines(piece, counted, at);
      counted = at;
      if (line >= from && lines.at(-1) !== line) lines.push(line);
      const next = piece.indexOf("\n", at);
      if (next < 0) break;
      at = piece.indexOf(needle, next);
    }
    line += newlines(piece, counted, piece.length);
  };
  for (let offset = block.start; offset < end;) {
    signal.throwIfAborted();
    const chunk = await readAt(file, offset, Math.min(CHUNK_BYTES, end - offset));
    if (chunk.length === 0) break;
    offset += chunk.length;
    const whole = rest + decoder.decode(chunk, { stream: offset < end });
    const cut = offset < end ? whole.lastIndexOf("\n") + 1 : whole.length;
    look(readable(whole.slice(0, cut)));
    rest = whole.slice(cut);
    if (rest.length > LONGEST) {
      look(readable(rest));
      rest = rest.slice(-OVERLAP);
    }
    if (lines.length >= MOST) return { lines: lines.slice(0, MOST), upTo: lines[MOST - 1]!, complete: false };
  }
  return { lines, upTo: last, complete: true };
}

/** What a person reads: without colours, and of a line drawn over itself what it came to. */
function readable(text: string): string {
  const drawn = text.includes("\r") ? text.replace(/\r+\n/g, "\n").replace(/[^\n]*\r(?=[^\n])/g, "") : text;
  return withoutEscapes(drawn).toLowerCase();
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
