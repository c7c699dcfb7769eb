import { packColumn, unpackColumn } from "./columns.ts";

/** Points of a sealed chunk. A chunk with fewer is the open end of its series. */
export const CHUNK_POINTS = 4096;

/** Points in the order they were logged; columns of equal length. */
export interface PointColumns {
  steps: Float64Array;
  values: Float64Array;
  timesMs: Float64Array;
}

/** A chunk as its database row carries it. */
export interface ChunkRow {
  seq: number;
  n: number;
  max_step: number;
  steps: Uint8Array;
  vals: Uint8Array;
  times: Uint8Array;
}

export function encodeChunk(seq: number, { steps, values, timesMs }: PointColumns): ChunkRow {
  let maxStep = Number.NEGATIVE_INFINITY;
  for (const step of steps) if (step > maxStep) maxStep = step;
  return {
    seq,
    n: steps.length,
    max_step: maxStep,
    steps: packColumn(steps),
    vals: packColumn(values),
    times: packColumn(timesMs),
  };
}

/** Columns to be filled. `timesMs` is empty when times are not wanted. */
export const makeColumns = (length: number, withTimes: boolean): PointColumns => ({
  steps: new Float64Array(length),
  values: new Float64Array(length),
  timesMs: new Float64Array(withTimes ? length : 0),
});

/** Puts points `from` to `to` (exclusive) of a chunk into columns, from `at` on. */
export function decodeChunk(
  row: Pick<ChunkRow, "steps" | "vals"> & { times?: Uint8Array },
  [from, to]: [from: number, to: number],
  target: PointColumns,
  at: number,
): void {
  const end = at + to - from;
  unpackColumn(row.steps, target.steps.subarray(at, end), from);
  unpackColumn(row.vals, target.values.subarray(at, end), from);
  if (row.times && target.timesMs.length > 0) unpackColumn(row.times, target.timesMs.subarray(at, end), from);
}
