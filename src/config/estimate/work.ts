import { effectiveBatch, deviceCount, perDeviceBatch, planOf } from "../arithmetic.ts";
import type { DataFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import { fullLengths, paddedLengths, type RowLengths } from "./lengths.ts";
import { sequences } from "./recipe.ts";
import type { Work } from "./types.ts";

/**
 * How much a run computes.
 *
 * @param limit tokens a row is cut at.
 */
export function workOf(
  config: ResolvedConfig,
  data: DataFacts | undefined,
  lengths: RowLengths | undefined,
  limit: number,
): Work {
  const isPacked = config.data.packing && config.task === "causal-lm";
  const padded = lengths && !isPacked ? paddedLengths(lengths, limit, sequences(config)) : fullLengths(limit);
  const rows = data?.rows.train ?? 0;
  const shape = {
    longestRow: Math.round(padded.longest),
    paddedLength: padded.padded,
    tokensPerStep: Math.round(rowsPerStep(config) * padded.padded),
    countedBy: lengths?.countedBy ?? null,
  };
  if (rows === 0) return { steps: config.train.max_steps, samples: null, tokens: null, paddedTokens: null, ...shape };
  const packedRows = isPacked && lengths ? Math.ceil((rows * meanOf(lengths.sample)) / limit) : rows;
  const plan = planOf(config, packedRows);
  const seen =
    config.train.max_steps === null
      ? packedRows * config.train.num_train_epochs
      : plan.totalSteps * plan.effectiveBatch;
  return {
    steps: plan.totalSteps,
    samples: Math.round(seen),
    tokens: lengths ? Math.round(seen * padded.mean) : null,
    paddedTokens: Math.round(seen * padded.padded),
    ...shape,
  };
}

const rowsPerStep = (config: ResolvedConfig): number =>
  effectiveBatch(perDeviceBatch(config.train), config.train.gradient_accumulation_steps, deviceCount(config.hardware));

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
