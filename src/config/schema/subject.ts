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
  why: "A later format can then be told from this one, and old files keep their meaning.",
});

export const task = key(Type.Enum(TASKS), {
  description: "What the model learns to do. `script` runs your own training script.",
  required: true,
  why: "It decides which columns are read, what is measured, and which kind of head the model gets.",
  aliases: ["stage"],
});

export const run = group("Name, place and seed of the run.", {
  name: key(orNull(Type.String({ minLength: 1 })), {
    description: "Name of the run in lists.",
    default: null,
    defaultText: "name of the config file and the time of the start",
    why: "Runs of the same file stay apart by their time; a name of your own says what was tried.",
    aliases: ["run_name", "wandb_name", "wandb_run_name", "experiment_name", "exp_name", "job_name"],
  }),
  output_dir: key(orNull(Type.String({ minLength: 1 })), {
    description: "Folder for checkpoints and exports. The run's record stays in the store and points to it.",
    default: null,
    defaultText: "the run's own folder, `.tuning-fork/runs/<id>`",
    why: "A folder that several runs share may hold the checkpoints of another model; a folder of its own never does.",
    aliases: ["save_dir", "out_dir", "default_root_dir"],
  }),
  seed: key(Type.Integer({ minimum: 0, maximum: 4294967295 }), {
    description: "Seed of the split, the order of the rows, dropout and new weights.",
    default: 42,
    why: "With the same seed, data and backend a run gives the same losses again.",
    aliases: ["random_state", "random_seed", "data_seed"],
  }),
  tags: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "Tags of the run, to filter by.",
    default: [],
    why: "Tags can be changed after the run; the name says what it is, tags what it belongs to.",
    aliases: ["wandb_tags"],
  }),
});

export const model = group("The pretrained model to start from.", {
  framework: key(Type.Enum(["torch", "keras", "tfjs"]), {
    description: "What trains: PyTorch, Keras 3, or the embedded TensorFlow.js trainer, which needs no Python.",
    default: "torch",
    why: "Most models of the hub are made for PyTorch. The embedded trainer is for small encoders on any machine.",
  }),
  name_or_path: key(Type.String({ minLength: 1 }), {
    description:
      "A folder, a Hugging Face id (`org/name`, a revision after `@`), or a built-in model: `builtin:use-lite`, `builtin:tiny` (tfjs).",
    required: true,
    form: "a folder, a Hugging Face id, or a built-in model such as `builtin:use-lite`",
    why: "It is a folder when it starts with `./`, `../`, `/` or `~`, or when such a folder exists beside the config file.",
    aliases: [
      "base_model",
      "model_name_or_path",
      "model_name",
      "model_id",
      "model_path",
      "model_id_or_path",
      "pretrained_model_name_or_path",
    ],
  }),
  pooling: key(Type.Enum(["auto", "cls", "mean"]), {
    description:
      "How token vectors become one vector for the classifier or the embedding: the first token's, or their mean.",
    default: "auto",
    defaultText:
      "`auto`: what the model's own classifier does; for an embedding what the model says of itself, else the mean",
    why: "A model that was trained with one way loses accuracy with the other until it has relearnt it. With `cls` and `mean` ask checkpoints by `tuning-fork predict`: the model's own class pools in its own way.",
    aliases: ["pooling_mode", "pooling_strategy"],
  }),
  dropout: key(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
    description: "Dropout in the classifier head and the model.",
    default: 0.1,
    unit: "probability",
    why: "Small data sets are learnt by heart without it; above 0.3 little is learnt at all.",
    aliases: ["hidden_dropout_prob", "hidden_dropout", "classifier_dropout", "seq_classif_dropout", "dropout_rate"],
  }),
  attn_implementation: key(Type.Enum(["auto", "eager", "sdpa", "flash_attention_2"]), {
    description: "Attention kernel (torch).",
    default: "auto",
    why: "`auto` takes what PyTorch brings (sdpa), which is as exact as eager and needs far less memory; flash_attention_2 needs its own package and a GPU of compute capability 8.0.",
    aliases: ["flash_attn", "attn_impl", "attention_implementation"],
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
    why: "Files are named here and nowhere else: there is no second file to register data sets in. The run records their sizes and hashes.",
    aliases: [
      "train_file",
      "train_data",
      "train_path",
      "train_dataset",
      "training_data",
      "dataset",
      "datasets",
      "dataset_name",
      "dataset_path",
      "data_path",
    ],
  }),
  eval: key(
    orNull(Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })])),
    {
      description: "Evaluation data, in the same forms.",
      default: null,
      form: "a path, a glob, or a list of them",
      defaultText: "a part of the training data, see `eval_fraction`",
      why: "Data of its own is the same for every run, whatever the seed, so that runs can be compared.",
      aliases: [
        "validation_file",
        "validation_data",
        "eval_file",
        "eval_data",
        "eval_dataset",
        "val_file",
        "val_data",
        "dev_file",
        "dataset_val",
        "test_datasets",
      ],
    },
  ),
  eval_fraction: key(Type.Number({ minimum: 0, maximum: 0.5 }), {
    description: "Part of the training rows held out for evaluation when `eval` is not set. 0 = no evaluation data.",
    default: 0.1,
    unit: "fraction of rows",
    why: "Rows are drawn by `run.seed`, each class in proportion.",
    aliases: ["val_size", "val_set_size", "val_fraction", "eval_ratio", "test_size", "validation_split"],
  }),
  format: key(Type.Enum(["auto", "csv", "tsv", "jsonl", "parquet", "hf"]), {
    description:
      "Format of the data files. `hf`: `train` is a data set of the Hugging Face hub: org/name, org/name@revision, org/name:split, org/name:configuration/split.",
    default: "auto",
    defaultText: "`auto`: by the file's extension, then by its content",
    why: "A file whose extension tells nothing, such as `.txt`, is read by its first lines; writing the format makes that certain.",
    aliases: ["file_type", "data_format", "ds_type"],
  }),
  columns: key(
    group("Columns by their role.", {
      text: column("Column with the text.", [
        "text_column",
        "text_column_name",
        "text_field",
        "dataset_text_field",
        "sentence1_key",
      ]),
      label: column("Column with the class.", ["label_column", "label_column_name", "label_field", "target_column"]),
      prompt: column("Column with the prompt.", [
        "prompt_column",
        "prompt_text_column",
        "instruction_column",
        "field_instruction",
      ]),
      completion: column("Column with the answer to the prompt.", [
        "completion_column",
        "response_column",
        "output_column",
        "field_output",
      ]),
      messages: column("Column with the list of chat messages.", [
        "messages_column",
        "conversation_column",
        "field_messages",
      ]),
      chosen: column("Column with the preferred answer.", ["chosen_column", "field_chosen"]),
      rejected: column("Column with the answer that was not preferred.", [
        "rejected_column",
        "rejected_text_column",
        "field_rejected",
      ]),
      tokens: column("Column with the list of tokens.", ["tokens_column", "tokens_column_name"]),
    }),
    {
      description: "Which column plays which role.",
      default: {},
      defaultText: "by usual names: text, sentence, content, body, message; label, labels, class, category, target",
      why: "A column with a usual name need not be named; of two that would do, only you know which.",
      aliases: ["column_mapping"],
    },
  ),
  labels: key(orNull(Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 2, uniqueItems: true })), {
    description: "Class names in the order of their index.",
    default: null,
    defaultText: "those found in the training data, sorted; whole numbers by value",
    why: "Written out, the order cannot change with the data, so that checkpoints of different runs mean the same by an index.",
    aliases: ["label_list", "label_names", "class_names", "classes"],
  }),
  max_length: key(Type.Integer({ minimum: 1 }), {
    description: "Longer texts are cut to this many tokens.",
    unit: "tokens",
    defaultText: "256, for causal-lm and preference 1024; never above the model's positions",
    why: "Memory and time grow with it, and what is cut off is never learnt. More than the model's positions ends in an index error.",
    aliases: [
      "cutoff_len",
      "sequence_len",
      "max_seq_length",
      "max_seq_len",
      "max_sequence_length",
      "max_len",
      "seq_length",
      "seq_len",
      "context_length",
      "block_size",
      "model_max_length",
    ],
  }),
  packing: key(Type.Boolean(), {
    description: "Join several short texts into one sequence of `max_length` (causal-lm).",
    default: false,
    why: "It saves the padding of short texts. Neighbours in a sequence do not see each other, whichever attention computes it.",
    aliases: ["sample_packing", "packed"],
  }),
  streaming: key(Type.Boolean(), {
    description: "Read rows while training instead of before it. Needs `train.max_steps`.",
    default: false,
    why: "It is for data that does not fit on the disk or in memory. The length of a stream is not known, so that neither epochs nor a fraction of it can be counted.",
  }),
  chat_template: key(orNull(Type.String({ minLength: 1 })), {
    description: "Chat template: a path to a `.jinja` file, or the template itself.",
    default: null,
    defaultText: "the tokenizer's",
    why: "A template other than the one the model was tuned with makes it answer worse; base models have none.",
    aliases: ["template", "chat_template_path", "chat_template_jinja", "prompt_template"],
  }),
  completion_only_loss: key(Type.Union([Type.Boolean(), Type.Literal("auto")]), {
    description: "Count the loss on answers only, not on prompts.",
    default: "auto",
    defaultText: "`auto`: on for data with prompts and answers, off for plain text",
    why: "Learning prompts by heart spends the model on what it will never be asked to write.",
    aliases: ["assistant_only_loss", "train_on_responses_only", "mask_prompt"],
  }),
});
