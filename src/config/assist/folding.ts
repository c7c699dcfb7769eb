import { isMap, isSeq } from "yaml";
import type { ParsedConfig } from "../parse.ts";
import { lineOf, linesOf, type Line } from "./lines.ts";
import { placesIn } from "./places.ts";
import type { FoldingRange } from "./types.ts";

/** Groups, lists and texts over several lines, and blocks of comment lines. */
export function foldingRanges(parsed: Pick<ParsedConfig, "document" | "source">): FoldingRange[] {
  const lines = linesOf(parsed.source);
  const ranges = [...regions(parsed, lines), ...comments(parsed.source)];
  const seen = new Set<number>();
  // The outermost of those that begin on one line is the one that is folded there.
  return ranges
    .toSorted((a, b) => a.startLine - b.startLine || b.endLine - a.endLine)
    .filter(({ startLine }) => !seen.has(startLine) && seen.add(startLine));
}

function* regions(parsed: Pick<ParsedConfig, "document" | "source">, lines: readonly Line[]): Generator<FoldingRange> {
  let keyEnd: number | undefined;
  for (const { at, node, span } of placesIn(parsed)) {
    if (at === "key") {
      keyEnd = span.end;
      continue;
    }
    const isLong = isMap(node) || isSeq(node) || parsed.source.slice(span.start, span.end).includes("\n");
    const startLine = lineOf(lines, keyEnd ?? span.start);
    const endLine = lineOf(lines, span.end);
    if (isLong && endLine > startLine) yield { startLine, endLine, kind: "region" };
    keyEnd = undefined;
  }
}

function comments(source: string): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let first: number | undefined;
  const lines = source.split("\n");
  for (const [index, line] of [...lines, ""].entries()) {
    if (/^\s*#/.test(line)) first ??= index;
    else {
      if (first !== undefined && index - 1 > first)
        ranges.push({ startLine: first, endLine: index - 1, kind: "comment" });
      first = undefined;
    }
  }
  return ranges;
}
