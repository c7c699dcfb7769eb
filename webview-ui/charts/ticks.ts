/** Where ticks stand and how they are written. */
import { formatClock, formatCount, formatDurationShort, formatHyperparameter } from "../../src/base/format.ts";
import type { Unit, XAxis, XRange } from "./model.ts";

/** The next of 1, 2, 2.5, 5 times a power of ten that is not smaller. */
export function ceilNice(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= value * (1 - 1e-9))!;
  return factor * power;
}

const clean = (value: number): number => Number(value.toPrecision(12));

/** Steps that look natural between counted things. */
const COUNTED = [1, 2, 2.5, 3, 5, 10];

function ceilCounted(value: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const fits = (one: number): boolean =>
    one * power >= value * (1 - 1e-9) && (!isWhole || Number.isInteger(one * power));
  return (COUNTED.find(fits) ?? 10) * power;
}

/** Multiples of a nice step within a range, about `count` of them. */
export function linearTicks(min: number, max: number, count: number, isWhole = false): number[] {
  const least = (max - min) / Math.max(1, count);
  return multiples(min, max, isWhole ? Math.max(1, ceilCounted(least, true)) : ceilNice(least));
}

function multiples(min: number, max: number, step: number): number[] {
  const ticks: number[] = [];
  for (let at = Math.ceil(min / step - 1e-9); at * step <= max + step * 1e-9; at++) ticks.push(clean(at * step));
  return ticks;
}

/** 1, 2 and 5 times powers of ten; over more than two decades powers only, thinned to about `count`. */
export function logTicks(min: number, max: number, count: number): number[] {
  const decades = Math.log10(max / min);
  const first = Math.floor(Math.log10(min));
  const last = Math.ceil(Math.log10(max));
  const every = Math.max(1, Math.ceil(decades / count));
  const factors = decades > 2.2 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = first; power <= last; power++) {
    if (decades > 2.2 && (power - first) % every !== 0) continue;
    for (const factor of factors) {
      const tick = clean(factor * 10 ** power);
      if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * 1000),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168].map((n) => n * HOUR),
];

/** Round times: multiples of seconds, minutes, hours, counted from local midnight when `isClock`. */
function timeTicks({ from, to }: XRange, count: number, isClock: boolean): number[] {
  const least = (to - from) / Math.max(1, count);
  const step = TIME_STEPS.find((one) => one >= least) ?? ceilNice(least / (24 * HOUR)) * 24 * HOUR;
  const zero = isClock ? new Date(from).setHours(0, 0, 0, 0) : 0;
  const ticks: number[] = [];
  for (let at = Math.ceil((from - zero) / step); zero + at * step <= to; at++) ticks.push(zero + at * step);
  return ticks;
}

/** Ticks of the x axis; the last one is the end of a whole axis of steps, as far as there is room. */
export function xTicks(axis: XAxis, range: XRange, count: number, isWhole: boolean): number[] {
  if (axis === "relative" || axis === "clock") return timeTicks(range, count, axis === "clock");
  const ticks = linearTicks(range.from, range.to, count, axis === "step");
  if (!isWhole || axis !== "step" || ticks.length < 2) return ticks;
  const gap = ticks[1]! - ticks[0]!;
  const end = Math.round(range.to);
  if (ticks.at(-1) === end) return ticks;
  return [...ticks.filter((tick) => end - tick > gap * 0.6), end];
}

/** A tick of the x axis in words. `span` is the length of what is shown, in the axis' unit. */
export function xTickLabel(axis: XAxis, value: number, span: number): string {
  if (axis === "relative") return formatDurationShort(value);
  if (axis === "clock") return formatClock(value, { withSeconds: span < 10 * MINUTE, withDate: span > 24 * HOUR });
  return axis === "step" ? formatCount(value) : formatHyperparameter(clean(value));
}

export const GIB = 2 ** 30;

/** Ticks of the y axis in words, with as many decimals as the one that needs most. */
export function yTickLabels(unit: Unit, ticks: readonly number[]): string[] {
  if (unit === "percent") return ticks.map((tick) => `${formatCount(tick)}%`);
  const values = unit === "memory" ? ticks.map((tick) => Number((tick / GIB).toPrecision(6))) : ticks;
  const decimals = Math.max(
    0,
    ...values.map((value) => (/e/.test(String(value)) ? 9 : (String(value).split(".")[1]?.length ?? 0))),
  );
  const isRegular = values.every((value, i) => i < 2 || Math.abs(value - 2 * values[i - 1]! + values[i - 2]!) < 1e-9);
  return values.map((value) => {
    if (Math.abs(value) >= 1000 && Math.abs(value) < 1e7) return formatCount(value);
    const isEven = isRegular && decimals <= 3 && value !== 0 && Math.abs(value) < 1000;
    return (isEven ? value.toFixed(decimals) : formatHyperparameter(value)).replace("-", isEven ? "\u2212" : "-");
  });
}

/** On a logarithmic axis over less than this factor even steps say more. */
const NARROW = 4;

/** One tick of a y axis in words. */
export const yTickLabel = (unit: Unit, value: number): string => yTickLabels(unit, [value])[0]!;

/** Ticks of the y axis within a range. Memory counts in GiB. */
export function yTicks(
  unit: Unit,
  { min, max }: { min: number; max: number },
  isLog: boolean,
  count: number,
): number[] {
  if (isLog) return max / min < NARROW ? balancedTicks(min, max, count) : logTicks(min, max, count + 2);
  if (unit === "percent" && min === 0 && max === 100) return count < 6 ? [0, 50, 100] : [0, 25, 50, 75, 100];
  if (unit !== "memory") return balancedTicks(min, max, count);
  const gib = max / GIB;
  const step = [...eighths(gib)].find((one) => gib / one <= count + 0.5) ?? ceilNice(gib / count);
  const ticks: number[] = [];
  for (let at = 0; at * step <= gib * (1 + 1e-9); at++) ticks.push(at * step * GIB);
  return ticks;
}

/** Ticks at the nice step that gives nearest to `count` of them; of two equally near the more. */
function balancedTicks(min: number, max: number, count: number): number[] {
  const power = 10 ** Math.floor(Math.log10((max - min) / count));
  let best: number[] = [];
  for (const factor of [1, 2, 5, 10, 20]) {
    const ticks = multiples(min, max, factor * power);
    if (best.length === 0 || Math.abs(ticks.length - count) < Math.abs(best.length - count)) best = ticks;
  }
  return best;
}

/** Memory comes in powers of two times small numbers, so steps of 1, 2, 4, 8 … divide it evenly. */
function* eighths(gib: number): Generator<number> {
  for (let step = 2 ** -4; step <= gib; step *= 2) yield step;
}
