import { Type } from "typebox";
import { group, key, orNull } from "./key.ts";

/** Groups that say how it is trained: method, train, eval, checkpoint. */

export const method = group("Which weights change, and how.", {
  type: key(Type.Enum(["full", "freeze", "lora", "qlora", "distill"]), {
    description:
      "`full`: all weights. `freeze`: all but those named by `freeze`. `lora`: low-rank adapters. `qlora`: adapters on a quantised model. `distill`: all weights, towards a teacher.",
    defaultText: "lora; with framework tfjs full",
    aliases: ["finetuning_type", "adapter", "peft"],
  }),
  r: key(Type.Integer({ minimum: 1 }), {
    description: "Rank of the adapters.",
    default: 16,
    aliases: ["lora_rank", "lora_r"],
  }),
  lora_alpha: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Adapters count `lora_alpha / r` times.",
    default: 32,
  }),
  lora_dropout: key(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
    description: "Dropout before the adapters.",
    default: 0.05,
    unit: "probability",
  }),
  target_modules: key(Type.Union([Type.Enum(["auto", "all-linear"]), Type.Array(Type.String(), { minItems: 1 })]), {
    description: "Layers that get adapters: `auto`, `all-linear`, or a list of module names.",
    default: "auto",
    defaultText: "`auto`: PEFT's choice for the architecture",
    aliases: ["lora_target", "lora_target_modules"],
  }),
  modules_to_save: key(Type.Union([Type.Literal("auto"), Type.Array(Type.String())]), {
    description: "Layers trained whole beside the adapters: `auto`, or a list of module names.",
    default: "auto",
    why: "A new classifier head must be among them, else it is random again after loading. `auto` adds it.",
    aliases: ["additional_target", "lora_modules_to_save"],
  }),
  use_dora: key(Type.Boolean(), {
    description: "Weight-decomposed adapters (DoRA).",
    default: false,
    aliases: ["peft_use_dora"],
  }),
  bits: key(Type.Enum([4, 8]), {
    description: "Bits a weight of the quantised model takes (qlora).",
    default: 4,
    unit: "bits",
    aliases: ["quantization_bit"],
  }),
  freeze: key(Type.Union([Type.Literal("backbone"), Type.Integer({ minimum: 1 })]), {
    description:
      "With `type: freeze`, what stays as it is: `backbone` (only the head trains), or embeddings and the first n layers.",
    default: "backbone",
    aliases: ["freeze_layers", "freeze_trainable_layers", "unfrozen_parameters"],
  }),
  teacher: key(
    orNull(
      group("The model to learn from (distill).", {
        name_or_path: key(Type.String({ minLength: 1 }), {
          description: "Folder or id of the teacher.",
          required: true,
        }),
        temperature: key(Type.Number({ exclusiveMinimum: 0 }), {
          description: "Softens the teacher's probabilities.",
          default: 2,
        }),
        alpha: key(Type.Number({ minimum: 0, maximum: 1 }), {
          description: "Share of the teacher's loss; the rest is the loss on the labels.",
          default: 0.5,
        }),
      }),
    ),
    { description: "Teacher of a distillation.", default: null, defaultText: "none; required with type distill" },
  ),
});

export const train = group("Length, batches and optimizer.", {
  num_train_epochs: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Passes over the training rows; parts of an epoch are allowed.",
    default: 3,
    unit: "epochs",
    aliases: ["num_epochs", "epochs", "max_epochs"],
  }),
  max_steps: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Optimizer steps in all; takes the place of `num_train_epochs`.",
    default: null,
    defaultText: "off",
    unit: "steps",
    aliases: ["max_iters", "num_train_steps"],
  }),
  per_device_train_batch_size: key(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal("auto")]), {
    description: "Rows in one forward pass on each device; `auto` finds the largest that fits.",
    default: 8,
    unit: "rows",
    aliases: ["micro_batch_size", "batch_size", "train_batch_size"],
  }),
  gradient_accumulation_steps: key(Type.Integer({ minimum: 1 }), {
    description: "Batches whose gradients are summed to one optimizer step.",
    default: 1,
    unit: "batches",
    aliases: ["grad_accum", "accumulation_steps"],
  }),
  learning_rate: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Highest learning rate, reached after the warm-up.",
    defaultText: "by method: full and distill 2e-5, lora and qlora 2e-4, freeze 1e-3",
    why: "A rate that is right for adapters destroys the weights in a full fine-tune.",
    aliases: ["lr"],
  }),
  lr_scheduler_type: key(Type.Enum(["linear", "cosine", "constant", "constant_with_warmup", "reduce_lr_on_plateau"]), {
    description: "How the learning rate goes on after the warm-up.",
    default: "linear",
    aliases: ["lr_scheduler", "scheduler"],
  }),
  warmup: key(
    Type.Union([Type.String({ pattern: "^(?:100(?:\\.0+)?|\\d{1,2}(?:\\.\\d+)?)%$" }), Type.Integer({ minimum: 0 })]),
    {
      description:
        'Steps over which the learning rate rises from 0: a whole number, or a percentage of all steps in quotes (`"6%"`).',
      defaultText: '`"6%"`; 0 with the schedules constant and reduce_lr_on_plateau',
      form: 'whole steps, or a percentage in quotes such as "6%"',
      unit: "steps or percent",
      why: "A percentage is written with its sign, because 1 and 1.0 meant different things elsewhere.",
      aliases: ["warmup_steps"],
    },
  ),
  optim: key(Type.Enum(["adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor", "sgd"]), {
    description: "Optimizer. The embedded trainer has `adamw_torch`.",
    default: "adamw_torch",
    aliases: ["optimizer"],
  }),
  weight_decay: key(Type.Number({ minimum: 0 }), {
    description: "Decay of the weights; biases and normalisation layers are left out.",
    default: 0.01,
  }),
  max_grad_norm: key(Type.Number({ minimum: 0 }), {
    description: "Gradients are scaled down to this global norm. 0 = off.",
    default: 1,
    aliases: ["gradient_clip_val", "gradient_clipping", "clip_grad_norm"],
  }),
  precision: key(Type.Enum(["auto", "fp32", "fp16", "bf16"]), {
    description: "Number format of the computation.",
    default: "auto",
    aliases: ["mixed_precision", "dtype", "torch_dtype"],
  }),
  gradient_checkpointing: key(Type.Union([Type.Boolean(), Type.Literal("auto")]), {
    description: "Compute activations again in the backward pass: less memory, about a third more time.",
    default: "auto",
  }),
});

export const evaluation = group("When and what to measure.", {
  strategy: key(Type.Enum(["epoch", "steps", "no"]), {
    description: "Evaluate after each epoch, every `steps` steps, or not. Checkpoints are saved at evaluations.",
    default: "epoch",
    aliases: ["eval_strategy"],
  }),
  steps: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Optimizer steps between evaluations; required with `strategy: steps`.",
    default: null,
    defaultText: "none",
    unit: "steps",
    aliases: ["eval_steps"],
  }),
  metrics: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "What is measured on the evaluation rows.",
    defaultText: "by task; text-classification: loss, accuracy, f1_macro, f1_micro, precision_macro, recall_macro",
  }),
  early_stopping_patience: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Stop after this many evaluations without a better `checkpoint.metric_for_best_model`.",
    default: null,
    defaultText: "off",
    unit: "evaluations",
    aliases: ["early_stopping", "patience"],
  }),
});

export const checkpoint = group("What is kept on disk.", {
  save_total_limit: key(Type.Integer({ minimum: 1 }), {
    description: "Checkpoints kept, newest first; the best one is kept beside them.",
    default: 2,
    unit: "checkpoints",
  }),
  metric_for_best_model: key(Type.String({ minLength: 1 }), {
    description: "Which metric decides which checkpoint is best; the direction follows from the metric.",
    default: "loss",
    aliases: ["monitor"],
  }),
  save_optimizer: key(Type.Boolean(), {
    description: "Save the optimizer's state, without which a run cannot be resumed exactly.",
    default: true,
  }),
  resume: key(Type.Union([Type.Enum(["auto-same-config", "never"]), Type.String({ minLength: 1 })]), {
    description:
      "Where to go on from: the last checkpoint of a run of the same config in `run.output_dir`, nowhere, or the checkpoint in this folder.",
    default: "auto-same-config",
    form: "`auto-same-config`, `never`, or the folder of a checkpoint",
    aliases: ["resume_from_checkpoint", "auto_resume_from_checkpoints"],
  }),
});
