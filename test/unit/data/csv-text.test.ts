import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { csvRows } from "../../../src/data/csv.ts";
import { sniffDelimiter } from "../../../src/data/delimiter.ts";
import { readText } from "../../../src/data/text.ts";
import { dataFolder } from "../../support/data-folder.ts";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test("any table survives writing and reading, with the line each record starts at", async () => {
  const random = createRandom(11);
  const alphabet = ["a", "ü", "🎉", ",", ";", '"', "\n", "\r\n", " ", "\t", "'"];
  for (const [round, end] of ["\n", "\r\n", "\r"]
    .flatMap((lineEnd) => Array.from({ length: 20 }, () => lineEnd))
    .entries()) {
    const rows = Array.from({ length: 30 }, () =>
      [0, 1].map(() => Array.from({ length: random.int(8) }, () => alphabet[random.int(alphabet.length)]).join("")),
    ).filter(([first]) => first !== "");
    const records = [["text", "label"], ...rows].map((row) => row.map(quoted).join(","));
    const file = join(dataFolder({ "t.csv": records.join(end) + (round % 2 ? end : "") }), "t.csv");
    const read = await all(csvRows(file, ",", {}));
    expect(read.map(({ values }) => [values["text"], values["label"]])).toEqual(
      rows.map((row) => row.map(withLineFeeds)),
    );
    expect(read.map(({ line }) => line)).toEqual(startLines(records.map(withLineFeeds)).slice(1));
  }
});

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
const withLineFeeds = (text: string): string => text.replaceAll("\r\n", "\n");

function startLines(records: readonly string[]): number[] {
  let line = 1;
  return records.map((record) => {
    const start = line;
    line += record.split("\n").length;
    return start;
  });
}

test("an unbalanced quote is found wherever it stands, on its own line", async () => {
  for (let bad = 0; bad < 12; bad++) {
    const records = Array.from({ length: 12 }, (_, row) => `"text\n${row}, and more",x`);
    records[bad] = `"open ${bad},x`;
    const file = join(dataFolder({ "t.csv": ["text,label", ...records].join("\n") }), "t.csv");
    await expect(all(csvRows(file, ",", {}))).rejects.toMatchObject({
      code: "data-quote-unbalanced",
      line: 2 + 2 * bad,
    });
  }
});

test("the delimiter is the one that cuts all records alike", () => {
  expect(sniffDelimiter("a,b\n1,2\n")).toBe(",");
  expect(sniffDelimiter("a;b\n1,5;2\n2,5;3\n")).toBe(";");
  expect(sniffDelimiter('text|label\n"a|b, c",x\n"d",y\n')).toBe("|");
  expect(sniffDelimiter('text,label\n"a;b;c",x\n')).toBe(",");
  expect(sniffDelimiter("text\tlabel\na, b, c\tx\n")).toBe("\t");
  expect(sniffDelimiter("text\nonly one column, of texts\n")).toBe(",");
});

test("line ends and characters that are cut between two reads stay whole", async () => {
  // The pieces are 256 kB: put a carriage return, then a four-byte character, across their border.
  for (const [border, expected] of [
    ["\r\n", "\n"],
    ["\r", "\n"],
    ["🎉", "🎉"],
  ] as const) {
    const before = "x".repeat((1 << 18) - 1);
    const file = join(dataFolder({ "t.txt": `${before}${border}y` }), "t.txt");
    expect((await all(readText(file))).join("") === `${before}${expected}y`).toBe(true);
  }
});

test("a byte that is not UTF-8 is told with its line, far into the file", async () => {
  const good = Buffer.from("größe,x\n".repeat(50_000));
  const file = join(
    dataFolder({ "t.csv": Buffer.concat([good, Buffer.from("caf\u00e9,x\nmore,y\n", "latin1")]) }),
    "t.csv",
  );
  await expect(all(readText(file))).rejects.toMatchObject({ code: "data-encoding", line: 50_001 });
});
