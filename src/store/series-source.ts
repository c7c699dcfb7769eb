import { CHUNK_POINTS, type PointColumns } from "./chunk.ts";
import type { Database } from "./driver.ts";
import { joinPoints, NO_STEPS, slicePoints, type StepShape, widen } from "./point-buffer.ts";
import type { Level } from "./rollup.ts";
import { type CellPiece, chunkReaching, readCells, readPoints, type StoredSeries } from "./series-rows.ts";

/**
 * One metric of one segment, read as if it lay in one place: points 0 to n - 1 in the order they were logged, first those
 * in the database, then those the journal holds beyond its cursor.
 */
export class SeriesSource {
  readonly segment: number;
  readonly shape: StepShape;
  /** Points covered by rollup cells, from the first on. */
  readonly sealed: number;
  readonly #db: Database;
  readonly #stored: StoredSeries | undefined;
  readonly #tail: PointColumns | undefined;

  constructor(db: Database, segment: number, stored: StoredSeries | undefined, tail: PointColumns | undefined) {
    this.#db = db;
    this.segment = segment;
    this.#stored = stored;
    this.#tail = tail;
    this.shape = tail ? widen(stored ?? NO_STEPS, tail.steps) : (stored ?? NO_STEPS);
    this.sealed = Math.floor((stored?.n ?? 0) / CHUNK_POINTS) * CHUNK_POINTS;
  }

  /** Points `from` to `to` (exclusive); `timesMs` is filled only when asked for. */
  async points(from: number, to: number, withTimes: boolean): Promise<PointColumns> {
    const inStore = this.#stored?.n ?? 0;
    const parts: PointColumns[] = [];
    if (this.#stored && from < Math.min(to, inStore)) {
      parts.push(await readPoints(this.#db, this.#stored.id, from, Math.min(to, inStore), withTimes));
    }
    if (this.#tail && to > Math.max(from, inStore)) {
      const tail = slicePoints(this.#tail, Math.max(0, from - inStore), to - inStore);
      parts.push(withTimes ? tail : { ...tail, timesMs: new Float64Array(0) });
    }
    return joinPoints(parts);
  }

  /** Rollup cells `from` to `to` (exclusive) of a level, all within `sealed`, piece by piece (see `readCells`). */
  cells(level: Level, from: number, to: number): Promise<Iterable<CellPiece>> {
    return readCells(this.#db, this.#stored!.id, level, from, to);
  }

  /** Of a sorted series: the number of points whose step is smaller than `step`. */
  async countBefore(step: number): Promise<number> {
    const { n, minStep, maxStep } = this.shape;
    if (step <= minStep) return 0;
    if (step > maxStep) return n;
    if (this.#stored && step <= this.#stored.maxStep) {
      const { before, steps } = await chunkReaching(this.#db, this.#stored.id, step);
      return before + countSmaller(steps, step);
    }
    return (this.#stored?.n ?? 0) + countSmaller(this.#tail!.steps, step);
  }
}

/** In an ascending column: how many entries are smaller than `bound`. */
function countSmaller(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
