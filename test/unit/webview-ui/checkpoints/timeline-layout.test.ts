import { describe, expect, test } from "vitest";
import {
  freePlace,
  linear,
  placeLabels,
  valueAt,
  type Wanted,
} from "../../../../webview-ui/checkpoints/timeline-layout.ts";

const AREA = { x: 0, y: 0, width: 1000, height: 100 };
const label = (id: string, x: number, y: number, width = 80): Wanted => ({ id, x, y, width, badge: 0 });

describe("labels of the timeline", () => {
  test("stand above their point, to the right", () => {
    const [placed] = placeLabels([label("best", 100, 60)], AREA, []);
    expect(placed!.x).toBeGreaterThan(100);
    expect(placed!.y + placed!.height).toBeLessThan(60);
  });

  test("of neighbours neither lies on the other, nor on a badge", () => {
    const badge = { x: 492, y: 2, width: 16, height: 16 };
    const placed = placeLabels([label("best", 500, 30), label("last", 540, 30), label("pinned", 460, 30)], AREA, [
      badge,
    ]);
    expect(placed).toHaveLength(3);
    const boxes = [badge, ...placed];
    for (const one of boxes)
      for (const other of boxes) {
        const apart =
          one === other ||
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
  });

  test("at the right edge go to the left", () => {
    const [placed] = placeLabels([label("last", 990, 60)], AREA, []);
    expect(placed!.x + placed!.width).toBeLessThanOrEqual(1000);
  });

  test("without room are left out, the later ones first", () => {
    const narrow = { ...AREA, width: 90, height: 40 };
    const placed = placeLabels([label("best", 4, 30), label("last", 6, 30), label("pinned", 8, 30)], narrow, []);
    expect(placed.map(({ id }) => id)).toEqual(["best"]);
  });
});

test("the first place that covers nothing is taken, none where each does", () => {
  const [floor, top] = [
    { ...AREA, y: 86, height: 12 },
    { ...AREA, height: 12 },
  ];
  const dot = { x: 500, y: 90, width: 8, height: 8 };
  expect(freePlace([floor, top], [])).toBe(floor);
  expect(freePlace([floor, top], [dot])).toBe(top);
  expect(freePlace([floor, top], [dot, { ...dot, y: 4 }])).toBeUndefined();
});

test("a scale without extent maps to the middle", () => {
  expect(linear(5, 5, 0, 10)(5)).toBe(5);
  expect(linear(0, 4, 10, 30)(1)).toBe(15);
});

test("the value between two evaluations lies on the line between them; beyond there is none", () => {
  const [steps, values] = [Float64Array.of(10, 20, 40), Float64Array.of(0.5, 0.7, Number.NaN)];
  expect(valueAt(steps, values, 10)).toBe(0.5);
  expect(valueAt(steps, values, 15)).toBeCloseTo(0.6);
  expect(valueAt(steps, values, 30)).toBeNull();
  expect(valueAt(steps, values, 9)).toBeNull();
  expect(valueAt(steps, values, 41)).toBeNull();
  expect(valueAt([], [], 1)).toBeNull();
});
