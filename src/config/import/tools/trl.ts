import { leave, type Draft, type Rules } from "../draft.ts";
import { attention, loadIn, modulesToSave, targets } from "./adapters.ts";
import { TRAINING_ARGUMENTS } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const PREFERENCE = leave("the preference trainer has its own default here");

const rules: Rules = {
  ...TRAINING_ARGUMENTS,
  model_revision: (value, draft) => {
    if (value !== "main")
      draft.set("model.name_or_path", `${String(draft.get("model.name_or_path"))}@${String(value)}`);
  },
  attn_implementation: attention,
  dtype: (value, draft) => setDtype(value, draft),
  torch_dtype: (value, draft) => setDtype(value, draft),
  dataset_name: (value, draft) => {
    draft.set("data.train", value);
    if (typeof value === "string" && !/\.\w+$/.test(value)) draft.set("data.format", "hf");
  },
  dataset_text_field: "data.columns.text",
  dataset_train_split: (value, draft, key) => {
    if (value !== "train") draft.leave(key, value, "the split called train is read");
  },
  dataset_streaming: "data.streaming",
  max_length: "data.max_length",
  max_seq_length: "data.max_length",
  packing: "data.packing",
  chat_template_path: "data.chat_template",
  completion_only_loss: "data.completion_only_loss",
  assistant_only_loss: "data.completion_only_loss",
  use_peft: (value, draft) => {
    if (value === true && draft.get("method.type") !== "qlora") draft.set("method.type", "lora");
  },
  load_in_4bit: loadIn(4),
  load_in_8bit: loadIn(8),
  lora_r: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  lora_target_modules: targets,
  lora_modules_to_save: modulesToSave,
  use_dora: "method.use_dora",
  use_rslora: "method.use_rslora",
  beta: PREFERENCE,
  loss_type: PREFERENCE,
  num_processes: (value, draft) => {
    draft.set("hardware.devices", value);
    if (typeof value === "number" && value > 1) draft.set("hardware.strategy", "ddp");
  },
};

/** Models are loaded in the number format that `train.precision` asks for. */
function setDtype(value: unknown, draft: Draft): void {
  const names: Record<string, string | undefined> = {
    bfloat16: "bf16",
    float16: "fp16",
    float32: "fp32",
    auto: "auto",
  };
  const name = names[String(value)];
  if (name !== undefined && draft.get("train.precision") === undefined) draft.set("train.precision", name);
}

/** Hugging Face's names with a data set of the hub: what TRL's command line reads. */
export const trl: Tool = {
  name: "TRL",
  isOne: (map) => "dataset_name" in map && ("model_name_or_path" in map || "learning_rate" in map),
  rules: () => rules,
  before: (draft, map) => {
    const isPreference = ["beta", "loss_type", "max_prompt_length"].some((key) => key in map);
    draft.set("task", isPreference ? "preference" : "causal-lm");
    draft.set("method.type", "full");
  },
};

/** `TrainingArguments` as they are saved, without a word about model or data. */
export const trainingArguments: Tool = {
  name: "Hugging Face TrainingArguments",
  isOne: (map) =>
    ["per_device_train_batch_size", "num_train_epochs", "learning_rate", "output_dir", "lr_scheduler_type"].filter(
      (key) => key in map,
    ).length >= 2,
  rules: () => TRAINING_ARGUMENTS,
  before: (draft) => draft.set("method.type", "full"),
};
