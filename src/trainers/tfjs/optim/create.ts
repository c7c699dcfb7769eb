import { UserError } from "../../../base/errors.ts";
import { AdamW } from "./adamw.ts";
import type { Optimizer, Trained } from "./optimizer.ts";
import { Sgd } from "./sgd.ts";

/**
 * The optimizer that `train.optim` names. The 8-bit and factored ones are CUDA kernels of Python libraries.
 * @throws UserError for one that does not exist here.
 */
export function createOptimizer(name: string, parameters: readonly Trained[], weightDecay: number): Optimizer {
  if (name === "adamw_torch") return new AdamW(parameters, { weightDecay });
  if (name === "sgd") return new Sgd(parameters, { weightDecay });
  throw new UserError("optimizer-not-supported", `train.optim: ${name} does not exist in the tfjs trainer.`, {
    advice: "Use adamw_torch or sgd, or train with model.framework: torch.",
  });
}
