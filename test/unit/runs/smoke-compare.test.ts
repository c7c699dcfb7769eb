import { expect, test } from "vitest";
import type { TableEvent } from "../../../src/journal/events.ts";
import { comparePredictions } from "../../../src/runs/smoke/compare.ts";

const samples = (...generated: string[]): TableEvent => ({
  t: "table",
  timeMs: 0,
  name: "eval/samples",
  step: 2,
  columns: ["prompt", "reference", "generated", "file", "row"],
  rows: generated.map((text, index) => ["How much?", "45 euros", text, "eval.jsonl", index + 1]),
});

test("a language model that writes something else after it is loaded again is told of", () => {
  expect(comparePredictions(samples("45", "two"), samples("45", "two"))).toMatchObject({
    rows: 2,
    changed: 0,
    problem: null,
  });
  const { changed, problem } = comparePredictions(samples("45", "two"), samples("45", "noise"));
  expect(changed).toBe(1);
  expect(problem).toContain("1 of 2 rows");
});
