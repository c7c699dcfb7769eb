/** Lengths of rows in tokens, and what padding makes of them. */

/** Characters of a token where no tokenizer is at hand: the usual figure for English. */
export const CHARACTERS_PER_TOKEN = 4;

/** Lengths of a sample of the rows, and of the longest row of all; in tokens. */
export interface RowLengths {
  sample: readonly number[];
  longest: number;
  countedBy: "tokenizer" | "characters";
}

/** Rows as they are after they were cut, and what batches of them are padded to. */
export interface PaddedLengths {
  mean: number;
  /** Expected length of a batch: that of its longest row. */
  padded: number;
  longest: number;
}

/**
 * What batches of so many rows, drawn at random and padded to their longest row, look like. The expected longest of b draws
 * from n sorted lengths is Σ xᵢ·((i/n)ᵇ − ((i−1)/n)ᵇ).
 */
export function paddedLengths({ sample, longest }: RowLengths, maxLength: number, batch: number): PaddedLengths {
  const cut = (length: number): number => Math.min(maxLength, Math.max(1, length));
  const sorted = sample.map(cut).sort((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return { mean: maxLength, padded: maxLength, longest: maxLength };
  const expected = sorted.reduce(
    (sum, length, index) => sum + length * (((index + 1) / n) ** batch - (index / n) ** batch),
    0,
  );
  return {
    mean: sorted.reduce((sum, length) => sum + length, 0) / n,
    padded: expected,
    longest: Math.max(cut(longest), sorted[n - 1]!),
  };
}

/** Every batch full to the last token: packed rows, or rows that nothing is known of. */
export const fullLengths = (maxLength: number): PaddedLengths => ({
  mean: maxLength,
  padded: maxLength,
  longest: maxLength,
});
