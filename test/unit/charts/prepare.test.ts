import { describe, expect, test } from "vitest";
import { Curve, firstAtOrAfter, nearestIndex } from "../../../webview-ui/charts/curve.ts";
import { fileName, sceneCsv } from "../../../webview-ui/charts/export.ts";
import type { ChartLine } from "../../../webview-ui/charts/model.ts";
import { differenceOf, prepareLine } from "../../../webview-ui/charts/prepare.ts";
import type { Scene } from "../../../webview-ui/charts/scene.ts";

const line: ChartLine = {
  key: "a",
  run: "a",
  label: '=cmd, "x"',
  slot: 1,
  metric: "train/loss",
  kind: "train",
  goal: "min",
};
const map = { x: (step: number) => step, step: (x: number) => x };
const empty = { step0: [], step1: [], min: [], max: [], mean: [], count: [], finite: [] };
const none = Object.fromEntries(Object.keys(empty).map((name) => [name, new Float64Array(0)])) as never;

function curveOf(points: [step: number, value: number][]): Curve {
  const curve = new Curve(none);
  curve.append(
    Float64Array.from(points, ([step]) => step),
    Float64Array.from(points, ([, value]) => value),
  );
  return curve;
}

describe("a curve", () => {
  test("grows by points after its last and tells what is no number", () => {
    const curve = curveOf([
      [1, 5],
      [2, Number.NaN],
      [3, Number.POSITIVE_INFINITY],
    ]);
    expect(curve.append(Float64Array.from([2, 3, 4]), Float64Array.from([0, 0, 9]))).toBe(1);
    const { mean, hasNaN, steps } = prepareLine(line, curve, map, { smoothing: 0 });
    expect([...steps]).toEqual([1, 2, 3, 4]);
    expect([...mean]).toEqual([5, Number.NaN, Number.NaN, 9]);
    expect([0, 1, 2, 3].map(hasNaN)).toEqual([false, true, true, false]);
  });

  test("of a parent ends at the fork", () => {
    const curve = curveOf([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect([...prepareLine({ ...line, to: 2 }, curve, map, { smoothing: 0 }).steps]).toEqual([1, 2]);
  });

  test("only training curves are smoothed, and no plan", () => {
    const curve = curveOf([
      [1, 0],
      [2, 10],
    ]);
    const shown = (metric: string, kind: ChartLine["kind"]): number =>
      prepareLine({ ...line, metric, kind }, curve, map, { smoothing: 0.9 }).shown[1]!;
    expect(shown("train/loss", "train")).toBeLessThan(10);
    expect(shown("eval/loss", "eval")).toBe(10);
    expect(shown("train/learning_rate", "train")).toBe(10);
  });
});

test("the difference to a baseline stands at its points, only where both have values", () => {
  const options = { smoothing: 0 };
  const base = prepareLine(
    line,
    curveOf([
      [1, 1],
      [2, 2],
      [3, 3],
      [9, 1],
    ]),
    map,
    options,
  );
  const other = prepareLine(
    line,
    curveOf([
      [2, 4],
      [4, 8],
    ]),
    map,
    options,
  );
  const { x, shown } = differenceOf(other, base);
  expect([...x]).toEqual([1, 2, 3, 9]);
  expect([...shown]).toEqual([Number.NaN, 2, 3, Number.NaN]);
});

test("positions in a rising column", () => {
  const column = [1, 3, 3, 8];
  expect([0, 1, 2, 3, 9].map((value) => firstAtOrAfter(column, value))).toEqual([0, 0, 1, 1, 4]);
  expect([0, 1.9, 2.1, 6, 99].map((value) => nearestIndex(column, value))).toEqual([0, 0, 1, 3, 3]);
  expect(nearestIndex([], 1)).toBe(-1);
});

test("saved data is CSV that no spreadsheet runs, under a name every file system takes", () => {
  const prepared = prepareLine(
    line,
    curveOf([
      [1, 0.5],
      [2, Number.NaN],
    ]),
    map,
    { smoothing: 0 },
  );
  const scene = { lines: [prepared] } as unknown as Scene;
  expect(sceneCsv(scene)).toBe(
    [
      "run,metric,step,x,shown,mean,min,max",
      `"'=cmd, ""x""",train/loss,1,1,0.5,0.5,0.5,0.5`,
      `"'=cmd, ""x""",train/loss,2,2,NaN,NaN,NaN,NaN`,
      "",
    ].join("\n"),
  );
  expect(fileName("train/<b>loss</b>: 损失", "csv")).toBe("train_b_loss_b_损失.csv");
});
