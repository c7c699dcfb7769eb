/**
 * The planned learning rate after a number of optimizer steps: the formulas of Hugging Face's
 * `get_{linear,cosine,constant}_schedule_with_warmup`, as the built-in trainer follows them.
 */
export interface PlannedRate {
  scheduler: string;
  /** Peak rate. */
  learningRate: number;
  warmupSteps: number;
  total: number;
}

/** The rate the step after `done` steps is made with; undefined for schedules that depend on more than the step. */
export function rateAfter(
  { scheduler, learningRate, warmupSteps, total }: PlannedRate,
  done: number,
): number | undefined {
  if (scheduler === "constant") return learningRate;
  const after = SCHEDULES[scheduler];
  if (!after) return undefined;
  if (done < warmupSteps) return (learningRate * done) / warmupSteps;
  return learningRate * after(Math.min(1, (done - warmupSteps) / Math.max(1, total - warmupSteps)));
}

/** Factor of the peak rate after warm-up, by the share of the remaining steps that are done. */
const SCHEDULES: Readonly<Record<string, (share: number) => number>> = {
  linear: (share) => 1 - share,
  cosine: (share) => 0.5 * (1 + Math.cos(Math.PI * share)),
  constant_with_warmup: () => 1,
};
