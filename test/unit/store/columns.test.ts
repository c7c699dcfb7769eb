import { describe, expect, test } from "vitest";
import { packColumn, unpackColumn } from "../../../src/store/columns.ts";
import { randomNumbers } from "../../support/seeded.ts";

function unpacked(blob: Uint8Array, from: number, to: number): Float64Array {
  const column = new Float64Array(to - from);
  unpackColumn(blob, column, from);
  return column;
}

const HEADER = { plain: 8, delta: 24 };

describe("a packed column", () => {
  test.each([
    ["nothing", [], HEADER.plain],
    ["one number", [7], HEADER.delta],
    ["regular steps", [10, 20, 30, 40], HEADER.delta],
    ["a constant", [5, 5, 5], HEADER.delta],
    ["falling steps", [9, 6, 3], HEADER.delta],
    ["small gaps", [0, 1, 256, 257], HEADER.delta + 3],
    ["larger gaps", [0, 1, 1000, 900], HEADER.delta + 3 * 2],
    ["times far apart", [1.76e12, 1.76e12 + 1, 1.76e12 + 4e9], HEADER.delta + 2 * 4],
    ["integers too far apart for differences", [0, 2 ** 52, -(2 ** 52)], HEADER.plain + 3 * 4],
    ["float32 values", [0.5, Number.NaN, Number.NEGATIVE_INFINITY], HEADER.plain + 3 * 4],
    ["a negative zero", [-0, 1, 2], HEADER.plain + 3 * 4],
    ["float64 values", [0.1, 0.2], HEADER.plain + 2 * 8],
    ["the largest values", [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE], HEADER.plain + 3 * 8],
  ])("%s comes back as it was, in few bytes", (_, values, bytes) => {
    const column = Float64Array.from(values);
    const blob = packColumn(column);
    expect(unpacked(blob, 0, values.length)).toEqual(column);
    expect(blob.length).toBe(bytes);
  });

  test("is read from any place, wherever its bytes lie", () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 200; round++) {
      const draw = random.pick([
        () => random.integer(-1000, 1000),
        () => random.integer(0, 2 ** 32 - 2),
        () => random.next(),
        () => Math.fround(random.next()),
      ]);
      const column = Float64Array.from({ length: random.integer(1, 50) }, draw);
      const packed = packColumn(column);
      const shifted = new Uint8Array(packed.length + 3).subarray(3);
      shifted.set(packed);
      const from = random.integer(0, column.length - 1);
      const to = random.integer(from, column.length);
      expect(unpacked(shifted, from, to)).toEqual(column.slice(from, to));
    }
  });

  test("of an unknown kind is refused", () => {
    expect(() => unpackColumn(Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0), new Float64Array(0))).toThrow(
      "unknown column kind",
    );
  });
});
