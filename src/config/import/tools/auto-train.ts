import { isMap } from "../../schema/view.ts";
import { leave, oneOf, percent, takeOver, unless, type Rule, type Rules } from "../draft.ts";
import { targets } from "./adapters.ts";
import { bestMetric, optimizer, scheduler, strategy } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const TASKS: Record<string, string | undefined> = {
  "text-classification": "text-classification",
  "text-binary-classification": "text-classification",
  "text-multi-class-classification": "text-classification",
  "token-classification": "token-classification",
  "llm-sft": "causal-lm",
  "llm-generic": "causal-lm",
  llm: "causal-lm",
  "llm-dpo": "preference",
  "llm-orpo": "preference",
  "sentence-transformers": "embedding",
};

const task: Rule = (value, draft, key) => {
  const written = String(value).replaceAll("_", "-");
  const known = TASKS[written.replace(":", "-")] ?? TASKS[written.replace(/:.*$/, "")];
  if (known === undefined) draft.leave(key, value, "there is no such task here");
  else draft.set("task", known);
};

const inside =
  (rules: Rules): Rule =>
  (value, draft, key) => {
    if (isMap(value)) takeOver(value, rules, draft, `${key}.`);
    else draft.leave(key, value, "a group of keys is expected");
  };

const columns: Rules = {
  text_column: "data.columns.text",
  target_column: "data.columns.label",
  tokens_column: "data.columns.tokens",
  tags_column: "data.columns.label",
  rejected_text_column: "data.columns.rejected",
  prompt_text_column: "data.columns.prompt",
};

const HUB = leave("runs stay on this machine");

const rules: Rules = {
  task,
  base_model: "model.name_or_path",
  project_name: "run.name",
  log: (value, draft) => {
    if (["wandb", "mlflow", "tensorboard"].includes(String(value))) draft.set("track.report_to", [value]);
  },
  backend: unless("local", "runs stay on this machine"),
  data: inside({
    path: "data.train",
    train_split: unless("train", "the split called train is read"),
    valid_split: leave("evaluation rows come from `data.eval`, a file, or `data.eval_fraction`"),
    chat_template: leave("the tokenizer's own template is used"),
    column_mapping: inside(columns),
  }),
  params: inside({
    epochs: "train.num_train_epochs",
    batch_size: "train.per_device_train_batch_size",
    lr: "train.learning_rate",
    optimizer,
    scheduler,
    gradient_accumulation: "train.gradient_accumulation_steps",
    mixed_precision: oneOf("train.precision", { fp16: "fp16", bf16: "bf16", no: "fp32" }),
    warmup_ratio: (value, draft) => {
      if (typeof value === "number" && value > 0) draft.set("train.warmup", percent(value));
    },
    weight_decay: "train.weight_decay",
    max_grad_norm: "train.max_grad_norm",
    seed: "run.seed",
    block_size: "data.max_length",
    max_seq_length: "data.max_length",
    model_max_length: "data.max_length",
    max_length: "data.max_length",
    peft: (value, draft) => {
      if (value === true && draft.get("method.type") !== "qlora") draft.set("method.type", "lora");
    },
    quantization: (value, draft, key) => {
      const bits = value === "int4" ? 4 : value === "int8" ? 8 : undefined;
      if (bits === undefined) return draft.leave(key, value, "the base is quantised to 4 or 8 bits");
      draft.set("method.type", "qlora");
      draft.set("method.bits", bits);
    },
    lora_r: "method.r",
    lora_alpha: "method.lora_alpha",
    lora_dropout: "method.lora_dropout",
    target_modules: targets,
    gradient_checkpointing: "train.gradient_checkpointing",
    disable_gradient_checkpointing: (value, draft) => draft.set("train.gradient_checkpointing", value !== true),
    early_stopping_patience: "eval.early_stopping_patience",
    save_total_limit: "checkpoint.save_total_limit",
    eval_strategy: strategy,
    metric_for_best_model: bestMetric,
    logging_steps: leave("every step is logged"),
  }),
  hub: inside({
    username: HUB,
    push_to_hub: unless(false, "runs stay on this machine"),
    token: leave("secrets do not belong in this file: set HF_TOKEN in the environment"),
  }),
};

/** Groups `data`, `params` and `hub` around a task and a base model. */
export const autoTrain: Tool = {
  name: "AutoTrain",
  isOne: (map) => "base_model" in map && isMap(map["params"]),
  rules: () => rules,
  before: (draft) => draft.set("method.type", "full"),
  after: (draft) => {
    const path = draft.get("data.train");
    if (typeof path === "string" && /^[\w-]+\/[\w.-]+$/.test(path) && !/\.\w+$/.test(path))
      draft.set("data.format", "hf");
  },
};
