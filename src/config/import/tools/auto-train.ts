import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isMap } from "../../schema/view.ts";
import type { Draft } from "../draft.ts";
import { asMap, isNothing, leave, oneOf, opposite, takeOver, unless, whenOn } from "../rules.ts";
import type { RuleFunction, Rules } from "../rules.ts";
import { targets } from "./adapters.ts";
import { hubName, isHubName, isSplit, setData, WHOLE_SPLITS } from "./data-sets.ts";
import { bestMetric, optimizer, scheduler, strategy, warmup } from "./hugging-face.ts";
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

const task: RuleFunction = (value, draft, key) => {
  const written = String(value).replaceAll("_", "-");
  const known = TASKS[written.replace(":", "-")] ?? TASKS[written.replace(/:.*$/, "")];
  if (known === undefined) draft.leave(key, value, "there is no such task here");
  else draft.set("task", known);
};

const inside =
  (rules: Rules): RuleFunction =>
  (value, draft, key) => {
    if (isMap(value)) takeOver(value, rules, draft, `${key}.`);
    else draft.leave(key, value, "a group of keys is expected");
  };

/** The column with the text has the messages where they become a text by a template, and the better answer of two. */
const textColumn: RuleFunction = (value, draft) => {
  const named = draft.get("task");
  const hasTemplate = ["data", "params"].some((group) => isTemplate(asMap(draft.map[group])["chat_template"]));
  const role =
    named === "preference"
      ? "chosen"
      : named === "token-classification"
        ? "tokens"
        : named === "causal-lm" && hasTemplate
          ? "messages"
          : "text";
  draft.set(`data.columns.${role}`, value);
};

const isTemplate = (value: unknown): boolean => !isNothing(value) && value !== "none";

const chatTemplate: RuleFunction = (value, draft, key) => {
  if (isTemplate(value) && value !== "tokenizer") draft.leave(key, value, "the tokenizer's own template is used");
  else draft.same();
};

const columns: Rules = {
  tokens_column: "data.columns.tokens",
  tags_column: "data.columns.label",
  text_column: textColumn,
  target_column: "data.columns.label",
  rejected_text_column: "data.columns.rejected",
  prompt_text_column: "data.columns.prompt",
};

/** Files are called by the split that they hold; a data set of the hub has splits itself. */
const EXTENSIONS = ["csv", "jsonl", "json", "parquet", "tsv"];

/** Where the rows of a split are: its file, or its name on the hub; undefined where nothing tells. */
function split(draft: Draft, name: unknown): string | undefined {
  const { path } = asMap(draft.map["data"]);
  if (typeof path !== "string" || !isSplit(name)) return undefined;
  if (isOfHub(path, draft)) return hubName(path, { split: name });
  const file = EXTENSIONS.map((extension) => `${name}.${extension}`).find((one) =>
    existsSync(resolve(draft.folder, path, one)),
  );
  return file === undefined ? undefined : join(path, file).replaceAll("\\", "/");
}

const isOfHub = (path: unknown, draft: Draft): path is string => isHubName(path, draft.folder) && path.includes("/");

/** The folder or data set, or what it has for the split that is trained on. */
const trainedOn: RuleFunction = (_value, draft) => {
  const { path, train_split: named } = asMap(draft.map["data"]);
  if (typeof path !== "string") return;
  const isHub = isOfHub(path, draft);
  const part = isHub && named === "train" ? path : split(draft, named);
  setData(draft, "data.train", [{ key: "data.path", value: path, path: part ?? path, isHub }]);
};

const trainSplit: RuleFunction = (value, draft, key) => {
  const { path } = asMap(draft.map["data"]);
  if (split(draft, value) !== undefined) return trainedOn(value, draft, key);
  if (isOfHub(path, draft)) return draft.leave(key, value, WHOLE_SPLITS);
  const isFile = typeof path === "string" && statSync(resolve(draft.folder, path), { throwIfNoEntry: false })?.isFile();
  if (isFile && value === "train") draft.same();
  else draft.leave(key, value, "no file of this name is there: every data file of the folder is read");
};

const validSplit: RuleFunction = (value, draft, key) => {
  const isHub = isOfHub(asMap(draft.map["data"])["path"], draft);
  const path = split(draft, value);
  if (path !== undefined) setData(draft, "data.eval", [{ key, value, path, isHub }]);
  else draft.leave(key, value, isHub ? WHOLE_SPLITS : "no file of this name is there to be named in `data.eval`");
};

const HUB = leave("runs stay on this machine");

const rules: Rules = {
  task,
  base_model: "model.name_or_path",
  project_name: "run.name",
  log: (value, draft, key) => {
    if (["wandb", "mlflow", "tensorboard"].includes(String(value))) draft.set("track.report_to", [value]);
    else if (value === "none") draft.same();
    else draft.leave(key, value, "runs are recorded here; copies go to wandb, mlflow and tensorboard");
  },
  backend: unless("local", "runs stay on this machine"),
  data: inside({
    path: trainedOn,
    train_split: trainSplit,
    valid_split: validSplit,
    chat_template: chatTemplate,
    column_mapping: inside(columns),
  }),
  params: inside({
    chat_template: chatTemplate,
    epochs: "train.num_train_epochs",
    batch_size: "train.per_device_train_batch_size",
    auto_find_batch_size: whenOn((_value, draft) => draft.set("train.per_device_train_batch_size", "auto")),
    lr: "train.learning_rate",
    optimizer,
    scheduler,
    gradient_accumulation: "train.gradient_accumulation_steps",
    mixed_precision: oneOf("train.precision", { fp16: "fp16", bf16: "bf16", no: "fp32" }),
    warmup_ratio: warmup["warmup_ratio"]!,
    weight_decay: "train.weight_decay",
    max_grad_norm: "train.max_grad_norm",
    seed: "run.seed",
    // What the tokenizer would take is more than what rows are cut to.
    model_max_length: "data.max_length",
    max_length: "data.max_length",
    max_seq_length: "data.max_length",
    block_size: (value, draft) => {
      if (value === -1) draft.same();
      else draft.set("data.max_length", value);
    },
    peft: whenOn((_value, draft) => draft.set("method.type", "lora")),
    quantization: (value, draft, key) => {
      const bits = value === "int4" ? 4 : value === "int8" ? 8 : undefined;
      if (bits !== undefined) draft.set("method.bits", bits);
      else if (value === "none") draft.same();
      else draft.leave(key, value, "the base is quantised to 4 or 8 bits");
    },
    lora_r: "method.r",
    lora_alpha: "method.lora_alpha",
    lora_dropout: "method.lora_dropout",
    target_modules: targets,
    gradient_checkpointing: "train.gradient_checkpointing",
    disable_gradient_checkpointing: opposite("train.gradient_checkpointing"),
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
  rules,
  before: (draft) => draft.set("method.type", "full"),
};
