/**
 * A run of neighbouring points, summed up: what a bucket and a rollup cell are made of. Columns of equal length.
 * min, max and mean are over finite values and NaN where there is none; `count` counts every point, `finite` the finite ones.
 */
export interface Cells {
  step0: Float64Array;
  step1: Float64Array;
  min: Float64Array;
  max: Float64Array;
  mean: Float64Array;
  count: Float64Array;
  finite: Float64Array;
}

const COLUMNS = ["step0", "step1", "min", "max", "mean", "count", "finite"] as const satisfies (keyof Cells)[];

export function emptyCells(length: number): Cells {
  const column = () => new Float64Array(length);
  return {
    step0: column(),
    step1: column(),
    min: column(),
    max: column(),
    mean: column(),
    count: column(),
    finite: column(),
  };
}

/** Cells `from` to `to` (exclusive), copied. */
export function sliceCells(cells: Cells, from: number, to: number): Cells {
  const part = emptyCells(Math.max(0, to - from));
  for (const name of COLUMNS) part[name].set(cells[name].subarray(from, to));
  return part;
}

export function joinCells(parts: Cells[]): Cells {
  const joined = emptyCells(parts.reduce((sum, part) => sum + part.count.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of COLUMNS) joined[name].set(part[name], at);
    at += part.count.length;
  }
  return joined;
}

/** Gathers cells one after another out of points or of finer cells. */
export class CellBuilder {
  readonly #cells: Cells;
  #at = -1;
  #mean = 0;

  /** `capacity`: the most cells there will be. */
  constructor(capacity: number) {
    this.#cells = emptyCells(capacity);
  }

  /** Begins the next cell. */
  open(): void {
    this.#close();
    this.#at++;
    this.#mean = 0;
    this.#cells.min[this.#at] = Number.NaN;
    this.#cells.max[this.#at] = Number.NaN;
  }

  /** Adds points `from` to `to` (exclusive) to the open cell. */
  addPoints(steps: Float64Array, values: Float64Array, from: number, to: number): void {
    if (to <= from) return;
    const { min, max, count, finite } = this.#cells;
    const at = this.#at;
    this.#widen(steps[from]!, steps[to - 1]!);
    let low = min[at]!;
    let high = max[at]!;
    let sum = 0;
    let seen = 0;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      if (!(value >= low)) low = value;
      if (!(value <= high)) high = value;
      sum += value;
      seen++;
    }
    this.#addMean(Number.isFinite(sum) ? sum / seen : meanOf(values, from, to, seen), seen);
    min[at] = low;
    max[at] = high;
    count[at]! += to - from;
    finite[at]! += seen;
  }

  /** Adds finer cells `from` to `to` (exclusive) to the open cell. */
  addCells(fine: Cells, from: number, to: number): void {
    if (to <= from) return;
    const { min, max, count, finite } = this.#cells;
    const at = this.#at;
    this.#widen(fine.step0[from]!, fine.step1[to - 1]!);
    for (let i = from; i < to; i++) {
      count[at]! += fine.count[i]!;
      if (fine.finite[i] === 0) continue;
      if (!(fine.min[i]! >= min[at]!)) min[at] = fine.min[i]!;
      if (!(fine.max[i]! <= max[at]!)) max[at] = fine.max[i]!;
      this.#addMean(fine.mean[i]!, fine.finite[i]!);
      finite[at]! += fine.finite[i]!;
    }
  }

  done(): Cells {
    this.#close();
    return this.#at + 1 === this.#cells.count.length ? this.#cells : sliceCells(this.#cells, 0, this.#at + 1);
  }

  #widen(first: number, last: number): void {
    if (this.#cells.count[this.#at] === 0) this.#cells.step0[this.#at] = first;
    this.#cells.step1[this.#at] = last;
  }

  /** Weights in the mean of `n` more finite values; a running mean, because a sum of large values overflows. */
  #addMean(mean: number, n: number): void {
    if (n === 0) return;
    const before = this.#cells.finite[this.#at]!;
    const share = n / (before + n);
    this.#mean = before === 0 ? mean : this.#mean * (1 - share) + mean * share;
  }

  #close(): void {
    if (this.#at >= 0) this.#cells.mean[this.#at] = this.#cells.finite[this.#at] === 0 ? Number.NaN : this.#mean;
  }
}

/** For values so large that their sum is none. */
function meanOf(values: Float64Array, from: number, to: number, n: number): number {
  let mean = 0;
  for (let i = from; i < to; i++) if (Number.isFinite(values[i])) mean += values[i]! / n;
  return mean;
}
