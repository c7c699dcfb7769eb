import { describe, expect, test } from "vitest";
import { foldingRanges } from "../../../../src/config/assist/folding.ts";
import { symbolsOf } from "../../../../src/config/assist/symbols.ts";
import type { DocumentSymbol } from "../../../../src/config/assist/types.ts";
import { parseConfig } from "../../../../src/config/parse.ts";

/** Symbols as lines: indented names with what stands beside them. */
const outline = (symbols: readonly DocumentSymbol[], indent = ""): string[] =>
  symbols.flatMap(({ name, kind, detail, children }) => [
    `${indent}${name} ${kind}${detail === "" ? "" : ` ${detail}`}`,
    ...outline(children, `${indent}  `),
  ]);

const parse = (text: string) => parseConfig(text, "finetune.yaml");

describe("symbols", () => {
  test("groups, keys and their values as written", () => {
    const text = `version: 1\nrun: { name: "größe 🎉", tags: [a, b] }\ntrain:\n  max_steps: null\n  warmup: "6%"\ndata:\n`;
    expect(outline(symbolsOf(parse(text)))).toEqual([
      "version number 1",
      "run group",
      '  name text "größe 🎉"',
      "  tags list [a, b]",
      "train group",
      "  max_steps null null",
      '  warmup text "6%"',
      "data null",
    ]);
  });

  test("spans reach from the key to the end of its last line, the selection holds the key", () => {
    const text = "run:\r\n  seed: 7 # c\r\n";
    const [run] = symbolsOf(parse(text));
    expect(text.slice(run!.span.start, run!.span.end)).toBe("run:\r\n  seed: 7 # c");
    expect(text.slice(run!.selection.start, run!.selection.end)).toBe("run");
  });

  test("a half-typed document has those of its healthy parts", () => {
    expect(outline(symbolsOf(parse("run:\n  seed: 7\n  na\ntrain: { epo\n")))).toContain("  seed number 7");
    expect(symbolsOf(parse(""))).toEqual([]);
    expect(symbolsOf(parse("just words"))).toEqual([]);
  });
});

describe("folding", () => {
  test("groups, lists, braces and texts over several lines, blocks of comments", () => {
    const text = `# one
# two
run:
  seed: 7
  tags:
    - a
    - b

data: {
  train: x
}
model: { name_or_path: x }
script:
  patterns: |
    a
    b
# alone
`;
    const folded = foldingRanges(parse(text)).map(({ startLine, endLine, kind }) => `${startLine}-${endLine} ${kind}`);
    expect(folded).toEqual(["0-1 comment", "2-6 region", "4-6 region", "8-10 region", "12-15 region", "13-15 region"]);
  });
});
