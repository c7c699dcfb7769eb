import type { ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import { OPTIMIZER_BYTES } from "./formulas.ts";
import { trainableOf } from "./trainable.ts";

/**
 * Size of one checkpoint. A full one holds the weights in fp32 and, unless `checkpoint.save_optimizer` is off, the optimizer:
 * 12 bytes a parameter with AdamW (measured: 91 and 182 MB for 22.7 M). One of adapters holds what trains, a few MB.
 */
export function checkpointBytes(config: ResolvedConfig, model: ModelFacts, labels?: number): number {
  const { base, trained } = trainableOf(config, model, labels);
  const isAdapter = config.method.type === "lora" || config.method.type === "qlora";
  const state = config.checkpoint.save_optimizer ? OPTIMIZER_BYTES[config.train.optim] * trained : 0;
  return 4 * (isAdapter ? trained : base) + state;
}

/** Checkpoints on disk at once: those kept, the best beside them, and the one that is being written. */
export const checkpointsAtOnce = ({ checkpoint, eval: evaluation }: ResolvedConfig): number =>
  evaluation.strategy === "no" ? 1 : checkpoint.save_total_limit + 2;

/**
 * Bytes a parameter takes in each export: 16-bit merged weights and GGUF, fp32 elsewhere; a SavedModel holds the weights
 * twice (measured: 183 MB for 91 MB), a `.keras` file the optimizer too (273 MB).
 */
const EXPORT_BYTES: Readonly<Record<Exclude<Format, "adapter">, number>> = {
  merged: 2,
  gguf: 2,
  onnx: 4,
  tfjs: 4,
  keras: 12,
  saved_model: 8,
  tf_serving: 8,
};
type Format = ResolvedConfig["export"]["formats"][number];

/** What a run takes of the disk at its most: checkpoints and exports. */
export function diskBytes(config: ResolvedConfig, model: ModelFacts, labels?: number): number {
  const { trained } = trainableOf(config, model, labels);
  const sizes = config.export.formats.map((format) =>
    format === "adapter" ? 4 * trained : EXPORT_BYTES[format] * model.parameters,
  );
  // A quantised copy is made of the written one and stands beside it.
  const quantised = config.export.quantize !== "none" && config.export.formats.includes("onnx") ? model.parameters : 0;
  const exported = sizes.reduce((sum, size) => sum + size, 0) + quantised;
  return checkpointsAtOnce(config) * checkpointBytes(config, model, labels) + exported;
}
