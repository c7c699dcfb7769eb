import { Type } from "typebox";
import { group, key, orNull } from "./key.ts";

/** Groups that say what is trained on what: run, model, data. */

export const TASKS = [
  "text-classification",
  "token-classification",
  "causal-lm",
  "preference",
  "embedding",
  "script",
] as const;

export const version = key(Type.Literal(1), {
  description: "Version of this file format.",
  required: true,
});

export const task = key(Type.Enum(TASKS), {
  description: "What the model learns to do. `script` runs your own training script.",
  required: true,
  aliases: ["stage"],
});

export const run = group("Name, place and seed of the run.", {
  name: key(orNull(Type.String({ minLength: 1 })), {
    description: "Name of the run in lists.",
    default: null,
    defaultText: "name of the config file and the time of the start",
    aliases: ["run_name"],
  }),
  output_dir: key(orNull(Type.String({ minLength: 1 })), {
    description: "Folder for checkpoints and exports. The run's record stays in the store and points to it.",
    default: null,
    defaultText: "the run's own folder, `.tuning-fork/runs/<id>`",
  }),
  seed: key(Type.Integer({ minimum: 0, maximum: 4294967295 }), {
    description: "Seed of the split, the order of the rows, dropout and new weights.",
    default: 42,
    why: "With the same seed, data and backend a run gives the same losses again.",
    aliases: ["random_state", "data_seed"],
  }),
  tags: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "Tags of the run, to filter by.",
    default: [],
  }),
});

export const model = group("The pretrained model to start from.", {
  framework: key(Type.Enum(["torch", "keras", "tfjs"]), {
    description: "What trains: PyTorch, Keras 3, or the embedded TensorFlow.js trainer, which needs no Python.",
    default: "torch",
  }),
  name_or_path: key(Type.String({ minLength: 1 }), {
    description:
      "A folder, a Hugging Face id (`org/name`, a revision after `@`), or a built-in model: `builtin:use-lite`, `builtin:tiny` (tfjs).",
    required: true,
    form: "a folder, a Hugging Face id, or a built-in model such as `builtin:use-lite`",
    why: "It is a folder when it starts with `./`, `../`, `/` or `~`, or when such a folder exists beside the config file.",
    aliases: ["base_model", "model_name_or_path", "model_name", "pretrained_model_name_or_path"],
  }),
  pooling: key(Type.Enum(["auto", "cls", "mean"]), {
    description: "How token vectors become one vector for the classifier: the first token's, or their mean.",
    default: "auto",
    defaultText: "`auto`: what the model's own classifier does",
  }),
  dropout: key(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
    description: "Dropout in the classifier head and the model.",
    default: 0.1,
    unit: "probability",
    aliases: ["hidden_dropout_prob", "classifier_dropout"],
  }),
  attn_implementation: key(Type.Enum(["auto", "eager", "sdpa", "flash_attention_2"]), {
    description: "Attention kernel (torch).",
    default: "auto",
    aliases: ["flash_attn", "attn_impl"],
  }),
  trust_remote_code: key(Type.Boolean(), {
    description: "Run Python code that comes with the model (torch).",
    default: false,
    why: "Such code can do anything that you can do on this machine.",
  }),
});

const column = (description: string, aliases?: string[]) =>
  Type.Optional(key(Type.String({ minLength: 1 }), { description, ...(aliases ? { aliases } : {}) }));

export const data = group("Rows to train and evaluate on.", {
  train: key(Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })]), {
    description: "Training data: a file, a folder, a glob, or a list of them. Relative paths start at the config file.",
    required: true,
    form: "a path, a glob, or a list of them",
    aliases: ["train_file", "dataset", "datasets", "train_data"],
  }),
  eval: key(
    orNull(Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })])),
    {
      description: "Evaluation data, in the same forms.",
      default: null,
      form: "a path, a glob, or a list of them",
      defaultText: "a part of the training data, see `eval_fraction`",
      aliases: ["validation_file", "eval_dataset", "test_datasets", "val_data"],
    },
  ),
  eval_fraction: key(Type.Number({ minimum: 0, maximum: 0.5 }), {
    description: "Part of the training rows held out for evaluation when `eval` is not set. 0 = no evaluation data.",
    default: 0.1,
    unit: "fraction of rows",
    why: "Rows are drawn by `run.seed`, each class in proportion.",
    aliases: ["val_size", "val_set_size", "test_size", "validation_split"],
  }),
  format: key(Type.Enum(["auto", "csv", "tsv", "jsonl", "parquet", "hf"]), {
    description: "Format of the data files. `hf`: `train` is a data set id of the Hugging Face hub.",
    default: "auto",
    defaultText: "`auto`: by the file's extension, then by its content",
    aliases: ["file_type"],
  }),
  columns: key(
    group("Columns by their role.", {
      text: column("Column with the text.", ["text_column", "sentence1_key"]),
      label: column("Column with the class.", ["label_column", "label_column_name"]),
      prompt: column("Column with the prompt."),
      completion: column("Column with the answer to the prompt."),
      messages: column("Column with the list of chat messages."),
      chosen: column("Column with the preferred answer."),
      rejected: column("Column with the answer that was not preferred."),
      tokens: column("Column with the list of tokens."),
    }),
    {
      description: "Which column plays which role.",
      default: {},
      defaultText: "by usual names: text, sentence, content, body, message; label, labels, class, category, target",
      aliases: ["column_mapping"],
    },
  ),
  labels: key(orNull(Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 2, uniqueItems: true })), {
    description: "Class names in the order of their index.",
    default: null,
    defaultText: "those found in the training data, sorted; whole numbers by value",
    aliases: ["label_list", "class_names"],
  }),
  max_length: key(Type.Integer({ minimum: 1 }), {
    description: "Longer texts are cut to this many tokens.",
    unit: "tokens",
    defaultText: "256, for causal-lm and preference 1024; never above the model's positions",
    aliases: ["cutoff_len", "sequence_len", "max_seq_length", "block_size", "model_max_length", "max_seq_len"],
  }),
  packing: key(Type.Boolean(), {
    description: "Join several short texts into one sequence of `max_length` (causal-lm).",
    default: false,
    aliases: ["sample_packing"],
  }),
  streaming: key(Type.Boolean(), {
    description: "Read rows while training instead of before it. Needs `train.max_steps`.",
    default: false,
  }),
  chat_template: key(orNull(Type.String({ minLength: 1 })), {
    description: "Chat template: a path to a `.jinja` file, or the template itself.",
    default: null,
    defaultText: "the tokenizer's",
    aliases: ["template"],
  }),
  completion_only_loss: key(Type.Union([Type.Boolean(), Type.Literal("auto")]), {
    description: "Count the loss on answers only, not on prompts.",
    default: "auto",
    aliases: ["assistant_only_loss"],
  }),
});
