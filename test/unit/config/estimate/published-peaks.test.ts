import { describe, expect, test } from "vitest";
import {
  activations,
  blockActivations,
  logits,
  quantisedWeights,
  type Block,
} from "../../../../src/config/estimate/formulas.ts";
import { memoryInUse, total } from "../../../../src/config/estimate/peak.ts";

/**
 * The peaks torchtune publishes (README, "Memory and training speed", and its list of optimization flags), in GiB, against
 * the formulas without CUDA context. torchtune trains weights and optimizer in bf16: 2 + 2 + 4 bytes a parameter.
 * Compile, chunked loss and offload are not modelled, but for the chunks.
 */
const GIB = 1024 ** 3;

const LLAMA_3B = {
  parameters: 3_212_749_824,
  embeddings: 394_002_432,
  hidden: 3072,
  intermediate: 8192,
  layers: 28,
  heads: 24,
};
const LLAMA_8B = {
  parameters: 8_030_261_248,
  embeddings: 1_050_673_152,
  hidden: 4096,
  intermediate: 14_336,
  layers: 32,
  heads: 32,
};
const VOCABULARY = 128_256;

interface Recipe {
  model: typeof LLAMA_3B;
  tokens: number;
  method: "full" | "lora" | "qlora";
  rank?: number;
  isCheckpointed: boolean;
  isChunked: boolean;
}

/** Width of keys and values, in both models. */
const KV = 1024;

/** Inputs of a layer's linear layers, as the row "all linear" counts them, and inputs with outputs of those with adapters (all but k). */
function adapted({ hidden: h, intermediate: m }: typeof LLAMA_3B): { inputs: number; both: number } {
  return { inputs: 6 * h + m, both: 2 * h + (h + KV) + 2 * h + 2 * (h + m) + (m + h) };
}

function peakGib({ model, tokens, method, rank = 0, isCheckpointed, isChunked }: Recipe): number {
  const batch = 2;
  const { inputs, both } = adapted(model);
  const trained = method === "full" ? model.parameters : rank * both * model.layers;
  const block: Block = {
    batch,
    tokens,
    hidden: model.hidden,
    intermediate: model.intermediate,
    heads: model.heads,
    precision: "bf16",
    isEager: false,
    adaptedInputs: method === "full" ? null : inputs,
    hasAdapterDropout: false,
  };
  const base =
    method === "qlora"
      ? quantisedWeights(model.parameters, model.parameters - model.embeddings, 4)
      : 2 * model.parameters;
  const inUse = memoryInUse({
    weights: base + (method === "full" ? 0 : 2 * trained),
    gradients: 2 * trained,
    optimizer: 4 * trained,
    activations: activations(block, model.layers, isCheckpointed),
    logits: logits(batch, tokens, VOCABULARY, isChunked),
    oneLayer: blockActivations(block),
    isAccumulating: false,
  });
  return total(inUse) / GIB;
}

const long = { model: LLAMA_3B, tokens: 4096 };
const short = { model: LLAMA_8B, tokens: 2048 };

describe("torchtune's published peaks", () => {
  test.each<[string, Recipe, published: number, errorPercent: number]>([
    ["3B full, packed, eager", { ...long, method: "full", isCheckpointed: false, isChunked: false }, 60.0, 7],
    ["3B full, compiled, checkpointing", { ...long, method: "full", isCheckpointed: true, isChunked: true }, 24.9, 1],
    ["8B LoRA", { ...short, method: "lora", rank: 8, isCheckpointed: true, isChunked: true }, 16.2, 11],
    ["8B QLoRA", { ...short, method: "qlora", rank: 8, isCheckpointed: true, isChunked: true }, 7.4, 16],
    [
      "3B full, compiled, no checkpointing",
      { ...long, method: "full", isCheckpointed: false, isChunked: true },
      42.9,
      29,
    ],
    ["3B LoRA, offloaded", { ...long, method: "lora", rank: 64, isCheckpointed: true, isChunked: true }, 8.5, 27],
    ["3B QLoRA, offloaded", { ...long, method: "qlora", rank: 64, isCheckpointed: true, isChunked: true }, 4.6, 52],
  ])("%s", (_name, recipe, published, errorPercent) => {
    const estimated = peakGib(recipe);
    const off = (estimated / published - 1) * 100;
    expect(off).toBeGreaterThan(0);
    expect(Math.abs(off - errorPercent)).toBeLessThan(1.5);
  });
});
