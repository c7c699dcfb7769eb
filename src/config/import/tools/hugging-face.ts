import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { higherIsBetter } from "../../metrics.ts";
import type { Draft } from "../draft.ts";
import { isNothing, leave, oneOf, opposite, percent, unless, whenOn, type RuleFunction, type Rules } from "../rules.ts";

/** Keys of Transformers' `TrainingArguments` (4.5x and 5.x), which axolotl, LLaMA-Factory and TRL take too. */

const LOGGED = leave("every step is logged");
const OWN_FOLDER = leave("every run has a folder of its own");
const HUB = leave("runs stay on this machine");

/** For keys that name a shape or columns of rows. */
export const BY_COLUMNS = "what the rows are is told from their columns, which are named in `data.columns`";

const SCHEDULES = {
  linear: "linear",
  cosine: "cosine",
  constant: "constant",
  constant_with_warmup: "constant_with_warmup",
  reduce_lr_on_plateau: "reduce_lr_on_plateau",
};

const OPTIMIZERS = {
  adamw_torch: "adamw_torch",
  adamw_torch_fused: "adamw_torch",
  adamw_hf: "adamw_torch",
  adamw: "adamw_torch",
  adamw_8bit: "adamw_8bit",
  adamw_torch_8bit: "adamw_8bit",
  adamw_bnb_8bit: "adamw_8bit",
  paged_adamw_8bit: "paged_adamw_8bit",
  adafactor: "adafactor",
  sgd: "sgd",
};

export const scheduler: RuleFunction = oneOf("train.lr_scheduler_type", SCHEDULES);
export const optimizer: RuleFunction = oneOf("train.optim", OPTIMIZERS);

/** A model and its revision under two keys, which are one value here. */
export function model(name: string, revision: string): Rules {
  const take: RuleFunction = (_value, draft) => {
    const [id, at] = [draft.map[name], draft.map[revision]];
    const isWithRevision = typeof id === "string" && !isNothing(at) && at !== "main" && !isFolder(id, draft.folder);
    draft.set("model.name_or_path", isWithRevision ? `${id}@${String(at)}` : id);
  };
  return {
    [name]: take,
    [revision]: (value, draft, key) => {
      const id = draft.map[name];
      if (value === "main") draft.same();
      else if (typeof id !== "string") draft.leave(key, value, "no model is named that has this revision");
      else if (isFolder(id, draft.folder)) draft.leave(key, value, "a folder has no revisions");
      else take(value, draft, key);
    },
  };
}

const isFolder = (name: string, folder: string): boolean =>
  /^(?:\.{0,2}\/|~|[A-Za-z]:\\)/.test(name) || existsSync(resolve(folder, name));

/** Half precision that is not asked for is the single one, unless the other is. */
export const precision =
  (name: "fp16" | "bf16"): RuleFunction =>
  (value, draft) => {
    if (value === true || value === "full") return draft.set("train.precision", name);
    if (value === "auto") return draft.set("train.precision", "auto");
    if (value !== false) return undefined;
    const others = ["fp16", "dtype", "torch_dtype"].filter((other) => !isNothing(draft.map[other]));
    const isOther = others.some((other) => draft.map[other] !== false);
    return name === "fp16" || isOther ? draft.same() : draft.set("train.precision", "fp32");
  };

/** Both warm-ups: the steps count where they are more than none, as Transformers says; 5.x reads steps below 1 as a share. */
export const warmup: Rules = {
  warmup_ratio: (value, draft) => setWarmup(value, draft, (ratio) => percent(ratio), "warmup_steps"),
  warmup_steps: (value, draft) =>
    setWarmup(value, draft, (steps) => (steps < 1 ? percent(steps) : Math.round(steps)), "warmup_ratio"),
};

function setWarmup(value: unknown, draft: Draft, form: (amount: number) => string | number, other: string): void {
  if (typeof value !== "number" || value < 0) return;
  const rival = draft.map[other];
  if (value > 0) draft.set("train.warmup", form(value));
  else if (typeof rival === "number" && rival > 0) draft.same();
  else draft.set("train.warmup", 0);
}

/** When there are evaluations. */
export const strategy: RuleFunction = (value, draft, key) => {
  const name = String(value) === "false" ? "no" : String(value);
  if (["no", "steps", "epoch"].includes(name)) draft.set("eval.strategy", name);
  else draft.leave(key, value, "evaluations come each epoch or every so many steps");
};

/** Transformers evaluates when it logs where no other number is written. */
const strategyOrLogging: RuleFunction = (value, draft, key) => {
  strategy(value, draft, key);
  if (value !== "steps" || !isNothing(draft.map["eval_steps"])) return;
  const logged = draft.map["logging_steps"];
  const isWritten = Number.isInteger(logged) && Number(logged) > 0;
  const whence = isWritten ? "its `logging_steps`" : "its default";
  draft.set("eval.steps", isWritten ? logged : 500, `\`eval.steps\` is ${whence}, for no \`eval_steps\` is written`);
};

const stepsWithStrategy: RuleFunction = (value, draft) => {
  draft.set("eval.steps", value);
  const isAlone = isNothing(draft.map["eval_strategy"]) && isNothing(draft.map["evaluation_strategy"]);
  if (!isAlone || draft.get("eval.steps") === undefined) return;
  const note = "without an `eval_strategy` Transformers would not evaluate; here evaluations come every so many steps";
  draft.set("eval.strategy", "steps", note);
};

export const bestMetric: RuleFunction = (value, draft) =>
  draft.set("checkpoint.metric_for_best_model", String(value).replace(/^eval_/, ""));

const direction: RuleFunction = (value, draft, key) => {
  const named = draft.get("checkpoint.metric_for_best_model");
  const metric = typeof named === "string" ? named : "loss";
  if (value === higherIsBetter(metric)) draft.same();
  else draft.leave(key, value, `the direction follows from the metric, ${metric}`);
};

const reportTo: RuleFunction = (value, draft, key) => {
  const names = [value].flat().map(String);
  const known = names.filter((name) => ["wandb", "mlflow", "tensorboard"].includes(name));
  if (known.length > 0) draft.extend("track.report_to", known);
  const others = names.filter((name) => !known.includes(name) && name !== "none");
  if (others.length > 0) draft.leave(key, others, "runs are recorded here; copies go to wandb, mlflow and tensorboard");
  draft.same();
};

/** Why nothing is said here of going on from the last checkpoint. */
export const RESUMED = "an interrupted run goes on with `tuning-fork resume`";

const resume: RuleFunction = (value, draft, key) => {
  if (value === true) draft.leave(key, value, RESUMED);
  else draft.set("checkpoint.resume", typeof value === "string" ? value : "never");
};

/** What is told of a way to share the work that has settings of its own. */
export const sharedBy = (name: "deepspeed" | "fsdp"): string =>
  `taken over as \`hardware.strategy: ${name}\`; its own settings are made at the start`;

export const sharded =
  (name: "deepspeed" | "fsdp"): RuleFunction =>
  (value, draft) => {
    if (value === false) draft.same();
    else draft.set("hardware.strategy", name, sharedBy(name));
  };

const maxSteps: RuleFunction = (value, draft) => {
  if (typeof value !== "number") return;
  if (value > 0) draft.set("train.max_steps", value);
  else draft.same();
};

/** What is saved when it is evaluated says the same once more. */
const savedWithEvaluation =
  (ours: "eval.strategy" | "eval.steps"): RuleFunction =>
  (value, draft, key) => {
    const isBySteps = ours === "eval.strategy" || draft.get("eval.strategy") === "steps";
    if (isBySteps && value === draft.get(ours)) draft.set(ours, value);
    else if (value === "epoch" && draft.get("eval.strategy") === undefined) draft.same();
    else draft.leave(key, value, "checkpoints are saved at evaluations");
  };

/** A share of the rows that is held out. */
export const heldOut: RuleFunction = (value, draft, key) => {
  if (typeof value !== "number") return;
  if (value <= 0.5) draft.set("data.eval_fraction", value);
  else draft.leave(key, value, "a share of at most 0.5 is held out, not a number of rows");
};

export const TRAINING_ARGUMENTS: Rules = {
  ...model("model_name_or_path", "model_revision"),
  trust_remote_code: "model.trust_remote_code",
  attn_implementation: "model.attn_implementation",
  output_dir: leave("every run has a folder of its own; `run.output_dir` moves its checkpoints and exports"),
  run_name: "run.name",
  seed: "run.seed",
  num_train_epochs: "train.num_train_epochs",
  max_steps: maxSteps,
  per_device_train_batch_size: "train.per_device_train_batch_size",
  auto_find_batch_size: whenOn((_value, draft) => draft.set("train.per_device_train_batch_size", "auto")),
  gradient_accumulation_steps: "train.gradient_accumulation_steps",
  learning_rate: "train.learning_rate",
  lr_scheduler_type: scheduler,
  ...warmup,
  optim: optimizer,
  weight_decay: "train.weight_decay",
  max_grad_norm: "train.max_grad_norm",
  fp16: precision("fp16"),
  bf16: precision("bf16"),
  gradient_checkpointing: "train.gradient_checkpointing",
  evaluation_strategy: strategyOrLogging,
  eval_strategy: strategyOrLogging,
  eval_steps: stepsWithStrategy,
  early_stopping_patience: "eval.early_stopping_patience",
  save_strategy: savedWithEvaluation("eval.strategy"),
  save_steps: savedWithEvaluation("eval.steps"),
  save_total_limit: "checkpoint.save_total_limit",
  metric_for_best_model: bestMetric,
  greater_is_better: direction,
  load_best_model_at_end: unless(true, "the best checkpoint is always kept"),
  resume_from_checkpoint: resume,
  report_to: reportTo,
  deepspeed: sharded("deepspeed"),
  fsdp: sharded("fsdp"),
  adam_beta1: unless(0.9, "AdamW has PyTorch's own betas here"),
  adam_beta2: unless(0.999, "AdamW has PyTorch's own betas here"),
  adam_epsilon: unless(1e-8, "AdamW has PyTorch's own epsilon here"),
  do_train: unless(true, "a run always trains"),
  do_eval: unless(true, "whether there are evaluations is said by `eval.strategy`"),
  per_device_eval_batch_size: leave("evaluation uses `train.per_device_train_batch_size`"),
  eval_accumulation_steps: leave("evaluation reduces its outputs batch by batch"),
  logging_steps: LOGGED,
  logging_strategy: LOGGED,
  logging_first_step: LOGGED,
  logging_dir: OWN_FOLDER,
  overwrite_output_dir: OWN_FOLDER,
  push_to_hub: unless(false, "runs stay on this machine"),
  hub_model_id: HUB,
  hub_token: leave("secrets do not belong in this file: set HF_TOKEN in the environment"),
  hub_strategy: HUB,
  hub_private_repo: HUB,
  save_only_model: opposite("checkpoint.save_optimizer"),
  local_rank: leave("processes are started by the launcher"),
};
