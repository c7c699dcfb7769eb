/** Turns logits into probabilities in place (the greatest is subtracted first, so nothing overflows); returns them. */
export function softmaxInPlace<T extends Float32Array | Float64Array>(scores: T): T {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(scores[i]! - most);
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
  return scores;
}

/** Index of the greatest number (the first of several equal ones). */
export function argMax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}
