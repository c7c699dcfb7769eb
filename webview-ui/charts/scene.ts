/** Everything one drawing of a chart needs, computed from spec, group and curves. */
import type { CurveWish, Curves } from "./curves.ts";
import { firstAtOrAfter } from "./curve.ts";
import { needsClock } from "./axis.ts";
import type { ChartGroup } from "./group.ts";
import type { ChartLine, ChartSpec, XRange } from "./model.ts";
import { differenceOf, prepareLine, type PreparedLine } from "./prepare.ts";
import { ceilNice, GIB } from "./ticks.ts";
import { dataRange, isTelling, ValueSample, keptRange, type YRange } from "./range.ts";

export interface Scene {
  spec: ChartSpec;
  lines: PreparedLine[];
  x: XRange;
  y: YRange;
  isLog: boolean;
  /** Nothing has come yet. */
  isLoading: boolean;
}

/** Left of a zoomed stretch this share of it is asked for too, so that smoothing has settled where the plot begins. */
const LEAD = 0.15;
/** Zoomed stretches are asked for on a grid of this share of their width, so that following asks rarely. */
const GRID = 1 / 8;

/** A chart of few lines has points enough to name single steps of a usual fine-tune, however narrow it is. */
const FEW_LINES = 3;
const FINE_PIXELS = 640;

/** Pixels that curves are asked for in a plot of a width (CSS pixels). */
export const pixelsFor = (lines: number, width: number): number =>
  Math.max(width, lines <= FEW_LINES ? FINE_PIXELS : 1);

/** What a line needs of the curves at a zoom. */
export function wishOf(line: ChartLine, group: ChartGroup, curves: Curves, pixels: number): CurveWish {
  const wish: CurveWish = { run: line.run, metric: line.metric, pixels, ...(line.part ? { part: line.part } : {}) };
  const { zoom } = group;
  // Evaluations are few: until it is known otherwise, the overview has them all.
  if (curves.isWhole(wish) ?? line.kind === "eval") return wish;
  const map = zoom && group.map(line.run, curves.clock(line.run), line.kind);
  if (!map) return wish;
  const from = map.step(zoom.from);
  const to = map.step(zoom.to);
  if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) return wish;
  const grid = 2 ** Math.ceil(Math.log2((to - from) * GRID));
  const range = {
    from: Math.floor(Math.floor((from - (to - from) * LEAD) / grid) * grid),
    to: Math.ceil(Math.ceil((to + (to - from) * 0.01) / grid) * grid),
  };
  return { ...wish, range, pixels: (pixels * (range.to - range.from)) / (to - from) };
}

/** Runs whose clock the lines need. */
export const clocksOf = (spec: ChartSpec, group: ChartGroup): string[] => [
  ...new Set(spec.lines.filter((line) => needsClock(group.axis, line.kind)).map(({ run }) => run)),
];

/** Lines a person can see: of runs not hidden. */
export const shownLines = (spec: ChartSpec, group: ChartGroup): ChartLine[] =>
  spec.lines.filter((line) => group.isShown(line.run) || line.isBackground === true);

interface Cached {
  stamp: string;
  prepared: PreparedLine;
}

/** Makes scenes of one chart; keeps what did not change, and the y range so that it does not jump. */
export class SceneMaker {
  readonly #cache = new Map<string, Cached>();
  #y: { key: string; range: YRange } | undefined;
  #data: { stamp: string; lines: PreparedLine[]; range: YRange | undefined } | undefined;

  make(spec: ChartSpec, group: ChartGroup, curves: Curves, pixels: number, yZoom?: YRange): Scene {
    const lines = this.#lines(spec, group, curves, pixels);
    const isLog = group.isLog(spec.id, spec.isLog) && !spec.range && group.difference === undefined;
    const x = group.range();
    const y = yZoom ?? this.#range(spec, lines, x, isLog, group);
    const isLoading = lines.length === 0 && spec.lines.length > 0 && !this.#hasAnswer(spec, group, curves, pixels);
    return { spec, lines, x, y, isLog, isLoading };
  }

  #hasAnswer(spec: ChartSpec, group: ChartGroup, curves: Curves, pixels: number): boolean {
    return spec.lines.some((line) => curves.curve(wishOf(line, group, curves, pixels)) !== undefined);
  }

  #lines(spec: ChartSpec, group: ChartGroup, curves: Curves, pixels: number): PreparedLine[] {
    const prepared: PreparedLine[] = [];
    for (const line of shownLines(spec, group)) {
      const curve = curves.curve(wishOf(line, group, curves, pixels));
      const clock = curves.clock(line.run);
      const map = group.map(line.run, clock, line.kind);
      if (!curve || !map || curve.length === 0) continue;
      const run = group.runs.get(line.run);
      const stamp = [
        curve.serial,
        curve.version,
        group.axis,
        group.smoothing,
        run?.startedMs,
        needsClock(group.axis, line.kind) ? clock?.version : 0,
        line.to,
      ].join();
      const known = this.#cache.get(line.key);
      if (known?.stamp === stamp) {
        known.prepared.line = line;
        prepared.push(known.prepared);
        continue;
      }
      const fresh = prepareLine(line, curve, map, { smoothing: group.smoothing });
      this.#cache.set(line.key, { stamp, prepared: fresh });
      prepared.push(fresh);
    }
    return group.difference === undefined ? prepared : differences(prepared, group.difference);
  }

  /** Lifting one of a hundred lines redraws them all; what they span has not changed by it. */
  #dataOf(key: string, lines: PreparedLine[], x: XRange, isLog: boolean, group: ChartGroup): YRange | undefined {
    const stamp = `${key} ${x.from} ${x.to} ${group.isRaw}`;
    const known = this.#data;
    const isSame = known?.stamp === stamp && known.lines.length === lines.length;
    if (isSame && lines.every((line, index) => line === known.lines[index])) return known.range;
    const range = dataOf(lines, x, isLog, group);
    this.#data = { stamp, lines, range };
    return range;
  }

  #range(spec: ChartSpec, lines: PreparedLine[], x: XRange, isLog: boolean, group: ChartGroup): YRange {
    if (spec.range) return spec.range;
    const key = `${isLog} ${group.scaleEpoch} ${spec.id}`;
    const data = this.#dataOf(key, lines, x, isLog, group);
    if (!data) return this.#y?.key === key ? this.#y.range : isLog ? { min: 0.1, max: 1 } : { min: 0, max: 1 };
    const withLimits = spec.limits?.reduce(
      // A limit is shown when it is near the data; one far off must not flatten the curve.
      (range, { value }) => (value <= range.max * 1.5 && value >= range.min * 0.5 ? including(range, value) : range),
      data,
    );
    const shown = withPlan(withLimits ?? data, spec.plan, group.zoom !== undefined);
    const previous = this.#y?.key === key ? this.#y.range : undefined;
    const range = spec.unit === "memory" ? memoryRange(previous, data.max) : keptRange(previous, shown, isLog);
    // Of a single value nothing is known: an axis made for it alone is not kept.
    this.#y = isTelling(data) ? { key, range } : undefined;
    return range;
  }
}

/** Memory counts from nothing, in whole steps of it. */
function memoryRange(previous: YRange | undefined, max: number): YRange {
  const needed = ceilNice((max / GIB) * 1.1) * GIB;
  return { min: 0, max: Math.max(previous?.max ?? 0, needed) };
}

/** What is planned belongs to the picture as long as the whole run is shown. */
function withPlan(range: YRange, plan: ChartSpec["plan"], isZoomed: boolean): YRange {
  if (!plan || isZoomed || plan.to <= plan.from) return range;
  const ends = [plan.at(plan.from), plan.at(plan.to)].filter((value) => Number.isFinite(value));
  return ends.reduce((whole, value) => including(whole, value), range);
}

const including = ({ min, max }: YRange, value: number): YRange => ({
  min: Math.min(min, value),
  max: Math.max(max, value),
});

function differences(lines: PreparedLine[], baseline: string): PreparedLine[] {
  const base = lines.find(({ line }) => line.run === baseline && !line.isBackground);
  return base ? lines.filter(({ line }) => !line.isBackground).map((line) => differenceOf(line, base)) : lines;
}

/** What the y axis must show of the stretch of x that is drawn. */
function dataOf(lines: PreparedLine[], x: XRange, isLog: boolean, group: ChartGroup): YRange | undefined {
  const { isRaw, ignoresOutliers } = group;
  const counted = lines.filter(({ line }) => !line.isBackground || line.part === "abandoned");
  const stretches = counted.map((line) => {
    const from = firstAtOrAfter(line.x, x.from);
    return { line, from, to: Math.max(from, firstAtOrAfter(line.x, x.to + Number.EPSILON * Math.abs(x.to))) };
  });
  const points = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const raw = new ValueSample(2 * points);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { line, from, to } of stretches) {
    const { mean, min, max, shown: values } = line;
    const hasRaw = isRaw || line.line.kind !== "train";
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (Number.isFinite(value) && (!isLog || value > 0)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (hasRaw) {
        raw.add(min[i]!);
        raw.add(max[i]!);
      } else if (Number.isFinite(mean[i])) raw.add(value);
    }
  }
  const shown = low <= high ? { min: low, max: high } : undefined;
  return dataRange(raw, shown, { ignoresOutliers, isLog });
}
