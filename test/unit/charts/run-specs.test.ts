import { describe, expect, test } from "vitest";
import type { RunView } from "../../../src/messages/run-view.ts";
import type { ChartSpec } from "../../../webview-ui/charts/model.ts";
import { chartRun, runSections } from "../../../webview-ui/charts/run-specs.ts";

const metric = (more: Partial<RunView["metrics"][string]> = {}): RunView["metrics"][string] => ({
  last: 1,
  lastStep: 60,
  min: 0.5,
  minStep: 40,
  max: 2,
  maxStep: 1,
  count: 60,
  goal: null,
  ...more,
});

/** A run at step 60 of 100, resumed from 40, with a spike and two evaluations. */
const view = {
  id: "child",
  name: "child",
  slot: 3,
  state: "running",
  startedMs: 1000,
  endedMs: null,
  parent: null,
  progress: { step: 60, total: 100, epoch: 0.6 },
  stepsPerEpoch: 100,
  metrics: {
    "train/loss": metric({ goal: "min" }),
    "train/learning_rate": metric(),
    "train/grad_norm": metric(),
    "eval/loss": metric({ goal: "min" }),
    "eval/f1": metric({ goal: "max", max: 0.9, maxStep: 40 }),
    "system/gpu.0.memory": metric({ max: 6 * 2 ** 30, lastStep: 900 }),
    "system/cpu": metric({ lastStep: 900 }),
  },
  segments: [
    { segment: 1, fromStep: 0, cutStep: 40, startedMs: 1000 },
    { segment: 2, fromStep: 40, cutStep: null, startedMs: 9000 },
  ],
  checkpoints: [
    { step: 20, tags: [], present: false, segment: 1 },
    { step: 40, tags: ["best"], present: true, segment: 1 },
    { step: 50, tags: [], present: true, segment: 1 },
    { step: 60, tags: ["last"], present: true, segment: 2 },
  ],
  best: { metric: "eval/f1", value: 0.9, step: 40, timeMs: null },
  alerts: [
    { timeMs: 1, level: "warning", code: "loss-spike", message: "Spike.", step: 55, muted: false },
    { timeMs: 1, level: "warning", code: "slow", message: "Slow.", step: 56, muted: true },
  ],
  machine: { cores: 4, memoryBytes: 64 * 2 ** 30, gpus: [{ index: 0, name: "GPU", memoryBytes: 24 * 2 ** 30 }] },
  plan: { learningRate: 2e-4, scheduler: "linear", warmupSteps: 10, maxGradNorm: 1 },
} as unknown as RunView;

const specOf = (name: string, of: RunView = view): ChartSpec =>
  runSections(of)
    .flatMap(({ specs }) => specs)
    .find((spec) => spec.metric === name)!;
const marks = (name: string): string[] =>
  (specOf(name).marks ?? []).map(
    (mark) => `${mark.kind}${mark.kind === "checkpoint" ? ` ${mark.state}` : ""} ${mark.step}`,
  );

test("charts are grouped and ordered", () => {
  expect(runSections(view).map(({ prefix, specs }) => [prefix, ...specs.map(({ title }) => title)])).toEqual([
    ["train/", "train/loss", "train/learning_rate", "train/grad_norm"],
    ["eval/", "eval/loss", "eval/f1"],
    ["system/", "GPU memory", "CPU utilisation"],
  ]);
});

test("the axis counts optimizer steps, not seconds of system samples", () => {
  expect(chartRun(view)).toMatchObject({ lastStep: 60, total: 100, isLive: true });
});

describe("marks", () => {
  test("are checkpoints that count, the resume, and alerts that are not muted", () => {
    expect(marks("train/loss")).toEqual([
      "checkpoint pruned 20",
      "checkpoint best 40",
      "checkpoint kept 60",
      "resume 40",
      "alert 55",
    ]);
  });
  test("alerts stand where training is drawn, none on the machine", () => {
    expect(marks("eval/f1")).not.toContain("alert 55");
    expect(marks("system/cpu")).toEqual([]);
  });
});

test("a resumed run shows what was cut off, faint", () => {
  expect(specOf("train/loss").lines.map(({ part, isBackground }) => [part, isBackground])).toEqual([
    [undefined, undefined],
    ["abandoned", true],
  ]);
});

test("a fork is joined to its parent's curve up to the fork", () => {
  const fork = {
    ...view,
    segments: view.segments.slice(1),
    parent: { run: "mother", step: 40, name: "mother", slot: 5 },
  };
  const [, parent] = specOf("train/loss", fork).lines;
  expect(parent).toMatchObject({ run: "mother", to: 40, slot: 5, isBackground: true });
  expect(specOf("system/cpu", fork).lines).toHaveLength(1);
});

describe("what is known beside the points", () => {
  test("the planned learning rate goes on from the last step to the end", () => {
    const { plan } = specOf("train/learning_rate");
    expect([plan!.from, plan!.to]).toEqual([60, 100]);
    expect(plan!.at(61)).toBeCloseTo((2e-4 * 40) / 90, 12);
    expect(specOf("train/learning_rate", { ...view, state: "finished" }).plan).toBeUndefined();
    expect(specOf("train/loss").plan).toBeUndefined();
  });
  test("the gradient's clip", () => {
    expect(specOf("train/grad_norm").limits).toEqual([{ value: 1, label: "clip 1.0" }]);
    expect(specOf("train/loss").limits).toEqual([]);
  });
  test("the machine's memory and its words", () => {
    const memory = specOf("system/gpu.0.memory");
    expect(memory.range).toEqual({ min: 0, max: 24 * 2 ** 30 });
    expect(memory.phrase!("6.8 GB")).toBe("6.8 of 24 GB");
    expect(specOf("system/cpu").range).toEqual({ min: 0, max: 100 });
  });
  test("the best point, ringed in every evaluation, named in the deciding one", () => {
    expect(specOf("eval/f1")).toMatchObject({ isDeciding: true, best: [{ step: 40, value: 0.9 }] });
    expect(specOf("eval/loss")).toMatchObject({ best: [{ step: 40, value: 0.5 }] });
    expect(specOf("eval/loss").isDeciding).toBeUndefined();
    expect(specOf("train/loss").best).toBeUndefined();
  });
});
