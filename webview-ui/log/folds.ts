/** A stretch of lines shown as one. */
export interface Fold {
  /** First line, and how many lines there are. */
  start: number;
  count: number;
}

/** A row of the log: a line, perhaps standing for others. */
export interface Row {
  line: number;
  /** The stretch this row stands for; undefined for an ordinary line. */
  folded?: Fold;
  /** The stretch that begins here, unfolded. */
  unfolded?: Fold;
}

/** Which row shows which line: stretches of progress updates take one row until they are unfolded. */
export class Folds {
  readonly #starts: number[] = [];
  readonly #counts: number[] = [];
  readonly #open = new Set<number>();
  /** Of the folded stretches: their place in the lists above, their row (0-based), and the lines hidden up to them. */
  #closed: number[] = [];
  #rows: number[] = [];
  #hidden: number[] = [];
  #lines = 0;

  /** Stretches known, folded or not. */
  get length(): number {
    return this.#starts.length;
  }

  get rows(): number {
    return this.#lines - (this.#hidden.at(-1) ?? 0);
  }

  clear(): void {
    this.#starts.length = 0;
    this.#counts.length = 0;
    this.#open.clear();
    this.grow(0, 0, [], []);
  }

  /** Takes how many lines there are, and the stretches from the `from`-th on. */
  grow(lines: number, from: number, starts: ArrayLike<number>, counts: ArrayLike<number>): void {
    this.#lines = lines;
    this.#starts.length = from;
    this.#counts.length = from;
    for (let at = 0; at < starts.length; at++) {
      this.#starts.push(starts[at]!);
      this.#counts.push(counts[at]!);
    }
    this.#arrange();
  }

  /** Folds or unfolds the stretch that begins with a line. */
  toggle(start: number): void {
    if (!this.#open.delete(start)) this.#open.add(start);
    this.#arrange();
  }

  /** Unfolds whatever hides a line. */
  uncover(line: number): void {
    const { folded } = this.row(this.rowOf(line));
    if (folded && line !== folded.start + folded.count - 1) this.toggle(folded.start);
  }

  row(row: number): Row {
    const at = lastUpTo(this.#rows, row);
    if (at < 0) return this.#ordinary(row + 1);
    if (this.#rows[at] !== row) return this.#ordinary(row + 1 + this.#hidden[at]!);
    const folded = this.#fold(this.#closed[at]!);
    return { line: folded.start + folded.count - 1, folded };
  }

  /** The row that shows a line, or stands for it. */
  rowOf(line: number): number {
    let low = 0;
    let high = this.#closed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[this.#closed[middle]!]! <= line) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return line - 1;
    const { start, count } = this.#fold(this.#closed[low - 1]!);
    return line < start + count ? this.#rows[low - 1]! : line - 1 - this.#hidden[low - 1]!;
  }

  #ordinary(line: number): Row {
    const at = this.#open.has(line) ? lastUpTo(this.#starts, line) : -1;
    return at < 0 ? { line } : { line, unfolded: this.#fold(at) };
  }

  #fold(at: number): Fold {
    return { start: this.#starts[at]!, count: this.#counts[at]! };
  }

  #arrange(): void {
    this.#closed = [];
    this.#rows = [];
    this.#hidden = [];
    let hidden = 0;
    for (const [at, start] of this.#starts.entries()) {
      if (this.#open.has(start)) continue;
      this.#closed.push(at);
      this.#rows.push(start - 1 - hidden);
      hidden += this.#counts[at]! - 1;
      this.#hidden.push(hidden);
    }
  }
}

/** Index of the last value that is not above a bound; -1 when there is none. */
function lastUpTo(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
