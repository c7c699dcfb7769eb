import { isMap, type PlainMap } from "../../schema/view.ts";
import type { Draft } from "../draft.ts";
import { isNothing, leave, oneOf, opposite, unless, whenOn, type RuleFunction, type Rules } from "../rules.ts";
import { attention, loadIn, modulesToSave, targets } from "./adapters.ts";
import {
  hubName,
  isHubName,
  isLoader,
  isSplit,
  setData,
  WHOLE_SPLITS,
  type DataSet,
  type Target,
} from "./data-sets.ts";
import * as hf from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const kernel = (name: "eager" | "sdpa" | "flash_attention_2"): RuleFunction =>
  whenOn((_value, draft) => draft.set("model.attn_implementation", name));

/** Files and hub data sets, with the columns and shapes that axolotl gives each of them. */
const dataSets =
  (target: Target): RuleFunction =>
  (value, draft, key) => {
    const entries = [value].flat().map((one, at, all) => ({
      entry: isMap(one) ? one : { path: one },
      place: all.length === 1 ? `${key}[]` : `${key}[${at}]`,
    }));
    const sets = entries.flatMap(({ entry, place }) => setsOf(entry, place, draft, target));
    const kept = setData(draft, target, sets).map((set) => set.key);
    for (const { entry, place } of entries) if (kept.includes(place)) takeKeys(entry, place, draft);
  };

const isOfHub = (path: unknown, draft: Draft): path is string => isHubName(path, draft.folder) && path.includes("/");

/** What an entry of the list names. */
function setsOf(entry: PlainMap, place: string, draft: Draft, target: Target): DataSet[] {
  const { path, data_files: files, revision, name: config, split } = entry;
  const set = (one: unknown, isHub: boolean): DataSet[] => {
    if (typeof one === "string") return [{ key: place, value: entry, path: one, isHub }];
    draft.leave(place, entry, "no file or data set is named");
    return [];
  };
  if (isOfHub(path, draft)) {
    // Of a data set for training the split of this name is read anyway.
    const isUsual = target === "data.train" && split === "train" && isNothing(config);
    return set(hubName(path, { revision, config, ...(isUsual ? {} : { split }) }), true);
  }
  if (isNothing(files)) return set(path, false);
  const folder = isNothing(path) || isLoader(path) ? "" : `${String(path).replace(/\/$/, "")}/`;
  return [files].flat().flatMap((file) => set(typeof file === "string" ? folder + file : file, false));
}

/** What an entry says beside that. */
function takeKeys(entry: PlainMap, place: string, draft: Draft): void {
  for (const [name, value] of Object.entries(entry)) {
    if (isNothing(value) || name === "path") continue;
    const key = `${place}.${name}`;
    const isOfName = isOfHub(entry["path"], draft) && Object.hasOwn(HUB_KEYS, name);
    const rule = isOfName ? HUB_KEYS[name]! : anyKey(name);
    draft.from({ key, value }, () => rule(value, draft, key));
  }
}

/** They become a part of a hub data set's name. */
const HUB_KEYS: Readonly<Record<string, RuleFunction>> = {
  revision: (_value, draft) => draft.same(),
  name: (_value, draft) => draft.same(),
  split: (value, draft, key) => {
    if (isSplit(value)) draft.same();
    else draft.leave(key, value, WHOLE_SPLITS);
  },
  data_files: (value, draft, key) => draft.leave(key, value, "a data set of the hub is read whole, not by its files"),
};

const COLUMNS: Readonly<Record<string, string>> = {
  field: "text",
  field_messages: "messages",
  field_chosen: "chosen",
  field_rejected: "rejected",
};

/** What is said of a file, or of any data set. */
function anyKey(name: string): RuleFunction {
  if (Object.hasOwn(COLUMNS, name)) return (value, draft) => draft.set(`data.columns.${COLUMNS[name]}`, value);
  return (value, draft, key) => {
    if (name === "data_files" || (name === "split" && value === "train")) draft.same();
    else if (name === "split") draft.leave(key, value, "a file has no splits; it is read whole");
    else if (name === "ds_type") draft.leave(key, value, "the format is told from the files themselves");
    else if (/^type$|field|mapping|column|role/.test(name)) draft.leave(key, value, hf.BY_COLUMNS);
    else draft.leave(key, value, "no key here does this");
  };
}

const WANDB = leave("the run is recorded here; a copy goes to wandb under `track.project`");

const rules: Rules = {
  micro_batch_size: "train.per_device_train_batch_size",
  num_epochs: "train.num_train_epochs",
  evals_per_epoch: (value, draft, key) => {
    const other = ["eval_strategy", "eval_steps"].find((name) => !isNothing(draft.map[name]));
    if (other !== undefined) return draft.leave(key, value, `gives way to \`${other}\``);
    draft.set("eval.strategy", "epoch");
    if (value !== 1) draft.leave(key, value, "evaluations come each epoch or every `eval.steps`");
  },
  eager_attention: kernel("eager"),
  sdp_attention: kernel("sdpa"),
  flash_attention: kernel("flash_attention_2"),
  ...hf.TRAINING_ARGUMENTS,
  ...hf.model("base_model", "revision_of_model"),
  attn_implementation: attention,
  adapter: oneOf("method.type", { lora: "lora", qlora: "qlora" }),
  load_in_8bit: loadIn(8),
  load_in_4bit: loadIn(4),
  lora_r: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  lora_target_modules: (value, draft, key) => {
    if (draft.map["lora_target_linear"] !== true) return targets(value, draft, key);
    draft.leave(
      key,
      value,
      "`lora_target_linear` adds all linear layers to these, which is `target_modules: all-linear`",
    );
  },
  lora_target_linear: whenOn((_value, draft) => draft.set("method.target_modules", "all-linear")),
  lora_modules_to_save: modulesToSave,
  peft_use_dora: "method.use_dora",
  peft_use_rslora: "method.use_rslora",
  rl: oneOf("task", { dpo: "preference" }),
  datasets: dataSets("data.train"),
  test_datasets: dataSets("data.eval"),
  val_set_size: hf.heldOut,
  sequence_len: "data.max_length",
  sample_packing: "data.packing",
  streaming: "data.streaming",
  train_on_inputs: opposite("data.completion_only_loss"),
  chat_template: (value, draft, key) => {
    if (value === "tokenizer_default") return draft.same();
    draft.leave(key, value, "the tokenizer's own template is used; another goes into `data.chat_template` as a file");
  },
  chat_template_jinja: "data.chat_template",
  lr_scheduler: hf.scheduler,
  optimizer: hf.optimizer,
  tf32: unless(false, "matrix products of fp32 keep PyTorch's own setting"),
  // axolotl turns evaluations on by it.
  eval_steps: "eval.steps",
  fsdp_config: hf.sharded("fsdp"),
  saves_per_epoch: unless(1, "checkpoints are saved at evaluations"),
  wandb_project: (value, draft) => {
    draft.set("track.project", value);
    draft.extend("track.report_to", ["wandb"]);
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
  rules,
  before: (draft) => {
    draft.set("task", "causal-lm");
    if (isNothing(draft.map["adapter"])) draft.set("method.type", "full");
  },
};
