import type { Gradients } from "./gradient.ts";
import { takeArray, type Optimizer, type OptimizerState, type Trained } from "./optimizer.ts";

export interface AdamWSettings {
  weightDecay: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** The numbers of one step that are the same for every weight. */
interface StepFactors {
  keep: number;
  stepSize: number;
  secondScale: number;
}

/**
 * AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), in torch's form and with torch's defaults (betas 0.9 and 0.999,
 * epsilon 1e-8):
 *
 *   w ← w − rate·decay·w
 *   m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²
 *   w ← w − rate · m/(1−β₁ᵗ) / (√v/√(1−β₂ᵗ) + ε)
 *
 * Weights and moments are float32 arrays; each update is computed in float64 and rounded once.
 *
 * Row gradients (embedding tables) follow the lazy rule of torch's `SparseAdam`: rows that the step did not touch keep
 * weights and moments, their moments do not fade and they do not decay; touched rows use the optimizer's own step count
 * for bias correction, not a count of their own.
 */
export class AdamW implements Optimizer {
  private readonly parameters: readonly Trained[];
  private readonly moments = new Map<string, { first: Float32Array; second: Float32Array }>();
  private readonly settings: Required<AdamWSettings>;
  private steps = 0;

  constructor(parameters: readonly Trained[], settings: AdamWSettings) {
    this.parameters = parameters;
    this.settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...settings };
    for (const { name, value } of parameters) {
      this.moments.set(name, { first: new Float32Array(value.length), second: new Float32Array(value.length) });
    }
  }

  apply(gradients: Gradients, rate: number): void {
    this.steps += 1;
    const { beta1, beta2, weightDecay } = this.settings;
    for (const { name, value, decay } of this.parameters) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      const factors = {
        keep: 1 - (decay ? rate * weightDecay : 0),
        stepSize: rate / (1 - beta1 ** this.steps),
        secondScale: Math.sqrt(1 - beta2 ** this.steps),
      };
      const { ids, values } = gradient;
      if (!ids) this.update(name, value, 0, values, factors);
      else {
        const width = values.length / ids.length;
        ids.forEach((id, index) =>
          this.update(name, value, id * width, values.subarray(index * width, (index + 1) * width), factors),
        );
      }
    }
  }

  state(): OptimizerState {
    const arrays = new Map<string, Float32Array>();
    for (const [name, { first, second }] of this.moments) {
      arrays.set(`${name}.exp_avg`, first);
      arrays.set(`${name}.exp_avg_sq`, second);
    }
    return { step: this.steps, arrays };
  }

  load(state: OptimizerState): void {
    for (const [name, { first, second }] of this.moments) {
      first.set(takeArray(state, `${name}.exp_avg`, first.length));
      second.set(takeArray(state, `${name}.exp_avg_sq`, second.length));
    }
    this.steps = state.step;
  }

  /** Updates the weights from `at` on, as many as there are gradients. */
  private update(name: string, weights: Float32Array, at: number, gradient: Float32Array, factors: StepFactors): void {
    const { beta1, beta2, epsilon } = this.settings;
    const { keep, stepSize, secondScale } = factors;
    const { first, second } = this.moments.get(name)!;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i]!;
      const m = beta1 * first[at + i]! + (1 - beta1) * g;
      const v = beta2 * second[at + i]! + (1 - beta2) * g * g;
      first[at + i] = m;
      second[at + i] = v;
      weights[at + i] = weights[at + i]! * keep - (stepSize * m) / (Math.sqrt(v) / secondScale + epsilon);
    }
  }
}
