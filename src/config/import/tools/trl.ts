import type { Draft } from "../draft.ts";
import { leave, oneOf, whenOn, type RuleFunction, type Rules } from "../rules.ts";
import { attention, loadIn, modulesToSave, targets } from "./adapters.ts";
import { hubName, isHubName, isSplit, setData, WHOLE_SPLITS } from "./data-sets.ts";
import { sharedBy, TRAINING_ARGUMENTS } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const PREFERENCE = leave("the preference trainer has its own default here");

/** Models are loaded in the number format that `train.precision` asks for. */
const dtype: RuleFunction = oneOf("train.precision", {
  bfloat16: "bf16",
  float16: "fp16",
  float32: "fp32",
  auto: "auto",
});

/** The loss on answers only, which two keys ask for. */
const answersOnly =
  (other: string): RuleFunction =>
  (value, draft) => {
    if (value === false && draft.map[other] === true) draft.same();
    else draft.set("data.completion_only_loss", value);
  };

/** A data set with its configuration and a split of it, as far as it is one of the hub. */
function trainedOn(draft: Draft): void {
  const { dataset_name: name, dataset_config: config, dataset_train_split: split } = draft.map;
  if (typeof name !== "string") return;
  const isHub = isHubName(name, draft.folder);
  const isUsual = split === "train" && typeof config !== "string";
  const path = isHub ? hubName(name, { config, ...(isUsual ? {} : { split }) }) : name;
  setData(draft, "data.train", [{ key: "dataset_name", value: name, path, isHub }]);
}

const partOfData =
  (take: RuleFunction): RuleFunction =>
  (value, draft, key) => {
    const isHub = isHubName(draft.map["dataset_name"], draft.folder);
    if (!isHub) draft.leave(key, value, "a file has no splits and configurations; it is read whole");
    else if (!isSplit(value)) draft.leave(key, value, WHOLE_SPLITS);
    else take(value, draft, key);
  };

/** How the configurations of accelerate that come with TRL share the work. */
const LAUNCHED: Readonly<Record<string, "single" | "ddp" | "deepspeed" | "fsdp">> = {
  single_gpu: "single",
  multi_gpu: "ddp",
  zero1: "deepspeed",
  zero2: "deepspeed",
  zero3: "deepspeed",
  fsdp1: "fsdp",
  fsdp2: "fsdp",
};

const launched: RuleFunction = (value, draft, key) => {
  const name = String(value);
  const strategy = Object.hasOwn(LAUNCHED, name) ? LAUNCHED[name] : undefined;
  if (strategy === undefined) draft.leave(key, value, "how the work is shared is said by `hardware.strategy`");
  else if (strategy === "deepspeed" || strategy === "fsdp")
    draft.set("hardware.strategy", strategy, sharedBy(strategy));
  else draft.set("hardware.strategy", strategy);
};

const rules: Rules = {
  torch_dtype: dtype,
  dtype,
  max_seq_length: "data.max_length",
  max_length: "data.max_length",
  accelerate_config: launched,
  ...TRAINING_ARGUMENTS,
  attn_implementation: attention,
  dataset_name: (_value, draft) => trainedOn(draft),
  dataset_config: partOfData((_value, draft) => trainedOn(draft)),
  dataset_train_split: (value, draft, key) => {
    if (value === "train") draft.same();
    else partOfData((_split, inner) => trainedOn(inner))(value, draft, key);
  },
  dataset_test_split: partOfData((split, draft, key) => {
    const { dataset_name: name, dataset_config: config } = draft.map;
    const path = hubName(String(name), { config, split });
    setData(draft, "data.eval", [{ key, value: split, path, isHub: true }]);
  }),
  dataset_text_field: "data.columns.text",
  dataset_streaming: "data.streaming",
  packing: "data.packing",
  chat_template_path: "data.chat_template",
  completion_only_loss: answersOnly("assistant_only_loss"),
  assistant_only_loss: answersOnly("completion_only_loss"),
  use_peft: whenOn((_value, draft) => draft.set("method.type", "lora")),
  load_in_8bit: loadIn(8),
  load_in_4bit: loadIn(4),
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
    const strategy = draft.get("hardware.strategy") ?? "single";
    if (strategy === "single" && typeof value === "number" && value > 1) draft.set("hardware.strategy", "ddp");
  },
};

/** Hugging Face's names with a data set of the hub: what TRL's command line reads. */
export const trl: Tool = {
  name: "TRL",
  isOne: (map) => "dataset_name" in map && ("model_name_or_path" in map || "learning_rate" in map),
  rules,
  before: (draft) => {
    const isPreference = ["beta", "loss_type", "max_prompt_length"].some((key) => key in draft.map);
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
  rules: TRAINING_ARGUMENTS,
  before: (draft) => draft.set("method.type", "full"),
};
