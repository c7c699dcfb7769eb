import { UserError } from "../../../base/errors.ts";
import { planOf } from "../../../config/arithmetic.ts";
import type { ResolvedConfig } from "../../../config/types.ts";

/** The course of a run, in optimizer steps counted from 1. */
export interface TrainingPlan {
  seed: number;
  total: number;
  warmup: number;
  stepsPerEpoch: number;
  /** Rows of a micro-batch, micro-batches of a step, rows of a full step. */
  batchSize: number;
  accumulation: number;
  effectiveBatch: number;
  /** Limit of the gradient's global norm; 0 = none. */
  maxNorm: number;
  /** Optimizer steps between evaluation points. The last step is one too. */
  evaluateEvery: number;
}

/** What `per_device_train_batch_size: auto` means here: memory is the machine's, so nothing is tried out. */
const AUTO_BATCH = 8;

/** Without evaluation the points stay, so that a checkpoint is saved after each epoch. */
export function trainingPlan(config: ResolvedConfig, trainRows: number): TrainingPlan {
  const { train, run } = config;
  const steps = planOf(config, trainRows);
  const size = train.per_device_train_batch_size;
  return {
    seed: run.seed,
    total: steps.totalSteps,
    warmup: steps.warmupSteps,
    stepsPerEpoch: steps.stepsPerEpoch,
    batchSize: size === "auto" ? AUTO_BATCH : size,
    accumulation: train.gradient_accumulation_steps,
    effectiveBatch: steps.effectiveBatch,
    maxNorm: train.max_grad_norm,
    evaluateEvery: (config.eval.strategy === "steps" ? config.eval.steps : null) ?? steps.stepsPerEpoch,
  };
}

export const isEvaluationPoint = ({ total, evaluateEvery }: TrainingPlan, step: number): boolean =>
  step === total || step % evaluateEvery === 0;

/** Evaluation points after `step`. */
export const evaluationsLeft = ({ total, evaluateEvery }: TrainingPlan, step: number): number =>
  step >= total ? 0 : Math.floor((total - 1) / evaluateEvery) - Math.floor(step / evaluateEvery) + 1;

/** Epochs done after `step`, with fraction. */
export const epochOf = ({ stepsPerEpoch }: TrainingPlan, step: number): number => step / stepsPerEpoch;

/** @throws UserError when a checkpoint stands behind the planned end; at the end itself only its evaluation may be left. */
export function requireWithinPlan({ total }: TrainingPlan, start: { step: number }): void {
  if (start.step <= total) return;
  throw new UserError(
    "beyond-plan",
    `The checkpoint stands at step ${start.step} and the plan ends at step ${total}.`,
    {
      advice: "Fork it with a larger train.num_train_epochs or train.max_steps to train on.",
    },
  );
}
