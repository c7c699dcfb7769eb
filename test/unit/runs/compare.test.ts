import { expect, test } from "vitest";
import { compareRuns } from "../../../src/runs/compare.ts";
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
