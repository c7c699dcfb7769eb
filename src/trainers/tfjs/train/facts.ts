import type { ClassificationData } from "../../../data/types.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { TrainingPlan } from "./plan.ts";

/** What the run's record shows of its data, model and machine. */
export function startFacts(
  data: ClassificationData,
  backend: Record<string, unknown>,
  model: ClassifierModel,
  plan: TrainingPlan,
): Record<string, unknown> {
  return {
    trainRows: data.train.length,
    evalRows: data.eval.length,
    labels: data.labels,
    classCounts: data.classCounts,
    files: data.files,
    data: data.facts,
    ...backend,
    model: model.facts,
    totalParameters: model.facts.totalParameters,
    trainableParameters: model.facts.trainableParameters,
    stepsPerEpoch: plan.stepsPerEpoch,
    effectiveBatch: plan.effectiveBatch,
    warmupSteps: plan.warmup,
  };
}
