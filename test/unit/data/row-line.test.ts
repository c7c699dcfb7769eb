import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeFile } from "../../../src/data/describe-file.ts";
import { lineOfRow } from "../../../src/data/row-line.ts";

const folder = mkdtempSync(join(tmpdir(), "tuning-fork-rows-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("the line of a row counts line breaks in quotes and skips blank lines", async () => {
  const csv = file("a.csv", 'text,label\n"two\nlines",x\n\nplain,y\n');
  expect([await lineOfRow(csv, 1), await lineOfRow(csv, 2)]).toEqual([2, 5]);
  const jsonl = file("a.jsonl", '{"text":"a"}\n\n{"text":"b"}\n');
  expect([await lineOfRow(jsonl, 1), await lineOfRow(jsonl, 2)]).toEqual([1, 3]);
});

test("a row that is no more is said with what there is", async () => {
  const csv = file("b.csv", "text,label\na,x\n");
  await expect(lineOfRow(csv, 7)).rejects.toThrow(/has 1 rows; row 7 is no longer there/);
});

test("text and label columns are found by name, else by what they hold", async () => {
  const named = file(
    "c.csv",
    "id,body,category\n1,some longer text here,a\n2,another text of some length,b\n3,and a third one,a\n",
  );
  expect(await describeFile(named)).toMatchObject({
    textColumn: "body",
    labelColumn: "category",
    labels: ["a", "b"],
    rows: 3,
  });
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row},ticket number ${row} says something long,${row % 3},x${row}`,
  );
  const unnamed = file("d.csv", `nr,what,kind,code\n${rows.join("\n")}\n`);
  expect(await describeFile(unnamed)).toMatchObject({
    textColumn: "what",
    labelColumn: "kind",
    labels: ["0", "1", "2"],
  });
  const none = file("e.csv", "a,b\n1,2\n3,4\n");
  expect(await describeFile(none)).toMatchObject({ textColumn: undefined, labels: undefined });
});
