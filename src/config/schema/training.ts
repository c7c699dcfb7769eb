import { Type } from "typebox";
import { group, key, orNull } from "./key.ts";

/** Groups that say how it is trained: method, train, eval, checkpoint. */

export const method = group("Which weights change, and how.", {
  type: key(Type.Enum(["full", "freeze", "lora", "qlora", "distill"]), {
    description:
      "`full`: all weights. `freeze`: all but those named by `freeze`. `lora`: low-rank adapters. `qlora`: adapters on a quantised model. `distill`: all weights, towards a teacher.",
    defaultText: "lora; with framework tfjs full",
    why: "Adapters need a small part of the memory of `full` and forget less of what the model knows. The models of the embedded trainer are small enough to be trained whole.",
    aliases: ["finetuning_type", "tuner_type", "train_type", "peft_type", "fine_tune_type", "adapter", "peft"],
  }),
  r: key(Type.Integer({ minimum: 1 }), {
    description: "Rank of the adapters.",
    default: 16,
    why: "8 to 64 learn about as well as each other on most tasks; more takes memory and, above 128, lower learning rates.",
    aliases: ["lora_rank", "lora_r", "lora_dim", "rank", "adapter_rank"],
  }),
  lora_alpha: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Adapters count `lora_alpha / r` times.",
    default: 32,
    why: "Twice the rank is the usual choice. Who changes `r` alone changes how strongly the adapters count.",
    aliases: ["adapter_alpha"],
  }),
  lora_dropout: key(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
    description: "Dropout before the adapters.",
    default: 0.05,
    unit: "probability",
    why: "A little of it keeps small data sets from being learnt by heart; 0 is faster.",
    aliases: ["adapter_dropout"],
  }),
  target_modules: key(Type.Union([Type.Enum(["auto", "all-linear"]), Type.Array(Type.String(), { minItems: 1 })]), {
    description: "Layers that get adapters: `auto`, `all-linear`, or a list of module names.",
    default: "auto",
    defaultText: "`auto`: PEFT's choice for the architecture",
    why: "Names differ between architectures, and a list that matches none ends the run. `all-linear` learns more for more memory.",
    aliases: ["lora_target", "lora_target_modules", "lora_attn_modules", "lora_modules"],
  }),
  modules_to_save: key(Type.Union([Type.Literal("auto"), Type.Array(Type.String())]), {
    description: "Layers trained whole beside the adapters: `auto`, or a list of module names.",
    default: "auto",
    why: "A new classifier head must be among them, and the embeddings where tokens were added, else they are random again after loading. `auto` has both.",
    aliases: ["additional_target", "lora_modules_to_save"],
  }),
  use_dora: key(Type.Boolean(), {
    description: "Weight-decomposed adapters (DoRA).",
    default: false,
    why: "It learns better at low ranks, for more time a step.",
    aliases: ["peft_use_dora", "dora"],
  }),
  use_rslora: key(Type.Boolean(), {
    description: "Rank-stabilised adapters (rsLoRA): they count `lora_alpha / √r` times.",
    default: false,
    why: "With the usual scale, adapters of a high rank learn little more than those of a low one.",
    aliases: ["peft_use_rslora", "rslora"],
  }),
  bits: key(Type.Enum([4, 8]), {
    description: "Bits a weight of the quantised model takes (qlora).",
    default: 4,
    unit: "bits",
    why: "4 bits take half the memory of 8 with about the same results, as QLoRA was made for them.",
    aliases: ["quantization_bit", "quant_bits"],
  }),
  freeze: key(Type.Union([Type.Literal("backbone"), Type.Integer({ minimum: 1 })]), {
    description:
      "With `type: freeze`, what stays as it is: `backbone` (only the head trains), or embeddings and the first n layers.",
    default: "backbone",
    why: "A head alone trains in minutes and cannot forget anything, but the model does not learn your texts' language.",
    aliases: ["freeze_layers", "frozen_layers", "num_frozen_layers"],
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
          why: "Above 1 the second-best classes count more, in which most of what a teacher knows lies.",
        }),
        alpha: key(Type.Number({ minimum: 0, maximum: 1 }), {
          description: "Share of the teacher's loss; the rest is the loss on the labels.",
          default: 0.5,
          unit: "share of the loss",
          why: "1 follows the teacher in its errors too; 0 is no distillation.",
        }),
      }),
    ),
    {
      description: "Teacher of a distillation.",
      default: null,
      defaultText: "none; required with type distill",
      why: "It must know the same classes, or share the tokenizer, for its answers to be compared.",
    },
  ),
});

export const train = group("Length, batches and optimizer.", {
  num_train_epochs: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Passes over the training rows; parts of an epoch are allowed.",
    default: 3,
    unit: "epochs",
    why: "Three passes are enough for most fine-tunes; after many more the training rows are known by heart and all others get worse.",
    aliases: ["num_epochs", "epochs", "n_epochs", "max_epochs", "total_epochs"],
  }),
  max_steps: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Optimizer steps in all; takes the place of `num_train_epochs`.",
    default: null,
    defaultText: "off",
    unit: "steps",
    why: "For comparing runs on data of different size, for streams, and for a first try of a few steps.",
    aliases: [
      "max_train_steps",
      "num_train_steps",
      "num_training_steps",
      "max_iters",
      "train_iters",
      "iters",
      "total_steps",
    ],
  }),
  per_device_train_batch_size: key(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal("auto")]), {
    description:
      "Rows in one forward pass on each device; `auto` begins with 8 and halves it until it fits, accumulation doubled.",
    default: 8,
    unit: "rows",
    why: "It decides how much memory a step takes. When it does not fit, halve it and double `gradient_accumulation_steps`: the training stays the same, but for an embedding, which compares the rows of a batch with each other.",
    aliases: [
      "micro_batch_size",
      "batch_size",
      "train_batch_size",
      "per_device_batch_size",
      "device_batch_size",
      "train_micro_batch_size_per_gpu",
    ],
  }),
  gradient_accumulation_steps: key(Type.Integer({ minimum: 1 }), {
    description: "Batches whose gradients are summed to one optimizer step.",
    default: 1,
    unit: "batches",
    why: "It makes batches larger than memory allows, at the price of as many fewer steps.",
    aliases: [
      "gradient_accumulation",
      "grad_accum",
      "grad_accum_steps",
      "grad_accumulation_steps",
      "accumulation_steps",
      "accumulate_grad_batches",
    ],
  }),
  learning_rate: key(Type.Number({ exclusiveMinimum: 0 }), {
    description: "Highest learning rate, reached after the warm-up.",
    defaultText: "by method: full and distill 2e-5, lora and qlora 2e-4, freeze 1e-3",
    why: "A rate that is right for adapters destroys the weights in a full fine-tune.",
    aliases: ["lr", "base_lr", "init_lr", "peak_lr", "max_lr"],
  }),
  lr_scheduler_type: key(Type.Enum(["linear", "cosine", "constant", "constant_with_warmup", "reduce_lr_on_plateau"]), {
    description: "How the learning rate goes on after the warm-up.",
    default: "linear",
    why: "A rate that falls to 0 settles at the end of the run; reduce_lr_on_plateau waits for evaluations that get no better.",
    aliases: ["lr_scheduler", "lr_schedule", "scheduler", "scheduler_type"],
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
      aliases: ["warmup_steps", "num_warmup_steps", "lr_warmup_steps", "warmup_iters"],
    },
  ),
  optim: key(Type.Enum(["adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor", "sgd"]), {
    description: "Optimizer. The embedded trainer has `adamw_torch` and `sgd`.",
    default: "adamw_torch",
    why: "The 8-bit ones keep a quarter of the state in memory; the paged one moves it to the host when the GPU is full. sgd keeps none and needs far higher rates.",
    aliases: ["optimizer", "optimizer_type", "optimizer_name"],
  }),
  weight_decay: key(Type.Number({ minimum: 0 }), {
    description: "Decay of the weights; biases and normalisation layers are left out.",
    default: 0.01,
    why: "A little holds the weights small; 0.1 and more pulls a pretrained model away from what it knows.",
    aliases: ["wd"],
  }),
  max_grad_norm: key(Type.Number({ minimum: 0 }), {
    description: "Gradients are scaled down to this global norm. 0 = off.",
    default: 1,
    why: "A single odd batch cannot throw the weights far off.",
    aliases: ["gradient_clip_val", "gradient_clipping", "clip_grad_norm", "grad_clip", "grad_clip_norm", "clipnorm"],
  }),
  precision: key(Type.Enum(["auto", "fp32", "fp16", "bf16"]), {
    description: "Number format of the computation.",
    default: "auto",
    defaultText: "`auto`: bf16 where the GPU has it, fp16 on older ones, fp32 on a processor",
    why: "bf16 has the range of fp32 in half the memory. fp16 overflows in models that were trained in bf16, and the loss becomes NaN.",
    aliases: ["mixed_precision", "dtype", "torch_dtype", "compute_dtype"],
  }),
  gradient_checkpointing: key(Type.Union([Type.Boolean(), Type.Literal("auto")]), {
    description: "Compute activations again in the backward pass: less memory, about a third more time.",
    default: "auto",
    defaultText: "`auto`: on from a billion parameters",
    why: "The first thing to turn on when memory is short, for it does not change the result.",
    aliases: [
      "use_gradient_checkpointing",
      "activation_checkpointing",
      "enable_activation_checkpointing",
      "grad_checkpoint",
    ],
  }),
});

export const evaluation = group("When and what to measure.", {
  strategy: key(Type.Enum(["epoch", "steps", "no"]), {
    description: "Evaluate after each epoch, every `steps` steps, or not. Checkpoints are saved at evaluations.",
    default: "epoch",
    why: "A checkpoint that was not evaluated cannot be chosen, so that saving follows evaluation and the two cannot fall apart.",
    aliases: ["eval_strategy"],
  }),
  steps: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Optimizer steps between evaluations; required with `strategy: steps`.",
    default: null,
    defaultText: "none",
    unit: "steps",
    why: "More often than about twenty times a run costs more time than it tells.",
    aliases: [
      "eval_steps",
      "evaluation_steps",
      "eval_interval",
      "eval_every",
      "steps_per_eval",
      "run_val_every_n_steps",
    ],
  }),
  metrics: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "What is measured on the evaluation rows.",
    defaultText: "by task; text-classification: loss, accuracy, f1_macro, f1_micro, precision_macro, recall_macro, auc",
    why: "Where one class is rare, accuracy looks good without it ever being found; f1_macro counts every class the same.",
    aliases: ["eval_metrics"],
  }),
  early_stopping_patience: key(orNull(Type.Integer({ minimum: 1 })), {
    description: "Stop after this many evaluations without a better `checkpoint.metric_for_best_model`.",
    default: null,
    defaultText: "off",
    unit: "evaluations",
    why: "Two or three evaluations let a bad one pass and still save the time in which only the training loss gets better.",
    aliases: ["early_stopping", "early_stopping_steps", "early_stop_patience", "patience"],
  }),
});

export const checkpoint = group("What is kept on disk.", {
  save_total_limit: key(Type.Integer({ minimum: 1 }), {
    description: "Checkpoints kept, newest first; the best one is kept beside them.",
    default: 2,
    unit: "checkpoints",
    why: "A checkpoint of a full fine-tune takes about three times the model, and a full disk ends the run.",
    aliases: ["save_top_k", "max_to_keep", "max_checkpoints", "keep_last_n_checkpoints"],
  }),
  metric_for_best_model: key(Type.String({ minLength: 1 }), {
    description: "Which metric decides which checkpoint is best; the direction follows from the metric.",
    default: "loss",
    why: "The loss still changes when accuracy has long stood still. Choose what you would judge the model by.",
    aliases: ["monitor", "best_model_metric", "early_stopping_metric"],
  }),
  save_optimizer: key(Type.Boolean(), {
    description: "Save the optimizer's state, without which a run cannot be resumed exactly.",
    default: true,
    why: "It is two thirds of a checkpoint of a full fine-tune. Without it a resumed run starts its averages anew, and the loss jumps.",
    aliases: ["save_optimizer_state", "save_optimizer_states"],
  }),
  resume: key(Type.Union([Type.Enum(["auto-same-config", "never"]), Type.String({ minLength: 1 })]), {
    description:
      "Where to go on from. `auto-same-config`: a resumed run from its own last checkpoint, a new run from nothing. `never`: the same, whatever another tool left in `run.output_dir`. A folder: a new run from the checkpoint in it, which it copies.",
    default: "auto-same-config",
    form: "`auto-same-config`, `never`, or the folder of a checkpoint",
    why: "A new run takes up by itself nothing that an earlier one left, not even one of the same config: the data may have changed since, and two runs would replace each other's checkpoints.",
    aliases: ["resume_from_checkpoint", "auto_resume_from_checkpoints", "resume_from", "ckpt_path"],
  }),
});
