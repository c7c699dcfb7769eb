import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readJson } from "../../../base/files.ts";
import type { PlainMap } from "../../schema/view.ts";
import { asMap, leave, oneOf, type Draft, type Rule, type Rules } from "../draft.ts";
import { attention, modulesToSave, quantised, targets } from "./adapters.ts";
import type { Tool } from "./tool.ts";
import { TRAINING_ARGUMENTS } from "./hugging-face.ts";

const TASKS: Record<string, string | undefined> = { sft: "causal-lm", pt: "causal-lm", dpo: "preference" };

const stage: Rule = (value, draft, key) => {
  const task = TASKS[String(value)];
  draft.set("task", task ?? "causal-lm");
  if (task === undefined) draft.leave(key, value, "this stage has no task here");
};

const validation: Rule = (value, draft, key) => {
  if (typeof value !== "number" || value <= 0) return;
  if (value <= 0.5) draft.set("data.eval_fraction", value);
  else draft.leave(key, value, "a share of at most 0.5 is held out, not a number of rows");
};

const rules = (dir: string): Rules => ({
  ...TRAINING_ARGUMENTS,
  stage,
  finetuning_type: oneOf("method.type", { lora: "lora", full: "full", freeze: "freeze" }),
  quantization_bit: (value, draft, key) => {
    if (value === 4 || value === 8) quantised(draft, value);
    else draft.leave(key, value, "the base is quantised to 4 or 8 bits");
  },
  lora_rank: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  lora_target: targets,
  additional_target: modulesToSave,
  use_dora: "method.use_dora",
  use_rslora: "method.use_rslora",
  freeze_trainable_layers: leave("it counts layers that train; `method.freeze` counts layers that do not"),
  cutoff_len: "data.max_length",
  val_size: validation,
  packing: "data.packing",
  streaming: "data.streaming",
  train_on_prompt: (value, draft) => draft.set("data.completion_only_loss", value !== true),
  template: leave("the tokenizer's own chat template is used; another goes into `data.chat_template`"),
  flash_attn: attention,
  disable_gradient_checkpointing: (value, draft) => draft.set("train.gradient_checkpointing", value !== true),
  dataset: (value, draft, key) => datasets(value, draft, key, "data.train", dir),
  eval_dataset: (value, draft, key) => datasets(value, draft, key, "data.eval", dir),
  dataset_dir: () => {}, // read with the data sets
  plot_loss: leave("curves are drawn while the run goes on"),
});

/** Data sets are names of an index, `dataset_info.json`; where it is there, their files are taken. */
function datasets(value: unknown, draft: Draft, key: string, target: string, dir: string): void {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : [value].flat().map(String);
  const index = join(dir, "dataset_info.json");
  const known = existsSync(index) ? asMap(readJson(index)) : {};
  const files = names.flatMap((name) => fileOf(asMap(known[name]), dir, draft) ?? []);
  if (files.length === names.length) return draft.set(target, files.length === 1 ? files[0] : files);
  const guesses = names.map((name) => `data/${name}.jsonl`);
  draft.set(target, guesses.length === 1 ? guesses[0] : guesses);
  draft.leave(key, value, `names of LLaMA-Factory's index; write the files into \`${target}\``);
}

function fileOf(entry: PlainMap, dir: string, draft: Draft): string | undefined {
  const columns = asMap(entry["columns"]);
  if (columns["messages"] !== undefined) draft.set("data.columns.messages", columns["messages"]);
  if (typeof entry["file_name"] === "string") return resolve(dir, entry["file_name"]);
  if (typeof entry["hf_hub_url"] !== "string") return undefined;
  draft.set("data.format", "hf");
  return entry["hf_hub_url"];
}

/** Flat, with Hugging Face's names and its own: `stage`, `finetuning_type`, `cutoff_len`. */
export const llamaFactory: Tool = {
  name: "LLaMA-Factory",
  isOne: (map) => ["stage", "finetuning_type", "cutoff_len", "lora_target"].filter((key) => key in map).length >= 2,
  rules: (map, baseDir) => {
    const dir = resolve(baseDir, typeof map["dataset_dir"] === "string" ? map["dataset_dir"] : "data");
    return rules(dir);
  },
  before: (draft) => {
    draft.set("task", "causal-lm");
    // What it does where nothing is written.
    draft.set("train.gradient_checkpointing", true);
  },
};
