import { isMap, type PlainMap } from "../../schema/view.ts";
import type { Draft } from "../draft.ts";
import { asMap, isNothing, leave, oneOf, opposite, takeOver, unless, whenOn } from "../rules.ts";
import type { RuleFunction, Rules } from "../rules.ts";
import { hubName, isHubName, isLoader, isSplit, setData, WHOLE_SPLITS } from "./data-sets.ts";
import { BY_COLUMNS, RESUMED } from "./hugging-face.ts";
import type { Tool } from "./tool.ts";

const component = (value: unknown): string => {
  const name = asMap(value)["_component_"];
  return typeof name === "string" ? name : "";
};

/** The last part of a component's dotted name. */
const ownName = (name: unknown): string => String(name).split(".").at(-1) ?? "";

/** A part with a component of its own: its other keys by rules, the component by what it stands for. */
const part =
  (rules: Rules, named: RuleFunction): RuleFunction =>
  (value, draft, key) => {
    if (isMap(value)) takeOver(value, { _component_: named, ...rules }, draft, `${key}.`);
    else draft.leave(key, value, "a part with a `_component_` is expected");
  };

const told =
  (why: string): RuleFunction =>
  (value, draft, key) =>
    draft.leave(key, value, why);

/** torchtune's names of Llama's layers. */
const LAYERS: Record<string, string> = { output_proj: "o_proj", w1: "gate_proj", w2: "down_proj", w3: "up_proj" };

const adapted = (...names: readonly string[]): RuleFunction =>
  whenOn((_value, draft) => draft.extend("method.target_modules", names));

const modelRules: Rules = {
  lora_attn_modules: (value, draft) =>
    draft.extend(
      "method.target_modules",
      [value].flat().map((name) => LAYERS[String(name)] ?? String(name)),
    ),
  apply_lora_to_mlp: adapted("gate_proj", "up_proj", "down_proj"),
  apply_lora_to_output: adapted("lm_head"),
  lora_rank: "method.r",
  lora_alpha: "method.lora_alpha",
  lora_dropout: "method.lora_dropout",
  use_dora: "method.use_dora",
};

const method: RuleFunction = (value, draft) => {
  const name = ownName(value);
  draft.set("method.type", /^q?lora_/.test(name) ? name.slice(0, name.indexOf("_")) : "full");
  if (name.startsWith("qlora_")) draft.set("method.bits", 4);
};

const optimizer: RuleFunction = (value, draft, key) => {
  const known: Record<string, string | undefined> = {
    AdamW: "adamw_torch",
    AdamW8bit: "adamw_8bit",
    PagedAdamW8bit: "paged_adamw_8bit",
    PagedAdamW: "paged_adamw_8bit",
    SGD: "sgd",
    Adafactor: "adafactor",
  };
  const name = ownName(value);
  oneOf("train.optim", known)(name, draft, key);
  if (name === "PagedAdamW") draft.leave(key, value, "the paged optimizer here keeps 8 bits");
};

const schedule: RuleFunction = (value, draft, key) => {
  const known = ["cosine", "linear"].find((name) => String(value).includes(name));
  if (known !== undefined) draft.set("train.lr_scheduler_type", known);
  else draft.leave(key, value, "`train.lr_scheduler_type` has no such choice");
};

/** Data sets that a component stands for by itself. */
const OWN_DATA: Readonly<Record<string, string>> = {
  alpaca_dataset: "tatsu-lab/alpaca",
  alpaca_cleaned_dataset: "yahma/alpaca-cleaned",
};

/** The data set with its configuration and split, from whatever keys say them. */
function dataSet(draft: Draft): void {
  const { _component_, source, data_files: files, name: config, subset, split } = asMap(draft.map["dataset"]);
  const own = OWN_DATA[ownName(_component_)];
  const id = isNothing(source) ? own : source;
  const isHub = isHubName(id, draft.folder) && !isLoader(id);
  const paths = isHub
    ? [hubName(id, { config: config ?? subset, ...(split === "train" ? {} : { split }) })]
    : [isNothing(files) ? (isLoader(id) ? [] : id) : files].flat();
  const sets = paths.flatMap((path) =>
    typeof path === "string" ? [{ key: "dataset", value: draft.map["dataset"], path, isHub }] : [],
  );
  setData(draft, "data.train", sets);
}

const dataComponent: RuleFunction = (value, draft, key) => {
  const isOwn = isNothing(asMap(draft.map["dataset"])["source"]) && Object.hasOwn(OWN_DATA, ownName(value));
  if (isOwn) dataSet(draft);
  else draft.leave(key, value, BY_COLUMNS);
};

/** A key that picks a part of a data set of the hub, and says nothing of files. */
const partOfData: RuleFunction = (value, draft, key) => {
  const { source, _component_ } = asMap(draft.map["dataset"]);
  const id = isNothing(source) ? OWN_DATA[ownName(_component_)] : source;
  if (!isHubName(id, draft.folder) || isLoader(id)) {
    if (value === "train") draft.same();
    else draft.leave(key, value, "a file has no splits and configurations; it is read whole");
  } else if (isSplit(value)) dataSet(draft);
  else draft.leave(key, value, WHOLE_SPLITS);
};

const dataRules: Rules = {
  source: (value, draft, key) => {
    const files = asMap(draft.map["dataset"])["data_files"];
    if (!isLoader(value)) dataSet(draft);
    else if (isNothing(files)) draft.leave(key, value, "no files are named in `data_files`");
    else draft.same();
  },
  data_files: (value, draft, key) => {
    const { source } = asMap(draft.map["dataset"]);
    if (isNothing(source) || isLoader(source)) dataSet(draft);
    else draft.leave(key, value, "a data set of the hub is read whole, not by its files");
  },
  name: partOfData,
  subset: partOfData,
  split: partOfData,
  column: "data.columns.text",
  packed: "data.packing",
  train_on_input: opposite("data.completion_only_loss"),
  conversation_column: "data.columns.messages",
};

const FROM_MODEL = "the type follows from the model's own config.json";

const rules: Rules = {
  model: part(modelRules, method),
  tokenizer: part(
    { max_seq_len: "data.max_length", path: leave("the tokenizer lies beside the model") },
    told("the class follows from the tokenizer's own files"),
  ),
  checkpointer: part(
    {
      checkpoint_dir: "model.name_or_path",
      checkpoint_files: leave("all weights of the folder are read"),
      model_type: leave(FROM_MODEL),
      output_dir: leave("every run has a folder of its own"),
      recipe_checkpoint: leave("a run is resumed from its own checkpoints"),
    },
    (value, draft, key) => {
      if (ownName(value) === "FullModelHFCheckpointer") draft.same();
      else draft.leave(key, value, "models are read in the layout of Hugging Face");
    },
  ),
  dataset: part(dataRules, dataComponent),
  optimizer: part(
    { lr: "train.learning_rate", weight_decay: "train.weight_decay", fused: (_value, draft) => draft.same() },
    optimizer,
  ),
  lr_scheduler: part({ num_warmup_steps: "train.warmup" }, schedule),
  metric_logger: leave("the run is recorded here"),
  profiler: leave("there is no profiler here"),
  loss: (value, draft, key) => {
    if (ownName(component(value)) === "DPOLoss") draft.set("task", "preference");
    else draft.leave(key, value, "the loss follows from the task");
  },
  seed: "run.seed",
  epochs: "train.num_train_epochs",
  batch_size: "train.per_device_train_batch_size",
  gradient_accumulation_steps: "train.gradient_accumulation_steps",
  clip_grad_norm: "train.max_grad_norm",
  enable_activation_checkpointing: "train.gradient_checkpointing",
  dtype: oneOf("train.precision", { bf16: "bf16", fp16: "fp16", fp32: "fp32" }),
  resume_from_checkpoint: unless(false, RESUMED),
  output_dir: leave("every run has a folder of its own"),
  shuffle: unless(true, "rows are shuffled each epoch"),
  device: leave("devices are chosen by `hardware.devices`"),
};

/** Maps with a dotted `_component_`, and `${output_dir}` filled in. */
export const torchtune: Tool = {
  name: "torchtune",
  isOne: (map) =>
    component(map["model"]).startsWith("torchtune.") || component(map["dataset"]).startsWith("torchtune."),
  rules,
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
