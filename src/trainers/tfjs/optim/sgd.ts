import type { Gradients } from "./gradient.ts";
import type { Optimizer, OptimizerState, Trained } from "./optimizer.ts";

/**
 * Plain stochastic gradient descent without momentum (torch's `SGD` default): w ← w − rate·(g + decay·w).
 * Of an embedding table only the touched rows change.
 */
export class Sgd implements Optimizer {
  private readonly parameters: readonly Trained[];
  private readonly weightDecay: number;
  private steps = 0;

  constructor(parameters: readonly Trained[], settings: { weightDecay: number }) {
    this.parameters = parameters;
    this.weightDecay = settings.weightDecay;
  }

  apply(gradients: Gradients, rate: number): void {
    this.steps += 1;
    for (const { name, value, decay } of this.parameters) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      const { ids, values } = gradient;
      const pull = decay ? this.weightDecay : 0;
      const width = ids ? values.length / ids.length : values.length;
      for (let index = 0; index * width < values.length; index++) {
        const offset = ((ids?.[index] ?? 0) - index) * width;
        for (let i = index * width; i < (index + 1) * width; i++) {
          value[offset + i]! -= rate * (values[i]! + pull * value[offset + i]!);
        }
      }
    }
  }

  state(): OptimizerState {
    return { step: this.steps, arrays: new Map() };
  }

  load(state: OptimizerState): void {
    this.steps = state.step;
  }
}
