import { parseConfig } from "../../../../src/config/parse.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { Learning } from "./curves.ts";

export const CONFIG_TEXT = `# Support-ticket classifier, LoRA on DeBERTa
version: 1
task: text-classification
run: { name: deberta-r16-lr2e-4, seed: 42, tags: [paper] }

model:
  name_or_path: microsoft/deberta-v3-base
  dropout: 0.1

data:
  train: data/train.jsonl
  eval: data/dev.jsonl
  columns: { text: text, label: label }
  max_length: 256

method:
  type: lora
  r: 16
  lora_alpha: 32
  target_modules: auto

train:
  num_train_epochs: 3
  per_device_train_batch_size: 32
  gradient_accumulation_steps: 2
  learning_rate: 2.0e-4
  warmup: "6%"

eval: { strategy: steps, steps: 95, metrics: [f1_macro, accuracy] }
checkpoint: { metric_for_best_model: f1_macro, save_total_limit: 2 }
`;

const RESOLVED = resolveConfig(parseConfig(CONFIG_TEXT, "finetune.yaml").value);

/** The resolved config of a seeded run: what the text above comes to, with some keys (dotted) changed. */
export function resolvedConfig(learning: Learning, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const config = structuredClone(RESOLVED.config) as unknown as Record<string, Record<string, unknown>>;
  const all = { "train.learning_rate": learning.learningRate, "eval.steps": learning.evalEvery, ...changes };
  for (const [key, value] of Object.entries(all)) {
    const [group = "", name = ""] = key.split(".");
    config[group] = { ...config[group], [name]: value };
  }
  return config;
}

/** Origins of every value: those of the text above, `override` for what was changed. */
export function originsOf(config: Record<string, unknown>): Record<string, string> {
  const own = RESOLVED.config as unknown as Record<string, unknown>;
  const at = (map: Record<string, unknown>, key: string): unknown =>
    key.split(".").reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], map);
  return Object.fromEntries(
    Object.entries(RESOLVED.origins).map(([key, origin]) => {
      const isSame = JSON.stringify(at(own, key)) === JSON.stringify(at(config, key));
      return [key, isSame ? origin : "override"];
    }),
  );
}

export const ENVIRONMENT = {
  takenMs: 1_760_000_000_000,
  command: ["/usr/bin/python3", "-m", "tuning_fork.train", "--config", "config.json"],
  cwd: "/home/ada/support-nlp",
  product: "0.1.0",
  node: "22.15.1",
  packages: { torch: "2.13.0", transformers: "5.2.1", peft: "0.21.0", datasets: "4.4.1", accelerate: "1.12.0" },
  os: { platform: "linux", release: "6.8.0-51-generic", arch: "x64" },
  host: "workstation",
  user: "ada",
  cpu: { model: "AMD Ryzen 9 7950X", cores: 16 },
  memoryBytes: 64 * 2 ** 30,
  gpus: [{ index: 0, uuid: "GPU-0a1b", name: "NVIDIA GeForce RTX 4090", memoryBytes: 24 * 2 ** 30, driver: "570.86" }],
  visibleGpus: null,
  driver: "570.86",
  git: {
    commit: "4f2c9e1b7d30aa51c1f0e9f4f2b1c0d9e8f7a6b5",
    branch: "main",
    dirty: true,
    untracked: [],
    patchLeftOut: false,
  },
  dataFiles: [
    { path: "data/train.jsonl", bytes: 4_812_331, sha256: "9f2c".repeat(16) },
    { path: "data/dev.jsonl", bytes: 531_020, sha256: "77ab".repeat(16) },
  ],
};

export const OUTPUT_HEAD = [
  "\u001b[32mINFO\u001b[0m Loading microsoft/deberta-v3-base",
  "\u001b[33mWARNING\u001b[0m Some weights were not initialised from the checkpoint: \u001b[1mclassifier.weight\u001b[0m",
  "\u001b[32mINFO\u001b[0m 24,310 training rows, 2,702 evaluation rows, 5 classes",
  "trainable params: 1,181,957 || all params: 184,422,661 || trainable%: 0.64",
];
