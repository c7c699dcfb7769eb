import { readYaml, type YamlText } from "../yaml.ts";
import type { TextEdit } from "./fix.ts";

/** A stretch of the text as it was, or a text put in. */
type Piece = { readonly start: number; readonly end: number } | { readonly text: string };

/** A text that is changed step by step; in the end it tells all changes in terms of the text as it was. */
export class Draft {
  readonly #original: string;
  #pieces: readonly Piece[];
  #yaml: YamlText;

  constructor(yaml: YamlText) {
    this.#original = yaml.source;
    this.#pieces = [{ start: 0, end: yaml.source.length }];
    this.#yaml = yaml;
  }

  /** The text as it is now. */
  get yaml(): YamlText {
    return this.#yaml;
  }

  /** Makes changes, in terms of the text as it is now. They must not overlap. */
  apply(edits: readonly TextEdit[]): void {
    if (edits.length === 0) return;
    const source = applyTextEdits(this.#yaml.source, edits);
    for (const { start, end, text } of inOrder(edits).toReversed()) {
      this.#pieces = [...stretch(this.#pieces, 0, start), { text }, ...stretch(this.#pieces, end, Infinity)];
    }
    this.#yaml = { source, document: readYaml(source) };
  }

  /** Tries something; when it gives false, the text is what it was before. */
  attempt(change: () => boolean): boolean {
    const before = { pieces: this.#pieces, yaml: this.#yaml };
    if (change()) return true;
    this.#pieces = before.pieces;
    this.#yaml = before.yaml;
    return false;
  }

  /** Where a stretch of the text as it was stands now; undefined when it was changed. */
  now(start: number, end: number): { start: number; end: number } | undefined {
    let at = 0;
    for (const piece of this.#pieces) {
      if ("start" in piece && piece.start <= start && end <= piece.end) {
        return { start: at + start - piece.start, end: at + end - piece.start };
      }
      at += lengthOf(piece);
    }
    return undefined;
  }

  /** All changes, in terms of the text as it was, each as small as it can be. */
  edits(): TextEdit[] {
    const edits: TextEdit[] = [];
    let at = 0;
    let text = "";
    for (const piece of [...this.#pieces, { start: this.#original.length, end: this.#original.length }]) {
      if ("text" in piece) {
        text += piece.text;
        continue;
      }
      if (text !== "" || piece.start > at)
        edits.push(...smallest(this.#original, { start: at, end: piece.start, text }));
      at = piece.end;
      text = "";
    }
    return edits;
  }
}

/** What stands from one offset to another. */
function stretch(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = lengthOf(piece);
    const start = Math.max(0, from - at);
    const end = Math.min(length, to - at);
    if (start < end) found.push(slice(piece, start, end));
    at += length;
  }
  return found;
}

const lengthOf = (piece: Piece): number => ("text" in piece ? piece.text.length : piece.end - piece.start);

const slice = (piece: Piece, from: number, to: number): Piece =>
  "text" in piece ? { text: piece.text.slice(from, to) } : { start: piece.start + from, end: piece.start + to };

/** A change without what stays the same at its ends; nothing when all of it does. */
function smallest(source: string, { start, end, text }: TextEdit): TextEdit[] {
  const old = source.slice(start, end);
  const most = Math.min(old.length, text.length);
  let head = 0;
  while (head < most && old[head] === text[head]) head++;
  // A pair of surrogates is one character.
  if (/[\uD800-\uDBFF]/.test(old[head - 1] ?? "")) head--;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === text.at(-1 - tail)) tail++;
  if (/[\uDC00-\uDFFF]/.test(old.at(-tail) ?? "") && tail > 0) tail--;
  if (head === old.length && head === text.length) return [];
  return [{ start: start + head, end: end - tail, text: text.slice(head, text.length - tail) }];
}

const inOrder = (edits: readonly TextEdit[]): TextEdit[] =>
  edits.toSorted((a, b) => a.start - b.start || a.end - b.end);

/** A text with changes made; they must not overlap. Those at the same place are made in their order. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: put } of inOrder(edits)) {
    if (start < at) throw new Error(`changes overlap at ${start}`);
    result += text.slice(at, start) + put;
    at = end;
  }
  return result + text.slice(at);
}
