import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkAnyFile } from "../../../src/config/check-any.ts";
import { dataFolder } from "../../support/data-folder.ts";

/** What is wrong with one part of a config leaves the others their checks. */

const rows = (label: string, count: number): string =>
  `text,${label}\n${Array.from({ length: count }, (_, row) => `text ${row} of ${count},${row % 2 ? "spam" : "ham"}`).join("\n")}\n`;
const HEAD = "version: 1\ntask: text-classification\nrun: { seed: 7 }\n";
const MODEL = "model: { framework: tfjs, name_or_path: builtin:tiny }\n";
const DATA = "data: { train: t.csv, eval: e.csv }\n";

async function findings(config: string, files: Record<string, string> = {}, name = "finetune.yaml") {
  const folder = dataFolder({ "t.csv": rows("label", 40), "e.csv": rows("label", 10), [name]: config, ...files });
  const { report } = await checkAnyFile(join(folder, name), { env: {} });
  return report.diagnostics.map((one) => ({ ...one, message: one.message.replaceAll(`${folder}/`, "") }));
}
const told = async (...given: Parameters<typeof findings>): Promise<string[]> =>
  (await findings(...given)).map(({ line, column, id, key }) => `${line}:${column} ${id} ${key}`);

describe("an alias that stands for nothing", () => {
  test.each([
    ["inside of a list of its own", `${HEAD}${MODEL}${DATA}run2: &t [*t]\n`, ["6:1 C01 run2", "6:11 C00 "]],
    ["inside of the group it names", `${HEAD}${MODEL}data: &d { train: t.csv, columns: *d }\n`, ["5:35 C00 "]],
    ["inside of the whole file", `&r\n${HEAD}${MODEL}${DATA}train: *r\n`, ["7:8 C00 "]],
    [
      "without an anchor",
      `${HEAD}${MODEL}${DATA.replace("t.csv", "gone.csv")}train: { learning_rate: 5, warmup: 1 }\neval: *zz\n`,
      ["5:16 C14 data.train", "6:36 C06 train.warmup", "7:7 C00 "],
    ],
  ])("%s is told where it stands, and the rest is checked", async (_case, config, expected) => {
    expect(await told(config)).toEqual(expected);
  });

  test("in a sweep and in an override", async () => {
    const sweep = "base: finetune.yaml\nmethod: grid\nparameters:\n  train.learning_rate: { values: &v [0.1, *v] }\n";
    const base = { "finetune.yaml": `${HEAD}${MODEL}${DATA}` };
    expect(await told(sweep, base, "a.sweep.yaml")).toEqual(["4:43 C00 "]);
  });
});

describe("a file that is not whole YAML", () => {
  test("a key that stands twice, or a second document, hides nothing else of its group", async () => {
    const twice = "train:\n  learning_rate: 0.001\n  learning_rate: 0.002\n  sead: 5\n";
    expect(await told(`${HEAD}${MODEL}${DATA}${twice}`)).toEqual(["8:3 C00 ", "9:3 C01 train.sead"]);
    const second = "train: { learning_rte: 3 }\n---\na: 1\n";
    expect(await told(`${HEAD}${MODEL}${DATA}${second}`)).toEqual(["6:10 C01 train.learning_rte", "7:1 C00 "]);
  });

  test("of a key that stands twice the last one counts, and what is wrong with it stands there", async () => {
    const found = await told(`${HEAD}${MODEL}${DATA}train: { max_steps: 5, max_steps: x }\n`);
    expect(found).toEqual(["6:24 C00 ", "6:35 C62 train.max_steps"]);
  });

  test("a quote that is never closed is shown where it opens, and says nothing of the model it swallowed", async () => {
    const found = await findings(
      `version: 1\ntask: text-classification\nrun: { seed: 7, name: "open }\n${MODEL}${DATA}`,
    );
    expect(found).toMatchObject([{ id: "C00", line: 3, column: 23, endLine: 3, endColumn: 30 }]);
    expect(found[0]!.message).toBe('The quote (") that opens here is never closed.');
  });
});

test("a word that is read as a number is offered in quotes as it is written", async () => {
  const found = await findings(`${HEAD.replace("seed: 7", "seed: 7, tags: [1.10, 1e3]")}${MODEL}${DATA}`);
  expect(found.map(({ message }) => message.replace(/^.* not /, ""))).toEqual([
    '1.1. Put it in quotes: "1.10".',
    '1000. Put it in quotes: "1e3".',
  ]);
  expect(found.flatMap(({ fixes }) => fixes.map(({ title }) => title))).toEqual(['Write `"1.10"`', 'Write `"1e3"`']);
});

describe("values no system takes", () => {
  test("NUL in a path is refused before anything is started with it", async () => {
    const config = `${HEAD}${MODEL}${DATA}hardware: { python: "a\\0b" }\n`.replace("seed: 7", 'output_dir: "x\\0y"');
    expect(await told(config)).toEqual(expect.arrayContaining(["3:20 C62 run.output_dir", "6:21 C62 hardware.python"]));
  });

  test("a row nested deeper than can be written is told by its beginning", async () => {
    const deep = `{"text": ${"[".repeat(6000)}${"]".repeat(6000)}, "label": "a"}\n{"text": "x", "label": "b"}\n`;
    const [found] = await findings(`${HEAD}${MODEL}data: { train: deep.jsonl }\n`, { "deep.jsonl": deep });
    expect(found).toMatchObject({ id: "C14", key: "data.train" });
    expect(found!.message).toMatch(/^\S*deep\.jsonl row 1 \(line 1\): the column text holds \[…, which is not a text/);
  });
});

describe("data", () => {
  test("every file that is missing is told, not only the first", async () => {
    const found = await told(`${HEAD}${MODEL}data: { train: [t.csv, gone.csv], eval: lost.csv }\n`);
    expect(found).toEqual(["5:24 C14 data.train.1", "5:41 C14 data.eval"]);
  });

  test("a named column that is not there is told although the task does not read it", async () => {
    const [found] = await findings(`${HEAD}${MODEL}data: { train: t.csv, columns: { prompt: question } }\n`);
    expect(found).toMatchObject({ id: "C15", key: "data.columns.prompt", fixes: [{ safe: false }] });
    expect(found!.message).toContain("Its columns are text, label.");
  });

  test("a column that only one of the files has is not offered", async () => {
    const [found] = await findings(`${HEAD}${MODEL}${DATA}`, { "e.csv": rows("topic", 10) });
    expect(found).toMatchObject({ id: "C15", key: "data.eval", fixes: [] });
  });

  test("instructions with an input are read whole when a wrong column is no longer named", async () => {
    const alpaca = Array.from({ length: 60 }, (_, row) =>
      JSON.stringify({ instruction: `do ${row}`, input: "with this", output: `done ${row}` }),
    ).join("\n");
    const config = `${HEAD.replace("text-classification", "causal-lm")}model: { name_or_path: ./m }\ndata: { train: a.jsonl, columns: { messages: turns } }\n`;
    const found = await findings(config, { "a.jsonl": `${alpaca}\n` });
    expect(found.map(({ id }) => id)).not.toContain("C29");
    expect(found.find(({ id }) => id === "C15")?.fixes).toEqual([
      {
        title: "Remove `data.columns.messages`",
        safe: false,
        edits: [{ kind: "remove", path: ["data", "columns", "messages"] }],
      },
    ]);
  });
});
