import { Type } from "typebox";
import { group, key, orNull } from "./key.ts";

/** Groups that say where it runs and what comes of it: hardware, export, track, and the block of your own script. */

export const hardware = group("Where it runs.", {
  devices: key(
    Type.Union([
      Type.Literal("auto"),
      Type.Integer({ minimum: 1 }),
      Type.Array(Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 0 })]), {
        minItems: 1,
        uniqueItems: true,
      }),
    ]),
    {
      description: "GPUs: `auto`, how many, or a list of UUIDs or indices.",
      default: "auto",
      defaultText: "`auto`: one GPU where there is one",
      aliases: ["num_gpus", "n_gpu", "gpus", "num_processes"],
    },
  ),
  strategy: key(Type.Enum(["single", "ddp", "mirrored", "fsdp", "deepspeed"]), {
    description: "How several devices share the work.",
    default: "single",
    aliases: ["distributed_strategy", "accelerate_config"],
  }),
  target: key(
    Type.Union([
      Type.Enum(["local", "slurm"]),
      group("A Slurm job.", {
        type: key(Type.Literal("slurm"), { description: "The scheduler.", required: true }),
        partition: key(orNull(Type.String({ minLength: 1 })), { description: "Partition (queue).", default: null }),
        time: key(orNull(Type.String({ minLength: 1 })), {
          description: 'Time limit in Slurm\'s form, in quotes (`"04:00:00"`).',
          default: null,
        }),
        gres: key(orNull(Type.String({ minLength: 1 })), { description: "Resources (`gpu:1`).", default: null }),
      }),
    ]),
    { description: "This machine, or a Slurm cluster.", default: "local" },
  ),
  python: key(orNull(Type.String({ minLength: 1 })), {
    description: "Python interpreter (torch, keras).",
    default: null,
    defaultText: "the selected interpreter",
  }),
  env: key(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])), {
    description: "Environment variables of the trainer. Keep secrets out of it.",
    default: {},
  }),
  backend: key(Type.Enum(["auto", "tensorflow", "wasm", "cpu"]), {
    description: "What computes (tfjs only): native TensorFlow, WebAssembly, or plain JavaScript (for tests).",
    default: "auto",
    defaultText: "`auto`: the fastest that works here; the run records which, and why the others did not",
  }),
});

export const exporting = group("What is made from the best checkpoint at the end.", {
  formats: key(
    Type.Array(Type.Enum(["adapter", "merged", "onnx", "saved_model", "tf_serving", "keras", "tfjs", "gguf"]), {
      uniqueItems: true,
    }),
    { description: "Formats to write.", default: [] },
  ),
  quantize: key(Type.Enum(["none", "int8", "fp16"]), {
    description: "Number format of the exported weights.",
    default: "none",
  }),
});

export const track = group("Where the run is recorded beside this workspace.", {
  project: key(orNull(Type.String({ minLength: 1 })), {
    description: "Project the run belongs to.",
    default: null,
    defaultText: "name of the workspace folder",
    aliases: ["wandb_project", "project_name"],
  }),
  report_to: key(Type.Array(Type.Enum(["mlflow", "wandb", "tensorboard"]), { uniqueItems: true }), {
    description: "Trackers that get a copy of the run, written offline.",
    default: [],
  }),
});

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

export const script = group("Your own training script (`task: script`).", {
  entry: key(orNull(Type.String({ minLength: 1 })), {
    description: "Script to run: `.py` with Python, `.js` and `.mjs` with Node. Either this or `command`.",
    default: null,
    defaultText: "none",
  }),
  command: key(orNull(Type.Array(Type.String(), { minItems: 1 })), {
    description: "Program and arguments, instead of `entry`.",
    default: null,
    defaultText: "none",
  }),
  args: key(Type.Array(Type.Union([Type.String(), Type.Number()])), {
    description: "Further arguments. `${params.lr}` and `${run.output_dir}` are filled in.",
    default: [],
  }),
  params: key(Type.Record(Type.String(), scalar), {
    description: "Settings of the script: compared between runs, changed by `--set script.params.<name>=<value>`.",
    default: {},
  }),
  metrics: key(Type.Array(Type.Enum(["jsonl", "stdout", "trainer_state", "tfevents", "wandb-offline"])), {
    description: "Where metrics are read from; the first that finds some is used.",
    default: ["jsonl", "stdout", "trainer_state", "tfevents", "wandb-offline"],
  }),
  patterns: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "Regular expressions for `stdout`; each named group is a metric.",
    default: [],
  }),
  checkpoints: key(orNull(Type.String({ minLength: 1 })), {
    description: "Glob of the checkpoint folders the script writes.",
    default: null,
    defaultText: "none",
  }),
});
