import { describe, expect, test } from "vitest";
import { createRandom, randomFromState } from "../../../src/base/random.ts";

const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe("a seeded generator", () => {
  test("gives these numbers on every machine", () => {
    expect(draw(42, 4).map((value) => value * 2 ** 32)).toMatchInlineSnapshot(`
      [
        1264412219,
        1947509147,
        3919439299,
        1251167922,
      ]
    `);
  });

  test("gives other numbers for other seeds, also above 32 bits", () => {
    const firsts = [0, 1, 42, 2 ** 32, 2 ** 32 + 1, -1].map((seed) => draw(seed, 1)[0]);
    expect(new Set(firsts).size).toBe(6);
  });

  test("goes on from a saved state", () => {
    const random = createRandom(7);
    random.gaussian();
    const later = randomFromState(JSON.parse(JSON.stringify(random.state())) as ReturnType<typeof random.state>);
    for (let i = 0; i < 100; i++) expect(later.next()).toBe(random.next());
    expect(later.gaussian()).toBe(random.gaussian());
  });

  test("is uniform and normal as far as 100,000 draws tell", () => {
    const random = createRandom(1);
    const uniform = Array.from({ length: 100_000 }, () => random.next());
    expect(Math.min(...uniform.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(uniform.every((value) => value < 1)).toBe(true);
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    const normal = Array.from({ length: 100_000 }, () => random.gaussian());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  test("shuffles to a permutation, each item anywhere", () => {
    const random = createRandom(3);
    const firsts = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const order = random.shuffle([0, 1, 2, 3, 4]);
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
      firsts.add(order[0]!);
    }
    expect(firsts.size).toBe(5);
    expect(new Set(Array.from({ length: 200 }, () => random.int(3)))).toEqual(new Set([0, 1, 2]));
  });
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
