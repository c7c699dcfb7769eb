import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConfig } from "../../src/config/resolve.ts";
import { isScriptConfig, type ResolvedConfig } from "../../src/config/types.ts";
import type { MachineFacts, ModelFacts } from "../../src/config/facts/facts.ts";
import { readModelFacts } from "../../src/config/facts/model.ts";

/** `config.json` of models whose sizes everybody knows. */
export const MODELS = {
  bertBase: {
    model_type: "bert",
    architectures: ["BertModel"],
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    torch_dtype: "float32",
  },
  llama8b: {
    model_type: "llama",
    architectures: ["LlamaForCausalLM"],
    hidden_size: 4096,
    intermediate_size: 14_336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    vocab_size: 128_256,
    max_position_embeddings: 131_072,
    tie_word_embeddings: false,
    torch_dtype: "bfloat16",
  },
  miniLm: {
    model_type: "bert",
    architectures: ["BertModel"],
    hidden_size: 384,
    intermediate_size: 1536,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    torch_dtype: "float32",
  },
} as const;

/** What a folder with such a `config.json` says of its model. */
export async function modelFacts(config: object): Promise<ModelFacts> {
  const folder = mkdtempSync(join(tmpdir(), "model-facts-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    const found = await readModelFacts(resolved({ model: { name_or_path: folder } }), folder, process.env);
    if (!found.known) throw new Error(found.reason);
    return found.facts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A config of a trained task with its defaults; groups are merged over a classifier's. */
export function resolved(written: Record<string, unknown>): ResolvedConfig {
  const whole = { version: 1, task: "text-classification", data: { train: "train.csv" }, ...written };
  const { config, diagnostics } = resolveConfig({ model: { name_or_path: "org/name" }, ...whole });
  if (!config || isScriptConfig(config)) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return config;
}

const GIB = 1024 ** 3;

/** A machine with one GPU of so much free memory; none when it is 0. */
export const machineFacts = (freeGib: number, more: Partial<MachineFacts> = {}): MachineFacts => ({
  gpus:
    freeGib === 0
      ? []
      : [
          {
            index: 0,
            uuid: "GPU-aaaaaaaa-0000-1111-2222-333333333333",
            name: "NVIDIA RTX 4090",
            memoryBytes: 24 * GIB,
            freeBytes: freeGib * GIB,
            utilization: 0,
            driver: "550.54.14",
            capability: 8.9,
          },
        ],
  accelerator: freeGib === 0 ? "cpu" : "cuda",
  cpu: { cores: 8, hasBf16: false },
  memory: { totalBytes: 64 * GIB, freeBytes: 32 * GIB },
  diskFreeBytes: 500e9,
  python: { known: false, reason: "not looked for" },
  accelerateConfig: null,
  ...more,
});
