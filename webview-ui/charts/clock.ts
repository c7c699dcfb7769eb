/** Steps and times of a run: when a step happened, and which step a moment was in. */
import type { PageClock } from "../../src/messages/series.ts";
import { firstAtOrAfter } from "./curve.ts";

export class StepClock {
  #steps: Float64Array;
  #timesMs: Float64Array;
  /** Goes up with every change. */
  version = 0;

  constructor({ steps, timesMs }: PageClock) {
    this.#steps = steps;
    this.#timesMs = timesMs;
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  get lastStep(): number {
    return this.#steps.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** When a step happened (epoch ms); before the first and after the last pair at their pace. NaN without any pair. */
  timeAt(step: number): number {
    return interpolate(this.#steps, this.#timesMs, step);
  }

  /** The step a moment was in; not before step 0. NaN without any pair. */
  stepAt(timeMs: number): number {
    const step = interpolate(this.#timesMs, this.#steps, timeMs);
    return step < 0 ? 0 : step;
  }

  /** Goes on with newer pairs. */
  append(steps: Float64Array, timesMs: Float64Array): void {
    const from = firstAtOrAfter(steps, this.lastStep + 1e-9);
    if (from >= steps.length) return;
    this.version++;
    const keep = this.#steps.length > 4096 ? 2 : 1; // a long watch: every second pair is as good
    this.#steps = joined(this.#steps, steps, from, keep);
    this.#timesMs = joined(this.#timesMs, timesMs, from, keep);
  }
}

function joined(old: Float64Array, more: Float64Array, from: number, keep: number): Float64Array {
  const kept = keep === 1 ? old : old.filter((_, index) => index % keep === 0 || index === old.length - 1);
  const column = new Float64Array(kept.length + more.length - from);
  column.set(kept);
  column.set(more.subarray(from), kept.length);
  return column;
}

function interpolate(from: Float64Array, to: Float64Array, value: number): number {
  const n = from.length;
  if (n === 0) return Number.NaN;
  if (n === 1) return to[0]!;
  const after = Math.min(n - 1, Math.max(1, firstAtOrAfter(from, value)));
  const a = from[after - 1]!;
  const b = from[after]!;
  if (b === a) return to[after]!;
  return to[after - 1]! + ((value - a) / (b - a)) * (to[after]! - to[after - 1]!);
}
