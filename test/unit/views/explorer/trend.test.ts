import { expect, test } from "vitest";
import type { RunListItem } from "../../../../src/runs/model.ts";
import { trendOf } from "../../../../src/views/explorer/trend.ts";

const run = (id: string, f1: number | null, decides = "eval/f1_macro"): RunListItem =>
  ({
    id,
    decidingMetric: decides,
    metrics: f1 === null ? {} : { [decides]: { max: f1, maxStep: 1, min: f1, minStep: 1 } },
  }) as unknown as RunListItem;

test("the last results stand as bars, oldest first, and as numbers in the words", () => {
  const trend = trendOf([run("c", 0.9), run("b", null), run("a", 0.5)]);
  expect(trend).toMatchObject({ runs: ["a", "c"], bars: "▁█" });
  expect(trend?.words).toMatch(/f1_macro of the last 2 runs, oldest first: 0\.5\d* · 0\.9/);
});

test("at most eight results, all of the metric that judges the newest run", () => {
  const many = Array.from({ length: 12 }, (_, index) => run(`r${index}`, index / 20));
  expect(trendOf(many)?.runs).toHaveLength(8);
  expect(trendOf([run("b", 0.9), run("a", 0.5, "eval/accuracy")])).toBeUndefined();
  expect(trendOf([])).toBeUndefined();
});
