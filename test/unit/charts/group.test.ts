import { describe, expect, test, vi } from "vitest";
import { ChartGroup } from "../../../webview-ui/charts/group.ts";
import type { ChartRun } from "../../../webview-ui/charts/model.ts";

const run = (more: Partial<ChartRun> = {}): ChartRun => ({
  id: "a",
  startedMs: 1000,
  endedMs: null,
  isLive: true,
  lastStep: 500,
  total: 1000,
  stepsPerEpoch: 100,
  ...more,
});
const withRuns = (...runs: ChartRun[]): ChartGroup => {
  const group = new ChartGroup();
  group.setRuns(runs);
  return group;
};

describe("zoom and Follow", () => {
  test("a zoom ends Follow; a reset begins it again", () => {
    const group = withRuns(run());
    group.zoomTo({ from: 200, to: 100 });
    expect([group.range(), group.follows]).toEqual([{ from: 100, to: 200 }, false]);
    group.resetZoom();
    expect([group.range(), group.follows]).toEqual([{ from: 0, to: 1000 }, true]);
  });

  test("live data leaves a zoom where it is unless it follows; then it keeps its width", () => {
    const group = withRuns(run());
    group.zoomTo({ from: 400, to: 500 });
    group.setRuns([run({ lastStep: 520 })]);
    expect(group.range()).toEqual({ from: 400, to: 500 });
    group.follows = true;
    expect(group.range()).toEqual({ from: 420, to: 520 });
    group.setRuns([run({ lastStep: 550 })]);
    expect(group.range()).toEqual({ from: 450, to: 550 });
  });

  test("zooming out beyond everything is no zoom", () => {
    const group = withRuns(run());
    group.zoomAt(500, 0.5);
    expect(group.range()).toEqual({ from: 250, to: 750 });
    group.zoomAt(500, 8);
    expect(group.zoom).toBeUndefined();
  });
});

test("the y axis may shrink after a zoom or another scale, never for live data", () => {
  const group = withRuns(run());
  const before = group.scaleEpoch;
  group.setRuns([run({ lastStep: 501 })]);
  group.smoothing = 0.3;
  expect(group.scaleEpoch).toBe(before);
  group.zoomTo({ from: 1, to: 9 });
  expect(group.scaleEpoch).toBeGreaterThan(before);
});

test("a pinned crosshair stays until it is freed", () => {
  const group = withRuns(run());
  group.setCrosshair({ x: 5, chart: "one" });
  group.pin(true);
  group.setCrosshair({ x: 9, chart: "two" });
  group.setCrosshair(undefined);
  expect(group.crosshair).toEqual({ x: 5, chart: "one" });
  group.pin(false);
  expect(group.crosshair).toBeUndefined();
});

test("moving the crosshair tells no one that lines changed", () => {
  const group = withRuns(run());
  const lines = vi.fn<() => void>();
  const crosshair = vi.fn<() => void>();
  group.on("lines", lines);
  group.on("crosshair", crosshair);
  group.setCrosshair({ x: 1, chart: "one" });
  group.setCrosshair({ x: 1, chart: "one" });
  expect([lines.mock.calls.length, crosshair.mock.calls.length]).toEqual([0, 1]);
});

test("hidden and isolated runs are left out of the axis", () => {
  const group = withRuns(run(), run({ id: "b", isLive: false, lastStep: 4000 }));
  expect(group.range().to).toBe(4000);
  group.toggle("b");
  expect([group.isShown("b"), group.range().to]).toEqual([false, 1000]);
  group.toggle("b");
  group.isolate("a");
  expect([group.isShown("a"), group.isShown("b")]).toEqual([true, false]);
  group.isolate("a");
  expect(group.isShown("b")).toBe(true);
});

test("epochs are offered only where every run knows its steps an epoch", () => {
  expect(withRuns(run()).axes).toContain("epoch");
  const group = withRuns(run(), run({ id: "b", stepsPerEpoch: null }));
  group.axis = "epoch";
  expect([group.axes.includes("epoch"), group.axis]).toEqual([false, "step"]);
});

describe("what is kept over a reload", () => {
  test("comes back as it was", () => {
    const group = withRuns(run());
    group.axis = "relative";
    group.ignoresOutliers = false;
    group.setLog("train/loss", false);
    group.toggle("b");
    group.zoomTo({ from: 10, to: 20 });
    const other = withRuns(run());
    other.fromState(structuredClone(group.toState()));
    expect(other.toState()).toEqual(group.toState());
    expect(other.isLog("train/loss", true)).toBe(false);
  });

  test.each([undefined, null, 7, { axis: "moon", zoom: { from: 2, to: 1 }, logs: 3, hidden: "x" }])(
    "ignores what is none: %j",
    (raw) => {
      const group = withRuns(run());
      const before = group.toState();
      group.fromState(raw);
      expect(group.toState()).toEqual(before);
    },
  );
});
