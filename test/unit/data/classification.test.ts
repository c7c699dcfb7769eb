import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../src/config/types.ts";
import { loadClassificationData } from "../../../src/data/classification.ts";
import { dataFolder } from "../../support/data-folder.ts";

const FIXTURES = join(import.meta.dirname, "..", "..", "fixtures", "data");

function configOf(data: Record<string, unknown>, seed = 42): ResolvedConfig {
  const written = {
    version: 1,
    task: "text-classification",
    run: { seed },
    model: { framework: "tfjs", name_or_path: "builtin:tiny" },
    data,
  };
  return resolveConfig(written).config as ResolvedConfig;
}

const load = (folder: string, data: Record<string, unknown>, seed?: number) =>
  loadClassificationData(configOf(data, seed), folder);

/** The error of a load that has to fail. */
async function failure(files: Record<string, string | Uint8Array>, data: Record<string, unknown>): Promise<UserError> {
  const folder = dataFolder(files);
  const error: unknown = await load(folder, data).then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, got ${String(error)}`);
  expect(error.file?.startsWith(folder) ?? true).toBe(true);
  expect(error.advice).not.toBe("");
  return error;
}

const texts = (rows: readonly { text: string }[]): string[] => rows.map((row) => row.text);

describe("formats", () => {
  test("CSV with byte order mark, semicolons, CRLF, quoted line breaks and doubled quotes", async () => {
    const csv = '\uFEFFbody;topic;note\r\n"one; two\r\nthree";a;x\r\n\r\n"say ""hi""";b;y\r\n5" pipe;b;z\r\n';
    const folder = dataFolder({ "t.csv": csv });
    const data = await load(folder, { train: "t.csv", columns: { text: "body", label: "topic" }, eval_fraction: 0 });
    expect(texts(data.train)).toEqual(["one; two\nthree", 'say "hi"', '5" pipe']);
    expect(data.train.map(({ label, row }) => [label, row])).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
    expect(data.facts).toMatchObject({ delimiter: ";", format: "csv", guessedColumns: [], classes: 2 });
    expect(data.files).toEqual([
      {
        path: join(folder, "t.csv"),
        bytes: Buffer.byteLength(csv),
        rows: 3,
        sha256: createHash("sha256").update(csv).digest("hex"),
      },
    ]);
  });

  test("TSV, and pipes found by looking", async () => {
    const folder = dataFolder({ "t.tsv": "text\tlabel\na, b\tx\nc|d\ty\n", "p.txt": "label|text\nx|a, b\ny|c;d\n" });
    const data = await load(folder, { train: ["t.tsv", "p.txt"], eval_fraction: 0 });
    expect(texts(data.train)).toEqual(["a, b", "c|d", "a, b", "c;d"]);
    expect(data.files.map((file) => file.rows)).toEqual([2, 2]);
  });

  test("JSONL with blank lines, whole numbers as labels, columns in any order", async () => {
    const jsonl = '{"label": 10, "sentence": "a"}\n\n{"sentence": "b", "label": 9}\r\n{"label": 100, "sentence": "c"}';
    const folder = dataFolder({ "d.jsonl": jsonl });
    const data = await load(folder, { train: "d.jsonl", eval_fraction: 0 });
    expect(data.labels).toEqual(["9", "10", "100"]);
    expect(data.train.map(({ text, label }) => [text, label])).toEqual([
      ["a", 1],
      ["b", 0],
      ["c", 2],
    ]);
    expect(data.facts).toMatchObject({
      textColumn: "sentence",
      labelColumn: "label",
      guessedColumns: ["text", "label"],
    });
  });

  test.each(["none", "snappy", "gzip", "zstd", "brotli", "lz4"])(
    "Parquet compressed with %s, over row groups",
    async (codec) => {
      const data = await load(FIXTURES, { train: `six-${codec}.parquet`, eval_fraction: 0 });
      expect(data.train.map(({ text, label, row }) => [text, label, row])).toEqual([
        ["good", 1, 1],
        ["grün 🎉", 1, 2],
        ['a,b\n"c"', 1, 3],
        ["bad", 0, 4],
        ["awful", 0, 5],
        ["fine", 1, 6],
      ]);
      expect(data.labels).toEqual(["0", "1"]);
      expect(data.classCounts.train).toEqual({ "0": 2, "1": 4 });
    },
  );

  test("a format is found by content where the extension does not tell", async () => {
    const folder = dataFolder({ rows: '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n' });
    copyFileSync(join(FIXTURES, "six-zstd.parquet"), join(folder, "columns.bin"));
    expect((await load(folder, { train: "rows", eval_fraction: 0 })).facts["format"]).toBe("jsonl");
    expect((await load(folder, { train: "columns.bin", eval_fraction: 0 })).facts["format"]).toBe("parquet");
  });

  test("a folder gives its data files, a glob what it matches, sorted", async () => {
    const rows = (name: string) => `text,label\n${name}1,x\n${name}2,y\n`;
    const folder = dataFolder({
      "d/b.csv": rows("b"),
      "d/a.csv": rows("a"),
      "d/readme.md": "no data",
      "d/deep/c.csv": rows("c"),
    });
    expect(texts((await load(folder, { train: "d", eval_fraction: 0 })).train)).toEqual(["a1", "a2", "b1", "b2"]);
    expect(texts((await load(folder, { train: "d/**/[bc].csv", eval_fraction: 0 })).train)).toEqual([
      "b1",
      "b2",
      "c1",
      "c2",
    ]);
    expect(texts((await load(folder, { train: "d/{a,deep/c}.csv", eval_fraction: 0 })).train)).toEqual([
      "a1",
      "a2",
      "c1",
      "c2",
    ]);
  });
});

describe("labels", () => {
  test("listed labels give the order; numbers may be listed", async () => {
    const folder = dataFolder({ "t.csv": "text,label\na,1\nb,0\n" });
    const data = await load(folder, { train: "t.csv", labels: [1, 0], eval_fraction: 0 });
    expect(data.labels).toEqual(["1", "0"]);
    expect(data.train.map((row) => row.label)).toEqual([0, 1]);
  });

  test("names sort by their characters, whole numbers by value", async () => {
    const folder = dataFolder({
      "names.csv": "text,label\na,b\na,B\na,a\n",
      "numbers.csv": "text,label\na,10\na,9\na,-1\n",
    });
    expect((await load(folder, { train: "names.csv" })).labels).toEqual(["B", "a", "b"]);
    expect((await load(folder, { train: "numbers.csv" })).labels).toEqual(["-1", "9", "10"]);
  });

  test("evaluation data of its own keeps every training row", async () => {
    const folder = dataFolder({ "t.csv": "text,label\na,x\nb,y\n", "e.csv": "text,label\nc,y\n" });
    const data = await load(folder, { train: "t.csv", eval: "e.csv" });
    expect([data.train.length, texts(data.eval), data.eval[0]?.label]).toEqual([2, ["c"], 1]);
    expect(data.classCounts).toEqual({ train: { x: 1, y: 1 }, eval: { x: 0, y: 1 } });
    expect(data.files.map((file) => file.path)).toEqual([join(folder, "t.csv"), join(folder, "e.csv")]);
  });
});

describe("the split", () => {
  const rows = `text,label\n${Array.from({ length: 101 }, (_, row) => `t${row},${row % 4 === 0 ? "rare" : "common"}`).join("\n")}\n`;

  test("holds out ceil(rows × fraction), each class in proportion, the same rows for the same seed", async () => {
    const folder = dataFolder({ "t.csv": rows });
    const one = await load(folder, { train: "t.csv", eval_fraction: 0.1 }, 7);
    const again = await load(folder, { train: "t.csv", eval_fraction: 0.1 }, 7);
    const other = await load(folder, { train: "t.csv", eval_fraction: 0.1 }, 8);
    expect(one.classCounts).toEqual({ train: { common: 67, rare: 23 }, eval: { common: 8, rare: 3 } });
    expect(again).toEqual(one);
    expect(texts(other.eval)).not.toEqual(texts(one.eval));
    expect(new Set([...texts(one.train), ...texts(one.eval)]).size).toBe(101);
    // Fixed by the generator, so that every machine draws the same rows.
    expect(one.eval.map((row) => row.row)).toMatchInlineSnapshot(`
      [
        1,
        8,
        12,
        13,
        16,
        34,
        55,
        57,
        71,
        96,
        98,
      ]
    `);
  });

  test("both parts keep the order of the data", async () => {
    const data = await load(dataFolder({ "t.csv": rows }), { train: "t.csv", eval_fraction: 0.3 });
    for (const part of [data.train, data.eval]) {
      expect(part.map((row) => row.row)).toEqual(part.map((row) => row.row).toSorted((a, b) => a - b));
    }
  });
});

describe("what is wrong ends in one sentence with file, row and advice", () => {
  const csv = (content: string, data: Record<string, unknown> = {}) =>
    failure({ "t.csv": content }, { train: "t.csv", ...data });

  test("a missing file, with a near name", async () => {
    const error = await failure({ "train.csv": "x" }, { train: "trian.csv" });
    expect(error).toMatchObject({ code: "data-file-missing" });
    expect(error.sentence).toMatch(/trian\.csv does not exist\. Did you mean train\.csv\?/);
  });

  test("a folder and a glob without data", async () => {
    expect((await failure({ "d/readme.md": "x" }, { train: "d" })).sentence).toMatch(
      /holds no data file\. Data files end in \.csv/,
    );
    expect((await failure({}, { train: "*.csv" })).code).toBe("data-glob-empty");
  });

  test("an empty file, and one with a header only", async () => {
    expect(await csv("")).toMatchObject({ code: "data-empty" });
    expect(await csv("text,label\n")).toMatchObject({ code: "data-empty" });
    expect(await failure({ "t.jsonl": "\n\n" }, { train: "t.jsonl" })).toMatchObject({ code: "data-empty" });
    await expect(load(FIXTURES, { train: "empty.parquet" })).rejects.toMatchObject({ code: "data-empty" });
  });

  test("a missing column lists the actual ones", async () => {
    const named = await csv("text,lable\na,b\n", { columns: { label: "label" } });
    expect(named.code).toBe("data-label-column-missing");
    expect(named.message).toMatch(/has no column label\. Its columns are text, lable\. Did you mean lable\?$/);
    expect(named.advice).toContain("data.columns.label");
    const guessed = await csv("review,stars\na,1\n");
    expect(guessed.message).toMatch(
      /usually are \(text, sentence, content, body, message\)\. Its columns are review, stars\.$/,
    );
  });

  test("an unbalanced quote names the line where it opens", async () => {
    const open = await csv('text,label\na,x\n"one\ntwo",y\n"three,x\nfour,y\nfive,x\n');
    expect(open).toMatchObject({ code: "data-quote-unbalanced", line: 5 });
    expect(open.message).toMatch(/t\.csv line 5: a double quote opens here and is not closed\.$/);
    // The next quoted field closes it by accident.
    const swallowed = await csv('text,label\na,x\n"b,y\nc,x\n"d",y\ne,x\n');
    expect(swallowed).toMatchObject({ code: "data-quote-unbalanced", line: 3 });
    expect(await csv('text,label\na,x\n"he said "no" twice",y\n')).toMatchObject({
      code: "data-quote-unbalanced",
      line: 3,
    });
  });

  test("a record with more fields than the header", async () => {
    const error = await csv("text,label\na,x\nyes, really,y\n");
    expect(error.message).toMatch(/t\.csv row 2 \(line 3\): the record has 3 fields, the header 2\.$/);
  });

  test("a missing text or label", async () => {
    expect((await csv("label,text\nx,a\ny\n")).message).toMatch(/row 2 \(line 3\): the column text has no text\.$/);
    expect((await csv("text,label\na,x\nb,\n")).message).toMatch(/row 2 \(line 3\): the column label has no label\.$/);
    const jsonl = await failure(
      { "t.jsonl": '{"text": "a", "label": "x"}\n{"text": null, "label": "y"}\n' },
      { train: "t.jsonl" },
    );
    expect(jsonl).toMatchObject({ code: "data-text-missing", line: 2 });
    await expect(load(FIXTURES, { train: "holes.parquet" })).rejects.toMatchObject({
      code: "data-text-missing",
      line: 2,
    });
  });

  test("a number in the text column", async () => {
    const error = await failure(
      { "t.jsonl": '{"text": "a", "label": "x"}\n\n{"text": 7, "label": "y"}\n' },
      { train: "t.jsonl" },
    );
    expect(error.message).toMatch(/row 2 \(line 3\): the column text holds 7, which is not a text\.$/);
  });

  test("text among whole numbers, and a fraction as label", async () => {
    expect((await csv("text,label\na,0\nb,1\nc,one\n")).message).toMatch(
      /row 3 \(line 4\): the label "one" is text, where the column holds whole numbers\.$/,
    );
    const fraction = await failure({ "t.jsonl": '{"text": "a", "label": 0.5}\n' }, { train: "t.jsonl" });
    expect(fraction.message).toMatch(
      /row 1 \(line 1\): the label in column label is 0\.5, not a name or a whole number\.$/,
    );
  });

  test("one class only", async () => {
    expect((await csv("text,label\na,x\nb,x\n")).message).toBe('All 2 training rows have the label "x".');
  });

  test("a label that is not listed, and one that is listed in vain", async () => {
    const unknown = await csv("text,label\na,ham\nb,spam\nc,spma\n", { labels: ["ham", "spam"] });
    expect(unknown.sentence).toMatch(
      /row 3 \(line 4\): the label "spma" is unknown: `data\.labels` does not list it\. Did you mean spam\? .*Known are ham, spam\.$/,
    );
    const vain = await csv("text,label\na,ham\nb,spam\n", { labels: ["ham", "spam", "eggs"] });
    expect(vain.message).toBe("`data.labels` lists eggs, but no training row has that label.");
  });

  test("an evaluation label that training never sees", async () => {
    const error = await failure(
      { "t.csv": "text,label\na,x\nb,y\n", "e.csv": "text,label\nc,y\nd,z\n" },
      { train: "t.csv", eval: "e.csv" },
    );
    expect(error.message).toMatch(/e\.csv row 2 \(line 3\): the label "z" is unknown: no training row has it\.$/);
  });

  test("broken JSON, an array, a value that is no object", async () => {
    const jsonl = (content: string) => failure({ "t.jsonl": content }, { train: "t.jsonl" });
    expect((await jsonl('{"text": "a", "label": "x"}\n{"text": "b"\n')).message).toMatch(
      /row 2 \(line 2\): not a JSON object: "\{\\"text\\": \\"b\\""\.$/,
    );
    expect(await jsonl('[{"text": "a", "label": "x"}]\n')).toMatchObject({ code: "data-json-array" });
    expect(await jsonl('[\n  {"text": "a", "label": "x"}\n]\n')).toMatchObject({ code: "data-json-array" });
    expect((await jsonl('{"text": "a", "label": "x"}\n3\n')).message).toMatch(
      /row 2 \(line 2\): 3 is not a JSON object\.$/,
    );
  });

  test("files that are not text", async () => {
    const of = (bytes: number[] | string) =>
      failure(
        { "t.csv": typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Uint8Array.from(bytes) },
        { train: "t.csv" },
      );
    expect((await of("PK\u0003\u0004rest")).message).toMatch(
      /t\.csv is a ZIP archive \(or an Excel workbook\), not text\.$/,
    );
    expect((await of([0xff, 0xfe, 0x74, 0])).sentence).toMatch(/is UTF-16 text, not text\. Save it as UTF-8\.$/);
    expect((await of("text,label\na,x\nb\u0000,y\n")).message).toMatch(/is a binary file/);
    expect((await of("text,label\na,x\ncaf\u00e9,y\n")).message).toMatch(/t\.csv line 3 is not UTF-8\.$/);
    const parquet = await failure({ "t.parquet": "text,label\n" }, { train: "t.parquet" });
    expect(parquet.code).toBe("data-parquet-damaged");
  });

  test("a named pipe in place of a file", async () => {
    const folder = dataFolder();
    execFileSync("mkfifo", [join(folder, "pipe.csv")]);
    await expect(load(folder, { train: "pipe.csv" })).rejects.toMatchObject({ code: "data-not-a-file" });
    await expect(load(folder, { train: "/dev/null" })).rejects.toMatchObject({ code: "data-not-a-file" });
  });

  test("a column name that stands twice", async () => {
    expect((await csv("text,text,label\na,b,x\n")).message).toMatch(/names the column text twice\.$/);
  });

  test("a data set id of the hub", async () => {
    expect((await failure({}, { train: "imdb", format: "hf" })).code).toBe("data-hub");
  });
});

test("progress is told and a signal stops the reading", async () => {
  const folder = dataFolder({ "t.csv": `text,label\n${"a,x\nb,y\n".repeat(5000)}` });
  const seen: number[] = [];
  await loadClassificationData(configOf({ train: "t.csv" }), folder, { onProgress: ({ rows }) => seen.push(rows) });
  expect(seen).toEqual([4096, 8192, 10_000]);
  const aborted = AbortSignal.abort(new Error("stop"));
  await expect(loadClassificationData(configOf({ train: "t.csv" }), folder, { signal: aborted })).rejects.toThrow();
});
