import type { PageBuckets } from "../../src/messages/series.ts";

const COLUMNS = ["step0", "step1", "min", "max", "mean", "count", "finite"] as const;
type Column = (typeof COLUMNS)[number];

let serial = 0;

/** One curve as it is drawn: buckets of neighbouring points that grow while the run is live. */
export class Curve {
  readonly #columns: Record<Column, Float64Array>;
  #length: number;
  /** Goes up with every change, for what is computed from the curve. */
  version = 0;
  /** Every point stands by itself: a part of the curve needs no question of its own. */
  readonly isWhole: boolean;
  /** Tells curves apart. */
  readonly serial = ++serial;

  constructor(buckets: PageBuckets) {
    this.#columns = { ...buckets };
    this.#length = buckets.count.length;
    this.isWhole = buckets.count.every((count) => count === 1);
  }

  get length(): number {
    return this.#length;
  }

  /** A column, as long as the curve; good until the next `append`. */
  column(name: Column): Float64Array {
    return this.#columns[name].subarray(0, this.#length);
  }

  get lastStep(): number {
    return this.#length === 0 ? Number.NEGATIVE_INFINITY : this.#columns.step1[this.#length - 1]!;
  }

  /**
   * Adds points, each a bucket of its own. Those at or before the last step are there already and dropped.
   * @returns how many were added
   */
  append(steps: Float64Array, values: Float64Array, upTo = Number.POSITIVE_INFINITY): number {
    const last = this.lastStep;
    let added = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step <= last || step > upTo) continue;
      this.#push(step, values[i]!);
      added++;
    }
    if (added > 0) this.version++;
    return added;
  }

  #push(step: number, value: number): void {
    if (this.#length === this.#columns.count.length) this.#grow();
    const at = this.#length++;
    const isFinite = Number.isFinite(value);
    const shown = isFinite ? value : Number.NaN;
    const row = { step0: step, step1: step, min: shown, max: shown, mean: shown, count: 1, finite: isFinite ? 1 : 0 };
    for (const name of COLUMNS) this.#columns[name][at] = row[name];
  }

  #grow(): void {
    const capacity = Math.max(64, Math.ceil(this.#length * 1.5));
    for (const name of COLUMNS) {
      const column = new Float64Array(capacity);
      column.set(this.#columns[name].subarray(0, this.#length));
      this.#columns[name] = column;
    }
  }
}

/** Index of the entry of an ascending column nearest to a value; -1 when it is empty. */
export function nearestIndex(ascending: ArrayLike<number>, value: number): number {
  const after = firstAtOrAfter(ascending, value);
  if (after === 0) return ascending.length === 0 ? -1 : 0;
  if (after === ascending.length) return after - 1;
  return value - ascending[after - 1]! <= ascending[after]! - value ? after - 1 : after;
}

/** Index of the first entry of an ascending column that is not smaller than a value; its length when there is none. */
export function firstAtOrAfter(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
