import type { Position, Range } from "vscode-languageserver/node";
import type { Span } from "../config/assist/types.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
import type { TextEdit } from "../config/edit/fix.ts";

/**
 * Between offsets of a parsed text and places as the protocol counts them (0-based, UTF-16). The protocol counts a byte order
 * mark as a character, the parsed text has none.
 */
export class Positions {
  readonly #lineStarts: number[] = [0];
  readonly #length: number;
  /** Characters before the parsed text: 1 with a byte order mark. */
  readonly #before: number;

  /** `text` as the editor has it. */
  constructor(text: string) {
    this.#before = text.startsWith("\uFEFF") ? 1 : 0;
    this.#length = text.length;
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) this.#lineStarts.push(index + end.length);
  }

  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset + this.#before, this.#length));
    const line = this.#lineAt(at);
    return { line, character: at - this.#lineStarts[line]! };
  }

  offsetAt({ line, character }: Position): number {
    const start = this.#lineStarts[Math.min(line, this.#lineStarts.length - 1)] ?? 0;
    const end = this.#lineStarts[line + 1] ?? this.#length;
    return Math.max(0, Math.min(start + character, end) - this.#before);
  }

  rangeOf({ start, end }: Span): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  spanOf({ start, end }: Range): Span {
    return { start: this.offsetAt(start), end: this.offsetAt(end) };
  }

  changeOf({ start, end, text }: TextEdit): { range: Range; newText: string } {
    return { range: this.rangeOf({ start, end }), newText: text };
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The place of a diagnostic; of one without a place, the file's beginning. */
export const rangeOfDiagnostic = ({ line, column, endLine, endColumn }: Diagnostic): Range => ({
  start: { line: (line ?? 1) - 1, character: (column ?? 1) - 1 },
  end: { line: (endLine ?? line ?? 1) - 1, character: (endColumn ?? column ?? 1) - 1 },
});

/** Whether two ranges share a place; touching counts, for a cursor stands between characters. */
export const touches = (a: Range, b: Range): boolean => !isBefore(a.end, b.start) && !isBefore(b.end, a.start);

const isBefore = (a: Position, b: Position): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character);
