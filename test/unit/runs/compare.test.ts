import { expect, test } from "vitest";
import { bestStepOf, compareKeys, compareRuns, finalsAtBest } from "../../../src/runs/compare.ts";
import type { MetricSummary, RunRecord } from "../../../src/runs/model.ts";

const summary = (last: MetricSummary["last"]): MetricSummary => ({
  last,
  lastStep: 1,
  min: null,
  minStep: null,
  max: null,
  maxStep: null,
  count: 1,
});

const record = (more: Partial<RunRecord>): RunRecord =>
  ({ id: "A", name: "a", state: "finished", config: {}, environment: {}, metrics: {}, ...more }) as RunRecord;

test("only keys that differ are listed, lists as wholes, a missing key as undefined", () => {
  const { config, environment } = compareRuns([
    record({ config: { train: { lr: 1, bs: 8 }, labels: ["a", "b"] }, environment: { node: "20" } }),
    record({ config: { train: { lr: 2, bs: 8 }, labels: ["a", "c"], extra: null }, environment: { node: "20" } }),
  ]);
  expect(config).toEqual([
    { key: "train.lr", values: [1, 2] },
    {
      key: "labels",
      values: [
        ["a", "b"],
        ["a", "c"],
      ],
    },
    { key: "extra", values: [undefined, null] },
  ]);
  expect(environment).toEqual([]);
});

test("differences of metrics are to the first run, null where there is nothing to subtract", () => {
  const { metrics } = compareRuns([
    record({ metrics: { "eval/loss": summary(0.5), "system/cpu": summary(3) } }),
    record({ metrics: { "eval/loss": summary(0.25), "eval/f1": summary(0.75) } }),
    record({ metrics: { "eval/loss": summary("NaN") } }),
  ]);
  expect(metrics).toEqual([
    { name: "eval/f1", goal: "max", values: [null, 0.75, null], deltas: [null, null, null] },
    { name: "eval/loss", goal: "min", values: [0.5, 0.25, "NaN"], deltas: [0, -0.25, null] },
  ]);
});

test("all keys can be laid side by side, null being a value and a missing key none", () => {
  expect(compareKeys([{ a: { b: 1, c: null } }, { a: { b: 1 } }])).toEqual([
    { key: "a.b", values: [1, 1], present: [true, true], differs: false },
    { key: "a.c", values: [null, undefined], present: [true, false], differs: true },
  ]);
});

test("final metrics are those of the best checkpoint; the training loss stands in only where nothing was measured", () => {
  const checkpoint = (step: number, f1: number, tags: "best"[]) =>
    ({ step, tags, metrics: { "eval/f1": f1 } }) as unknown as RunRecord["checkpoints"][number];
  const metrics = { "eval/f1": summary(0.25), "train/loss": summary(1), "system/cpu": summary(3) };
  const best = record({ metrics, checkpoints: [checkpoint(1, 0.75, ["best"]), checkpoint(2, 0.25, [])] });
  const none = record({ metrics, checkpoints: [] });
  expect(finalsAtBest([best, none])).toEqual([{ name: "eval/f1", goal: "max", values: [0.75, 0.25] }]);
  expect([bestStepOf(best), bestStepOf(none)]).toEqual([1, undefined]);
  const blind = record({ metrics: { "train/loss": summary(0.5) }, checkpoints: [] });
  expect(finalsAtBest([blind])).toEqual([{ name: "train/loss", goal: "min", values: [0.5] }]);
});
