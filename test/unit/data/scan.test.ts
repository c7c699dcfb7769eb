import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import type { DataFacts } from "../../../src/config/facts/facts.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../src/config/types.ts";
import { loadClassificationData } from "../../../src/data/classification.ts";
import { SPLIT_ROWS } from "../../../src/data/scan/common.ts";
import { scanData } from "../../../src/data/scan/scan.ts";
import { dataFolder } from "../../support/data-folder.ts";

function configOf(data: Record<string, unknown>, task = "text-classification", seed = 42): ResolvedConfig {
  const model = { framework: "torch", name_or_path: "org/name" };
  const { config, diagnostics } = resolveConfig({ version: 1, task, run: { seed }, model, data });
  if (!config) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return config as ResolvedConfig;
}

const scan = (files: Record<string, string>, data: Record<string, unknown>, task?: string): Promise<DataFacts> =>
  scanData(configOf(data, task), dataFolder(files));

const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("a classification is counted as it will be loaded", () => {
  test("rows, labels, classes of both parts, files and facts, whatever the data", async () => {
    const random = createRandom(3);
    for (let round = 0; round < 40; round++) {
      const rows = 5 + random.int(60);
      const classes = 2 + random.int(4);
      const row = (index: number) =>
        `text ${random.int(30)} of ${index},c${index < classes ? index : random.int(classes)}`;
      const csv = `text,label\n${Array.from({ length: rows }, (_, index) => row(index)).join("\n")}\n`;
      const folder = dataFolder({ "t.csv": csv, "e.csv": "text,label\nx,c0\ny,c1\n" });
      const evaluation = round % 3 === 0 ? { eval: "e.csv" } : { eval_fraction: random.next() * 0.5 };
      const config = configOf({ train: "t.csv", ...evaluation }, "text-classification", round);
      const loaded = await loadClassificationData(config, folder);
      const found = await scanData(config, folder);
      expect(found).toMatchObject({
        rows: { train: loaded.train.length, eval: loaded.eval.length },
        labels: loaded.labels,
        classCounts: loaded.classCounts,
        files: loaded.files,
        facts: loaded.facts,
      });
      const seen = loaded.train.map(({ text, label }) => `${label} ${text}`);
      expect(found.quality.duplicates).toBe(seen.length - new Set(seen).size);
    }
  });

  test.each([
    ["text,label\na,x\nb,\n", {}],
    ["text,label\na,x\nb,y\nc,z\n", { labels: ["x", "y"] }],
    ["text,lable\na,x\n", { columns: { label: "label" } }],
    ['text,label\n"a,x\n', {}],
    ["text,label\na,x\n", {}],
  ])("the same error for %j", async (csv, data) => {
    const folder = dataFolder({ "t.csv": csv });
    const config = configOf({ train: "t.csv", ...data });
    const loaded: unknown = await loadClassificationData(config, folder).catch((problem: unknown) => problem);
    const found: unknown = await scanData(config, folder).catch((problem: unknown) => problem);
    expect(loaded).toBeInstanceOf(Error);
    expect(found).toEqual(loaded);
  });
});

describe("what is wrong with rows", () => {
  test("repetitions, contradictions and empty texts are those of the training part", async () => {
    const rows = ["a,x", "a,x", "a,y", "b,y", ",x", " ,y", "A ,x", "c,y"].join("\n");
    const { quality } = await scan({ "t.csv": `text,label\n${rows}\n` }, { train: "t.csv", eval_fraction: 0 });
    expect(quality).toMatchObject({ duplicates: 1, conflicts: 1, emptyTexts: 2, overlap: 0, isEstimate: false });
    expect(quality.first).toMatchObject({ duplicate: { row: 2 }, conflict: { row: 3 }, emptyText: { row: 5 } });
  });

  test("evaluation rows in the training data are found whatever their case and blanks", async () => {
    const { quality } = await scan(
      {
        "t.csv": "text,label\nGrüße  aus Köln,x\nb,y\n",
        "e.csv": "text,label\n grüße aus  KÖLN ,y\nc,x\nB,x\n",
        "f.csv": "text,label\nd,x\n",
      },
      { train: "t.csv", eval: ["f.csv", "e.csv"] },
    );
    expect(quality.overlap).toBe(2);
    expect(quality.first.overlap).toMatchObject({ row: 1, file: expect.stringMatching(/e\.csv$/) as string });
  });

  test("rows that a split put on both sides are those that loading puts there", async () => {
    const normal = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, " ");
    const random = createRandom(3);
    for (const fraction of [0.1, 0.25, 0.5]) {
      const rows = Array.from({ length: 400 }, () => `${random.next() < 0.5 ? "Text" : "text "} ${random.int(350)},x`);
      const folder = dataFolder({ "t.csv": `text,label\n${rows.join("\n")}\nother,y\n` });
      const config = configOf({ train: "t.csv", eval_fraction: fraction });
      const { train, eval: held } = await loadClassificationData(config, folder);
      const trained = new Set(train.map(({ text }) => normal(text)));
      const both = held.filter(({ text }) => trained.has(normal(text)));
      const { quality } = await scanData(config, folder);
      expect(both.length).toBeGreaterThan(0);
      expect(quality.overlap).toBe(both.length);
      const [first] = rows[quality.first.overlap!.row - 1]!.split(",");
      expect(both.map(({ text }) => normal(text))).toContain(normal(first!));
    }
  });

  test("of more rows than are split here the ones on both sides are reckoned, near what a split would give", async () => {
    const count = SPLIT_ROWS + 1000;
    const rows = Array.from({ length: count }, (_, row) => `text ${row % (count / 2)},${row % 2 ? "x" : "y"}`);
    const folder = dataFolder({ "t.csv": `text,label\n${rows.join("\n")}\n` });
    const config = configOf({ train: "t.csv", eval_fraction: 0.2 });
    const { quality } = await scanData(config, folder);
    const { train, eval: held } = await loadClassificationData(config, folder);
    const trained = new Set(train.map(({ text }) => text));
    const both = held.filter(({ text }) => trained.has(text)).length;
    expect(quality.isEstimate).toBe(true);
    expect(Math.abs(quality.overlap / both - 1)).toBeLessThan(0.02);
  });

  test("a link to the training file is the training file", async () => {
    const folder = dataFolder({ "t.csv": "text,label\na,x\nb,y\n" });
    symlinkSync("t.csv", join(folder, "e.csv"));
    const { quality } = await scanData(configOf({ train: "t.csv", eval: "e.csv" }), folder);
    expect(quality.sameFile).toBe(join(folder, "e.csv"));
  });
});

describe("shapes of causal-lm rows", () => {
  const language = (rows: string, data: Record<string, unknown> = {}) =>
    scan({ "t.jsonl": rows }, { train: "t.jsonl", eval_fraction: 0, ...data }, "causal-lm");
  const sample = ({ sample: [row] }: DataFacts) => [row?.text, row?.answer];

  test("texts, prompts, instructions", async () => {
    const text = await language(lines({ text: "once" }));
    expect([text.shape, ...sample(text)]).toEqual(["text", "once", null]);
    const prompt = await language(lines({ question: "1+1?", answer: "2" }));
    expect([prompt.shape, ...sample(prompt)]).toEqual(["prompt-completion", "1+1?", "2"]);
    expect(prompt.columns.roles).toEqual({ prompt: "question", completion: "answer" });
    const alpaca = await language(lines({ instruction: "Add", input: "1 2", output: "3" }));
    expect([alpaca.shape, ...sample(alpaca)]).toEqual(["alpaca", "Add\n1 2", "3"]);
    const named = await language(lines({ a: "x", b: "y" }), { columns: { prompt: "a", completion: "b" } });
    expect(sample(named)).toEqual(["x", "y"]);
  });

  test("conversations in both forms, as lists or as JSON in a text", async () => {
    const messages = [
      { role: "system", content: "s" },
      { role: "user", content: [{ type: "text", text: "a" }] },
      { role: "assistant", content: "b" },
    ];
    const chat = await language(lines({ messages }));
    expect([chat.shape, ...sample(chat)]).toEqual(["messages", "s\na", "b"]);
    const conversations = [
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
    ];
    const shared = await language(lines({ conversations: JSON.stringify(conversations) }));
    expect([shared.shape, ...sample(shared)]).toEqual(["sharegpt", "a", "b"]);
  });

  test("faults of conversations, with the first row of each", async () => {
    const user = { role: "user", content: "a" };
    const answer = { role: "assistant", content: "b" };
    const rows = [[user, answer], [user, answer, answer], [user], [], [{ role: "bard", content: "x" }, answer]];
    const { quality } = await language(lines(...rows.map((messages) => ({ messages }))));
    expect(quality.chat).toEqual({ doubleAnswers: 1, endsWithUser: 1, emptyContents: 1, unknownRoles: ["bard"] });
    expect(quality.first).toMatchObject({
      doubleAnswer: { row: 2 },
      endsWithUser: { row: 3 },
      emptyContent: { row: 4 },
      unknownRole: { row: 5 },
    });
  });

  test("a row of another shape is an error with its line", async () => {
    await expect(language(lines({ text: "a" }, { prompt: "b" }))).rejects.toMatchObject({
      code: "data-text-missing",
      line: 2,
    });
    await expect(language(lines({ messages: "hello" }))).rejects.toMatchObject({ code: "data-messages-malformed" });
    await expect(language(lines({ alpha: "a" }))).rejects.toMatchObject({ code: "data-shape-unknown" });
  });
});

describe("other tasks", () => {
  test("tokens and their labels, names or numbers", async () => {
    const rows = lines(
      { tokens: ["Ada", "met", "Bob"], ner_tags: ["PER", "O", "PER"] },
      { tokens: ["so"], ner_tags: ["O"] },
    );
    const found = await scan({ "t.jsonl": rows }, { train: "t.jsonl", eval_fraction: 0 }, "token-classification");
    expect(found).toMatchObject({
      labels: ["O", "PER"],
      classCounts: { train: { O: 2, PER: 2 } },
      columns: { roles: { tokens: "tokens", label: "ner_tags" } },
    });
    const ids = lines({ tokens: ["Ada", "met"], ner_tags: [1, 0] });
    const data = { train: "t.jsonl", eval_fraction: 0, labels: ["O", "PER"] };
    const numbered = await scan({ "t.jsonl": ids }, data, "token-classification");
    expect(numbered.classCounts.train).toEqual({ O: 1, PER: 1 });
  });

  test("preferences: pairs that lack an answer, and pairs of equal ones", async () => {
    const rows = lines(
      { prompt: "a", chosen: "b", rejected: "c" },
      { prompt: "a", chosen: "b", rejected: "b" },
      { prompt: "a", chosen: null, rejected: "b" },
      { prompt: "a", chosen: "b" },
    );
    const { quality, shape } = await scan({ "t.jsonl": rows }, { train: "t.jsonl", eval_fraction: 0 }, "preference");
    expect([shape, quality.preference]).toEqual(["preference", { missing: 2, identical: 1 }]);
    expect(quality.first).toMatchObject({ missing: { row: 3 }, identical: { row: 2 } });
  });

  test("pairs of texts, and texts with a class", async () => {
    const pairs = await scan({ "t.csv": "sentence1,sentence2\na,b\nc,d\n" }, { train: "t.csv" }, "embedding");
    expect(pairs.columns.roles).toEqual({ text: "sentence1", completion: "sentence2" });
    const classes = await scan({ "t.csv": "text,label\na,x\nc,y\n" }, { train: "t.csv" }, "embedding");
    expect(classes.columns.roles).toEqual({ text: "text", label: "label" });
  });
});

describe("what is no file of rows ends in an error, never in waiting", () => {
  const failure = async (train: string, prepare: (folder: string) => void): Promise<unknown> => {
    const folder = dataFolder();
    prepare(folder);
    return scanData(configOf({ train }), folder).catch((problem: unknown) => problem);
  };

  test("a pipe, a device, a loop of links, a folder of pipes, a pattern over the whole disk", async () => {
    const pipe = (folder: string) => void execFileSync("mkfifo", [join(folder, "a.csv")]);
    expect(await failure("a.csv", pipe)).toMatchObject({ code: "data-not-a-file" });
    expect(await failure(".", pipe)).toMatchObject({ code: "data-not-a-file" });
    expect(await failure("/dev/zero", () => undefined)).toMatchObject({ code: "data-not-a-file" });
    const loop = (folder: string) => symlinkSync("a.csv", join(folder, "a.csv"));
    expect(await failure("a.csv", loop)).toMatchObject({
      code: "data-unreadable",
      message: expect.stringContaining("in a circle") as string,
    });
    expect(await failure(`${"{a,b}".repeat(20)}.csv`, () => undefined)).toMatchObject({ code: "data-glob-large" });
  });

  test.skipIf(process.getuid?.() === 0)("a file and a folder without permission", async () => {
    const closed = (folder: string) => {
      writeFileSync(join(folder, "a.csv"), "text,label\na,x\n");
      chmodSync(join(folder, "a.csv"), 0);
      mkdirSync(join(folder, "d"), { mode: 0 });
    };
    expect(await failure("a.csv", closed)).toMatchObject({ code: "data-unreadable" });
    expect(await failure("d", closed)).toMatchObject({ code: "data-unreadable" });
  });

  test("a row without an end", async () => {
    const long = "x".repeat(34_000_000);
    await expect(scan({ "t.jsonl": long }, { train: "t.jsonl" })).rejects.toMatchObject({ code: "data-row-long" });
    await expect(scan({ "t.csv": `text,label\n${long}` }, { train: "t.csv" })).rejects.toMatchObject({
      code: "data-row-long",
      line: 2,
    });
    await expect(scan({ "t.csv": `text,label\na,x\n"${long}` }, { train: "t.csv" })).rejects.toMatchObject({
      code: "data-quote-unbalanced",
      line: 3,
    });
  });
});

test("reading gives way to others, and ends when it is no longer wanted", async () => {
  const rows = Array.from({ length: 60_000 }, (_, row) => `some text of row ${row},${row % 2 ? "x" : "y"}`);
  const folder = dataFolder({ "t.csv": `text,label\n${rows.join("\n")}\n` });
  let turns = 0;
  const count = (): void => void (turns++, (timer = setImmediate(count)));
  let timer = setImmediate(count);
  const whole = await scanData(configOf({ train: "t.csv" }), folder);
  clearImmediate(timer);
  expect(whole.rows.train).toBe(54_000);
  expect(turns).toBeGreaterThan(10);
  const stop = new AbortController();
  const reading = scanData(configOf({ train: "t.csv" }), folder, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("no longer wanted")),
  });
  await expect(reading).rejects.toThrow(/no longer wanted|aborted/);
});
