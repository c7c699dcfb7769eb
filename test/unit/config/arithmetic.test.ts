import { expect, test } from "vitest";
import { evalRows, planSteps, warmupSteps } from "../../../src/config/arithmetic.ts";

const plan = (trainRows: number, rest: Partial<Parameters<typeof planSteps>[0]> = {}) =>
  planSteps({ trainRows, perDevice: 8, accumulation: 1, devices: 1, epochs: 3, maxSteps: null, warmup: "6%", ...rest });

test("evaluation rows are rounded up, without binary noise", () => {
  expect([evalRows(100, 0.1), evalRows(101, 0.1), evalRows(100, 0.07), evalRows(3, 0.1), evalRows(10, 0)]).toEqual([
    10, 11, 7, 1, 0,
  ]);
});

test("steps follow Hugging Face's Trainer: short batches and short accumulations count", () => {
  expect(plan(100)).toEqual({
    batchesPerEpoch: 13,
    stepsPerEpoch: 13,
    totalSteps: 39,
    warmupSteps: 3,
    effectiveBatch: 8,
  });
  expect(plan(100, { accumulation: 4 })).toMatchObject({
    batchesPerEpoch: 13,
    stepsPerEpoch: 4,
    totalSteps: 12,
    effectiveBatch: 32,
  });
  expect(plan(100, { devices: 2 })).toMatchObject({ batchesPerEpoch: 7, totalSteps: 21, effectiveBatch: 16 });
  expect(plan(3, { accumulation: 8 })).toMatchObject({ stepsPerEpoch: 1, totalSteps: 3 });
  expect(plan(100, { epochs: 0.5 })).toMatchObject({ totalSteps: 7 });
  expect(plan(80, { epochs: 1.1 })).toMatchObject({ totalSteps: 11 });
  expect(plan(100, { maxSteps: 5 })).toMatchObject({ stepsPerEpoch: 13, totalSteps: 5, warmupSteps: 1 });
});

test("warm-up is steps, or a percentage rounded up", () => {
  expect([
    warmupSteps(10, 5),
    warmupSteps("6%", 100),
    warmupSteps("6%", 101),
    warmupSteps("0%", 50),
    warmupSteps("2.5%", 40),
    // 100 × 0.07 is 7.000000000000001, which Hugging Face's Trainer rounds up too.
    warmupSteps("7%", 100),
  ]).toEqual([10, 6, 7, 0, 1, 8]);
});
