import type { Random } from "../../../base/random.ts";
import type { ClassifierModel } from "../models/model.ts";
import { clipByGlobalNorm, GradientAccumulator } from "../optim/gradient.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { TokenRows } from "./rows.ts";

export interface StepSettings {
  /** Learning rate of this step. */
  rate: number;
  /** Limit of the gradient's global norm; 0 = none. */
  maxNorm: number;
}

export interface StepResult {
  /** Mean cross-entropy over all rows of the step, before the update. */
  loss: number;
  /** Global norm of the mean gradient, before clipping. */
  gradNorm: number;
  rows: number;
}

/**
 * One optimizer step over one or more micro-batches. Loss and gradient are means over all rows of the step, so that
 * 4 × 2 rows train like 8. Where either is not a number or not finite, the weights stay as they were.
 */
export async function trainStep(
  model: ClassifierModel,
  optimizer: Optimizer,
  data: TokenRows,
  batches: readonly number[][],
  random: Random,
  { rate, maxNorm }: StepSettings,
): Promise<StepResult> {
  const rows = batches.reduce((sum, batch) => sum + batch.length, 0);
  const sum = new GradientAccumulator();
  let loss = 0;
  for (const batch of batches) {
    const weight = batch.length / rows;
    const result = await model.lossAndGradients(data.batch(batch), data.labels(batch), random);
    loss += result.loss * weight;
    sum.add(result.gradients, weight);
  }
  const gradNorm = clipByGlobalNorm(sum.total, maxNorm);
  if (Number.isFinite(loss) && Number.isFinite(gradNorm)) {
    optimizer.apply(sum.total, rate);
    model.commit(sum.total.keys());
  }
  return { loss, gradNorm, rows };
}
