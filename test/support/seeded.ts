/** Random numbers that a seed repeats (mulberry32), for tests. */
export function randomNumbers(seed: number) {
  let state = seed >>> 0;
  /** 0 ≤ x < 1. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** `from` ≤ n ≤ `to`. */
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(choices: readonly T[]): T => choices[integer(0, choices.length - 1)]!;
  const chance = (probability: number): boolean => next() < probability;
  return { next, integer, pick, chance };
}
export type RandomNumbers = ReturnType<typeof randomNumbers>;
