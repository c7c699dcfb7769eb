import { describe, expect, test } from "vitest";
import { formatEdits } from "../../../../src/config/assist/format/index.ts";
import { applyTextEdits } from "../../../../src/config/edit/draft.ts";
import { parseConfig } from "../../../../src/config/parse.ts";
import { EXAMPLES } from "../../../../src/config/reference/examples.ts";
import { randomNumbers } from "../../../support/seeded.ts";

function formatted(text: string): string {
  const parsed = parseConfig(text, "finetune.yaml");
  return applyTextEdits(parsed.source, formatEdits(parsed));
}

describe("formatting", () => {
  test.each([
    ["two spaces a level", "run:\n     seed: 7\n     tags:\n            - a\n", "run:\n  seed: 7\n  tags:\n    - a\n"],
    ["lists stand under their key", "run:\n  tags:\n  - a\n  -   b\n", "run:\n  tags:\n    - a\n    - b\n"],
    ["maps in lists", "zip:\n -   a: 1\n     b: 2\n -\n   c: 3\n", "zip:\n  - a: 1\n    b: 2\n  -\n    c: 3\n"],
    [
      "one space after colons and commas",
      'a:   1\nb:    "x  y"\nc: {x:  1 ,y:2, "z":3}\n',
      'a: 1\nb: "x  y"\nc: { x: 1, y:2, "z": 3 }\n',
    ],
    ["braces and brackets", "a: {x: [ 1,2 , 3 ],   y: {}, z: [ ]}\n", "a: { x: [1, 2, 3], y: {}, z: [] }\n"],
    ["at most one empty line, none at the beginning", "\n\na: 1\n\n\n\nb: 2\n \n", "a: 1\n\nb: 2\n"],
    ["a line break at the end, no blanks before line breaks", "a: 1   \nb: 2  # c  \nc: 3", "a: 1\nb: 2  # c\nc: 3\n"],
    [
      "comments go with what they stand before or under",
      "# top\nrun:\n      # seed\n      seed: 7   # why\n      # rate: 1\n# end\ntrain: {}\n",
      "# top\nrun:\n  # seed\n  seed: 7   # why\n  # rate: 1\n# end\ntrain: {}\n",
    ],
    ["a group of nothing but comments", "run:\n    # seed: 7\ntrain: {}\n", "run:\n  # seed: 7\ntrain: {}\n"],
    [
      "text blocks keep their own blanks",
      "a:\n     b: |\n          x\n            y\n\n\n          z\n     c: 1\n",
      "a:\n  b: |\n    x\n      y\n\n\n    z\n  c: 1\n",
    ],
    ["text blocks with a number", "a:\n    b: |2\n        x\n       y\n", "a:\n  b: |2\n      x\n     y\n"],
    ["text blocks that keep their end", "a: |+\n   x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"],
    [
      "texts over several lines",
      'a:\n    b: "x\n\n\n     y"   # c\n    c: one\n        two\n',
      'a:\n  b: "x\n\n\n    y"   # c\n  c: one\n    two\n',
    ],
    [
      "braces over several lines",
      "a: {\n        x: 1,\n    y: [1,\n  2]\n  }\n",
      "a: {\n  x: 1,\n  y: [1,\n    2]\n  }\n",
    ],
    [
      "anchors, aliases and tags",
      "a:   &x   { b:  1 }\nc:    *x\nd:   !!str   1\n",
      "a: &x   { b: 1 }\nc: *x\nd: !!str   1\n",
    ],
    ["beyond ASCII", "data: {labels: [垃圾,  größe,'🎉' ]}\n", "data: { labels: [垃圾, größe, '🎉'] }\n"],
    ["CRLF stays", "a:\r\n     b:   1\r\n\r\n\r\nc: 2", "a:\r\n  b: 1\r\n\r\nc: 2\r\n"],
  ])("%s", (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
  });

  test.each([
    ["broken YAML", "a: {  b: 1\nc:   2\n"],
    ["several documents", "a:   1\n---\nb:  2\n"],
    ["keys behind question marks", "? a\n:   1\n"],
    [
      "an alias bomb",
      `a: &a [x]\n${"b c d e f g h i j"
        .split(" ")
        .map((name, index) => `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(9)}]`)
        .join("\n")}\nz:    1\n`,
    ],
    ["nothing", ""],
  ])("%s is left alone", (_, text) => {
    expect(formatted(text)).toBe(text);
  });

  test("the examples are in order already", () => {
    for (const { text } of EXAMPLES) expect(formatted(text)).toBe(text);
  });
});

test("whatever is formatted means the same, keeps its comments, and is in order afterwards", () => {
  const random = randomNumbers(11);
  const blank = (): string => " ".repeat(random.integer(1, 3));
  const scalar = (): string =>
    random.pick(["1", "1.0e-4", "true", "a b", '"q  q"', "'it''s'", "größe", "null", '"6%"', "a#b"]);
  const flow = (depth: number): string => {
    const inner = (): string => (depth > 0 && random.chance(0.4) ? flow(depth - 1) : scalar());
    const gap = (): string => random.pick(["", " ", "  "]);
    const many = random.integer(0, 3);
    return random.chance(0.5)
      ? `[${gap()}${Array.from({ length: many }, inner).join(`${gap()},${gap()}`)}${gap()}]`
      : `{${gap()}${Array.from({ length: many }, (_, index) => `k${index}:${blank()}${inner()}`).join(`${gap()},${gap()}`)}${gap()}}`;
  };
  const comment = (indent: number): string => (random.chance(0.2) ? `${" ".repeat(indent)}#  note${blank()}\n` : "");
  const tail = (): string => random.pick(["", "", "  ", "  # why"]);
  const empty = (): string => (random.chance(0.2) ? "\n".repeat(random.integer(1, 3)) : "");
  const block = (indent: number, depth: number): string =>
    Array.from({ length: random.integer(1, 3) }, (_, index) => {
      const margin = " ".repeat(indent);
      const key = `${comment(indent)}${empty()}${margin}key${index}:`;
      const inner = indent + random.integer(1, 5);
      switch (depth > 0 ? random.integer(0, 4) : 4) {
        case 0:
          return `${key}${tail()}\n${block(inner, depth - 1)}`;
        case 1:
          return `${key}\n${Array.from({ length: 2 }, () => `${comment(inner)}${" ".repeat(inner)}-${blank()}${scalar()}${tail()}\n`).join("")}`;
        case 2:
          return `${key} |${random.pick(["", "-"])}\n${" ".repeat(inner)}text:  1\n${empty()}${" ".repeat(inner + 2)}# no comment\n`;
        case 3:
          return `${key}${blank()}"two\n${" ".repeat(inner)}lines"${tail()}\n`;
        default:
          return `${key}${blank()}${random.chance(0.5) ? flow(2) : scalar()}${tail()}\n`;
      }
    }).join("");
  let changed = 0;
  for (let round = 0; round < 150; round++) {
    const text = block(0, 3);
    const before = parseConfig(text, "finetune.yaml");
    if (before.diagnostics.length > 0) continue;
    const after = parseConfig(formatted(text), "finetune.yaml");
    expect(after.value, text).toEqual(before.value);
    expect(formatted(after.source), text).toBe(after.source);
    expect(after.source.match(/# *(?:note|why)/g), text).toEqual(text.match(/# *(?:note|why)/g));
    if (after.source !== text) changed++;
  }
  expect(changed).toBeGreaterThan(100);
});
