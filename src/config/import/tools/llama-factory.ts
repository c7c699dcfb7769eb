import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readJson } from "../../../base/files.ts";
import type { PlainMap } from "../../schema/view.ts";
import type { Draft } from "../draft.ts";
import { asMap, leave, oneOf, opposite, type RuleFunction, type Rules } from "../rules.ts";
import { attention, modulesToSave, targets } from "./adapters.ts";
import { hubName, setData, type DataSet, type Target } from "./data-sets.ts";
import { BY_COLUMNS, heldOut, TRAINING_ARGUMENTS } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const TASKS: Record<string, string | undefined> = { sft: "causal-lm", pt: "causal-lm", dpo: "preference" };

const stage: RuleFunction = (value, draft, key) => {
  const task = TASKS[String(value)];
  draft.set("task", task ?? "causal-lm");
  if (task === undefined) draft.leave(key, value, "this stage has no task here");
};

const rules: Rules = {
  ...TRAINING_ARGUMENTS,
  stage,
  finetuning_type: oneOf("method.type", { lora: "lora", full: "full", freeze: "freeze" }),
  quantization_bit: (value, draft, key) => {
    if (value === 4 || value === 8) draft.set("method.bits", value);
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
  val_size: heldOut,
  packing: "data.packing",
  streaming: "data.streaming",
  train_on_prompt: opposite("data.completion_only_loss"),
  template: leave("the tokenizer's own chat template is used; another goes into `data.chat_template`"),
  flash_attn: attention,
  disable_gradient_checkpointing: opposite("train.gradient_checkpointing"),
  dataset: (value, draft, key) => dataSets(value, draft, key, "data.train"),
  eval_dataset: (value, draft, key) => dataSets(value, draft, key, "data.eval"),
  dataset_dir: (value, draft, key) => {
    if (existsSync(indexOf(draft)))
      draft.same(); // read with the data sets
    else draft.leave(key, value, "no `dataset_info.json` lies there that would say where the data sets are");
  },
  plot_loss: leave("curves are drawn while the run goes on"),
};

/** Where LLaMA-Factory's index of data sets lies. */
const indexOf = ({ map: { dataset_dir: dir }, folder }: Draft): string =>
  join(resolve(folder, typeof dir === "string" ? dir : "data"), "dataset_info.json");

/** Data sets are names of an index; where it is there, their files are taken. */
function dataSets(value: unknown, draft: Draft, key: string, target: Target): void {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : [value].flat().map(String);
  const index = indexOf(draft);
  const known = existsSync(index) ? asMap(readJson(index)) : {};
  const sets = names.flatMap((name) => dataSet(name, asMap(known[name]), resolve(index, "..")) ?? []);
  if (sets.length === names.length) {
    const kept = setData(draft, target, sets);
    for (const [at, set] of sets.entries())
      if (kept.includes(set)) takeEntry(names[at]!, asMap(known[names[at]!]), draft);
    return undefined;
  }
  const guesses = names.map((name) => `data/${name}.jsonl`);
  draft.set(target, guesses.length === 1 ? guesses[0] : guesses);
  draft.leave(key, value, `names of LLaMA-Factory's index; write the files into \`${target}\``);
}

function dataSet(name: string, entry: PlainMap, dir: string): DataSet | undefined {
  const { file_name: file, hf_hub_url: id, subset: config, split } = entry;
  const one = { key: indexed(name), value: entry };
  if (typeof file === "string") return { ...one, path: resolve(dir, file), isHub: false };
  return typeof id === "string" ? { ...one, path: hubName(id, { config, split }), isHub: true } : undefined;
}

const indexed = (name: string): string => `dataset_info.json: ${name}`;

/** Roles by the index's names for them. */
const ROLES: Readonly<Record<string, string>> = {
  messages: "messages",
  prompt: "prompt",
  response: "completion",
  chosen: "chosen",
  rejected: "rejected",
};

/** What an entry of the index says beside where its rows are. */
function takeEntry(name: string, entry: PlainMap, draft: Draft): void {
  for (const [column, value] of Object.entries(asMap(entry["columns"]))) {
    const key = `${indexed(name)}.columns.${column}`;
    if (!Object.hasOwn(ROLES, column)) draft.leave(key, value, BY_COLUMNS);
    else draft.from({ key, value }, () => draft.set(`data.columns.${ROLES[column]}`, value));
  }
  const { columns: _columns, file_name: _file, hf_hub_url: _id, subset: _subset, split: _split, ...others } = entry;
  for (const [other, value] of Object.entries(others)) {
    const isOfShape = ["formatting", "ranking", "tags"].includes(other);
    draft.leave(`${indexed(name)}.${other}`, value, isOfShape ? BY_COLUMNS : "no key here does this");
  }
}

/** Flat, with Hugging Face's names and its own: `stage`, `finetuning_type`, `cutoff_len`. */
export const llamaFactory: Tool = {
  name: "LLaMA-Factory",
  isOne: (map) => ["stage", "finetuning_type", "cutoff_len", "lora_target"].filter((key) => key in map).length >= 2,
  rules,
  before: (draft) => {
    draft.set("task", "causal-lm");
    // What it does where nothing is written.
    draft.set("train.gradient_checkpointing", true);
  },
};
