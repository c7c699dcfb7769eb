import type { Diagnostic } from "../config/diagnostic.ts";
import type { TextEdit } from "../config/edit/fix.ts";
import { canBeSilenced } from "../config/silence.ts";

const COMMENT = /^[ \t]*# tuning-fork: ignore ((?:C\d\d(?:, )?)+)/;

/**
 * The change that silences a finding: a comment on a line of its own above, or its id added to the one that is there.
 * Undefined for a finding about the whole file, and for errors that no comment silences.
 */
export function silencing(source: string, diagnostic: Diagnostic): TextEdit | undefined {
  const { id, line } = diagnostic;
  if (line === null || !canBeSilenced(diagnostic)) return undefined;
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return undefined;
  const above = line > 1 ? source.slice(starts[line - 2], start) : "";
  const comment = COMMENT.exec(above);
  if (comment) {
    const end = starts[line - 2]! + comment[0].trimEnd().length;
    return { start: end, end, text: `, ${id}` };
  }
  const indent = /^[ \t]*/.exec(source.slice(start))![0];
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  return { start, end: start, text: `${indent}# tuning-fork: ignore ${id}${newline}` };
}

function lineStarts(source: string): number[] {
  return [0, ...Array.from(source.matchAll(/\r\n|\r|\n/g), ({ index, 0: end }) => index + end.length)];
}
