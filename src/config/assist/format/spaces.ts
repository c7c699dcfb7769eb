import { CST, Lexer } from "yaml";
import type { TextEdit } from "../../edit/fix.ts";

interface Word {
  readonly type: string | null;
  readonly start: number;
  readonly end: number;
}

/** Blanks between the words of a line: one after colons, dashes and commas and inside braces, none inside brackets. */
export function spaceEdits(source: string): TextEdit[] {
  const words = wordsOf(source);
  const edits: TextEdit[] = [];
  for (let index = 1; index < words.length; index++) {
    const word = words[index]!;
    const before = words[index - 1]!;
    const isBlank = word.type === "space";
    const next = isBlank ? words[index + 1] : word;
    if (!next || before.type === "space" || before.type === "newline" || next.type === "newline") continue;
    const gap = isBlank ? { start: word.start, end: word.end } : { start: word.start, end: word.start };
    const wanted = gapBetween(before.type, next.type);
    if (wanted !== undefined) edits.push({ ...gap, text: wanted });
  }
  return edits;
}

/** What stands between two words; undefined where it stays as it is. */
function gapBetween(before: string | null, next: string | null): string | undefined {
  if (next === "comment") return undefined;
  if (next === "comma") return "";
  if (before === "flow-map-start") return next === "flow-map-end" ? "" : " ";
  if (next === "flow-map-end") return " ";
  if (before === "flow-seq-start" || next === "flow-seq-end") return "";
  if (before === "map-value-ind" || before === "comma" || before === "seq-item-ind") return " ";
  // An alias as a key needs the blank: a colon may be a part of its name.
  if (next === "map-value-ind") return before === "alias" || before === "anchor" || before === "tag" ? undefined : "";
  return undefined;
}

/** Signs of the reader of YAML that stand for no text. */
const SIGNS: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/** The words of a text with their places. */
function wordsOf(source: string): Word[] {
  const words: Word[] = [];
  let start = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(source)) {
    if (!isScalar && SIGNS.includes(lexeme)) {
      isScalar = lexeme === CST.SCALAR;
      continue;
    }
    const end = start + lexeme.length;
    const type = isScalar ? "scalar" : CST.tokenType(lexeme);
    if (end > start) words.push({ type, start, end });
    start = end;
    isScalar = false;
  }
  return words;
}
