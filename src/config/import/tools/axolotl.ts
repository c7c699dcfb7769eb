import { isMap } from "../../schema/view.ts";
import { asMap, leave, oneOf, unless, type Draft, type Rule, type Rules } from "../draft.ts";
import { loadIn, modulesToSave, targets } from "./adapters.ts";
import * as hf from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const adapter: Rule = (value, draft, key) => {
  if (value === "lora" || value === "qlora") {
    // `adapter: lora` with `load_in_8bit` is what is called qlora with 8 bits here.
    if (draft.get("method.type") !== "qlora") draft.set("method.type", value);
  } else draft.leave(key, value, "there is no such adapter here");
};

/** Files and hub data sets, with the columns and shapes that axolotl gives each of them. */
const dataSets =
  (target: "data.train" | "data.eval"): Rule =>
  (value, draft, key) => {
    const entries = [value].flat().map((one) => (isMap(one) ? one : { path: one }));
    const paths = entries.flatMap((entry) => {
      const { data_files: files, path } = entry as { data_files?: unknown; path?: unknown };
      return files === undefined || files === null ? [path] : [files].flat();
    });
    draft.set(target, paths.length === 1 ? paths[0] : paths);
    const isHub = paths.some(
      (path) => typeof path === "string" && /^[\w.-]+\/[\w.-]+$/.test(path) && !/\.\w+$/.test(path),
    );
    if (isHub) draft.set("data.format", "hf");
    for (const entry of entries as Record<string, unknown>[]) {
      if (typeof entry["field_messages"] === "string") draft.set("data.columns.messages", entry["field_messages"]);
      for (const name of Object.keys(entry)) {
        if (["path", "data_files", "field_messages", "ds_type", "type", "split"].includes(name)) continue;
        draft.leave(`${key}[].${name}`, entry[name], "columns are named in `data.columns`");
      }
    }
  };

const optimizer: Rule = (value, draft, key) => {
  const plain = value === "adamw_torch_8bit" ? "adamw_8bit" : value;
  (hf.optimizer as Exclude<Rule, string | { leave: string }>)(plain, draft, key);
};

const autoPrecision =
  (name: "fp16" | "bf16"): Rule =>
  (value, draft) => {
    if (value === "auto") draft.set("train.precision", "auto");
    else if (value === true || value === "full") draft.set("train.precision", name);
  };

const WANDB = leave("the run is recorded here; a copy goes to wandb under `track.project`");

const rules: Rules = {
  ...hf.TRAINING_ARGUMENTS,
  base_model: "model.name_or_path",
  revision_of_model: (value, draft) =>
    draft.set("model.name_or_path", `${String(draft.get("model.name_or_path"))}@${String(value)}`),
  attn_implementation: "model.attn_implementation",
  flash_attention: (value, draft) => {
    if (value === true) draft.set("model.attn_implementation", "flash_attention_2");
  },
  sdp_attention: (value, draft) => {
    if (value === true) draft.set("model.attn_implementation", "sdpa");
  },
  eager_attention: (value, draft) => {
    if (value === true) draft.set("model.attn_implementation", "eager");
  },
  load_in_8bit: loadIn(8),
  load_in_4bit: loadIn(4),
  adapter,
  lora_r: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  lora_target_modules: targets,
  lora_target_linear: (value, draft) => {
    if (value === true) draft.set("method.target_modules", "all-linear");
  },
  lora_modules_to_save: modulesToSave,
  peft_use_dora: "method.use_dora",
  peft_use_rslora: "method.use_rslora",
  rl: oneOf("task", { dpo: "preference" }),
  datasets: dataSets("data.train"),
  test_datasets: dataSets("data.eval"),
  val_set_size: (value, draft, key) => {
    if (typeof value !== "number") return;
    if (value <= 0.5) draft.set("data.eval_fraction", value);
    else draft.leave(key, value, "a share of at most 0.5 is held out, not a number of rows");
  },
  sequence_len: "data.max_length",
  sample_packing: "data.packing",
  streaming: "data.streaming",
  train_on_inputs: (value, draft) => draft.set("data.completion_only_loss", value !== true),
  chat_template: (value, draft, key) => {
    if (value === "tokenizer_default") return;
    draft.leave(key, value, "the tokenizer's own template is used; another goes into `data.chat_template` as a file");
  },
  chat_template_jinja: "data.chat_template",
  micro_batch_size: "train.per_device_train_batch_size",
  num_epochs: "train.num_train_epochs",
  lr_scheduler: hf.scheduler,
  optimizer,
  bf16: autoPrecision("bf16"),
  fp16: autoPrecision("fp16"),
  tf32: unless(false, "matrix products of fp32 keep PyTorch's own setting"),
  evals_per_epoch: (value, draft, key) => {
    draft.set("eval.strategy", "epoch");
    if (value !== 1) draft.leave(key, value, "evaluations come each epoch or every `eval.steps`");
  },
  saves_per_epoch: unless(1, "checkpoints are saved at evaluations"),
  wandb_project: (value, draft) => {
    draft.set("track.project", value);
    draft.set("track.report_to", ["wandb"]);
  },
  wandb_name: "run.name",
  wandb_entity: WANDB,
  wandb_run_id: WANDB,
  wandb_watch: WANDB,
  wandb_log_model: WANDB,
  model_type: leave("the class follows from the model's own config.json"),
  tokenizer_type: leave("the class follows from the tokenizer's own files"),
};

/** Flat, with names of its own: `base_model`, `adapter`, `datasets` as a list, `micro_batch_size`. */
export const axolotl: Tool = {
  name: "axolotl",
  isOne: (map) =>
    "base_model" in map && ["datasets", "micro_batch_size", "sequence_len", "adapter"].some((key) => key in map),
  rules: () => rules,
  before: (draft, map) => {
    draft.set("task", "causal-lm");
    if (!map["adapter"]) draft.set("method.type", "full");
  },
  after: warnOfBits,
};

/** `load_in_4bit` without an adapter only loads the model that way. */
function warnOfBits(draft: Draft, map: Record<string, unknown>): void {
  const { adapter: kind } = asMap(map) as { adapter?: unknown };
  if (!kind && draft.get("method.type") === "qlora") {
    draft.leave("load_in_4bit / load_in_8bit", true, "without an adapter axolotl trains nothing of a quantised model");
  }
}
