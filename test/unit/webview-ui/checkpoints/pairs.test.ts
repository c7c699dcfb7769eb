import { expect, test } from "vitest";
import { countPairs, pairUp } from "../../../../webview-ui/checkpoints/pairs.ts";
import { readSamples } from "../../../../webview-ui/samples/sample-rows.ts";

/** Rows as `row: label prediction`. */
const samples = (rows: [row: number, label: string, prediction: string][]) =>
  readSamples({
    name: "eval/samples",
    step: 1,
    columns: ["text", "label", "prediction", "file", "row"],
    rows: rows.map(([row, label, prediction]) => [`text ${row}`, label, prediction, "dev.jsonl", row]),
  });

test("rows stored at both steps are paired in the order of the data and named by what became of them", () => {
  const a = samples([
    [9, "x", "x"],
    [2, "x", "x"],
    [3, "x", "y"],
    [4, "x", "z"],
    [5, "x", "x"],
    [8, "x", "x"],
  ]);
  const b = samples([
    [2, "x", "y"],
    [3, "x", "x"],
    [4, "x", "y"],
    [5, "x", "x"],
    [7, "x", "x"],
    [9, "x", "y"],
  ]);
  const pairs = pairUp(a, b);
  expect(pairs.map((pair) => [pair.a.row, pair.kind, pair.isChanged])).toEqual([
    [2, "fixed", true],
    [3, "broken", true],
    [4, "wrong", true],
    [5, "right", false],
    [9, "fixed", true],
  ]);
  expect(countPairs(pairs)).toEqual({ changed: 4, fixed: 2, broken: 1, wrong: 1, all: 5 });
});

test("without labels only a change can be told", () => {
  const table = (text: string) =>
    readSamples({ name: "t", step: 1, columns: ["prompt", "completion"], rows: [["Say hi", text]] });
  expect(pairUp(table("hi"), table("hello"))).toMatchObject([{ kind: "unjudged", isChanged: true }]);
});
