import { higherIsBetter } from "../../metrics.ts";
import { leave, oneOf, percent, unless, type Draft, type Rule, type Rules } from "../draft.ts";

/** Keys of Transformers' `TrainingArguments` (4.5x and 5.x), which LLaMA-Factory and TRL take too. */

const LOGGED = leave("every step is logged");
const OWN_FOLDER = leave("every run has a folder of its own");
const HUB = leave("runs stay on this machine");

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
  adamw_bnb_8bit: "adamw_8bit",
  paged_adamw_8bit: "paged_adamw_8bit",
  adafactor: "adafactor",
  sgd: "sgd",
};

export const scheduler: Rule = oneOf("train.lr_scheduler_type", SCHEDULES);
export const optimizer: Rule = oneOf("train.optim", OPTIMIZERS);

export const precision =
  (name: "fp16" | "bf16"): Rule =>
  (value, draft) => {
    if (value === true) draft.set("train.precision", name);
    else if (value === "auto") draft.set("train.precision", "auto");
  };

export const warmupRatio: Rule = (value, draft) => {
  if (typeof value === "number" && value > 0) draft.set("train.warmup", percent(value));
};

/** Transformers 5 reads a `warmup_steps` below 1 as a share of all steps. */
export const warmupSteps: Rule = (value, draft) => {
  if (typeof value !== "number" || value <= 0) return;
  draft.set("train.warmup", value < 1 ? percent(value) : Math.round(value));
};

export const strategy: Rule = (value, draft, key) => {
  const name = String(value) === "false" ? "no" : String(value);
  if (["no", "steps", "epoch"].includes(name)) draft.set("eval.strategy", name);
  else draft.leave(key, value, "evaluations come each epoch or every so many steps");
};

export const bestMetric: Rule = (value, draft) => {
  const name = String(value).replace(/^eval_/, "");
  draft.set("checkpoint.metric_for_best_model", name);
};

const direction: Rule = (value, draft, key) => {
  const named = draft.get("checkpoint.metric_for_best_model");
  const metric = typeof named === "string" ? named : "loss";
  if (value !== higherIsBetter(metric)) draft.leave(key, value, `the direction follows from the metric, ${metric}`);
};

export const reportTo: Rule = (value, draft, key) => {
  const names = [value].flat().map(String);
  const known = names.filter((name) => ["wandb", "mlflow", "tensorboard"].includes(name));
  if (known.length > 0) draft.set("track.report_to", known);
  const others = names.filter((name) => !known.includes(name) && name !== "none");
  if (others.length > 0) draft.leave(key, others, "runs are recorded here; copies go to wandb, mlflow and tensorboard");
};

/** Why nothing is said here of going on from the last checkpoint. */
export const RESUMED = "an interrupted run goes on with `tuning-fork resume`";

const resume: Rule = (value, draft, key) => {
  if (value === true) draft.leave(key, value, RESUMED);
  else draft.set("checkpoint.resume", typeof value === "string" ? value : "never");
};

export const sharded =
  (name: "deepspeed" | "fsdp"): Rule =>
  (value, draft, key) => {
    draft.set("hardware.strategy", name);
    draft.leave(key, value, `taken over as \`hardware.strategy: ${name}\`; its own settings are made at the start`);
  };

export const maxSteps: Rule = (value, draft) => {
  if (typeof value === "number" && value > 0) draft.set("train.max_steps", value);
};

const savedWithEvaluation: Rule = (value, draft, key) => {
  const evaluation = draft.get(key.endsWith("strategy") ? "eval.strategy" : "eval.steps");
  if (value !== evaluation) draft.leave(key, value, "checkpoints are saved at evaluations");
};

export const TRAINING_ARGUMENTS: Rules = {
  model_name_or_path: "model.name_or_path",
  trust_remote_code: "model.trust_remote_code",
  attn_implementation: "model.attn_implementation",
  output_dir: leave("every run has a folder of its own; `run.output_dir` moves its checkpoints and exports"),
  run_name: "run.name",
  seed: "run.seed",
  num_train_epochs: "train.num_train_epochs",
  max_steps: maxSteps,
  per_device_train_batch_size: "train.per_device_train_batch_size",
  auto_find_batch_size: (value: unknown, draft: Draft) => {
    if (value === true) draft.set("train.per_device_train_batch_size", "auto");
  },
  gradient_accumulation_steps: "train.gradient_accumulation_steps",
  learning_rate: "train.learning_rate",
  lr_scheduler_type: scheduler,
  warmup_ratio: warmupRatio,
  warmup_steps: warmupSteps,
  optim: optimizer,
  weight_decay: "train.weight_decay",
  max_grad_norm: "train.max_grad_norm",
  fp16: precision("fp16"),
  bf16: precision("bf16"),
  gradient_checkpointing: "train.gradient_checkpointing",
  eval_strategy: strategy,
  evaluation_strategy: strategy,
  eval_steps: "eval.steps",
  early_stopping_patience: "eval.early_stopping_patience",
  save_strategy: savedWithEvaluation,
  save_steps: savedWithEvaluation,
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
  save_only_model: (value: unknown, draft: Draft) => draft.set("checkpoint.save_optimizer", value !== true),
  local_rank: leave("processes are started by the launcher"),
};
