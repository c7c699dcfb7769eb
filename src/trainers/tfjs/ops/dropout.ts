import * as tf from "./tf.ts";

/**
 * A dropout mask: 0 with probability `rate`, else 1 / (1 − rate). Drawn on the host by Marsaglia's xorshift32, so that one
 * seed gives the same mask on every backend.
 * @param seed any 32-bit integer
 */
export function dropoutMask(size: number, rate: number, seed: number): Float32Array {
  const mask = new Float32Array(size);
  const keep = 1 / (1 - rate);
  const threshold = rate * 2 ** 32;
  let state = scramble(seed) || 1; // xorshift never leaves 0
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    if (state >>> 0 >= threshold) mask[i] = keep;
  }
  return mask;
}

/** x with the mask of `seed` applied; x itself for a rate of 0. */
export function dropout<T extends tf.Tensor>(x: T, rate: number, seed: number): T {
  return rate === 0 ? x : tf.mul<T>(x, tf.tensor(dropoutMask(x.size, rate, seed), x.shape));
}

/** Spreads neighbouring seeds over all 32 bits (finalizer of MurmurHash3), else their first numbers would be alike. */
function scramble(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
