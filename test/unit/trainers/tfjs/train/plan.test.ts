import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../../../src/config/types.ts";
import {
  epochOf,
  evaluationsLeft,
  isEvaluationPoint,
  requireWithinPlan,
  trainingPlan,
} from "../../../../../src/trainers/tfjs/train/plan.ts";

const config = (...overrides: string[]): ResolvedConfig =>
  resolveConfig(
    {
      version: 1,
      task: "text-classification",
      model: { framework: "tfjs", name_or_path: "builtin:tiny" },
      data: { train: "a.csv" },
    },
    { overrides },
  ).config as ResolvedConfig;

describe("the plan of a run", () => {
  test("counts like Hugging Face's Trainer", () => {
    const plan = trainingPlan(config("train.gradient_accumulation_steps=2", "train.num_train_epochs=2.5"), 100);
    // 100 rows in batches of 8 = 13 batches, 2 a step = 7 steps; ceil(2.5 × 7) = 18; ceil(18 × 6 %) = 2.
    expect(plan).toMatchObject({ stepsPerEpoch: 7, total: 18, warmup: 2, effectiveBatch: 16, evaluateEvery: 7 });
  });

  test("auto is a batch of 8", () => {
    expect(trainingPlan(config("train.per_device_train_batch_size=auto"), 80).batchSize).toBe(8);
  });

  test.each([
    ["each epoch", [], [10, 20, 30]],
    ["every 8 steps", ["eval.strategy=steps", "eval.steps=8"], [8, 16, 24, 30]],
    ["more rarely than the run is long", ["eval.strategy=steps", "eval.steps=100"], [30]],
    ["with a last step within an epoch", ["train.max_steps=15"], [10, 15]],
  ])("evaluation points: %s", (_name, overrides, expected) => {
    const plan = trainingPlan(config(...overrides), 80);
    const steps = Array.from({ length: plan.total }, (_, index) => index + 1);
    const points = steps.filter((step) => isEvaluationPoint(plan, step));
    expect(points).toEqual(expected);
    for (const step of [0, ...steps]) {
      expect(evaluationsLeft(plan, step), `after step ${step}`).toBe(points.filter((point) => point > step).length);
    }
  });

  test("epochs are told with their fraction", () => {
    expect(epochOf(trainingPlan(config(), 80), 15)).toBe(1.5);
  });

  test("a checkpoint may stand at the plan's end, not behind it", () => {
    const plan = trainingPlan(config(), 80);
    expect(() => requireWithinPlan(plan, { step: 30 })).not.toThrow();
    expect(() => requireWithinPlan(plan, { step: 31 })).toThrow(/stands at step 31/);
  });
});
