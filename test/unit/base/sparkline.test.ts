import { expect, test } from "vitest";
import { sparkline } from "../../../src/base/sparkline.ts";

test("bars run from the smallest to the largest value", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline(new Float64Array([2, 0.5, 1]))).toBe("█▁▃");
});

test("equal values are flat, NaN and infinities gaps that do not squeeze the rest", () => {
  expect(sparkline([3, 3])).toBe("▁▁");
  expect(sparkline([0, Number.NaN, Infinity, 1])).toBe("▁  █");
  expect(sparkline([Number.NaN])).toBe(" ");
  expect(sparkline([])).toBe("");
});
