import { bucketPoints, bucketSlices, type Slice } from "./buckets.ts";
import type { Cells } from "./cells.ts";
import type { PointColumns } from "./chunk.ts";
import { joinPoints } from "./point-buffer.ts";
import type { Buckets, Points, SeriesQuery } from "./port.ts";
import type { SeriesSource } from "./series-source.ts";

/** The steps of a segment a query is about, both ends included. */
interface StepRange {
  from: number;
  to: number;
}

/** A segment's points and where a later resume cut it (null: nowhere). */
export interface CutSource {
  source: SeriesSource;
  cutStep: number | null;
}

/**
 * Answers a series query. Where every segment's steps ascend and the segments follow each other, as in an ordinary run,
 * whatever lies sealed is read as it lies; anything else is read whole and sorted by step, equal steps as they arrived.
 */
export async function querySeries(parts: CutSource[], query: SeriesQuery): Promise<Points | Buckets> {
  const cut = parts
    .map(({ source, cutStep }) => ({ source, counts: query.part === "abandoned" ? after(cutStep) : upTo(cutStep) }))
    .filter(({ source, counts }) => source.shape.n > 0 && counts.from <= source.shape.maxStep);
  const asked = { from: query.from ?? Number.NEGATIVE_INFINITY, to: query.to ?? Number.POSITIVE_INFINITY };
  const buckets = query.buckets === undefined ? undefined : Math.max(1, Math.floor(query.buckets));

  if (!followEachOther(cut)) {
    const sorted = await readSorted(cut, asked, buckets === undefined);
    return buckets === undefined ? asPoints(sorted) : asBuckets(bucketPoints(sorted, buckets));
  }
  const slices: Slice[] = [];
  for (const { source, counts } of cut) slices.push(await sliceOf(source, intersect(counts, asked)));
  if (buckets !== undefined) return asBuckets(await bucketSlices(slices, buckets));
  const stretches: PointColumns[] = [];
  for (const { source, from, to } of slices) stretches.push(await source.points(from, to, true));
  return asPoints(joinPoints(stretches));
}

const upTo = (cutStep: number | null): StepRange => ({
  from: Number.NEGATIVE_INFINITY,
  to: cutStep ?? Number.POSITIVE_INFINITY,
});

/** Steps are integers, so the first one cut off is the next. */
const after = (cutStep: number | null): StepRange => ({
  from: cutStep === null ? Number.POSITIVE_INFINITY : Math.floor(cutStep) + 1,
  to: Number.POSITIVE_INFINITY,
});

const intersect = (a: StepRange, b: StepRange): StepRange => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** Whether reading the segments one after another gives ascending steps. */
function followEachOther(parts: { source: SeriesSource; counts: StepRange }[]): boolean {
  let reached = Number.NEGATIVE_INFINITY;
  for (const { source, counts } of parts) {
    const { sorted, minStep, maxStep } = source.shape;
    if (!sorted || Math.max(minStep, counts.from) < reached) return false;
    reached = Math.min(maxStep, counts.to);
  }
  return true;
}

async function sliceOf(source: SeriesSource, range: StepRange): Promise<Slice> {
  const from = await source.countBefore(Math.ceil(range.from));
  const to = await source.countBefore(Math.floor(range.to) + 1);
  return { source, from, to: Math.max(from, to) };
}

async function readSorted(
  parts: { source: SeriesSource; counts: StepRange }[],
  asked: StepRange,
  withTimes: boolean,
): Promise<PointColumns> {
  const kept: PointColumns[] = [];
  for (const { source, counts } of parts) {
    const all = await source.points(0, source.shape.n, withTimes);
    const { from, to } = intersect(counts, asked);
    kept.push(
      pick(
        all,
        indices(all.steps, (step) => step >= from && step <= to),
      ),
    );
  }
  const joined = joinPoints(kept);
  const order = indices(joined.steps, () => true);
  order.sort((a, b) => joined.steps[a]! - joined.steps[b]! || a - b);
  return pick(joined, order);
}

function indices(steps: Float64Array, wanted: (step: number) => boolean): Uint32Array {
  const found = new Uint32Array(steps.length);
  let n = 0;
  steps.forEach((step, i) => {
    if (wanted(step)) found[n++] = i;
  });
  return found.subarray(0, n);
}

function pick({ steps, values, timesMs }: PointColumns, order: Uint32Array): PointColumns {
  const column = (from: Float64Array): Float64Array => Float64Array.from(order, (i) => from[i]!);
  return { steps: column(steps), values: column(values), timesMs: timesMs.length > 0 ? column(timesMs) : timesMs };
}

/** Columns of their own, because views of a larger buffer would be sent whole between threads. */
function asPoints({ steps, values, timesMs }: PointColumns): Points {
  return { kind: "points", steps: own(steps), values: own(values), timesMs: own(timesMs) };
}

const own = (column: Float64Array): Float64Array =>
  column.byteLength === column.buffer.byteLength ? column : column.slice();

const asBuckets = (cells: Cells): Buckets => ({ kind: "buckets", ...cells });
