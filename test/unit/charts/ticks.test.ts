import { afterEach, describe, expect, test } from "vitest";
import { setLanguage } from "../../../src/base/l10n.ts";
import { linearTicks, logTicks, xTickLabel, xTicks, yTickLabels, yTicks } from "../../../webview-ui/charts/ticks.ts";

afterEach(() => setLanguage("en", {}));
const GIB = 2 ** 30;

describe("the x axis", () => {
  test("of a whole run ends with its last step", () => {
    expect(xTicks("step", { from: 0, to: 1140 }, 4, true)).toEqual([0, 300, 600, 900, 1140]);
    expect(xTicks("step", { from: 0, to: 1000 }, 4, true)).toEqual([0, 250, 500, 750, 1000]);
  });

  test("has whole steps only, however far it is zoomed", () => {
    expect(xTicks("step", { from: 10.2, to: 12.9 }, 5, false)).toEqual([11, 12]);
  });

  test("of times has round ones", () => {
    const minute = 60_000;
    expect(xTicks("relative", { from: 0, to: 9 * minute }, 5, true)).toEqual([0, 2, 4, 6, 8].map((n) => n * minute));
  });

  test.each([
    ["step", 1140, "1,140"],
    ["epoch", 1.5, "1.5"],
    ["relative", 90_000, "1m 30s"],
    ["relative", 120_000, "2m"],
    ["relative", 7_200_000, "2h"],
  ] as const)("writes %s %d as %s", (axis, value, expected) => {
    expect(xTickLabel(axis, value, 1e6)).toBe(expected);
  });
});

describe("the y axis", () => {
  test.each([
    [{ min: 0.2, max: 0.7 }, 3, [0.2, 0.4, 0.6]],
    [{ min: 0, max: 3.5 }, 3, [0, 1, 2, 3]],
    [{ min: 0, max: 2.2e-4 }, 3, [0, 1e-4, 2e-4]],
  ])("of %o has about %d ticks", (range, count, expected) => {
    expect(yTicks("metric", range, false, count)).toEqual(expected);
  });

  test("of memory divides it evenly, whatever the machine", () => {
    expect(yTicks("memory", { min: 0, max: 24 * GIB }, false, 4).map((tick) => tick / GIB)).toEqual([0, 8, 16, 24]);
    expect(yTicks("memory", { min: 0, max: 64 * GIB }, false, 4).map((tick) => tick / GIB)).toEqual([
      0, 16, 32, 48, 64,
    ]);
  });

  test("of percent is 0, 50, 100", () => {
    const ticks = yTicks("percent", { min: 0, max: 100 }, false, 4);
    expect(yTickLabels("percent", ticks)).toEqual(["0%", "50%", "100%"]);
  });

  test("logarithmic has 1, 2, 5 in a decade or two, powers beyond", () => {
    expect(logTicks(0.1, 2.5, 5)).toEqual([0.1, 0.2, 0.5, 1, 2]);
    expect(logTicks(1e-6, 1, 4)).toEqual([1e-6, 1e-4, 1e-2, 1]);
  });

  test("writes all ticks with the same decimals, exponents as short as exact, minus as minus", () => {
    expect(yTickLabels("metric", [0.5, 0.55, 0.6])).toEqual(["0.50", "0.55", "0.60"]);
    expect(yTickLabels("metric", [0, 1e-4, 2e-4])).toEqual(["0", "1e-4", "2e-4"]);
    expect(yTickLabels("metric", [-1, 0, 1])).toEqual(["\u22121", "0", "1"]);
    expect(yTickLabels("metric", [20_000])).toEqual(["20,000"]);
  });

  test("logarithmic over a narrow range has even steps", () => {
    const ticks = yTicks("metric", { min: 0.1, max: 0.2 }, true, 3);
    expect(yTickLabels("metric", ticks)).toEqual(["0.10", "0.15", "0.20"]);
    expect(yTickLabels("metric", logTicks(0.1, 2, 5))).toEqual(["0.1", "0.2", "0.5", "1", "2"]);
  });

  test("multiples come out clean", () => {
    expect(linearTicks(0, 0.7, 7)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });
});
