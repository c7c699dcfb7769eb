import { t } from "../../base/l10n.ts";
import { higherIsBetter } from "../metrics.ts";

/** What a value under another tool's name comes to here. */
export interface Mend {
  /** Keys to write, dotted, with their values; the foreign key goes. None = there is nothing to write instead. */
  readonly write: Readonly<Record<string, unknown>>;
  /** It is what was meant, and the only way to say it. */
  readonly safe: boolean;
}

/** A name that is not one key here. */
export interface Foreign {
  /** What to write instead: whole sentences. */
  readonly advice: () => string;
  /** What a value comes to; undefined where that is for a person to say. `ask` reads what else the file says, by dotted key. */
  readonly mend?: (
    value: unknown,
    ask: (key: string) => unknown,
    beside: (name: string) => unknown,
  ) => Mend | undefined;
}

type Mending = NonNullable<Foreign["mend"]>;

const gone = (safe = true): Mend => ({ write: {}, safe });
const removed: Mending = () => gone();
/** Nothing has to be said where the value is what is done anyway. */
const removedIf =
  (expected: unknown): Mending =>
  (value) =>
    gone(value === expected);
const writes =
  (write: Record<string, unknown>, otherwise: Mend | undefined = gone()): Mending =>
  (value) =>
    value === true ? { write, safe: true } : value === false ? otherwise : undefined;
const opposite =
  (key: string): Mending =>
  (value) =>
    typeof value === "boolean" ? { write: { [key]: !value }, safe: true } : undefined;

/** `0.06` as the percentage that `train.warmup` takes. */
const asPercent: Mending = (value) => {
  if (typeof value !== "number" || value < 0 || value > 1) return undefined;
  const percent = String(Number((value * 100).toPrecision(12)));
  return percent.includes("e") ? undefined : { write: { "train.warmup": `${percent}%` }, safe: true };
};

/** Checkpoints are saved at evaluations, so that how often is said once, of the evaluations. */
const asEvaluation =
  (key: string, preset: unknown, ...names: string[]): Mending =>
  (value, ask, beside) => {
    const evaluation = ask(key) ?? names.map(beside).find((one) => one !== undefined) ?? preset;
    if (evaluation === value) return gone();
    return ask(key) === undefined ? { write: { [key]: value }, safe: false } : gone(false);
  };

const precision =
  (name: "fp16" | "bf16", other: string): Mending =>
  (value, _ask, beside) =>
    value === true
      ? { write: { "train.precision": name }, safe: beside(other) !== true }
      : value === false
        ? gone()
        : undefined;

const quantised = (bits: 4 | 8): Mending => writes({ "method.type": "qlora", "method.bits": bits });

/** AutoTrain's word for quantised models. */
const quantisedAs: Mending = (value) => {
  const bits = value === "int4" ? 4 : value === "int8" ? 8 : undefined;
  if (bits !== undefined) return { write: { "method.type": "qlora", "method.bits": bits }, safe: true };
  return value === null || value === "none" ? gone() : undefined;
};

/** `5` percent as the fraction that `data.eval_fraction` takes. */
const asFraction: Mending = (value) =>
  typeof value === "number" && value >= 0 && value <= 50
    ? { write: { "data.eval_fraction": Number((value / 100).toPrecision(12)) }, safe: true }
    : undefined;

const direction: Mending = (value, ask) => {
  const metric = ask("checkpoint.metric_for_best_model") ?? "loss";
  return gone(typeof metric === "string" && value === higherIsBetter(metric));
};

const secret = (): string => t("Secrets do not belong in this file: set HF_TOKEN in the environment.");
const sameBatch = (): string => t("Evaluation uses `train.per_device_train_batch_size`.");
const everyStep = (): string => t("Every step is logged.");
const ownStrategy = (): string => t("Write `eval.strategy`.");
const ownDevice = (): string => t("The device is found by itself; `hardware.devices` chooses among several.");

const staysHere = (): string => t("Runs stay on this machine; `export.formats` says what is written at the end.");
const seenTo = (): string => t("There is nothing to write instead: the trainer sees to it.");
const ownKernel = (): string => t("Write `model.attn_implementation`.");
const ownQuantisation = (): string =>
  t("QLoRA takes NF4 without double quantisation, and computes in `train.precision`.");
const batchInParts = (): string =>
  t(
    "Write `train.per_device_train_batch_size` and `train.gradient_accumulation_steps`, whose product with the devices it is.",
  );

/** Names Hugging Face renamed or removed (source: transformers 5 `TrainingArguments` and its migration guide). */
export const FORMER_NAMES: ReadonlyMap<string, Foreign> = new Map<string, Foreign>([
  [
    "evaluation_strategy",
    { advice: ownStrategy, mend: (value) => ({ write: { "eval.strategy": value }, safe: true }) },
  ],
  ["warmup_ratio", { advice: () => t('Write `train.warmup` with a percentage, such as "6%".'), mend: asPercent }],
  [
    "logging_dir",
    {
      advice: () =>
        t("The run's record has its own place; a TensorBoard copy comes with `track.report_to: [tensorboard]`."),
      mend: () => gone(false),
    },
  ],
  [
    "overwrite_output_dir",
    { advice: () => t("Every run has a folder of its own, so nothing is overwritten."), mend: removed },
  ],
  [
    "per_gpu_train_batch_size",
    {
      advice: () => t("Write `train.per_device_train_batch_size`."),
      mend: (value) => ({ write: { "train.per_device_train_batch_size": value }, safe: true }),
    },
  ],
  ["per_gpu_eval_batch_size", { advice: sameBatch, mend: removed }],
  ["no_cuda", { advice: () => t("Write `hardware.devices`."), mend: removedIf(false) }],
  ["use_mps_device", { advice: ownDevice, mend: removed }],
  [
    "evaluate_during_training",
    {
      advice: ownStrategy,
      mend: writes({ "eval.strategy": "epoch" }, { write: { "eval.strategy": "no" }, safe: true }),
    },
  ],
  ["adafactor", { advice: () => t("Write `train.optim: adafactor`."), mend: writes({ "train.optim": "adafactor" }) }],
  ["no_deprecation_warning", { advice: () => t("There is nothing to write instead."), mend: removed }],
]);

/** Names of other tools whose meaning is not that of one key here. */
export const FOREIGN_NAMES: ReadonlyMap<string, Foreign> = new Map<string, Foreign>([
  ["load_in_4bit", { advice: () => t("Write `method.type: qlora` with `method.bits: 4`."), mend: quantised(4) }],
  ["load_in_8bit", { advice: () => t("Write `method.type: qlora` with `method.bits: 8`."), mend: quantised(8) }],
  [
    "train_on_inputs",
    {
      advice: () => t("Write `data.completion_only_loss`, which is its opposite."),
      mend: opposite("data.completion_only_loss"),
    },
  ],
  [
    "save_only_model",
    {
      advice: () => t("Write `checkpoint.save_optimizer`, which is its opposite."),
      mend: opposite("checkpoint.save_optimizer"),
    },
  ],
  [
    "save_strategy",
    {
      advice: () => t("Checkpoints are saved at evaluations: write `eval.strategy`."),
      mend: asEvaluation("eval.strategy", "epoch", "eval_strategy", "evaluation_strategy"),
    },
  ],
  [
    "save_steps",
    {
      advice: () => t("Checkpoints are saved at evaluations: write `eval.steps`."),
      mend: asEvaluation("eval.steps", undefined, "eval_steps"),
    },
  ],
  [
    "load_best_model_at_end",
    {
      advice: () => t("The best checkpoint is always kept; `checkpoint.metric_for_best_model` decides which it is."),
      mend: removedIf(true),
    },
  ],
  [
    "greater_is_better",
    { advice: () => t("The direction follows from `checkpoint.metric_for_best_model`."), mend: direction },
  ],
  ["per_device_eval_batch_size", { advice: sameBatch, mend: removed }],
  ["logging_steps", { advice: everyStep, mend: removed }],
  ["logging_strategy", { advice: everyStep, mend: removed }],
  ["fp16", { advice: () => t("Write `train.precision: fp16`."), mend: precision("fp16", "bf16") }],
  ["bf16", { advice: () => t("Write `train.precision: bf16`."), mend: precision("bf16", "fp16") }],
  ["do_train", { advice: () => t("A run always trains."), mend: removedIf(true) }],
  [
    "do_eval",
    {
      advice: ownStrategy,
      mend: (value) => (value === false ? { write: { "eval.strategy": "no" }, safe: true } : gone()),
    },
  ],
  ["token", { advice: secret, mend: () => gone(false) }],
  ["hf_token", { advice: secret, mend: () => gone(false) }],
  ["hub_token", { advice: secret, mend: () => gone(false) }],
  [
    "push_to_hub",
    {
      advice: staysHere,
      mend: removedIf(false),
    },
  ],
  [
    "train_on_prompt",
    {
      advice: () => t("Write `data.completion_only_loss`, which is its opposite."),
      mend: opposite("data.completion_only_loss"),
    },
  ],
  [
    "disable_gradient_checkpointing",
    {
      advice: () => t("Write `train.gradient_checkpointing`, which is its opposite."),
      mend: opposite("train.gradient_checkpointing"),
    },
  ],
  [
    "freeze_trainable_layers",
    { advice: () => t("It counts the layers that train; `method.freeze` counts those that stay as they are.") },
  ],
  ["unfrozen_parameters", { advice: () => t("It names what trains; `method.freeze` says what stays as it is.") }],
  ["flash_attention", { advice: ownKernel, mend: writes({ "model.attn_implementation": "flash_attention_2" }) }],
  ["use_flash_attention_2", { advice: ownKernel, mend: writes({ "model.attn_implementation": "flash_attention_2" }) }],
  ["sdp_attention", { advice: ownKernel, mend: writes({ "model.attn_implementation": "sdpa" }) }],
  [
    "lora_target_linear",
    {
      advice: () => t("Write `method.target_modules: all-linear`."),
      mend: writes({ "method.target_modules": "all-linear" }),
    },
  ],
  [
    "use_peft",
    {
      advice: () => t("Write `method.type`: lora, or full for all weights."),
      mend: writes({ "method.type": "lora" }, { write: { "method.type": "full" }, safe: true }),
    },
  ],
  ["quantization", { advice: () => t("Write `method.type: qlora` with `method.bits`."), mend: quantisedAs }],
  ["bnb_4bit_quant_type", { advice: ownQuantisation, mend: removedIf("nf4") }],
  ["bnb_4bit_use_double_quant", { advice: ownQuantisation, mend: removedIf(false) }],
  ["bnb_4bit_compute_dtype", { advice: ownQuantisation, mend: () => gone(false) }],
  [
    "auto_find_batch_size",
    {
      advice: () => t("Write `train.per_device_train_batch_size: auto`."),
      mend: writes({ "train.per_device_train_batch_size": "auto" }),
    },
  ],
  ["global_batch_size", { advice: batchInParts }],
  ["global_train_batch_size", { advice: batchInParts }],
  ["validation_split_percentage", { advice: () => t("Write `data.eval_fraction`: 5 % is 0.05."), mend: asFraction }],
  ["evals_per_epoch", { advice: () => t("Evaluations come after each epoch, or every `eval.steps` steps.") }],
  ["saves_per_epoch", { advice: () => t("Checkpoints are saved at evaluations: write `eval.strategy`.") }],
  [
    "use_wandb",
    { advice: () => t("Write `track.report_to: [wandb]`."), mend: writes({ "track.report_to": ["wandb"] }) },
  ],
  ["use_cache", { advice: seenTo, mend: removedIf(false) }],
  ["gradient_checkpointing_kwargs", { advice: seenTo, mend: () => gone(false) }],
  ["remove_unused_columns", { advice: seenTo, mend: () => gone(false) }],
  ["dataloader_num_workers", { advice: seenTo, mend: () => gone(false) }],
  ["dataloader_pin_memory", { advice: seenTo, mend: () => gone(false) }],
  ["dataloader_drop_last", { advice: seenTo, mend: removedIf(false) }],
  ["preprocessing_num_workers", { advice: seenTo, mend: removed }],
  ["overwrite_cache", { advice: seenTo, mend: removed }],
  ["hub_model_id", { advice: staysHere, mend: () => gone(false) }],
  ["hub_strategy", { advice: staysHere, mend: removed }],
]);
