import { describe, expect, test } from "vitest";
import { axisMap, xExtent } from "../../../webview-ui/charts/axis.ts";
import { StepClock } from "../../../webview-ui/charts/clock.ts";
import type { ChartRun } from "../../../webview-ui/charts/model.ts";

const START = 1_760_000_000_000;
const run: ChartRun = {
  id: "a",
  startedMs: START,
  endedMs: null,
  isLive: true,
  lastStep: 100,
  total: 400,
  stepsPerEpoch: 50,
};
/** Ten seconds until the first step, then one second a step, with a break of a minute after step 50. */
const clock = new StepClock({
  steps: Float64Array.from([1, 50, 51, 100]),
  timesMs: Float64Array.from([11, 60, 121, 170], (seconds) => START + seconds * 1000),
});

describe("where steps stand", () => {
  test.each([
    ["step", 50, 50],
    ["epoch", 75, 1.5],
    ["relative", 50, 60_000],
    ["clock", 51, START + 121_000],
  ] as const)("on the axis %s: %d → %d, and back", (axis, step, x) => {
    const map = axisMap(axis, run, clock, "train");
    expect(map.x(step)).toBeCloseTo(x, 6);
    expect(map.step(x)).toBeCloseTo(step, 6);
  });

  test("system samples stand at the step that was being made", () => {
    const map = axisMap("step", run, clock, "system");
    expect(map.x(60)).toBeCloseTo(50, 6);
    expect(map.x(90.5)).toBeCloseTo(50.5, 6);
    expect(map.step(100)).toBeCloseTo(170, 6);
    expect(axisMap("relative", run, undefined, "system").x(90)).toBe(90_000);
  });

  test("without a clock or epochs the axis does not guess", () => {
    expect(axisMap("relative", run, undefined, "train").x(5)).toBeNaN();
    expect(axisMap("epoch", { ...run, stepsPerEpoch: null }, clock, "train").x(5)).toBeNaN();
  });
});

describe("the whole axis", () => {
  const now = START + 200_000;
  test("reaches to the planned end while the run is live, then to the last step", () => {
    expect(xExtent("step", [run], now)).toEqual({ from: 0, to: 400 });
    expect(xExtent("epoch", [run], now)).toEqual({ from: 0, to: 8 });
    expect(xExtent("step", [{ ...run, isLive: false }], now)).toEqual({ from: 0, to: 100 });
  });

  test("of an unknown end grows in steps", () => {
    const open = { ...run, total: null };
    const first = xExtent("step", [open], now);
    expect(first.to).toBeGreaterThan(100);
    expect(xExtent("step", [{ ...open, lastStep: first.to - 1 }], now, first)).toBe(first);
    expect(xExtent("step", [{ ...open, lastStep: first.to + 1 }], now, first).to).toBeGreaterThan(first.to + 1);
  });

  test("of time estimates the end by the pace and holds still", () => {
    const first = xExtent("relative", [run], now);
    expect(first.to).toBeCloseTo(800_000, -2);
    expect(xExtent("relative", [{ ...run, lastStep: 101 }], now + 1000, first)).toBe(first);
  });

  test("holds every run", () => {
    const other = { ...run, id: "b", isLive: false, lastStep: 900, total: 900 };
    expect(xExtent("step", [run, other], now).to).toBe(900);
    expect(xExtent("step", [], now)).toEqual({ from: 0, to: 1 });
  });
});

test("a clock goes on with newer pairs and ignores those it has", () => {
  const own = new StepClock({ steps: Float64Array.from([1, 2]), timesMs: Float64Array.from([1000, 2000]) });
  own.append(Float64Array.from([2, 4]), Float64Array.from([2000, 6000]));
  expect(own.timeAt(3)).toBe(4000);
  expect(own.stepAt(6000)).toBe(4);
  expect(new StepClock({ steps: new Float64Array(0), timesMs: new Float64Array(0) }).timeAt(1)).toBeNaN();
});
