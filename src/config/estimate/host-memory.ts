import { perDeviceBatch } from "../arithmetic.ts";
import type { DataFacts, MachineFacts, ModelFacts } from "../facts/facts.ts";
import { activations, bytesOf } from "./formulas.ts";
import { stepMemory, type GpuMemoryInput } from "./gpu-memory.ts";
import { total } from "./peak.ts";

const MB = 1e6;

/** Main memory of a trainer that has loaded its libraries and nothing else; measured (python-trainers: torch 0.65 GB). */
const RUNTIME_BYTES = { tfjs: 250 * MB, torch: 650 * MB, keras: 900 * MB } as const;

/** What the process of a run on a GPU holds in main memory beside the model: CUDA's libraries and pinned buffers. */
const CUDA_RUNTIME_BYTES = 2500 * MB;

/**
 * TensorFlow.js keeps every intermediate tensor of a step until it ends, in fp32: 5.5 times what a layer keeps elsewhere.
 * Fitted to the two sizes measured (22.7 M parameters, 64 tokens: 1.4 GB with 8 rows, 2.0 to 2.4 GB with 16); the built-in
 * encoder takes a fifth to a third less than that.
 */
const TFJS_INTERMEDIATES = 5.5;

export interface HostMemoryInput extends GpuMemoryInput {
  data?: DataFacts | undefined;
}

/** Main memory of the trainer at its most. */
export function hostMemory(input: HostMemoryInput): number {
  // Rows lie in memory as texts of two bytes a character.
  const rows = 2 * (input.data?.files.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0);
  const { framework } = input.config.model;
  if (framework === "tfjs") return rows + RUNTIME_BYTES.tfjs + tfjsStep(input);
  if (isOnGpu(input.machine)) return rows + CUDA_RUNTIME_BYTES + loadingBytes(input.model);
  return rows + RUNTIME_BYTES[framework] + stepOnCpu(input);
}

/** A trainer that is told of no machine is taken to have a GPU. */
const isOnGpu = (machine: MachineFacts | undefined): boolean => machine === undefined || machine.accelerator === "cuda";

/** Weights are read into main memory and made into a second copy in the format asked for, before they go to the GPU. */
const loadingBytes = ({ parameters, dtype }: ModelFacts): number => 2 * parameters * (dtype === "float32" ? 4 : 2);

/** Without a GPU the step itself is in main memory, in fp32 unless the config says otherwise. */
function stepOnCpu(input: GpuMemoryInput): number {
  const precision = input.config.train.precision === "bf16" ? "bf16" : "fp32";
  const { weights, gradients, optimizer, activations: kept, logits } = stepMemory(input, precision);
  return Math.max(total({ weights, gradients, optimizer, activations: kept, logits }), loadingBytes(input.model));
}

function tfjsStep({ config, model, tokens }: GpuMemoryInput): number {
  const batch = perDeviceBatch(config.train);
  const { hidden, intermediate, heads, layers, parameters } = model;
  const shape = { batch, tokens, hidden, intermediate, heads, adaptedInputs: null, hasAdapterDropout: false };
  const kept = activations({ ...shape, precision: "fp32", isEager: true }, layers, false);
  const trained = config.method.type === "freeze" ? 0 : parameters;
  return parameters * bytesOf("fp32") + 12 * trained + TFJS_INTERMEDIATES * kept;
}
