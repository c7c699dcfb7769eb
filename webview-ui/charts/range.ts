/** The y axis: what it must show, and that it does not jump. */
import { ceilNice } from "./ticks.ts";

export interface YRange {
  min: number;
  max: number;
}

/** Where a share of the sorted values lies below. */
function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.min(sorted.length - 1, low + 1)]!;
  return a + (b - a) * (at - low);
}

/** Fewest values of which a few may be called outliers. */
const ENOUGH_FOR_OUTLIERS = 20;

/** Values of which percentiles are taken: enough for a hundredth to be exact to a pixel, few enough to be sorted in a frame. */
const SAMPLE = 16_384;

/** Least and greatest of many values, and a sample spread evenly over them. */
export class ValueSample {
  readonly #every: number;
  readonly #kept: Float64Array;
  #seen = 0;
  #count = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  /** The least above 0. */
  leastPositive = Number.POSITIVE_INFINITY;

  /** @param most how many values come at most */
  constructor(most: number) {
    this.#every = Math.max(1, Math.ceil(most / SAMPLE));
    this.#kept = new Float64Array(Math.ceil(most / this.#every));
  }

  static of(values: Iterable<number>): ValueSample {
    const all = [...values];
    const sample = new ValueSample(all.length);
    for (const value of all) sample.add(value);
    return sample;
  }

  /** Takes a value; what is not finite is left out. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (value > 0 && value < this.leastPositive) this.leastPositive = value;
    if (this.#seen++ % this.#every === 0) this.#kept[this.#count++] = value;
  }

  sorted(): Float64Array {
    return this.#kept.slice(0, this.#count).sort();
  }
}

/**
 * What the axis must show of raw values and of the lines through them. Without outliers that are the 1st to 99th
 * percentile of the raw values, widened to the lines as far as these stay within once the percentiles' span beyond.
 * @param lines finite values of the smoothed lines
 * @returns undefined without any value that the scale can show
 */
export function dataRange(
  raw: ValueSample,
  lines: YRange | undefined,
  { ignoresOutliers, isLog }: { ignoresOutliers: boolean; isLog: boolean },
): YRange | undefined {
  let min = isLog ? raw.leastPositive : raw.least;
  let max = raw.greatest;
  if (!(min <= max)) return undefined;
  if (!ignoresOutliers) return { min, max };
  const sorted = raw.sorted();
  const values = isLog ? sorted.subarray(firstPositive(sorted)) : sorted;
  if (values.length < ENOUGH_FOR_OUTLIERS) return { min, max };
  const to = isLog ? Math.log10 : identity;
  const from = isLog ? (value: number): number => 10 ** value : identity;
  const low = to(quantile(values, 0.01));
  const high = to(quantile(values, 0.99));
  const room = high - low;
  const lineMin = lines && (!isLog || lines.min > 0) ? to(lines.min) : low;
  const lineMax = lines && (!isLog || lines.max > 0) ? to(lines.max) : high;
  const bounded = (value: number): number => Math.min(high + room, Math.max(low - room, value));
  min = Math.max(min, from(Math.min(low, bounded(lineMin))));
  max = Math.min(max, from(Math.max(high, bounded(lineMax))));
  return { min, max };
}

const identity = (value: number): number => value;

function firstPositive(sorted: Float64Array): number {
  let at = 0;
  while (at < sorted.length && !(sorted[at]! > 0)) at++;
  return at;
}

/** Whether an axis can be made of a range: one value says nothing of how large others will be. */
export const isTelling = ({ min, max }: YRange): boolean => min < max;

/** A range with round ends that holds the data. */
export function niceRange({ min, max }: YRange, isLog: boolean): YRange {
  return isLog ? niceLogRange(min, max) : niceLinearRange(min, max);
}

/** Share of the data's span kept free beside it. */
const EDGE = 0.03;
/** The same at the bottom, where checkpoints stand on the axis. */
const BOTTOM_EDGE = 0.08;

function niceLinearRange(min: number, max: number): YRange {
  if (min === max) {
    const half = Math.abs(min) > 0 ? Math.abs(min) / 2 : 0.5;
    return min === 0 ? { min: 0, max: 1 } : { min: min - half, max: max + half };
  }
  const fromZero = min >= 0 && min < max * 0.3;
  // Points on the very edge would be cut in half.
  const span = max - min;
  const low = fromZero ? 0 : min - span * BOTTOM_EDGE;
  const high = max <= 0 && max > min * 0.3 ? 0 : max + span * EDGE;
  const step = ceilNice((high - low) / 4) / 4;
  const floor = Math.floor(low / step + 1e-9) * step;
  const ceil = Math.ceil(high / step - 1e-9) * step;
  return { min: round(floor), max: round(ceil) };
}

function niceLogRange(min: number, max: number): YRange {
  const low = floorLog(min);
  const high = ceilLog(max);
  return high / low < 1.9 ? { min: floorLog(min / 1.5), max: ceilLog(max * 1.5) } : { min: low, max: high };
}

const LOG_STEPS = [1, 1.5, 2, 3, 5, 7, 10];
const powerOf = (value: number): number => 10 ** Math.floor(Math.log10(value) + 1e-12);
const floorLog = (value: number): number =>
  round(LOG_STEPS.findLast((step) => step * powerOf(value) <= value * (1 + 1e-9))! * powerOf(value));
const ceilLog = (value: number): number =>
  round(LOG_STEPS.find((step) => step * powerOf(value) >= value * (1 - 1e-9))! * powerOf(value));
const round = (value: number): number => Number(value.toPrecision(12));

/**
 * The range to draw with: the one before as long as it holds the data, so that nothing moves while a run is watched;
 * else one that holds both, with some room on the side that was too small.
 */
export function keptRange(previous: YRange | undefined, data: YRange, isLog: boolean): YRange {
  if (!previous) return niceRange(data, isLog);
  const isAbove = data.max > previous.max;
  const isBelow = data.min < previous.min;
  if (!isAbove && !isBelow) return previous;
  const room = isLog ? 0 : 0.1 * (Math.max(data.max, previous.max) - Math.min(data.min, previous.min));
  const widened = {
    min: isBelow ? data.min - (data.min >= 0 ? Math.min(room, data.min) : room) : previous.min,
    max: isAbove ? data.max + room : previous.max,
  };
  const nice = niceRange(widened, isLog);
  return { min: isBelow ? nice.min : previous.min, max: isAbove ? nice.max : previous.max };
}
