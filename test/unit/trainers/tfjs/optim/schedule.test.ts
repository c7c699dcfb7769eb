import { describe, expect, test } from "vitest";
import { Schedule, type ScheduleSettings } from "../../../../../src/trainers/tfjs/optim/schedule.ts";

const schedule = (settings: Partial<ScheduleSettings>): Schedule =>
  new Schedule({ type: "linear", rate: 1, total: 10, warmup: 2, greaterIsBetter: false, ...settings });

const table = (settings: Partial<ScheduleSettings>, count = 10): number[] => {
  const rates = schedule(settings);
  return Array.from({ length: count }, (_, done) => Number(rates.rate(done).toFixed(6)));
};

describe("learning rate over ten steps, two of them warm-up", () => {
  test("linear rises to the peak and falls to just above 0", () => {
    expect(table({ type: "linear" })).toEqual([0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]);
  });

  test("cosine is half a wave", () => {
    // 0.5·(1 + cos(π·k/8)) for k = 0…7
    const wave = [1, 0.96194, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.03806];
    expect(table({ type: "cosine" })).toEqual([0, 0.5, ...wave]);
  });

  test("constant has no warm-up, constant_with_warmup has", () => {
    expect(table({ type: "constant" }, 4)).toEqual([1, 1, 1, 1]);
    expect(table({ type: "constant_with_warmup" }, 4)).toEqual([0, 0.5, 1, 1]);
  });

  test("without warm-up the first step has the whole rate", () => {
    expect(table({ type: "linear", warmup: 0 }, 3)).toEqual([1, 0.9, 0.8]);
    expect(table({ type: "cosine", warmup: 0 }, 1)).toEqual([1]);
  });

  test("steps beyond the plan have rate 0, also where cosine would rise again", () => {
    expect(schedule({ type: "linear" }).rate(12)).toBe(0);
    expect(schedule({ type: "cosine" }).rate(10)).toBe(0);
    expect(schedule({ type: "cosine" }).rate(14)).toBe(0);
  });

  test("a warm-up as long as the run only rises", () => {
    expect(table({ warmup: 10 })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });
});

describe("reduce_lr_on_plateau", () => {
  test("falls to a tenth after two evaluations in a row without a better loss", () => {
    const rates = schedule({ type: "reduce_lr_on_plateau", warmup: 0 });
    const seen = [1, 0.9, 0.95, 0.8, 0.85, 0.85, 0.85, 0.85].map((loss) => {
      rates.observe(loss);
      return Number(rates.rate(5).toFixed(6));
    });
    expect(seen).toEqual([1, 1, 1, 1, 1, 0.1, 0.1, 0.01]);
  });

  test("better means by 1e-4 of the best value, and greater for scores", () => {
    const loss = schedule({ type: "reduce_lr_on_plateau", warmup: 0 });
    for (const value of [1, 0.99995, 0.9999]) loss.observe(value);
    expect(loss.rate(5)).toBeCloseTo(0.1, 12);
    const score = schedule({ type: "reduce_lr_on_plateau", warmup: 0, greaterIsBetter: true });
    for (const value of [0.5, 0.6, 0.7]) score.observe(value);
    expect(score.rate(5)).toBe(1);
  });

  test("NaN counts as not better", () => {
    const rates = schedule({ type: "reduce_lr_on_plateau", warmup: 0 });
    for (const value of [1, Number.NaN, Number.NaN]) rates.observe(value);
    expect(rates.rate(5)).toBeCloseTo(0.1, 12);
  });

  test("goes on from its saved state", () => {
    const before = schedule({ type: "reduce_lr_on_plateau", warmup: 0 });
    for (const value of [1, 2]) before.observe(value);
    const after = schedule({ type: "reduce_lr_on_plateau", warmup: 0 });
    after.load(JSON.parse(JSON.stringify(before.state())) as ReturnType<Schedule["state"]>);
    after.observe(2);
    expect(after.rate(5)).toBeCloseTo(0.1, 12);
  });
});
