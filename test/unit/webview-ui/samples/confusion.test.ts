import { describe, expect, test } from "vitest";
import { readConfusion, shareOf } from "../../../../webview-ui/samples/confusion.ts";
import { contrast, heatScale, parseColor, type HeatColors, type Rgb } from "../../../../webview-ui/samples/heat.ts";

const table = (rows: (string | number)[][]) => ({
  name: "eval/confusion_matrix",
  step: 1,
  columns: ["label", "a", "b"],
  rows,
});

test("a matrix tells accuracy and shares per row; a label without rows has none", () => {
  const confusion = readConfusion(
    table([
      ["a", 6, 2],
      ["b", 0, 0],
    ]),
  )!;
  expect(confusion).toMatchObject({ labels: ["a", "b"], total: 8, accuracy: 0.75 });
  expect(shareOf(confusion, 0, 1)).toBe(0.25);
  expect(shareOf(confusion, 1, 1)).toBe(0);
});

test("what is no square of counts is no matrix", () => {
  expect(readConfusion(table([["a", 6, 2]]))).toBeUndefined();
  expect(
    readConfusion(
      table([
        ["a", 6],
        ["b", 1],
      ]),
    ),
  ).toBeUndefined();
});

describe("the shading of cells", () => {
  /** Hue, background and foreground of the editor's themes, the last one made up to be hard. */
  const themes: Record<string, HeatColors> = {
    dark: { hue: [89, 164, 249], background: [31, 31, 31], foreground: [204, 204, 204] },
    light: { hue: [0, 99, 211], background: [255, 255, 255], foreground: [59, 59, 59] },
    contrast: { hue: [89, 164, 249], background: [0, 0, 0], foreground: [255, 255, 255] },
    grey: { hue: [120, 120, 120], background: [60, 60, 60], foreground: [220, 220, 220] },
  };
  const over = (hue: Rgb, under: Rgb, fill: number): Rgb =>
    [0, 1, 2].map((at) => hue[at]! * fill + under[at]! * (1 - fill)) as unknown as Rgb;

  test.each(Object.entries(themes))("can be read at every share in %s, and never falls", (_, colors) => {
    const heat = heatScale(colors);
    let before = 0;
    for (let share = 0; share <= 1; share += 0.01) {
      const { fill, isInverted } = heat(share);
      const ink = isInverted ? colors.background : colors.foreground;
      expect(contrast(ink, over(colors.hue, colors.background, fill))).toBeGreaterThanOrEqual(4.5);
      expect(fill).toBeGreaterThanOrEqual(before);
      before = fill;
    }
  });

  test("reaches from 8 % to the full hue where the theme allows it", () => {
    const heat = heatScale(themes["dark"]!);
    expect(heat(0)).toEqual({ fill: 0.08, isInverted: false });
    expect(heat(1)).toEqual({ fill: 1, isInverted: true });
  });
});

test("contrast is that of WCAG: black on white 21, equal colours 1", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
  expect(contrast([9, 9, 9], [9, 9, 9])).toBe(1);
});

test.each([
  ["rgb(89, 164, 249)", [89, 164, 249]],
  ["rgba(255, 255, 255, 0.7)", [255, 255, 255]],
  ["color(srgb 1 0 0.2)", [255, 0, 51]],
  ["", undefined],
])("the colour “%s”", (css, expected) => expect(parseColor(css)).toEqual(expected));
