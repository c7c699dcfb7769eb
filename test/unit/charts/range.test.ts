import { describe, expect, test } from "vitest";
import { dataRange, keptRange, niceRange, ValueSample } from "../../../webview-ui/charts/range.ts";

const noisy = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? 14.2 : 1 + 0.1 * Math.sin(i)));
const all = { ignoresOutliers: false, isLog: false };
const most = { ignoresOutliers: true, isLog: false };

describe("what the y axis must show", () => {
  test("is everything, or without outliers the 1st to 99th percentile", () => {
    expect(dataRange(ValueSample.of(noisy), undefined, all)!.max).toBe(14.2);
    const range = dataRange(ValueSample.of(noisy), undefined, most)!;
    expect(range.max).toBeLessThan(1.11);
    expect(range.min).toBeGreaterThan(0.89);
  });

  test("reaches to a line that leaves the percentiles a little, not to one far off", () => {
    expect(dataRange(ValueSample.of(noisy), { min: 1, max: 1.2 }, most)!.max).toBeCloseTo(1.2, 2);
    expect(dataRange(ValueSample.of(noisy), { min: 1, max: 9 }, most)!.max).toBeLessThan(1.4);
  });

  test("of few values is all of them", () => {
    expect(dataRange(ValueSample.of([1, 2, 90]), undefined, most)).toEqual({ min: 1, max: 90 });
  });

  test("on a logarithmic scale leaves out what it cannot show", () => {
    expect(dataRange(ValueSample.of([-1, 0, 0.5, 2]), undefined, { ...all, isLog: true })).toEqual({
      min: 0.5,
      max: 2,
    });
    expect(dataRange(ValueSample.of([-1, 0]), undefined, { ...all, isLog: true })).toBeUndefined();
  });
});

describe("round ends", () => {
  test.each([
    [
      { min: 0.51, max: 3.3 },
      { min: 0, max: 3.5 },
    ],
    [
      { min: 0, max: 0 },
      { min: 0, max: 1 },
    ],
    [
      { min: 2, max: 2 },
      { min: 1, max: 3 },
    ],
    [
      { min: 0.91, max: 0.93 },
      { min: 0.9075, max: 0.9325 },
    ],
  ])("of %o", (data, expected) => {
    const nice = niceRange(data, false);
    expect(nice.min).toBeCloseTo(expected.min, 9);
    expect(nice.max).toBeCloseTo(expected.max, 9);
  });

  test("hold the data, whatever it is", () => {
    for (let exponent = -9; exponent < 9; exponent++)
      for (const [a, b] of [
        [1, 1.01],
        [-3, 7],
        [0.2, 55],
        [-9, -8.5],
      ] as const) {
        const data = { min: a * 10 ** exponent, max: b * 10 ** exponent };
        for (const isLog of a > 0 ? [false, true] : [false]) {
          const nice = niceRange(data, isLog);
          const rounding = 1e-9 * Math.abs(data.max);
          expect(nice.min).toBeLessThanOrEqual(data.min + rounding);
          expect(nice.max).toBeGreaterThanOrEqual(data.max - rounding);
        }
      }
  });
});

describe("while a run is watched", () => {
  test("the axis stays as long as it holds the data and never shrinks", () => {
    const first = keptRange(undefined, { min: 0.1, max: 3.2 }, false);
    expect(keptRange(first, { min: 0.1, max: 0.3 }, false)).toBe(first);
  });

  test("it grows in steps, so that a curve that rises slowly moves it rarely", () => {
    let range = keptRange(undefined, { min: 0, max: 1 }, false);
    let moves = 0;
    for (let top = 1; top < 10; top += 0.01) {
      const next = keptRange(range, { min: 0, max: top }, false);
      expect(next.max).toBeGreaterThanOrEqual(top);
      if (next !== range) moves++;
      range = next;
    }
    expect(moves).toBeGreaterThan(1);
    expect(moves).toBeLessThan(20);
  });

  test("one side growing leaves the other where it is", () => {
    const first = keptRange(undefined, { min: 0.5, max: 0.9 }, false);
    expect(keptRange(first, { min: 0.5, max: 4 }, false).min).toBe(first.min);
  });
});
