import { isDeepStrictEqual } from "node:util";
import { CST, Lexer } from "yaml";
import { applyTextEdits } from "../../edit/draft.ts";
import type { TextEdit } from "../../edit/fix.ts";
import type { ParsedConfig } from "../../parse.ts";
import { plainValue, readYaml } from "../../yaml.ts";
import { linesOf } from "../lines.ts";
import { blankLineEdits } from "./blank-lines.ts";
import { indentEdits } from "./indent.ts";
import { layoutOf } from "./layout.ts";
import { spaceEdits } from "./spaces.ts";

/**
 * The changes that put a config in order: two spaces a level, one space after colons, dashes and commas, no blanks at the
 * ends of lines, at most one empty line, a line break at the end. Comments, quotes and the order stay. A text that is
 * not whole YAML, or would mean something else afterwards, is left alone.
 */
export function formatEdits({ source, document }: Pick<ParsedConfig, "document" | "source">): TextEdit[] {
  if (document.errors.length > 0) return [];
  const value = plainValue(document);
  if (value instanceof Error) return [];
  const lines = linesOf(source);
  const layout = layoutOf(source, lines);
  if (!layout) return [];
  const edits = [
    ...indentEdits(source, lines, layout),
    ...spaceEdits(source),
    ...blankLineEdits(source, lines, layout),
  ];
  const changed = edits.filter(({ start, end, text }) => source.slice(start, end) !== text);
  const formatted = applyTextEdits(source, changed);
  const after = readYaml(formatted);
  const isSame =
    after.errors.length === 0 &&
    after.warnings.length <= document.warnings.length &&
    isDeepStrictEqual(plainValue(after), value) &&
    isDeepStrictEqual(commentsOf(formatted), commentsOf(source));
  return isSame ? changed.toSorted((a, b) => a.start - b.start) : [];
}

function commentsOf(source: string): string[] {
  return [...new Lexer().lex(source)].filter((word) => CST.tokenType(word) === "comment").map((word) => word.trimEnd());
}
