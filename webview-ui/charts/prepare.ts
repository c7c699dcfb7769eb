/** Curves made ready to be stroked: positions on the x axis, smoothed values, differences. */
import type { AxisMap } from "./axis.ts";
import type { Curve } from "./curve.ts";
import { firstAtOrAfter } from "./curve.ts";
import type { ChartLine } from "./model.ts";
import { smoothed } from "./smooth.ts";

/** One line as it is drawn. Columns of equal length; x rising, NaN where the axis does not know. */
export interface PreparedLine {
  line: ChartLine;
  /** Middle of each bucket on the x axis. */
  x: Float64Array;
  /** Middle of each bucket in steps (seconds for system samples). */
  steps: Float64Array;
  /** First and last step of each bucket. */
  step0: Float64Array;
  step1: Float64Array;
  /** What the line goes through: smoothed, or as it is. NaN = gap. */
  shown: Float64Array;
  mean: Float64Array;
  min: Float64Array;
  max: Float64Array;
  /** Whether a bucket holds a value that is no number. */
  hasNaN: (index: number) => boolean;
  /** Buckets hold more than one point each. */
  isBucketed: boolean;
}

export interface PrepareOptions {
  smoothing: number;
  /** Difference mode: the line of the baseline run. */
  minus?: PreparedLine;
}

/** @param map where steps stand on the x axis */
export function prepareLine(line: ChartLine, curve: Curve, map: AxisMap, { smoothing }: PrepareOptions): PreparedLine {
  const length = line.to === undefined ? curve.length : firstAtOrAfter(curve.column("step0"), line.to + 1e-9);
  const column = (name: Parameters<Curve["column"]>[0]): Float64Array => curve.column(name).subarray(0, length);
  const step0 = column("step0");
  const step1 = column("step1");
  const steps = new Float64Array(length);
  const x = new Float64Array(length);
  let isBucketed = false;
  for (let i = 0; i < length; i++) {
    steps[i] = step0[i] === step1[i] ? step0[i]! : (step0[i]! + step1[i]!) / 2;
    x[i] = map.x(steps[i]!);
    if (step0[i] !== step1[i]) isBucketed = true;
  }
  const mean = column("mean");
  const counts = column("count");
  const finite = column("finite");
  return {
    line,
    x,
    steps,
    step0,
    step1,
    mean,
    min: column("min"),
    max: column("max"),
    shown: line.kind === "train" && isSmoothable(line.metric) ? smoothed(mean, counts, smoothing) : mean,
    hasNaN: (index) => counts[index] !== finite[index],
    isBucketed,
  };
}

/** Plans are no measurements: their corners must not be rounded off. */
const isSmoothable = (metric: string): boolean => !/(^|\/)(learning_rate|lr|epoch)(\/|$)/.test(metric);

/**
 * A line as its difference to another, at that one's points: positive where `line` is greater. Outside the stretch both
 * have there is nothing.
 */
export function differenceOf(line: PreparedLine, base: PreparedLine): PreparedLine {
  const at = (from: Float64Array): Float64Array =>
    base.x.map((x, index) => valueAt(line.x, from, x) - base.shown[index]!);
  const shown = at(line.shown);
  const mean = base.x.map((x, index) => valueAt(line.x, line.mean, x) - base.mean[index]!);
  const { x, steps, step0, step1 } = base;
  return { ...line, x, steps, step0, step1, shown, mean, min: mean, max: mean, hasNaN: () => false };
}

/** The value at an x between two points, NaN outside and beside a gap. */
export function valueAt(xs: Float64Array, values: Float64Array, x: number): number {
  const after = firstAtOrAfter(xs, x);
  if (after >= xs.length) return Number.NaN;
  if (xs[after] === x) return values[after]!;
  if (after === 0) return Number.NaN;
  const share = (x - xs[after - 1]!) / (xs[after]! - xs[after - 1]!);
  return values[after - 1]! * (1 - share) + values[after]! * share;
}
