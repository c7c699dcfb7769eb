/** The x axis: where a step of a run stands in steps, epochs, time since the start or by the clock. */
import type { StepClock } from "./clock.ts";
import { ceilNice } from "./ticks.ts";
import type { ChartRun, LineKind, XAxis, XRange } from "./model.ts";

/** Maps a run's steps (of system samples: seconds since its start) to the x axis and back. */
export interface AxisMap {
  x: (step: number) => number;
  step: (x: number) => number;
}

const SECOND_MS = 1000;

/** NaN comes out wherever the axis needs a clock or epochs that are not known. */
export function axisMap(axis: XAxis, run: ChartRun, clock: StepClock | undefined, kind: LineKind): AxisMap {
  const start = run.startedMs ?? Number.NaN;
  const perEpoch = run.stepsPerEpoch ?? Number.NaN;
  const unknown = (): number => Number.NaN;
  if (kind === "system") {
    const timeOf = (seconds: number): number => start + seconds * SECOND_MS;
    const secondsOf = (timeMs: number): number => (timeMs - start) / SECOND_MS;
    if (axis === "clock") return { x: timeOf, step: secondsOf };
    if (axis === "relative") return { x: (seconds) => seconds * SECOND_MS, step: (x) => x / SECOND_MS };
    if (!clock) return { x: unknown, step: unknown };
    const unit = axis === "epoch" ? perEpoch : 1;
    return {
      x: (seconds) => clock.stepAt(timeOf(seconds)) / unit,
      step: (x) => secondsOf(clock.timeAt(x * unit)),
    };
  }
  if (axis === "step") return { x: (step) => step, step: (x) => x };
  if (axis === "epoch") return { x: (step) => step / perEpoch, step: (x) => x * perEpoch };
  if (!clock) return { x: unknown, step: unknown };
  const zero = axis === "clock" ? 0 : start;
  return { x: (step) => clock.timeAt(step) - zero, step: (x) => clock.stepAt(x + zero) };
}

/** Whether a map for this axis needs to know when steps happened. */
export const needsClock = (axis: XAxis, kind: LineKind): boolean =>
  kind === "system" ? axis === "step" || axis === "epoch" : axis === "relative" || axis === "clock";

/** Steps before an end is estimated from the pace so far. */
const STEPS_TO_ESTIMATE = 20;

/**
 * The whole x axis over some runs. While a run is live it reaches to the planned end; where none is known it grows in
 * steps, so that the curve does not shift at every point. `previous` is the answer before.
 */
export function xExtent(axis: XAxis, runs: readonly ChartRun[], nowMs: number, previous?: XRange): XRange {
  const shown = runs.filter((run) => run.lastStep > 0 || run.startedMs !== null);
  if (shown.length === 0) return { from: 0, to: 1 };
  const starts = shown.map((run) => run.startedMs ?? nowMs);
  const from = axis === "clock" ? Math.min(...starts) : 0;
  const reached = Math.max(...shown.map((run) => reachedBy(axis, run, nowMs)));
  const planned = Math.max(...shown.map((run) => plannedBy(axis, run, nowMs)));
  const isOpen = (run: ChartRun): boolean => run.isLive && plannedBy(axis, run, nowMs) < reachedBy(axis, run, nowMs);
  const open = Math.max(from, ...shown.filter(isOpen).map((run) => reachedBy(axis, run, nowMs)));
  const needed = Math.max(reached, planned, from + 1e-9);
  if (previous?.from === from && reached <= previous.to) {
    // An estimate that moves a little is no reason to move the axis.
    const isEstimate = axis === "clock" || axis === "relative";
    const isClose = needed - from <= (previous.to - from) * 1.5;
    if (shown.some((run) => run.isLive) && (isEstimate ? isClose : open > from)) return previous;
  }
  return { from, to: Math.max(needed, open > from ? from + ceilNice((open - from) * 1.1) : from) };
}

function reachedBy(axis: XAxis, run: ChartRun, nowMs: number): number {
  if (axis === "step") return run.lastStep;
  if (axis === "epoch") return run.stepsPerEpoch ? run.lastStep / run.stepsPerEpoch : 0;
  const endMs = run.endedMs ?? nowMs;
  return axis === "clock" ? endMs : endMs - (run.startedMs ?? endMs);
}

function plannedBy(axis: XAxis, run: ChartRun, nowMs: number): number {
  if (!run.isLive || run.total === null) return 0;
  if (axis === "step") return run.total;
  if (axis === "epoch") return run.stepsPerEpoch ? run.total / run.stepsPerEpoch : 0;
  if (run.startedMs === null || run.lastStep < STEPS_TO_ESTIMATE) return 0;
  const durationMs = ((nowMs - run.startedMs) / run.lastStep) * run.total;
  return axis === "clock" ? run.startedMs + durationMs : durationMs;
}
