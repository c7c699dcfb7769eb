import { describe, expect, test } from "vitest";
import { Schedule, type ScheduleType } from "../../../src/trainers/tfjs/optim/schedule.ts";
import { rateAfter } from "../../../webview-ui/charts/schedule.ts";

describe.each(["linear", "cosine", "constant", "constant_with_warmup"] as ScheduleType[])("the plan of %s", (type) => {
  test("is what the trainer does", () => {
    const trainer = new Schedule({ type, rate: 2e-4, total: 200, warmup: 12, greaterIsBetter: false });
    for (let done = 0; done <= 200; done += 5) {
      const planned = rateAfter({ scheduler: type, learningRate: 2e-4, warmupSteps: 12, total: 200 }, done);
      expect(planned).toBeCloseTo(trainer.rate(done), 12);
    }
  });
});

test("what depends on results has no plan", () => {
  const plan = { scheduler: "reduce_lr_on_plateau", learningRate: 1, warmupSteps: 0, total: 10 };
  expect(rateAfter(plan, 3)).toBeUndefined();
});
