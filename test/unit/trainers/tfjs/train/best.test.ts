import { expect, test } from "vitest";
import { BestTracker } from "../../../../../src/trainers/tfjs/train/best.ts";

test("of a loss the smallest is best; equal is not better", () => {
  const tracker = new BestTracker(false, null);
  expect([0.5, 0.4, 0.4, 0.6, 0.3].map((value, index) => tracker.observe(index + 1, value))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(tracker.state).toEqual({ best: { step: 5, value: 0.3 }, badEvaluations: 0 });
});

test("patience counts evaluations in a row without a better value, NaN among them", () => {
  const tracker = new BestTracker(true, 2);
  const exhausted = [0.5, Number.NaN, 0.6, 0.6, 0.1].map((value, index) => {
    tracker.observe(index + 1, value);
    return tracker.exhausted;
  });
  expect(exhausted).toEqual([false, false, false, false, true]);
});

test("a first value that is NaN is never the best", () => {
  const tracker = new BestTracker(false, 1);
  expect(tracker.observe(1, Number.NaN)).toBe(false);
  expect(tracker.observe(2, 0.5)).toBe(true);
});

test("goes on from its saved state", () => {
  const before = new BestTracker(false, 2);
  [0.4, 0.5].forEach((value, index) => before.observe(index + 1, value));
  const after = new BestTracker(false, 2);
  after.load(JSON.parse(JSON.stringify(before.state)) as BestTracker["state"]);
  expect(after.observe(3, 0.45)).toBe(false);
  expect(after.exhausted).toBe(true);
});
