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

/** A chunk's columns; `timesMs` stays empty when the row was read without its times. */
export function decodeChunk(row: Pick<ChunkRow, "n" | "steps" | "vals"> & { times?: Uint8Array }): PointColumns {
  const unpacked = (blob: Uint8Array): Float64Array => {
    const column = new Float64Array(row.n);
    unpackColumn(blob, row.n, column);
    return column;
  };
  return {
    steps: unpacked(row.steps),
    values: unpacked(row.vals),
    timesMs: row.times ? unpacked(row.times) : new Float64Array(0),
  };
}
