import { describe, expect, test } from "vitest";
import { Folds } from "../../../../webview-ui/log/folds.ts";

/** The lines the rows show, a folded stretch as `first-last`. */
function shown(folds: Folds): string[] {
  return Array.from({ length: folds.rows }, (_, row) => {
    const { line, folded } = folds.row(row);
    return folded ? `${folded.start}-${line}` : String(line);
  });
}

describe("folds", () => {
  test("a stretch takes one row, which stands for its newest line", () => {
    const folds = new Folds();
    folds.grow(10, 0, [2, 7], [3, 2]);
    expect(shown(folds)).toEqual(["1", "2-4", "5", "6", "7-8", "9", "10"]);
  });

  test("unfolded it takes a row a line, and can be folded again", () => {
    const folds = new Folds();
    folds.grow(10, 0, [2, 7], [3, 2]);
    folds.toggle(2);
    expect(shown(folds)).toEqual(["1", "2", "3", "4", "5", "6", "7-8", "9", "10"]);
    expect(folds.row(1).unfolded).toEqual({ start: 2, count: 3 });
    folds.toggle(2);
    expect(folds.rows).toBe(7);
  });

  test("rows and lines lead to each other", () => {
    const folds = new Folds();
    folds.grow(1000, 0, [1, 10, 500, 900], [5, 100, 3, 101]);
    for (let row = 0; row < folds.rows; row++) expect(folds.rowOf(folds.row(row).line)).toBe(row);
    expect([1, 5, 6, 50, 109, 110, 1000].map((line) => folds.rowOf(line))).toEqual([0, 0, 1, 5, 5, 6, folds.rows - 1]);
  });

  test("a line inside a stretch is uncovered; the one its row shows needs nothing", () => {
    const folds = new Folds();
    folds.grow(10, 0, [2], [5]);
    folds.uncover(6);
    expect(folds.rows).toBe(6);
    folds.uncover(3);
    expect(folds.row(folds.rowOf(3)).line).toBe(3);
  });

  test("the last stretch grows, and what was unfolded stays so", () => {
    const folds = new Folds();
    folds.grow(6, 0, [2], [3]);
    folds.toggle(2);
    folds.grow(9, 0, [2, 7], [4, 3]);
    expect(shown(folds)).toEqual(["1", "2", "3", "4", "5", "6", "7-9"]);
  });
});
