import { describe, expect, test } from "vitest";
import { smoothed } from "../../../webview-ui/charts/smooth.ts";

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

describe("the moving average", () => {
  test("of a constant is the constant from the first point on: it is not drawn towards zero", () => {
    const result = smoothed(Float64Array.from([3, 3, 3, 3]), ones(4), 0.9);
    for (const value of result) expect(value).toBeCloseTo(3, 12);
  });

  test("is the debiased sum written out", () => {
    const values = [2, 4, 1, 8];
    const result = smoothed(Float64Array.from(values), ones(4), 0.6);
    values.forEach((_, n) => {
      const weights = values.slice(0, n + 1).map((__, i) => 0.6 ** (n - i) * 0.4);
      const sum = weights.reduce((total, weight, i) => total + weight * values[i]!, 0);
      expect(result[n]).toBeCloseTo(sum / weights.reduce((total, weight) => total + weight, 0), 12);
    });
  });

  test("has a gap where there is no number and goes on behind it", () => {
    const result = smoothed(Float64Array.from([2, Number.NaN, 2]), ones(3), 0.5);
    expect([...result]).toEqual([2, Number.NaN, 2]);
  });

  test("weighs a bucket with fewer points less", () => {
    const means = Float64Array.from([0, 1]);
    const full = smoothed(means, Float64Array.from([10, 10]), 0.9)[1]!;
    const partial = smoothed(means, Float64Array.from([10, 1]), 0.9)[1]!;
    expect(partial).toBeLessThan(full);
    expect(partial).toBeGreaterThan(0);
  });

  test("of no smoothing is the values themselves", () => {
    const values = Float64Array.from([1, 5]);
    expect(smoothed(values, ones(2), 0)).toBe(values);
  });
});
