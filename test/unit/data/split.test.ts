import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { apportion, heldOut } from "../../../src/data/split.ts";

test("largest remainder, ties to the lower index", () => {
  expect(apportion([75, 26], 11)).toEqual([8, 3]);
  expect(apportion([50, 50], 3)).toEqual([2, 1]);
  expect(apportion([1, 1, 98], 10)).toEqual([0, 0, 10]);
  expect(apportion([], 0)).toEqual([]);
});

test("a class keeps one row for training, what it cannot give the others give", () => {
  expect(apportion([1, 1, 4], 3)).toEqual([0, 0, 3]);
  expect(apportion([2, 2, 2], 3)).toEqual([1, 1, 1]);
  expect(apportion([1, 1], 1)).toEqual([0, 0]);
});

test("any counts: the seats are given out, each class within one of its share unless it runs out", () => {
  const random = createRandom(5);
  for (let round = 0; round < 500; round++) {
    const counts = Array.from({ length: 1 + random.int(6) }, () => 1 + random.int(40));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const seats = Math.ceil(total * random.next() * 0.5);
    const given = apportion(counts, seats);
    const free = counts.reduce((sum, count) => sum + count - 1, 0);
    expect(given.reduce((sum, share) => sum + share, 0)).toBe(Math.min(seats, free));
    for (const [index, share] of given.entries()) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThan(counts[index]!);
      if (counts.every((count) => count > 3))
        expect(Math.abs(share - (counts[index]! * seats) / total)).toBeLessThan(1);
    }
  }
});

test("the seed decides which rows, the counts how many", () => {
  const labels = Array.from({ length: 60 }, (_, row) => row % 3);
  const one = heldOut(labels, 3, 0.2, 1);
  expect(heldOut(labels, 3, 0.2, 1)).toEqual(one);
  expect(heldOut(labels, 3, 0.2, 2)).not.toEqual(one);
  for (const label of [0, 1, 2]) expect(one.filter((held, row) => held && labels[row] === label)).toHaveLength(4);
  expect(heldOut(labels, 3, 0, 1)).not.toContain(true);
});
