import { createRandom } from "../../src/base/random.ts";

/** Random choices that a seed repeats, for tests. */
export function randomNumbers(seed: number) {
  const random = createRandom(seed);
  const next = (): number => random.next();
  /** `from` ≤ n ≤ `to`. */
  const integer = (from: number, to: number): number => from + random.int(to - from + 1);
  const pick = <T>(choices: readonly T[]): T => choices[random.int(choices.length)]!;
  const chance = (probability: number): boolean => next() < probability;
  return { next, integer, pick, chance };
}
export type RandomNumbers = ReturnType<typeof randomNumbers>;
