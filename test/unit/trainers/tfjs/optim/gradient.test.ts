import { describe, expect, test } from "vitest";
import type { Gradient } from "../../../../../src/trainers/tfjs/models/model.ts";
import { clipByGlobalNorm, GradientAccumulator } from "../../../../../src/trainers/tfjs/optim/gradient.ts";

const dense = (...values: number[]): Gradient => ({ ids: null, values: Float32Array.from(values) });
const rows = (ids: number[], ...values: number[]): Gradient => ({
  ids: Int32Array.from(ids),
  values: Float32Array.from(values),
});

describe("clipping by global norm", () => {
  test("scales all gradients by one factor and tells the norm before", () => {
    const gradients = new Map([
      ["a", dense(3, 0)],
      ["b", rows([7], 0, 4)],
    ]);
    expect(clipByGlobalNorm(gradients, 1)).toBe(5);
    expect(gradients.get("a")!.values[0]).toBeCloseTo(0.6, 5);
    expect(gradients.get("b")!.values[1]).toBeCloseTo(0.8, 5);
  });

  test("leaves gradients within the limit alone; 0 means no limit", () => {
    const small = new Map([["a", dense(0.3, 0.4)]]);
    expect(clipByGlobalNorm(small, 1)).toBeCloseTo(0.5, 6);
    expect(small.get("a")).toEqual(dense(0.3, 0.4));
    const large = new Map([["a", dense(30, 40)]]);
    expect(clipByGlobalNorm(large, 0)).toBe(50);
    expect(large.get("a")).toEqual(dense(30, 40));
  });

  test("a norm that is not finite is told and changes nothing", () => {
    const broken = new Map([["a", dense(Number.NaN, 1)]]);
    expect(clipByGlobalNorm(broken, 1)).toBeNaN();
    expect(broken.get("a")!.values[1]).toBe(1);
  });
});

describe("accumulating micro-batches", () => {
  test("weights by rows give the mean over all rows", () => {
    const sum = new GradientAccumulator();
    sum.add(new Map([["a", dense(1, 2)]]), 3 / 4);
    sum.add(new Map([["a", dense(5, -2)]]), 1 / 4);
    expect(Array.from(sum.total.get("a")!.values)).toEqual([2, 1]);
  });

  test("row gradients are merged by row, ascending", () => {
    const sum = new GradientAccumulator();
    sum.add(new Map([["t", rows([2, 9], 1, 1, 3, 3)]]), 0.5);
    sum.add(new Map([["t", rows([1, 9], 4, 4, 1, 5)]]), 0.5);
    const total = sum.total.get("t")!;
    expect(Array.from(total.ids!)).toEqual([1, 2, 9]);
    expect(Array.from(total.values)).toEqual([2, 2, 0.5, 0.5, 2, 4]);
  });
});
