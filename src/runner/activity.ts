/** The shortest silence that counts as a stall, milliseconds. */
export const STALL_MS = 60_000;

/** A run that reports every ten minutes is not stalled after one: this many of its usual gaps must pass. */
const USUAL_GAPS = 10;
const REMEMBERED_GAPS = 64;

/**
 * Watches whether a trainer still says anything: its journal and its output together grow. Times are of a monotonic clock
 * that stands still while the machine sleeps, so that a night's sleep is no stall.
 */
export class ActivityWatch {
  readonly #floorMs: number;
  #size = -1;
  #lastGrowthMs: number;
  #gaps: number[] = [];

  constructor(nowMs: number, floorMs: number = STALL_MS) {
    this.#floorMs = floorMs;
    this.#lastGrowthMs = nowMs;
  }

  /** Tells the bytes written so far; the answer is `stalled` when nothing came for much longer than usual. */
  observe(size: number, nowMs: number): "active" | "stalled" {
    if (size !== this.#size) {
      if (this.#size >= 0) this.#remember(nowMs - this.#lastGrowthMs);
      this.#size = size;
      this.#lastGrowthMs = nowMs;
      return "active";
    }
    return nowMs - this.#lastGrowthMs > this.#limitMs() ? "stalled" : "active";
  }

  #remember(gapMs: number): void {
    this.#gaps.push(gapMs);
    if (this.#gaps.length > REMEMBERED_GAPS) this.#gaps.shift();
  }

  #limitMs(): number {
    const sorted = this.#gaps.toSorted((a, b) => a - b);
    return Math.max(this.#floorMs, USUAL_GAPS * (sorted[sorted.length >> 1] ?? 0));
  }
}
