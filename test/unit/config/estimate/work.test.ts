import { expect, test } from "vitest";
import { fromCharacters } from "../../../../src/config/estimate/estimate.ts";
import { paddedLengths } from "../../../../src/config/estimate/lengths.ts";
import { workOf } from "../../../../src/config/estimate/work.ts";
import type { DataFacts } from "../../../../src/config/facts/facts.ts";
import { resolved } from "../../../support/estimate-facts.ts";

const lengths = { sample: [10, 20, 30, 40], longest: 50, countedBy: "tokenizer" } as const;
const rows = (train: number): DataFacts =>
  ({ rows: { train, eval: 0 }, labels: [], files: [] }) as unknown as DataFacts;

test("a batch is padded to its longest row: one row to itself, many to the longest of the sample", () => {
  expect(paddedLengths(lengths, 512, 1)).toEqual({ mean: 25, padded: 25, longest: 50 });
  // Of two rows, the longer: 10·1/16 + 20·3/16 + 30·5/16 + 40·7/16.
  expect(paddedLengths(lengths, 512, 2).padded).toBe(31.25);
  expect(paddedLengths(lengths, 512, 1000).padded).toBeCloseTo(40, 6);
});

test("rows are cut at the limit", () => {
  expect(paddedLengths(lengths, 25, 1)).toEqual({ mean: (10 + 20 + 25 + 25) / 4, padded: 20, longest: 25 });
});

test("steps, samples and tokens of an ordinary run", () => {
  const config = resolved({
    data: { train: "t.csv", max_length: 512 },
    train: { num_train_epochs: 2, per_device_train_batch_size: 1 },
  });
  expect(workOf(config, rows(100), lengths, 512)).toEqual({
    steps: 200,
    samples: 200,
    tokens: 5000,
    paddedTokens: 5000,
    longestRow: 50,
    paddedLength: 25,
    tokensPerStep: 25,
    countedBy: "tokenizer",
  });
});

test("`max_steps` counts full steps; accumulation and devices make a step larger", () => {
  const config = resolved({
    train: { max_steps: 10, per_device_train_batch_size: 4, gradient_accumulation_steps: 2 },
    hardware: { strategy: "ddp", devices: 2 },
  });
  const work = workOf(config, rows(1000), lengths, 256);
  expect(work).toMatchObject({ steps: 10, samples: 160 });
  expect(work.tokensPerStep).toBe(Math.round(16 * work.paddedLength));
});

test("packed rows are full, and fewer", () => {
  const config = resolved({
    task: "causal-lm",
    data: { train: "t.jsonl", packing: true, max_length: 100 },
    train: { per_device_train_batch_size: 1, num_train_epochs: 1 },
  });
  expect(workOf(config, rows(100), lengths, 100)).toMatchObject({
    steps: 25,
    samples: 25,
    tokens: 2500,
    longestRow: 100,
  });
});

test("without data, steps are known only where they are written, and rows are taken to be full", () => {
  expect(workOf(resolved({}), undefined, undefined, 256)).toMatchObject({
    steps: null,
    samples: null,
    longestRow: 256,
    countedBy: null,
  });
  expect(workOf(resolved({ train: { max_steps: 7 } }), undefined, undefined, 256).steps).toBe(7);
});

test("without a tokenizer four characters are a token", () => {
  const data = {
    ...rows(2),
    sample: [
      { text: "x".repeat(9), answer: null },
      { text: "x".repeat(8), answer: "y".repeat(4) },
    ],
    characters: { max: 400 },
  } as unknown as DataFacts;
  expect(fromCharacters(data)).toEqual({ sample: [3, 3], longest: 100, countedBy: "characters" });
});
