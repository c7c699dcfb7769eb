import type { Gradient } from "../models/model.ts";

/** Gradients by parameter name. */
export type Gradients = ReadonlyMap<string, Gradient>;

/** √(Σ g²) over all gradients, summed in float64 in the map's order (so the same on every run). */
export function globalNorm(gradients: Gradients): number {
  let sum = 0;
  for (const { values } of gradients.values()) for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/**
 * Scales all gradients in place so that their global norm is at most `maxNorm` (torch's `clip_grad_norm_`:
 * factor min(1, maxNorm / (norm + 1e-6))). `maxNorm` 0 means no limit.
 * @returns the norm before clipping; NaN or Infinity leaves the gradients as they are.
 */
export function clipByGlobalNorm(gradients: Gradients, maxNorm: number): number {
  const norm = globalNorm(gradients);
  const factor = maxNorm / (norm + 1e-6);
  if (maxNorm > 0 && Number.isFinite(norm) && factor < 1) {
    for (const { values } of gradients.values()) scale(values, factor);
  }
  return norm;
}

/**
 * Sums the gradients of a step's micro-batches. Each is the gradient of a mean loss over its own rows; weighted with
 * `rows / step rows` the sum is the gradient of the mean over all rows of the step, however they were split.
 */
export class GradientAccumulator {
  private readonly sums = new Map<string, Gradient>();

  /** Adds `weight` × each gradient. Takes the arrays over: the caller no longer reads or changes them. */
  add(gradients: Gradients, weight: number): void {
    for (const [name, gradient] of gradients) {
      if (weight !== 1) scale(gradient.values, weight);
      const sum = this.sums.get(name);
      if (!sum) this.sums.set(name, gradient);
      else if (sum.ids && gradient.ids)
        this.sums.set(name, mergeRows(sum.ids, sum.values, gradient.ids, gradient.values));
      else for (let i = 0; i < sum.values.length; i++) sum.values[i]! += gradient.values[i]!;
    }
  }

  /** The sums so far, by name in the order first seen. */
  get total(): Gradients {
    return this.sums;
  }
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}

/** Sum of two row gradients: the rows of both, ascending, each once. */
function mergeRows(idsA: Int32Array, valuesA: Float32Array, idsB: Int32Array, valuesB: Float32Array): Gradient {
  const ids = Int32Array.from(new Set([...idsA, ...idsB])).sort();
  const slots = new Map(Array.from(ids, (id, slot) => [id, slot]));
  const width = valuesA.length / idsA.length;
  const values = new Float32Array(ids.length * width);
  const addRows = (from: Int32Array, rows: Float32Array): void =>
    from.forEach((id, index) => {
      const at = slots.get(id)! * width;
      for (let i = 0; i < width; i++) values[at + i]! += rows[index * width + i]!;
    });
  addRows(idsA, valuesA);
  addRows(idsB, valuesB);
  return { ids, values };
}
