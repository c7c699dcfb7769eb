import type { PointColumns } from "./chunk.ts";

/** Points of one series gathered in memory, in the order they were logged; grows by doubling. */
export class PointBuffer {
  #steps = new Float64Array(64);
  #values = new Float64Array(64);
  #timesMs = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(step: number, value: number, timeMs: number): void {
    const at = this.#length;
    if (at === this.#steps.length) this.#grow();
    this.#steps[at] = step;
    this.#values[at] = value;
    this.#timesMs[at] = timeMs;
    this.#length = at + 1;
  }

  /** The points from `from` on, as views: good until the next `push`. */
  columns(from = 0, to = this.#length): PointColumns {
    return {
      steps: this.#steps.subarray(from, to),
      values: this.#values.subarray(from, to),
      timesMs: this.#timesMs.subarray(from, to),
    };
  }

  #grow(): void {
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const column = new Float64Array(old.length * 2);
      column.set(old);
      return column;
    };
    this.#steps = grown(this.#steps);
    this.#values = grown(this.#values);
    this.#timesMs = grown(this.#timesMs);
  }
}

/** Several stretches of points as one. */
export function joinPoints(parts: PointColumns[]): PointColumns {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const length = parts.reduce((sum, part) => sum + part.steps.length, 0);
  const timed = parts.every((part) => part.timesMs.length === part.steps.length);
  const joined = {
    steps: new Float64Array(length),
    values: new Float64Array(length),
    timesMs: new Float64Array(timed ? length : 0),
  };
  let at = 0;
  for (const part of parts) {
    joined.steps.set(part.steps, at);
    joined.values.set(part.values, at);
    if (timed) joined.timesMs.set(part.timesMs, at);
    at += part.steps.length;
  }
  return joined;
}

/** Points `from` to `to` (exclusive) as views. */
export function slicePoints({ steps, values, timesMs }: PointColumns, from: number, to: number): PointColumns {
  return { steps: steps.subarray(from, to), values: values.subarray(from, to), timesMs: timesMs.subarray(from, to) };
}

/** What a series row says of its steps; combines with `widen`. */
export interface StepShape {
  n: number;
  /** No step is smaller than the one before it. */
  sorted: boolean;
  /** ±Infinity when there is no point. */
  minStep: number;
  maxStep: number;
}

export const NO_STEPS: StepShape = {
  n: 0,
  sorted: true,
  minStep: Number.POSITIVE_INFINITY,
  maxStep: Number.NEGATIVE_INFINITY,
};

/** The shape of a series after more points were logged to it. */
export function widen(shape: StepShape, steps: Float64Array): StepShape {
  let { sorted, minStep, maxStep } = shape;
  for (const step of steps) {
    // In a sorted series the newest step is the greatest.
    if (step < maxStep) sorted = false;
    else maxStep = step;
    if (step < minStep) minStep = step;
  }
  return { n: shape.n + steps.length, sorted, minStep, maxStep };
}
