import { t } from "../../base/l10n.ts";
import type { MachineFacts, ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import {
  activations,
  blockActivations,
  bytesOf,
  evaluationLogits,
  logits,
  OPTIMIZER_BYTES,
  quantisedWeights,
} from "./formulas.ts";
import type { Block, Precision } from "./formulas.ts";
import { memoryInUse, withOverhead, type StepMemory } from "./peak.ts";
import { isCheckpointed, isEager, precisionOf, sequences, tightestGpu } from "./recipe.ts";
import { trainableOf, usesVocabulary, type Trainable } from "./trainable.ts";
import type { GpuMemory } from "./types.ts";

export interface GpuMemoryInput {
  config: ResolvedConfig;
  model: ModelFacts;
  machine?: MachineFacts | undefined;
  /** Facts of `method.teacher`; undefined where there is none or it is not known. */
  teacher?: ModelFacts | undefined;
  /** Tokens of the longest row after it was cut. */
  tokens: number;
  /** Classes of the data; null = none or not known. */
  labels: number | null;
  /** Precision to compute in, where it is not the one a GPU would take. */
  precision?: Precision;
}

/** Memory a training step takes on each GPU. Nothing of it is measured here; see `docs/memory.md`. */
export function gpuMemory(input: GpuMemoryInput): GpuMemory {
  const { config, machine, model, tokens } = input;
  const precision = input.precision ?? precisionOf(config, capabilityOf(config, machine));
  return {
    ...withOverhead(memoryInUse(stepMemory(input, precision))),
    notModelled: notModelled(input),
    assumed: { precision, gradientCheckpointing: isCheckpointed(config, model), batch: sequences(config), tokens },
    correction: null,
  };
}

const capabilityOf = (config: ResolvedConfig, machine: MachineFacts | undefined): number | null =>
  (machine && tightestGpu(config, machine)?.capability) ?? null;

/** What a step needs, part by part. */
export function stepMemory(
  { config, model, teacher, tokens, labels }: GpuMemoryInput,
  precision: Precision,
): StepMemory {
  const trainable = trainableOf(config, model, labels ?? undefined);
  const batch = sequences(config);
  const block: Block = {
    batch,
    tokens,
    hidden: model.hidden,
    intermediate: model.intermediate,
    heads: model.heads,
    precision,
    isEager: isEager(config, model),
    adaptedInputs: trainable.adaptedInputs,
    hasAdapterDropout: config.method.lora_dropout > 0,
  };
  const isReduced = isCheckpointed(config, model);
  const outputs = usesVocabulary(config)
    ? model.vocabulary
    : config.task === "token-classification"
      ? (labels ?? 0)
      : 0;
  const shards = shardsOf(config);
  const copies = config.hardware.strategy === "ddp" || config.hardware.strategy === "mirrored" ? 2 : 1;
  return {
    weights: (weightBytes(config, trainable, precision) + referenceBytes(config, trainable)) / shards + teacherBytes(),
    gradients: (4 * trainable.trained * copies) / shards,
    optimizer: (OPTIMIZER_BYTES[config.train.optim] * trainable.trained) / shards,
    activations:
      activations(block, model.layers, isReduced) * trainable.layerShare +
      castCopies(config, trainable, precision) +
      (trainable.layerShare === 0 ? blockActivations(block) : 0),
    logits: logits(batch, tokens, outputs) + (teacher ? evaluationLogits(batch, tokens, outputs) : 0),
    oneLayer: blockActivations(block),
    isAccumulating: config.train.gradient_accumulation_steps > 1,
  };

  /** A teacher is only asked: its weights lie in the format that is computed in, and nothing of it is kept. */
  function teacherBytes(): number {
    return teacher ? teacher.parameters * bytesOf(precision) : 0;
  }
}

/**
 * Weights that are trained are loaded in fp32 and computed with under autocast; a frozen base is loaded in the precision's
 * format, a quantised one in its bits. Adapters and layers that train whole are fp32 (PEFT).
 */
function weightBytes({ method }: ResolvedConfig, { base, linear, trained }: Trainable, precision: Precision): number {
  switch (method.type) {
    case "lora":
      return bytesOf(precision) * base + 4 * trained;
    case "qlora":
      return quantisedWeights(base, linear, method.bits) + 4 * trained;
    default:
      return 4 * base;
  }
}

/** Preference training holds the answers against the model as it was: with adapters the base itself, else a copy in fp32. */
const referenceBytes = ({ task, method }: ResolvedConfig, { base }: Trainable): number =>
  task === "preference" && method.type !== "lora" && method.type !== "qlora" ? 4 * base : 0;

/**
 * 16-bit copies that autocast makes of the fp32 weights of linear layers, kept from the forward pass to the backward pass
 * (Hugging Face counts 6 bytes a weight for mixed precision: 4 and 2).
 */
const castCopies = ({ method }: ResolvedConfig, { linear, layerShare }: Trainable, precision: Precision): number =>
  precision === "fp32" || method.type === "lora" || method.type === "qlora" ? 0 : 2 * linear * layerShare;

/** GPUs that share weights, gradients and optimizer. */
function shardsOf({ hardware: { strategy, devices } }: ResolvedConfig): number {
  if (strategy !== "fsdp" && strategy !== "deepspeed") return 1;
  return Array.isArray(devices) ? devices.length : devices === "auto" ? 1 : devices;
}

/** What of this run the formulas leave out. */
function notModelled({ config, model, teacher }: GpuMemoryInput): string[] {
  const { hardware, method, train } = config;
  const has = (pattern: RegExp): boolean => model.tensors.some(({ name }) => pattern.test(name));
  const told: [boolean, string][] = [
    [hardware.strategy === "fsdp" || hardware.strategy === "deepspeed", t("sharding over several GPUs")],
    [has(/(?:^|\.)(?:experts?|block_sparse_moe)\./), t("a mixture of experts")],
    [has(/(?:^|\.)(?:vision_tower|vision_model|visual|multi_modal_projector)\./), t("the vision part of the model")],
    [has(/^(?:model\.)?encoder\..*/) && has(/^(?:model\.)?decoder\./), t("a model with both encoder and decoder")],
    [model.layers === 0 || model.hidden === 0, t("an architecture whose sizes are not known")],
    [config.model.framework === "keras", t("what Keras and TensorFlow keep beyond it")],
    [method.use_dora && (method.type === "lora" || method.type === "qlora"), t("DoRA's copies of the weights")],
    [method.type === "distill" && !teacher, t("the teacher, whose files are not known")],
    [train.optim === "paged_adamw_8bit", t("optimizer state that moves to main memory when the GPU is full")],
    [config.task === "preference", t("what preference training keeps of the answers")],
  ];
  return told.filter(([applies]) => applies).map(([, phrase]) => phrase);
}
