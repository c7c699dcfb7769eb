import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../src/config/types.ts";
import { loadClassificationData } from "../../../src/data/classification.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { readInPython, type PythonAnswer } from "../../support/python-data.ts";
import { randomNumbers } from "../../support/seeded.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/data");

interface Case {
  files: Record<string, string | Uint8Array>;
  data: Record<string, unknown>;
  seed?: number;
}

/** Reads each case here and in Python: rows, labels, split, files, facts or the sentence of the error. */
async function bothSides(cases: readonly Case[]): Promise<{ here: PythonAnswer; there: PythonAnswer }[]> {
  const prepared = cases.map(({ files, data, seed = 42 }) => ({
    loader: "load_classification",
    config: configOf(data, seed),
    baseDir: dataFolder(files),
  }));
  const there = readInPython(prepared);
  const pairs: { here: PythonAnswer; there: PythonAnswer }[] = [];
  for (const [index, { config, baseDir }] of prepared.entries()) {
    pairs.push({ here: await readHere(config, baseDir), there: there[index]! });
  }
  return pairs;
}

function configOf(data: Record<string, unknown>, seed: number): ResolvedConfig {
  const model = { framework: "torch", name_or_path: "org/name" };
  return resolveConfig({ version: 1, task: "text-classification", run: { seed }, model, data })
    .config as ResolvedConfig;
}

async function readHere(config: ResolvedConfig, baseDir: string): Promise<PythonAnswer> {
  try {
    const { classCounts, ...data } = await loadClassificationData(config, baseDir);
    return { data: { ...data, class_counts: classCounts } };
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return { code: problem.code, sentence: problem.sentence };
  }
}

const LABELLED = "text,label\na,x\nb,y\nc,x\nd,y\ne,x\n";

test("the same files give the same rows, labels, split, hashes and facts", async () => {
  const cases: Record<string, Case> = {
    "byte order mark, semicolons, CRLF, quotes": {
      files: { "t.csv": '\uFEFFbody;topic\r\n"one; two\r\nthree";a\r\n\r\n"say ""hi""";b\r\n5" pipe;b\r\n' },
      data: { train: "t.csv", columns: { text: "body", label: "topic" }, eval_fraction: 0 },
    },
    "lone carriage returns": { files: { "t.csv": LABELLED.replaceAll("\n", "\r") }, data: { train: "t.csv" } },
    "no line end at the end, an open last quote closed": {
      files: { "t.csv": 'text,label\n"a\n\nb",x\nc,"y"' },
      data: { train: "t.csv" },
    },
    "short records, blanks around names and labels, a column without name": {
      files: { "t.csv": " text , label ,,\n a ,\u00a0x\u3000\nb,y,z,\nc,\u0085x\u0085\n" },
      data: { train: "t.csv", eval_fraction: 0 },
    },
    "tabs, pipes, and formats by content": {
      files: {
        "t.tsv": 'text\tlabel\na, b\tx\n"c\td"\ty\n',
        "p.txt": "label|text\nx|a, b\ny|c;d\n",
        "j.data": '\uFEFF\n {"text": "from json", "label": "x"}\n',
        "s.dat": "text\tlabel\nfrom tabs\ty\n",
      },
      data: { train: ["t.tsv", "p.txt", "j.data", "s.dat"], eval_fraction: 0.5 },
    },
    "whole numbers by value, true and false, numbers beyond 53 bits": {
      files: {
        "t.jsonl":
          '{"label": 10, "text": "a"}\n{"label": 9.0, "text": "b"}\n{"label": -3, "text": "c"}\n{"label": 1e3, "text": "d"}\n' +
          '{"label": 12345678901234567890, "text": "e"}\n{"label": 9007199254740993, "text": "f"}\n',
      },
      data: { train: "t.jsonl", labels: null, eval_fraction: 0, format: "jsonl" },
    },
    "true and false": {
      files: { "t.jsonl": '{"label": true, "text": "a"}\n{"label": false, "text": "b"}\n' },
      data: { train: "t.jsonl", eval_fraction: 0 },
    },
    "letters beyond the first plane are sorted by their halves": {
      files: { "t.csv": "text,label\na,🎉\nb,ｚ\nc,z\nd,Z\ne,ä\n" },
      data: { train: "t.csv", eval_fraction: 0 },
    },
    "escapes, repeated keys, keys that are numbers": {
      files: {
        "t.jsonl":
          '{"2": 1, "text": "\\ud83c\\udf89\\u0000", "label": "a", "label": "b", "1": 0}\n{"text": "", "label": "c"}',
      },
      data: { train: "t.jsonl", eval_fraction: 0 },
    },
    "a folder, a glob and a file twice": {
      files: {
        "d/b.csv": LABELLED,
        "d/a.csv": "text,label\nq,y\n",
        "d/Z.jsonl": '{"text": "z", "label": "x"}\n',
        "d/.hidden.csv": "nothing",
        "d/notes.txt": "text,label\nnot read,x\n",
        "e/x/1.txt": "text,label\nfirst,x\n",
        "e/2.txt": "text,label\nsecond,y\n",
      },
      data: { train: ["d", "e/**/[0-9].{txt,csv}", "./d/../d/a.csv"], eval_fraction: 0.3 },
    },
    "evaluation data of its own": {
      files: { "t.csv": LABELLED, "e.csv": "label,text\ny,only one\n" },
      data: { train: "t.csv", eval: "e.csv" },
    },
    "listed labels": {
      files: { "t.csv": "text,label\na,2\nb,1\nc,none\n" },
      data: { train: "t.csv", labels: ["none", 2, 1], eval_fraction: 0 },
    },
    "empty texts and long fields": {
      files: { "t.csv": `text,label\n,x\n"${'a,""\n'.repeat(100_000)}",y\n  ,x\n` },
      data: { train: "t.csv", eval_fraction: 0 },
    },
  };
  const answers = await bothSides(Object.values(cases));
  for (const [index, name] of Object.keys(cases).entries()) {
    expect(answers[index]!.here.data, `${name}: ${answers[index]!.here.sentence ?? ""}`).toBeDefined();
    expect(answers[index]!.there, name).toEqual(answers[index]!.here);
  }
});

test("Parquet of every compression gives the same rows", async () => {
  const names = ["none", "snappy", "gzip", "zstd", "brotli", "lz4"].map((codec) => `six-${codec}.parquet`);
  const folder = dataFolder();
  mkdirSync(join(folder, "all"));
  for (const name of names) copyFileSync(join(FIXTURES, name), join(folder, "all", name));
  const config = configOf({ train: "all", eval_fraction: 0.25 }, 3);
  const here = await readHere(config, folder);
  expect((here.data!["train"] as unknown[]).length).toBe(27);
  expect(readInPython([{ loader: "load_classification", config, baseDir: folder }])).toEqual([here]);
});

test("the seed draws the same evaluation rows, whatever the classes and the fraction", async () => {
  const random = randomNumbers(3);
  const cases = Array.from({ length: 25 }, (_, round): Case => {
    const classes = random.integer(2, 7);
    const rows = Array.from({ length: random.integer(classes, 400) }, (_row, index) =>
      index < classes ? index : Math.min(random.integer(0, classes - 1), random.integer(0, classes - 1)),
    );
    const csv = `text,label\n${rows.map((label, row) => `${row},class ${label}\n`).join("")}`;
    const seed = [0, 1, 7, 42, 2 ** 31, 2 ** 32 - 1][round % 6]!;
    return { files: { "t.csv": csv }, data: { train: "t.csv", eval_fraction: random.integer(1, 50) / 100 }, seed };
  });
  for (const { here, there } of await bothSides(cases)) expect(there).toEqual(here);
});

describe("what is wrong is said in the same words", () => {
  const broken: Record<string, Case & { code: string }> = {};
  const add = (code: string, files: Case["files"], data: Record<string, unknown> = {}): void => {
    broken[`${code} ${Object.keys(broken).length}`] = {
      code,
      files,
      data: { train: Object.keys(files)[0] ?? "t.csv", ...data },
    };
  };
  add("data-file-missing", { "train.csv": LABELLED }, { train: "trian.csv" });
  add("data-file-missing", {}, { train: "no/such/t.csv" });
  add("data-folder-empty", { "d/notes.txt": "" }, { train: "d" });
  add("data-glob-empty", { "t.csv": LABELLED }, { train: "*.jsonl" });
  add("data-glob-empty", { "t.csv": LABELLED }, { train: "[z-a].csv" });
  add("data-glob-empty", { "d/t.csv/x": "" }, { train: "d/*" });
  add("data-not-a-file", { "d/t.csv/x": "" }, { train: "d" });
  add("data-empty", { "t.csv": "" });
  add("data-empty", { "t.csv": "text,label\n\n" });
  add("data-empty", { "t.jsonl": "\n \n" });
  add("data-text-column-missing", { "t.csv": "a,label\nx,y\n" });
  add("data-text-column-missing", { "t.csv": "boddy,label,,\nx,y,,\n" }, { columns: { text: "body" } });
  add("data-label-column-missing", { "t.jsonl": '{"b": 1, "text": "a", "10": 0, "9": 0}\n' });
  add("data-column-repeated", { "t.csv": "text,label, text\na,b,c\n" });
  add("data-quote-unbalanced", { "t.csv": 'text,label\na,x\n"b,y\nc,x\n' });
  add("data-quote-unbalanced", { "t.csv": 'text,label\r\n"a\r\nb",x\r\n"b" ,y\r\n' });
  add("data-row-malformed", { "t.csv": "text,label\na,x\nb, c,y\n" });
  add("data-row-malformed", { "t.jsonl": '{"text": "a", "label": "x"}\n{"text": NaN, "label": 1}\n' });
  add("data-row-malformed", { "t.jsonl": `{"text": "a", "label": "x"}\n"${"🎉".repeat(40)}"\n` });
  add("data-row-malformed", { "t.jsonl": `{"text": "a", "label": "x"}\n${"[".repeat(5000)}\n` });
  add("data-json-array", { "t.jsonl": '[{"text": "a", "label": "x"}]\n' });
  add("data-json-array", { "t.data": '\n [\n{"text": "a"}]\n' });
  add("data-label-missing", { "t.csv": "text,label\na,x\nb\n" });
  add("data-label-missing", { "t.csv": 'text,label\n"a\n\nc",x\nb,\u00a0\n' });
  add("data-label-missing", { "t.jsonl": '{"text": "a", "label": null}\n' });
  add("data-label-not-a-class", { "t.jsonl": '{"text": "a", "label": 0.5}\n' });
  add("data-label-not-a-class", {
    "t.jsonl": '{"text": "a", "label": {"b": [1e-7, 1e21, -0.0, "ü\\n\\u001f", true], "2": {}}}\n',
  });
  add("data-label-mixed", { "t.csv": "text,label\na,1\nb,2\nc,spam\n" });
  add("data-label-mixed", { "t.csv": "text,label\na,ham\nb,2\nc,spam\n" });
  add("data-label-mixed", { "t.jsonl": '{"text": "a", "label": 1}\n{"text": "b", "label": 1e21}\n' });
  add("data-label-unknown", { "t.csv": "text,label\na,ham\nb,spam\nc,sapm\nd,sapm\n" }, { labels: ["ham", "spam"] });
  add("data-label-unused", { "t.csv": "text,label\na,ham\nb,spam\n" }, { labels: ["ham", "spam", "other"] });
  add("data-label-untrained", { "t.csv": LABELLED, "e.csv": "text,label\na,z\n" }, { eval: "e.csv" });
  add("data-label-many", {
    "t.csv": `text,label\n${Array.from({ length: 1001 }, (_, row) => `a,c${row}\n`).join("")}`,
  });
  add("data-one-class", { "t.csv": "text,label\na,x\nb,x\n" });
  add("data-text-missing", { "t.csv": "label,text\nx,a\ny\n" });
  add("data-text-not-text", { "t.jsonl": '{"text": [12345678901234567890, 0.1], "label": 1}\n' });
  add("data-binary", { "t.csv": Uint8Array.from([0xff, 0xfe, 97, 0]) });
  add("data-binary", { "t.csv": Buffer.from("PK\u0003\u0004 and more") });
  add("data-binary", { "t.csv": "text,label\na\0,x\n" });
  add("data-encoding", { "t.csv": Buffer.from("text,label\na,x\n\u00e4,y\n", "latin1") });
  add("data-encoding", { "t.jsonl": Buffer.concat([Buffer.from('{"text": "'), Buffer.from([0xe2, 0x82])]) });
  add("data-encoding", {
    "t.csv": Buffer.concat([Buffer.from(`text,label\n${"ü,x\n".repeat(100_000)}`), Buffer.from([0xed, 0xa0, 0x80])]),
  });
  add("data-row-long", { "t.jsonl": `{"text": "${"a".repeat(34_000_000)}` });
  add("data-glob-large", { "t.csv": LABELLED }, { train: `${"{a,b}".repeat(11)}.csv` });

  test("for every kind of fault", async () => {
    const answers = await bothSides(Object.values(broken));
    for (const [index, name] of Object.keys(broken).entries()) {
      const { here, there } = answers[index]!;
      expect(there, name).toEqual(here);
      expect(here.code, name).toBe(broken[name]!.code);
    }
  });

  test("Parquet that is damaged, and with a hole", async () => {
    const folder = dataFolder({ "bad.parquet": "PAR1 and no more" });
    copyFileSync(join(FIXTURES, "holes.parquet"), join(folder, "holes.parquet"));
    const configs = ["bad.parquet", "holes.parquet"].map((train) => configOf({ train }, 1));
    const there = readInPython(configs.map((config) => ({ loader: "load_classification", config, baseDir: folder })));
    expect(there[1]).toEqual(await readHere(configs[1]!, folder));
    // The reason is the library's own.
    const start = /^.* cannot be read as Parquet: /;
    const here = await readHere(configs[0]!, folder);
    expect(there[0]!.code).toBe("data-parquet-damaged");
    expect(start.exec(there[0]!.sentence!)?.[0]).toBe(start.exec(here.sentence!)?.[0]);
  });
});

test("damaged files give the same rows or the same sentence", async () => {
  const random = randomNumbers(17);
  const sound = [
    { name: "t.csv", text: 'text,label\n"a, ""b""",x\nü🎉,y\n\n"two\nlines",x\nlast,y\n' },
    { name: "t.txt", text: "text;label\r\na;1\r\nb;2\r\n\r\nc;1\r\nd;2\r\n" },
    {
      name: "t.jsonl",
      text: '{"text": "a", "label": 3}\n{"text": "b\\u00fc", "label": 4}\n\n{"text": "🎉", "label": 3}\n',
    },
    { name: "t.tsv", text: 'label\ttext\nx\ta\ny\tb\nx\t"c"\ny\td\n' },
  ];
  const letters = Array.from(",;\"'\n\r\t|{}[]:0ax\\ \u00fc🎉\uFEFF");
  const cases = Array.from({ length: 400 }, (): Case => {
    const { name, text } = random.pick(sound);
    const units = Array.from(text);
    for (let edits = random.integer(0, 3); edits > 0; edits--) {
      const at = random.integer(0, units.length - 1);
      const choice = random.integer(0, 2);
      if (choice === 0) units.splice(at, random.integer(1, 5));
      else if (choice === 1) units.splice(at, 0, random.pick(letters));
      else units[at] = random.pick(letters);
    }
    const bytes = Buffer.from(units.join(""));
    if (random.chance(0.1) && bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    return { files: { [name]: bytes }, data: { train: name, eval_fraction: 0.4 }, seed: random.integer(0, 1000) };
  });
  const outcomes = new Set<string | undefined>();
  for (const [index, { here, there }] of (await bothSides(cases)).entries()) {
    expect(there, JSON.stringify(Object.values(cases[index]!.files).map(String))).toEqual(here);
    outcomes.add(here.code);
  }
  expect(outcomes.size).toBeGreaterThan(8);
  expect(outcomes.has(undefined)).toBe(true);
});
