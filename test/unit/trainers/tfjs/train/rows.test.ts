import { describe, expect, test } from "vitest";
import { epochOrder, microBatches, TokenRows } from "../../../../../src/trainers/tfjs/train/rows.ts";

const example = (text: string, label: number) => ({ text, label, file: "/data.csv", row: 1 });

describe("order of the rows", () => {
  test("is a permutation, another one each epoch and for each seed, and always the same", () => {
    const order = epochOrder(42, 0, 100);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, row) => row));
    expect(epochOrder(42, 0, 100)).toEqual(order);
    expect(epochOrder(42, 1, 100)).not.toEqual(order);
    expect(epochOrder(43, 0, 100)).not.toEqual(order);
  });

  test("steps take every row of an epoch once, the last one what is left", () => {
    const order = Array.from({ length: 11 }, (_, row) => 10 - row);
    const steps = [0, 1].map((index) => microBatches(order, index, 3, 2));
    expect(steps).toEqual([
      [
        [10, 9, 8],
        [7, 6, 5],
      ],
      [
        [4, 3, 2],
        [1, 0],
      ],
    ]);
  });
});

describe("batches", () => {
  const rows = new TokenRows(
    { padId: 99, tokenize: (text, limit) => Array.from(text, (letter) => letter.charCodeAt(0) - 96).slice(0, limit) },
    [example("ab", 1), example("a", 0), example("abcdef", 1)],
    4,
  );

  test("are padded on the right to their longest row, cut at the limit", () => {
    expect(rows.batch([1, 0])).toEqual({
      ids: Int32Array.of(1, 99, 1, 2),
      mask: Int32Array.of(1, 0, 1, 1),
      size: 2,
      length: 2,
    });
    expect(rows.batch([2]).ids).toEqual(Int32Array.of(1, 2, 3, 4));
    expect(rows.labels([1, 0, 2])).toEqual(Int32Array.of(0, 1, 1));
  });

  test("each text is tokenised once", () => {
    let calls = 0;
    const counted = new TokenRows({ padId: 0, tokenize: () => [++calls] }, [example("x", 0)], 8);
    counted.batch([0]);
    counted.batch([0]);
    expect(calls).toBe(1);
  });
});
