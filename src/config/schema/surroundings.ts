import { Type } from "typebox";
import { group, key, orNull } from "./key.ts";

/** Groups that say where it runs and what comes of it: hardware, export, track, and the block of your own script. */

export const hardware = group("Where it runs.", {
  devices: key(
    Type.Union([
      Type.Literal("auto"),
      Type.Integer({ minimum: 1 }),
      Type.Array(Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 0 })]), { minItems: 1 }),
    ]),
    {
      description: "GPUs: `auto`, how many, or a list of UUIDs or indices.",
      default: "auto",
      defaultText: "`auto`: one GPU where there is one",
      why: "With several GPUs visible, Hugging Face's Trainer falls to the slow DataParallel by itself; one is used unless more are asked for.",
      aliases: [
        "num_gpus",
        "n_gpu",
        "n_gpus",
        "gpus",
        "gpu_ids",
        "device_ids",
        "cuda_visible_devices",
        "num_devices",
        "num_processes",
        "nproc_per_node",
      ],
    },
  ),
  strategy: key(Type.Enum(["single", "ddp", "mirrored", "fsdp", "deepspeed"]), {
    description: "How several devices share the work.",
    default: "single",
    why: "`ddp` and `mirrored` (Keras) copy the model to every GPU; `fsdp` and `deepspeed` share one that is too large for a single GPU.",
    aliases: ["distributed_strategy", "distributed_backend", "distributed_type", "accelerate_config"],
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
          why: "Without quotes, readers of YAML 1.1 take `4:00:00` for a number.",
        }),
        gres: key(orNull(Type.String({ minLength: 1 })), { description: "Resources (`gpu:1`).", default: null }),
      }),
    ]),
    {
      description: "This machine, or a Slurm cluster.",
      default: "local",
      why: "A job of a cluster waits for its turn; on this machine a run waits only for the runs before it.",
    },
  ),
  python: key(orNull(Type.String({ minLength: 1 })), {
    description: "Python interpreter (torch, keras).",
    default: null,
    defaultText: "the editor's choice, else the workspace's environment (`.venv`, uv, conda), else PATH",
    why: "Named here, the run does not depend on what is selected in the editor.",
    aliases: ["python_path", "python_executable", "interpreter"],
  }),
  env: key(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])), {
    description: "Environment variables of the trainer. Keep secrets out of it.",
    default: {},
    why: "What stands here is recorded with the run, in the open.",
    aliases: ["env_vars", "environment_variables"],
  }),
  backend: key(Type.Enum(["auto", "tensorflow", "wasm", "cpu"]), {
    description: "What computes (tfjs only): native TensorFlow, WebAssembly, or plain JavaScript (for tests).",
    default: "auto",
    why: "Native TensorFlow is several times faster than WebAssembly, which is several times faster than plain JavaScript.",
    defaultText: "`auto`: the fastest that works here; the run records which, and why the others did not",
  }),
});

export const exporting = group("What is made from the best checkpoint at the end.", {
  formats: key(
    Type.Array(Type.Enum(["adapter", "merged", "onnx", "saved_model", "tf_serving", "keras", "tfjs", "gguf"]), {
      uniqueItems: true,
    }),
    {
      description: "Formats to write.",
      default: [],
      why: "The best checkpoint is kept anyway; an export is for other programs to load.",
      aliases: ["export_formats"],
    },
  ),
  quantize: key(Type.Enum(["none", "int8", "fp16"]), {
    description: "Number format of the exported weights.",
    default: "none",
    why: "int8 takes a quarter of the space of fp32 and is a little less exact: evaluate the export before it is used.",
  }),
});

export const track = group("Where the run is recorded beside this workspace.", {
  project: key(orNull(Type.String({ minLength: 1 })), {
    description: "Project the run belongs to.",
    default: null,
    defaultText: "name of the workspace folder",
    why: "Runs of one workspace belong together; a name of your own joins those of several, or parts one.",
    aliases: ["wandb_project", "trackio_project", "mlflow_experiment_name", "project_name"],
  }),
  report_to: key(Type.Array(Type.Enum(["mlflow", "wandb", "tensorboard"]), { uniqueItems: true }), {
    description: "Trackers that get a copy of the run, written offline.",
    default: [],
    why: "Everything is recorded here without them. A tracker that is online asks for a key and ends a run that has none.",
    aliases: ["log_with", "loggers", "trackers"],
  }),
});

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

export const script = group("Your own training script (`task: script`).", {
  entry: key(orNull(Type.String({ minLength: 1 })), {
    description:
      "Script to run: `.py` with Python, `.js`, `.mjs` and `.cjs` with Node, anything else as a program. Either this or `command`.",
    default: null,
    defaultText: "none",
    why: "The interpreter is the one of `hardware.python`, so that the file says only what is run.",
    aliases: ["entry_point", "entrypoint", "script_path", "train_script", "program"],
  }),
  command: key(orNull(Type.Array(Type.Union([Type.String(), Type.Number()]), { minItems: 1 })), {
    description:
      "Program and arguments, instead of `entry`. A bare name is looked for beside the interpreter, then on PATH.",
    default: null,
    defaultText: "none",
    why: "For launchers such as torchrun and for other languages. No shell reads it, so that nothing has to be escaped.",
    aliases: ["cmd"],
  }),
  args: key(Type.Array(Type.Union([Type.String(), Type.Number()])), {
    description:
      "Further arguments. `${params.<name>}`, `${run.id}`, `${run.name}`, `${run.seed}`, `${run.dir}`, `${run.output_dir}` and `${run.resume_from}` (empty at a fresh start) are filled in.",
    default: [],
    why: "What is filled in from `params` changes with `--set` and in sweeps; what is written out does not.",
    aliases: ["script_args", "arguments"],
  }),
  params: key(Type.Record(Type.String(), scalar), {
    description: "Settings of the script: compared between runs, changed by `--set script.params.<name>=<value>`.",
    default: {},
    why: "The script finds them in TUNING_FORK_PARAMS (JSON) and one by one in TUNING_FORK_PARAM_<NAME>.",
    aliases: ["hyperparameters", "hparams"],
  }),
  metrics: key(Type.Array(Type.Enum(["jsonl", "stdout", "trainer_state", "tfevents", "wandb-offline"])), {
    description: "Where metrics are read from; the first that finds some is used.",
    why: "Lines the script appends to TUNING_FORK_EVENTS are exact; what is printed is only as good as its pattern.",
    default: ["jsonl", "stdout", "trainer_state", "tfevents", "wandb-offline"],
  }),
  patterns: key(Type.Array(Type.String({ minLength: 1 })), {
    description: "Regular expressions for `stdout`; each named group is a metric, the group `step` its step.",
    default: [],
    why: "`loss[:=]\\s*(?<loss>[\\d.]+)` reads `loss: 0.41` as the metric `loss`.",
  }),
  checkpoints: key(orNull(Type.String({ minLength: 1 })), {
    description:
      "Glob of the checkpoints the script writes, files or folders, in `run.output_dir`; one that begins with `./` starts at the config. The last number of a name is its step.",
    default: null,
    defaultText: "none",
    why: "Without it checkpoints are listed with the run only when the script tells of them, and without any the run cannot be resumed.",
  }),
});
