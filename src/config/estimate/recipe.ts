import { UserError } from "../../base/errors.ts";
import { chooseGpus } from "../../launch/gpus.ts";
import { perDeviceBatch } from "../arithmetic.ts";
import type { MachineFacts, ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import type { Precision } from "./formulas.ts";
import type { MethodFamily } from "./types.ts";

/** Parameters from which `gradient_checkpointing: auto` saves memory: below, activations are small beside the context. */
const CHECKPOINTED_FROM = 1e9;

/** Architectures whose Transformers class has no memory-efficient attention, so that `auto` is `eager`. */
const EAGER_ONLY = new Set(["deberta", "deberta-v2", "t5", "mt5", "umt5", "longt5", "xlnet"]);

/** Capability (Ampere) from which a card computes in bf16. */
const BF16_CAPABILITY = 8;

/**
 * The number format a run on a GPU computes in. `auto` is bf16, or fp16 on cards older than Ampere.
 *
 * @param capability of the card; null = not known.
 */
export function precisionOf({ train }: ResolvedConfig, capability: number | null): Precision {
  if (train.precision !== "auto") return train.precision;
  return capability !== null && capability < BF16_CAPABILITY ? "fp16" : "bf16";
}

/** Whether activations are computed anew. `auto` does so for models of a billion parameters and more. */
export const isCheckpointed = ({ train }: ResolvedConfig, model: ModelFacts): boolean =>
  train.gradient_checkpointing === "auto" ? model.parameters >= CHECKPOINTED_FROM : train.gradient_checkpointing;

/** Whether attention matrices are written out. */
export const isEager = ({ model: { attn_implementation: wanted } }: ResolvedConfig, { type }: ModelFacts): boolean =>
  wanted === "eager" || (wanted === "auto" && EAGER_ONLY.has(type));

/** Sequences a row makes: preference rows have two answers, embedding rows two texts. */
const sequencesPerRow = ({ task }: ResolvedConfig): 1 | 2 => (task === "preference" || task === "embedding" ? 2 : 1);

/** Sequences in one forward pass. */
export const sequences = (config: ResolvedConfig): number => perDeviceBatch(config.train) * sequencesPerRow(config);

/** Tokens a row is cut at: never more than the model has positions for. */
export const lengthLimit = ({ data }: ResolvedConfig, model: ModelFacts | undefined): number =>
  model && model.positions !== null && !model.hasFlexiblePositions
    ? Math.min(data.max_length, model.positions)
    : data.max_length;

export const familyOf = ({ method }: Pick<ResolvedConfig, "method">): MethodFamily =>
  method.type === "lora" || method.type === "qlora" ? method.type : "full";

/** The GPU with the least free memory of those a run would get, for each holds as much; undefined without GPUs. */
export function tightestGpu(config: ResolvedConfig, { gpus }: MachineFacts): MachineFacts["gpus"][number] | undefined {
  const { devices, strategy } = config.hardware;
  let chosen: readonly string[] | null;
  try {
    chosen = chooseGpus(devices, strategy, gpus);
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    chosen = null; // C43 tells; all of them stand for those that are meant
  }
  const usable = chosen === null ? gpus : gpus.filter(({ uuid }) => chosen.includes(uuid));
  return usable.toSorted((a, b) => a.freeBytes - b.freeBytes)[0];
}
