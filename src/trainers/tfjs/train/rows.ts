import { createRandom } from "../../../base/random.ts";
import type { Example } from "../../../data/types.ts";
import type { Batch, ClassifierModel } from "../models/model.ts";

/** Rows as the model reads them. Each text is tokenised when it is first needed and kept. */
export class TokenRows {
  readonly examples: readonly Example[];
  private readonly model: Pick<ClassifierModel, "tokenize" | "padId">;
  private readonly maxLength: number;
  private readonly tokens: (Int32Array | undefined)[];

  constructor(model: Pick<ClassifierModel, "tokenize" | "padId">, examples: readonly Example[], maxLength: number) {
    this.model = model;
    this.examples = examples;
    this.maxLength = maxLength;
    this.tokens = Array.from({ length: examples.length });
  }

  get count(): number {
    return this.examples.length;
  }

  tokensOf(row: number): Int32Array {
    return (this.tokens[row] ??= Int32Array.from(this.model.tokenize(this.examples[row]!.text, this.maxLength)));
  }

  /** The given rows as one batch, padded on the right to the longest of them. */
  batch(rows: readonly number[]): Batch {
    const texts = rows.map((row) => this.tokensOf(row));
    const length = Math.max(...texts.map((tokens) => tokens.length));
    const ids = new Int32Array(rows.length * length).fill(this.model.padId);
    const mask = new Int32Array(rows.length * length);
    texts.forEach((tokens, index) => {
      ids.set(tokens, index * length);
      mask.fill(1, index * length, index * length + tokens.length);
    });
    return { ids, mask, size: rows.length, length };
  }

  labels(rows: readonly number[]): Int32Array {
    return Int32Array.from(rows, (row) => this.examples[row]!.label);
  }
}

/** Independent streams of random numbers of one run: dropout, initial weights, and the order of each epoch. */
export const STREAMS = { weights: 1, dropout: 2, firstEpoch: 3 } as const;

/** A seed for one stream: the run's seed (below 2³²) in the low word, the stream in the high word. */
export const streamSeed = (seed: number, stream: number): number => seed + stream * 2 ** 32;

/** Order of the training rows in an epoch (from 0): a function of seed and epoch alone, so that a resume needs nothing else. */
export function epochOrder(seed: number, epoch: number, rows: number): number[] {
  const order = Array.from({ length: rows }, (_, row) => row);
  return createRandom(streamSeed(seed, STREAMS.firstEpoch + epoch)).shuffle(order);
}

/**
 * Rows of the micro-batches of one optimizer step: `accumulation` batches of `batchSize` rows from the epoch's order;
 * the last step of an epoch takes what is left.
 * @param index the step's number within the epoch, from 0
 */
export function microBatches(
  order: readonly number[],
  index: number,
  batchSize: number,
  accumulation: number,
): number[][] {
  const from = index * batchSize * accumulation;
  const rows = order.slice(from, from + batchSize * accumulation);
  return Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, at) =>
    rows.slice(at * batchSize, (at + 1) * batchSize),
  );
}
