import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { safeFixes } from "../../../src/config/edit/safe-fixes.ts";
import { applyTextEdits, textEdits } from "../../../src/config/edit/text-edits.ts";
import { parseConfig } from "../../../src/config/parse.ts";
import { checkText, validateFile } from "../../../src/config/validate.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { randomNumbers, type RandomNumbers } from "../../support/seeded.ts";

const CONFIG = `# 标签 💥 config
version: 1
task: text-classification
run: { name: "a # b", seed: 7, tags: [x, 'y'] }
model: &m { framework: tfjs, name_or_path: "builtin:tiny" }
data:
  train: data.csv # rows
  columns: { text: text, label: label }
  labels: [ham, spam]
  max_length: 64
train:
\tlr: 1e-4
  num_train_epoch: 3
  warmup: "6%"
eval: { strategy: steps, steps: 10, metrics: [accuracy] }
# tuning-fork: ignore C34, C13 because it is a test
copy: *m
`;
const PIECES = [
  "\t",
  "\r\n",
  "\n",
  "\uFEFF",
  "---\n",
  "...\n",
  "{",
  "}",
  "[",
  "]",
  ":",
  "- ",
  "? ",
  "&a ",
  "*a",
  "!!str ",
  "|",
  ">-",
  '"',
  "'",
  "#",
  "%",
  "\0",
  "\uD83D",
  "lr: 1\n",
  "<<: *m\n",
  "@",
  "`",
  ",",
];

/** Checks a text, applies what fixes it gets, and holds its places to be in the text. */
async function survives(text: string): Promise<number> {
  const { report } = await checkText(text, "/nowhere/finetune.yaml", { env: {}, tiers: ["text"] });
  const parsed = parseConfig(text, "/nowhere/finetune.yaml");
  const lines = parsed.source.split("\n");
  for (const { line, column, endLine, endColumn, fixes, message } of report.diagnostics) {
    expect(message).not.toBe("");
    expect(line!).toBeLessThanOrEqual(lines.length);
    expect(column!).toBeLessThanOrEqual(lines[line! - 1]!.length + 1);
    expect(endLine! > line! || endColumn! >= column!).toBe(true);
    for (const fix of fixes) {
      const edits = textEdits(parsed, fix.edits);
      if (edits) applyTextEdits(parsed.source, edits);
    }
  }
  applyTextEdits(parsed.source, safeFixes(parsed, report.diagnostics).edits);
  return report.diagnostics.length;
}

function changed(text: string, random: RandomNumbers): string {
  const at = random.integer(0, text.length);
  switch (random.pick(["cut", "insert", "drop", "double"])) {
    case "cut":
      return text.slice(0, at);
    case "insert":
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case "drop":
      return text.slice(0, at) + text.slice(at + random.integer(1, 8));
    default:
      return text.slice(0, at) + text.slice(Math.max(0, at - random.integer(1, 20)));
  }
}

describe("any text", () => {
  test("changed at random, again and again", async () => {
    const random = randomNumbers(606);
    for (let round = 0; round < 120; round++) {
      let text = CONFIG;
      for (let times = random.integer(1, 5); times > 0; times--) text = changed(text, random);
      await survives(text);
    }
  });

  test("cut off anywhere", async () => {
    for (let end = 0; end < CONFIG.length; end += 7) await survives(CONFIG.slice(0, end));
  });

  test("that is no text at all always gets a finding", async () => {
    const random = randomNumbers(607);
    for (let round = 0; round < 20; round++) {
      const bytes = Buffer.from(Array.from({ length: 2_000 }, () => random.integer(0, 255)));
      expect(await survives(bytes.toString("latin1"))).toBeGreaterThan(0);
    }
  });
});

describe("large and hostile documents get a finding", () => {
  const aliases = (levels: number): string =>
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
      .concat(Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`))
      .join("\n");

  test.each([
    ["ten megabytes of keys", () => Array.from({ length: 400_000 }, (_, n) => `key_${n}: some value ${n}`).join("\n")],
    ["ten megabytes of one text", () => `version: 1\nrun: { name: ${"x".repeat(10_000_000)} }\n`],
    ["thousands of keys", () => Array.from({ length: 4_000 }, (_, n) => `key_${n}: ${n}`).join("\n")],
    ["one key again and again", () => "lr: 1\n".repeat(4_000)],
    ["aliases of aliases", () => aliases(12)],
    ["ten thousand brackets", () => `version: 1\ndata: ${"[".repeat(10_000)}`],
    ["ten thousand braces", () => `version: 1\ndata: ${"{a: ".repeat(10_000)}`],
    ["ten thousand closed brackets", () => `version: 1\ndata: ${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    [
      "three thousand levels of indentation",
      () => Array.from({ length: 3_000 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"),
    ],
    ["an alias of itself", () => "version: 1\ndata: &d { train: *d }\n"],
    ["thousands of comments", () => "# tuning-fork: ignore C34\n".repeat(10_000)],
  ])("%s", async (_name, text) => {
    const { report } = await checkText(text(), "/nowhere/finetune.yaml", { env: {}, tiers: ["text"] });
    expect(report.diagnostics.length).toBeGreaterThan(0);
    expect(report.ok).toBe(false);
  });
});

describe("in place of the data", () => {
  const head = "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: builtin:tiny }\n";
  const validate = (folder: string) => {
    writeFileSync(join(folder, "finetune.yaml"), `${head}data: { train: rows.csv }\n`);
    return validateFile(join(folder, "finetune.yaml"), { env: {}, tiers: ["text", "files"] });
  };

  test.each<[string, (path: string) => void]>([
    ["a pipe", (path) => void execFileSync("mkfifo", [path])],
    ["a link to itself", (path) => symlinkSync(path, path)],
    ["an empty folder", (path) => mkdirSync(path)],
    [
      "bytes that are no text",
      (path) => writeFileSync(path, Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256))),
    ],
  ])("%s", async (_name, make) => {
    const folder = dataFolder();
    make(join(folder, "rows.csv"));
    const { diagnostics, ok } = await validate(folder);
    expect(ok).toBe(false);
    expect(diagnostics.map(({ id }) => id)).toContainEqual(expect.stringMatching(/^C1[457]$/));
  });
});
