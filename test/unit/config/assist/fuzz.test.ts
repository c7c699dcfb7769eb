import { expect, test } from "vitest";
import { completionsAt } from "../../../../src/config/assist/completion/index.ts";
import { definitionsAt } from "../../../../src/config/assist/definition.ts";
import { foldingRanges } from "../../../../src/config/assist/folding.ts";
import { formatEdits } from "../../../../src/config/assist/format/index.ts";
import { hintsOf } from "../../../../src/config/assist/hints/index.ts";
import { hoverAt } from "../../../../src/config/assist/hover/index.ts";
import { linksOf } from "../../../../src/config/assist/links.ts";
import { labelAt, renameLabel } from "../../../../src/config/assist/rename.ts";
import { symbolsOf } from "../../../../src/config/assist/symbols.ts";
import type { AssistDocument } from "../../../../src/config/assist/types.ts";
import { unknown, type Facts } from "../../../../src/config/facts/facts.ts";
import { EXAMPLES } from "../../../../src/config/reference/examples.ts";
import { dataFolder } from "../../../support/data-folder.ts";
import { randomNumbers } from "../../../support/seeded.ts";
import { documentOf, sweepOf } from "./support.ts";

const NOTHING_KNOWN: Facts = {
  data: () => Promise.resolve(unknown("not read")),
  model: () => Promise.resolve(unknown("not read")),
  machine: () => Promise.resolve(unknown("not read")),
};

const quiet = (document: AssistDocument): AssistDocument => ({
  ...document,
  facts: document.facts && NOTHING_KNOWN,
  factsOf: () => NOTHING_KNOWN,
});

/** Asks for everything at one place; what comes back lies in the text. */
async function ask(document: AssistDocument, offset: number): Promise<void> {
  const { source } = document.parsed;
  const within = ({ start, end }: { start: number; end: number }): void => {
    expect(start, source).toBeGreaterThanOrEqual(0);
    expect(end, source).toBeGreaterThanOrEqual(start);
    expect(end, source).toBeLessThanOrEqual(source.length);
  };
  const { items } = await completionsAt(document, offset);
  for (const { span } of items) {
    within(span);
    expect(source.slice(span.start, span.end), source).not.toContain("\n");
    expect(span.start <= offset && offset <= span.end, source).toBe(true);
  }
  const hover = await hoverAt(document, offset);
  if (hover) within(hover.span);
  for (const hint of await hintsOf(document)) within({ start: hint.offset, end: hint.offset });
  symbolsOf(document.parsed).forEach(({ span }) => within(span));
  foldingRanges(document.parsed);
  formatEdits(document.parsed).forEach(within);
  linksOf(document).forEach(({ span }) => within(span));
  definitionsAt(document, offset);
  if (labelAt(document, offset)) renameLabel(document, offset, "x");
}

const HARD =
  `version: 1\r
task: text-classification # tuning-fork: ignore C34 because 汉字 🎉\r
data:\r
  train: [ "C:\\\\daten\\\\größe.csv", 'it''s.csv' ]\r
\tlabels: &l\r
    - 垃圾\r
    - *l\r
  chat_template: |2-\r
      {{ x }} # no comment\r
? odd\r
: { <<: *l, "quo\\"ted": [1, { a: [` + "`";

const SWEEP = `base: x.yaml
method: grid
parameters:
  train.learning_rate: { values: [1.0e-4, 2.0e-4] }
zip: [{ method.type: lora }, { method.type: full, train.learning_rate: 2.0e-5 }]
`;

test("every beginning of a document can be asked about everything", async () => {
  const folder = dataFolder({ "x.csv": "text,label\n", "x.yaml": EXAMPLES[0]!.text });
  for (const text of [...EXAMPLES.map((example) => example.text), HARD]) {
    // Every third place of the long ones: each is in another state than its neighbours.
    for (let length = 0; length <= text.length; length += text === HARD ? 1 : 3) {
      const document = quiet(documentOf(text.slice(0, length), folder));
      await ask(document, document.parsed.source.length);
    }
  }
  for (let length = 0; length <= SWEEP.length; length++) {
    await ask(quiet(sweepOf(SWEEP.slice(0, length), folder)), length);
  }
});

test("so can documents with random signs in random places", async () => {
  const random = randomNumbers(5);
  const folder = dataFolder({ "x.csv": "text,label\n" });
  const signs = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "- ",
    "#",
    " #",
    "\n",
    "\r\n",
    "\t",
    '"',
    "'",
    "&a ",
    "*a",
    "|\n",
    "🎉",
    "\uFEFF",
    "\0",
    "\uD83C",
    "---\n",
    "? ",
    "!!map ",
  ];
  for (let round = 0; round < 100; round++) {
    let { text } = random.pick(EXAMPLES);
    for (let edits = random.integer(1, 6); edits > 0; edits--) {
      const at = random.integer(0, text.length);
      text = text.slice(0, at) + random.pick(signs) + text.slice(at + random.integer(0, 4));
    }
    const document = quiet(documentOf(text, folder));
    await ask(document, random.integer(0, document.parsed.source.length));
  }
});

test("so can deep nesting, alias bombs and very long lines", async () => {
  const folder = dataFolder();
  const bomb = `a: &a [x, x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*${index === 0 ? "a" : `b${index - 1}`}, *${index === 0 ? "a" : `b${index - 1}`}]`).join("\n")}\n`;
  const texts = [
    `run: ${"[".repeat(2000)}`,
    `run: ${"{ a: ".repeat(500)}`,
    Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    "- ".repeat(300),
    bomb,
    `run: { name: ${"x".repeat(200_000)} }\n`,
    "# c\n".repeat(20_000),
    `a${" ".repeat(100_000)}b`,
    `run:\n  "${"\\".repeat(50_000)}`,
    `run: { a${" ".repeat(100_000)}b`,
    `# tuning-fork: ignore ${"C34, ".repeat(20_000)}`,
    `run:\n  name: &a !b ${"&a ".repeat(3000)}`,
  ];
  for (const text of texts) {
    const document = quiet(documentOf(text, folder));
    await ask(document, text.length);
    await ask(document, Math.floor(text.length / 2));
  }
});
