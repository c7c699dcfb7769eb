import { describe, expect, test } from "vitest";
import type { AnyEvent } from "../../../src/journal/events.ts";
import type { NewEvent } from "../../../src/journal/writer.ts";
import { RunFold, type StoredFold } from "../../../src/runs/fold.ts";

const at = (timeMs: number, event: NewEvent): AnyEvent => ({ ...event, timeMs }) as AnyEvent;
const header = (writer: "trainer" | "runner", segment: number, fromStep: number, timeMs: number): AnyEvent =>
  at(timeMs, { t: "journal", version: 1, writer, run: "r", segment, fromStep });
const state = (timeMs: number, name: "running" | "preparing" | "stopping" | "stopped"): AnyEvent =>
  at(timeMs, { t: "state", state: name, cause: "" });
const metrics = (timeMs: number, step: number): AnyEvent =>
  at(timeMs, { t: "metrics", step, values: { "train/loss": 1 } });

function activityOf(events: AnyEvent[], runner: AnyEvent[], stored?: StoredFold) {
  const fold = new RunFold(stored);
  for (const event of events) fold.apply("events", event);
  for (const event of runner) fold.apply("runner", event);
  return fold.view().activity;
}

describe("how fast a run goes", () => {
  const running = [header("runner", 1, 0, 0), state(0, "running")];

  test("is the median of its steps, so that an evaluation in between moves nothing", () => {
    const even = [10, 20, 30, 40].map((step) => metrics(1000 + step * 200, step));
    const afterEvaluation = [50, 60].map((step) => metrics(60_000 + step * 200, step));
    const { stepsPerSecond, usualGapMs, lastDataMs } = activityOf([...even, ...afterEvaluation], running);
    expect([stepsPerSecond, usualGapMs, lastDataMs]).toEqual([5, 2000, 72_000]);
  });

  test("is unknown before there are three steps, and anew after a resume", () => {
    expect(activityOf([metrics(1000, 1), metrics(2000, 2)], running)).toMatchObject({
      stepsPerSecond: null,
      usualGapMs: null,
    });
    const resumed = [1, 2, 3].map((step) => metrics(step * 1000, step));
    resumed.push(header("trainer", 2, 3, 90_000), metrics(91_000, 4));
    expect(activityOf(resumed, [...running, header("runner", 2, 3, 90_000)])).toMatchObject({
      stepsPerSecond: null,
      lastDataMs: 91_000,
    });
  });
});

describe("how long a run ran", () => {
  test("pauses between a stop and a resume do not count", () => {
    const runner = [
      header("runner", 1, 0, 0),
      state(1000, "preparing"),
      state(2000, "running"),
      state(9000, "stopping"),
      state(11_000, "stopped"),
      header("runner", 2, 5, 500_000),
      state(500_000, "preparing"),
    ];
    expect(activityOf([], runner)).toMatchObject({ ranMs: 10_000, beganMs: 500_000 });
  });
});

describe("a stop under way", () => {
  const runner = [
    header("runner", 1, 0, 0),
    state(0, "running"),
    state(5000, "stopping"),
    at(5000, { t: "stop", stage: "asked" }),
  ];

  test("is told with its stage and time, until it has ended", () => {
    expect(activityOf([], runner).stop).toEqual({ stage: "asked", timeMs: 5000 });
    const termed = [...runner, at(8000, { t: "stop", stage: "sigterm" })];
    expect(activityOf([], termed).stop).toEqual({ stage: "sigterm", timeMs: 8000 });
    expect(activityOf([], [...termed, state(9000, "stopped")]).stop).toBeNull();
  });
});

test("a fold stored by a version that knew nothing of this goes on", () => {
  const fold = new RunFold();
  fold.apply("events", metrics(1000, 1));
  const stored = JSON.parse(JSON.stringify(fold.toJSON())) as {
    events: Record<string, unknown>;
    runner: Record<string, unknown>;
  };
  for (const key of ["pace", "epochs", "stepsPerEpoch"]) delete stored.events[key];
  for (const key of ["ranMs", "beganMs", "stop"]) delete stored.runner[key];
  const activity = activityOf([metrics(2000, 2)], [], stored as unknown as StoredFold);
  expect(activity).toMatchObject({ epochs: null, lastDataMs: 2000, ranMs: 0, stop: null });
});
