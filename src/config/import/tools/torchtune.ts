import { isMap, type PlainMap } from "../../schema/view.ts";
import { asMap, leave, takeOver, unless, type Draft, type Rule, type Rules } from "../draft.ts";
import { RESUMED } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const component = (value: unknown): string => {
  const name = asMap(value)["_component_"];
  return typeof name === "string" ? name : "";
};

/** A part with a component of its own: its other keys by rules, the component by what it stands for. */
const part =
  (rules: Rules, named: (name: string, draft: Draft, key: string) => void = () => {}): Rule =>
  (value, draft, key) => {
    if (!isMap(value)) return draft.leave(key, value, "a part with a `_component_` is expected");
    named(component(value), draft, key);
    const { _component_: _, ...rest } = value;
    takeOver(rest, rules, draft, `${key}.`);
  };

/** torchtune's names of Llama's layers. */
const LAYERS: Record<string, string> = { output_proj: "o_proj", w1: "gate_proj", w2: "down_proj", w3: "up_proj" };
const MLP = ["gate_proj", "up_proj", "down_proj"];

const modelRules: Rules = {
  lora_attn_modules: (value, draft) =>
    addTargets(
      draft,
      [value].flat().map((name) => LAYERS[String(name)] ?? String(name)),
    ),
  apply_lora_to_mlp: (value, draft) => {
    if (value === true) addTargets(draft, MLP);
  },
  apply_lora_to_output: (value, draft) => {
    if (value === true) addTargets(draft, ["lm_head"]);
  },
  lora_rank: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  use_dora: "method.use_dora",
};

function addTargets(draft: Draft, names: readonly string[]): void {
  const known = draft.get("method.target_modules");
  draft.set("method.target_modules", [...(Array.isArray(known) ? (known as string[]) : []), ...names]);
}

function method(name: string, draft: Draft): void {
  const own = name.split(".").at(-1) ?? "";
  draft.set("method.type", own.startsWith("qlora_") ? "qlora" : own.startsWith("lora_") ? "lora" : "full");
  if (own.startsWith("qlora_")) draft.set("method.bits", 4);
}

function optimizer(name: string, draft: Draft, key: string): void {
  const known: Record<string, string | undefined> = {
    AdamW: "adamw_torch",
    AdamW8bit: "adamw_8bit",
    PagedAdamW8bit: "paged_adamw_8bit",
    PagedAdamW: "paged_adamw_8bit",
    SGD: "sgd",
    Adafactor: "adafactor",
  };
  const own = name.split(".").at(-1) ?? "";
  const found = known[own];
  if (found === undefined) draft.leave(`${key}._component_`, name, "`train.optim` has no such choice");
  else draft.set("train.optim", found);
  if (own === "PagedAdamW") draft.leave(`${key}._component_`, name, "the paged optimizer here keeps 8 bits");
}

function schedule(name: string, draft: Draft, key: string): void {
  if (name.includes("cosine")) draft.set("train.lr_scheduler_type", "cosine");
  else if (name.includes("linear")) draft.set("train.lr_scheduler_type", "linear");
  else draft.leave(`${key}._component_`, name, "`train.lr_scheduler_type` has no such choice");
}

function dataSet(name: string, draft: Draft): void {
  if (!/alpaca/.test(name) || draft.get("data.train") !== undefined) return;
  draft.set("data.train", /cleaned/.test(name) ? "yahma/alpaca-cleaned" : "tatsu-lab/alpaca");
  draft.set("data.format", "hf");
}

const dataRules: Rules = {
  source: (value, draft) => {
    const isFile = ["json", "csv", "parquet", "text"].includes(String(value));
    if (!isFile) {
      draft.set("data.train", value);
      draft.set("data.format", "hf");
    }
  },
  data_files: (value, draft) => {
    draft.set("data.train", value);
    draft.set("data.format", "auto");
  },
  column: "data.columns.text",
  packed: "data.packing",
  train_on_input: (value, draft) => draft.set("data.completion_only_loss", value !== true),
  conversation_column: "data.columns.messages",
};

const rules: Rules = {
  model: part(modelRules, method),
  tokenizer: part({ max_seq_len: "data.max_length", path: leave("the tokenizer lies beside the model") }),
  checkpointer: part({
    checkpoint_dir: "model.name_or_path",
    checkpoint_files: leave("all weights of the folder are read"),
    model_type: leave("the type follows from the model's own config.json"),
    output_dir: leave("every run has a folder of its own"),
    recipe_checkpoint: leave("a run is resumed from its own checkpoints"),
  }),
  dataset: part(dataRules, dataSet),
  optimizer: part({ lr: "train.learning_rate", weight_decay: "train.weight_decay", fused: () => {} }, optimizer),
  lr_scheduler: part({ num_warmup_steps: "train.warmup" }, schedule),
  metric_logger: leave("the run is recorded here"),
  profiler: leave("there is no profiler here"),
  loss: leave("the loss follows from the task"),
  seed: "run.seed",
  epochs: "train.num_train_epochs",
  batch_size: "train.per_device_train_batch_size",
  gradient_accumulation_steps: "train.gradient_accumulation_steps",
  clip_grad_norm: "train.max_grad_norm",
  enable_activation_checkpointing: "train.gradient_checkpointing",
  dtype: (value, draft) => {
    const names: Record<string, string | undefined> = { bf16: "bf16", fp16: "fp16", fp32: "fp32" };
    draft.set("train.precision", names[String(value)]);
  },
  resume_from_checkpoint: unless(false, RESUMED),
  output_dir: leave("every run has a folder of its own"),
  shuffle: () => {}, // rows are shuffled each epoch
  device: leave("devices are chosen by `hardware.devices`"),
};

/** Maps with a dotted `_component_`, and `${output_dir}` filled in. */
export const torchtune: Tool = {
  name: "torchtune",
  isOne: (map) =>
    component(map["model"]).startsWith("torchtune.") || component(map["dataset"]).startsWith("torchtune."),
  rules: () => rules,
  before: (draft) => draft.set("task", "causal-lm"),
};

/** Fills in what a text of the file names of other keys: `${output_dir}/logs`. */
export function interpolated(map: PlainMap): PlainMap {
  const fill = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") {
      return value.replaceAll(/\$\{([\w.]+)\}/g, (whole, name: string) => {
        const found = name.split(".").reduce<unknown>((inner, step) => (isMap(inner) ? inner[step] : undefined), map);
        return typeof found === "string" || typeof found === "number" ? String(found) : whole;
      });
    }
    if (depth > 20) return value;
    if (Array.isArray(value)) return value.map((one) => fill(one, depth + 1));
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, depth + 1)]));
  };
  return fill(map, 0) as PlainMap;
}
