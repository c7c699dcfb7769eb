/**
 * GPU memory of a training step, part by part. Every function is pure and counts bytes; where a coefficient comes from stands
 * beside it, and `docs/memory.md` says how far each was checked.
 *
 * b = rows of a batch, s = tokens of its longest row, h = width of the model, m = width of its feed-forward part, L = layers,
 * a = heads, V = vocabulary.
 */

export type Precision = "fp32" | "fp16" | "bf16";
export type Optimizer = "adamw_torch" | "adamw_8bit" | "paged_adamw_8bit" | "adafactor" | "sgd";

const GIB = 1024 ** 3;

export const bytesOf = (precision: Precision): 2 | 4 => (precision === "fp32" ? 4 : 2);

/**
 * Bytes a weight of a 4-bit linear layer takes: half a byte, and one fp32 scale for each block of 64 (NF4 without double
 * quantisation, QLoRA paper §3; bitsandbytes' default block).
 */
const NF4 = 0.5 + 4 / 64;
/** Int8: one byte; the scale of each row does not count (LLM.int8). */
const INT8 = 1;

/** Weights of a quantised base: linear layers in so many bits, everything else (embeddings, output layer, norms) in 16. */
export const quantisedWeights = (parameters: number, linear: number, bits: 4 | 8): number =>
  linear * (bits === 4 ? NF4 : INT8) + (parameters - linear) * 2;

/**
 * State of the optimizer for so many parameters that train in fp32. AdamW keeps two fp32 moments, its 8-bit forms two bytes
 * (bitsandbytes), SGD one fp32 moment, Adafactor rows and columns only. AdamW is the fused one: the `foreach` form takes a
 * further 4 bytes a parameter during the step (PyTorch, `torch.optim`).
 */
export const OPTIMIZER_BYTES: Readonly<Record<Optimizer, number>> = {
  adamw_torch: 8,
  adamw_8bit: 2,
  paged_adamw_8bit: 2,
  adafactor: 0,
  sgd: 4,
};

/** What decides how much one layer keeps for its backward pass. */
export interface Block {
  batch: number;
  tokens: number;
  hidden: number;
  intermediate: number;
  heads: number;
  precision: Precision;
  /** The attention matrix is written out (`eager`), which the memory-efficient kernels avoid. */
  isEager: boolean;
  /** Inputs of the layer's adapted linear layers, summed; null = all its weights train. */
  adaptedInputs: number | null;
  /** Dropout before the adapters. */
  hasAdapterDropout: boolean;
}

/**
 * What one layer keeps for its backward pass. Measured on a Llama-style block (saved tensors, torch 1.13): with all weights
 * training b·s·(34h + 8m) in 16 bits and b·s·(52h + 16m) in fp32. With a frozen base the inputs of frozen linear layers need
 * not be kept, but PEFT makes an fp32 copy of every adapted input and one more for its dropout: b·s·(25h + 6m) + 4 bytes an
 * adapted input, which gives the three rows measured (q and v with dropout 41h + 6m, all linear layers 49h + 10m, the same
 * with dropout 73h + 14m).
 */
export function blockActivations(block: Block): number {
  const { batch, tokens, hidden: h, intermediate: m, precision, adaptedInputs, hasAdapterDropout } = block;
  const copies = hasAdapterDropout ? 8 : 4;
  let perToken: number;
  if (precision === "fp32") {
    perToken = 52 * h + 16 * m + (adaptedInputs !== null && hasAdapterDropout ? 4 * adaptedInputs : 0);
  } else if (adaptedInputs === null) {
    perToken = 34 * h + 8 * m;
  } else {
    perToken = 25 * h + 6 * m + copies * adaptedInputs;
  }
  return batch * tokens * perToken + attentionMatrix(block);
}

/** Scores and probabilities of eager attention: 6·b·a·s² in 16 bits (the softmax is in fp32), 4·b·a·s² in fp32; measured. */
export const attentionMatrix = ({ batch, tokens, heads, precision, isEager }: Block): number =>
  isEager ? (precision === "fp32" ? 4 : 6) * batch * heads * tokens ** 2 : 0;

/**
 * Activations of all layers. With checkpointing only each layer's input is kept (2·b·s·h·L in 16 bits; Korthikanti et al.
 * 2022, measured 2.0), and one layer is computed anew at a time.
 */
export function activations(block: Block, layers: number, isCheckpointed: boolean): number {
  const one = blockActivations(block);
  if (!isCheckpointed) return one * layers;
  return bytesOf(block.precision) * block.batch * block.tokens * block.hidden * layers + one;
}

/**
 * Logits with their loss: 2 for the logits in 16 bits, 4 saved in fp32 (measured 4.02), 4 for their gradient; b·s·V·10.
 * Computed in chunks (Liger, chunked cross-entropy) an eighth of it.
 */
export const logits = (batch: number, tokens: number, outputs: number, isChunked = false): number =>
  (10 * batch * tokens * outputs) / (isChunked ? 8 : 1);

/** Scores of a model that is only asked: 2 in 16 bits and 4 in fp32 (HF#17089). */
export const evaluationLogits = (batch: number, tokens: number, outputs: number): number =>
  6 * batch * tokens * outputs;

/**
 * CUDA context with the libraries' workspaces: 0.5 to 1.5 GiB by driver and card (measured by others: 0.3 to 2 GiB; Unsloth
 * counts 1.4 GB). The allocator holds 5 to 10 % more than is in use.
 */
export const CONTEXT = { low: 0.5 * GIB, likely: 1 * GIB, high: 1.5 * GIB } as const;
export const FRAGMENTATION = { low: 0.05, likely: 0.075, high: 0.1 } as const;

/**
 * How far the formulas were off from published peaks of the modelled kind: 5 % too low to 20 % too high
 * (`docs/memory.md`).
 */
export const BAND = { under: 0.05, over: 0.2 } as const;
