"""Types of a resolved config: `config.json` of a run, as trainers get it.

Made from src/config by scripts/generate.mjs. Change it there.
"""

from typing import Literal, NotRequired, TypedDict


class Run(TypedDict):
    """Name, place and seed of the run."""

    # Name of the run in lists.
    name: str | None
    # Folder for checkpoints and exports. The run's record stays in the store and points to it.
    output_dir: str | None
    # Seed of the split, the order of the rows, dropout and new weights.
    seed: int
    # Tags of the run, to filter by.
    tags: list[str]


class Model(TypedDict):
    """The pretrained model to start from."""

    # What trains: PyTorch, Keras 3, or the embedded TensorFlow.js trainer, which needs no Python.
    framework: Literal["torch", "keras", "tfjs"]
    # A folder, a Hugging Face id (org/name, a revision after @), or a built-in model:
    # builtin:use-lite, builtin:tiny (tfjs).
    name_or_path: str
    # How token vectors become one vector for the classifier or the embedding: the first token's,
    # or their mean.
    pooling: Literal["auto", "cls", "mean"]
    # Dropout in the classifier head and the model.
    dropout: float
    # Attention kernel (torch).
    attn_implementation: Literal["auto", "eager", "sdpa", "flash_attention_2"]
    # Run Python code that comes with the model (torch).
    trust_remote_code: bool


class Columns(TypedDict):
    """Which column plays which role."""

    # Column with the text.
    text: NotRequired[str]
    # Column with the class.
    label: NotRequired[str]
    # Column with the prompt.
    prompt: NotRequired[str]
    # Column with the answer to the prompt.
    completion: NotRequired[str]
    # Column with the list of chat messages.
    messages: NotRequired[str]
    # Column with the preferred answer.
    chosen: NotRequired[str]
    # Column with the answer that was not preferred.
    rejected: NotRequired[str]
    # Column with the list of tokens.
    tokens: NotRequired[str]


class Data(TypedDict):
    """Rows to train and evaluate on."""

    # Training data: a file, a folder, a glob, or a list of them. Relative paths start at the
    # config file.
    train: str | list[str]
    # Evaluation data, in the same forms.
    eval: str | list[str] | None
    # Part of the training rows held out for evaluation when eval is not set. 0 = no evaluation
    # data.
    eval_fraction: float
    # Format of the data files. hf: train is a data set of the Hugging Face hub: org/name,
    # org/name@revision, org/name:split, org/name:configuration/split.
    format: Literal["auto", "csv", "tsv", "jsonl", "parquet", "hf"]
    # Which column plays which role.
    columns: Columns
    # Class names in the order of their index.
    labels: list[str | int] | None
    # Longer texts are cut to this many tokens.
    max_length: int
    # Join several short texts into one sequence of max_length (causal-lm).
    packing: bool
    # Read rows while training instead of before it. Needs train.max_steps.
    streaming: bool
    # Chat template: a path to a .jinja file, or the template itself.
    chat_template: str | None
    # Count the loss on answers only, not on prompts.
    completion_only_loss: bool | Literal["auto"]


class Teacher(TypedDict):
    """The model to learn from (distill)."""

    # Folder or id of the teacher.
    name_or_path: str
    # Softens the teacher's probabilities.
    temperature: float
    # Share of the teacher's loss; the rest is the loss on the labels.
    alpha: float


class Method(TypedDict):
    """Which weights change, and how."""

    # full: all weights. freeze: all but those named by freeze. lora: low-rank adapters. qlora:
    # adapters on a quantised model. distill: all weights, towards a teacher.
    type: Literal["full", "freeze", "lora", "qlora", "distill"]
    # Rank of the adapters.
    r: int
    # Adapters count lora_alpha / r times.
    lora_alpha: float
    # Dropout before the adapters.
    lora_dropout: float
    # Layers that get adapters: auto, all-linear, or a list of module names.
    target_modules: Literal["auto", "all-linear"] | list[str]
    # Layers trained whole beside the adapters: auto, or a list of module names.
    modules_to_save: Literal["auto"] | list[str]
    # Weight-decomposed adapters (DoRA).
    use_dora: bool
    # Rank-stabilised adapters (rsLoRA): they count lora_alpha / √r times.
    use_rslora: bool
    # Bits a weight of the quantised model takes (qlora).
    bits: Literal[4, 8]
    # With type: freeze, what stays as it is: backbone (only the head trains), or embeddings and
    # the first n layers.
    freeze: Literal["backbone"] | int
    # Teacher of a distillation.
    teacher: Teacher | None


class Train(TypedDict):
    """Length, batches and optimizer."""

    # Passes over the training rows; parts of an epoch are allowed.
    num_train_epochs: float
    # Optimizer steps in all; takes the place of num_train_epochs.
    max_steps: int | None
    # Rows in one forward pass on each device; auto begins with 8 and halves it until it fits,
    # accumulation doubled.
    per_device_train_batch_size: int | Literal["auto"]
    # Batches whose gradients are summed to one optimizer step.
    gradient_accumulation_steps: int
    # Highest learning rate, reached after the warm-up.
    learning_rate: float
    # How the learning rate goes on after the warm-up.
    lr_scheduler_type: Literal["linear", "cosine", "constant", "constant_with_warmup", "reduce_lr_on_plateau"]
    # Steps over which the learning rate rises from 0: a whole number, or a percentage of all steps
    # in quotes ("6%").
    warmup: str | int
    # Optimizer. The embedded trainer has adamw_torch and sgd.
    optim: Literal["adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor", "sgd"]
    # Decay of the weights; biases and normalisation layers are left out.
    weight_decay: float
    # Gradients are scaled down to this global norm. 0 = off.
    max_grad_norm: float
    # Number format of the computation.
    precision: Literal["auto", "fp32", "fp16", "bf16"]
    # Compute activations again in the backward pass: less memory, about a third more time.
    gradient_checkpointing: bool | Literal["auto"]


class Eval(TypedDict):
    """When and what to measure."""

    # Evaluate after each epoch, every steps steps, or not. Checkpoints are saved at evaluations.
    strategy: Literal["epoch", "steps", "no"]
    # Optimizer steps between evaluations; required with strategy: steps.
    steps: int | None
    # What is measured on the evaluation rows.
    metrics: list[str]
    # Stop after this many evaluations without a better checkpoint.metric_for_best_model.
    early_stopping_patience: int | None


class Checkpoint(TypedDict):
    """What is kept on disk."""

    # Checkpoints kept, newest first; the best one is kept beside them.
    save_total_limit: int
    # Which metric decides which checkpoint is best; the direction follows from the metric.
    metric_for_best_model: str
    # Save the optimizer's state, without which a run cannot be resumed exactly.
    save_optimizer: bool
    # Where to go on from. auto-same-config: a resumed run from its own last checkpoint, a new run
    # from nothing. never: the same, whatever another tool left in run.output_dir. A folder: a new
    # run from the checkpoint in it, which it copies.
    resume: Literal["auto-same-config", "never"] | str


class Target(TypedDict):
    """A Slurm job."""

    # The scheduler.
    type: Literal["slurm"]
    # Partition (queue).
    partition: str | None
    # Time limit in Slurm's form, in quotes ("04:00:00").
    time: str | None
    # Resources (gpu:1).
    gres: str | None


class Hardware(TypedDict):
    """Where it runs."""

    # GPUs: auto, how many, or a list of UUIDs or indices.
    devices: Literal["auto"] | int | list[str | int]
    # How several devices share the work.
    strategy: Literal["single", "ddp", "mirrored", "fsdp", "deepspeed"]
    # This machine, or a Slurm cluster.
    target: Literal["local", "slurm"] | Target
    # Python interpreter (torch, keras).
    python: str | None
    # Environment variables of the trainer. Keep secrets out of it.
    env: dict[str, str | float]
    # What computes (tfjs only): native TensorFlow, WebAssembly, or plain JavaScript (for tests).
    backend: Literal["auto", "tensorflow", "wasm", "cpu"]


class Export(TypedDict):
    """What is made from the best checkpoint at the end."""

    # Formats to write.
    formats: list[Literal["adapter", "merged", "onnx", "saved_model", "tf_serving", "keras", "tfjs", "gguf"]]
    # Number format of the exported weights.
    quantize: Literal["none", "int8", "fp16"]


class Track(TypedDict):
    """Where the run is recorded beside this workspace."""

    # Project the run belongs to.
    project: str | None
    # Trackers that get a copy of the run, written offline.
    report_to: list[Literal["mlflow", "wandb", "tensorboard"]]


class ResolvedConfig(TypedDict):
    """A fine-tune with every value filled in."""

    # Version of this file format.
    version: Literal[1]
    # 
    task: Literal["text-classification", "token-classification", "causal-lm", "preference", "embedding"]
    # Name, place and seed of the run.
    run: Run
    # The pretrained model to start from.
    model: Model
    # Rows to train and evaluate on.
    data: Data
    # Which weights change, and how.
    method: Method
    # Length, batches and optimizer.
    train: Train
    # When and what to measure.
    eval: Eval
    # What is kept on disk.
    checkpoint: Checkpoint
    # Where it runs.
    hardware: Hardware
    # What is made from the best checkpoint at the end.
    export: Export
    # Where the run is recorded beside this workspace.
    track: Track


class Script(TypedDict):
    """Your own training script (`task: script`)."""

    # Script to run: .py with Python, .js, .mjs and .cjs with Node, anything else as a program.
    # Either this or command.
    entry: str | None
    # Program and arguments, instead of entry. A bare name is looked for beside the interpreter,
    # then on PATH.
    command: list[str | float] | None
    # Further arguments. ${params.<name>}, ${run.id}, ${run.name}, ${run.seed}, ${run.dir},
    # ${run.output_dir} and ${run.resume_from} (empty at a fresh start) are filled in.
    args: list[str | float]
    # Settings of the script: compared between runs, changed by --set script.params.<name>=<value>.
    params: dict[str, str | float | bool | None]
    # Where metrics are read from; the first that finds some is used.
    metrics: list[Literal["jsonl", "stdout", "trainer_state", "tfevents", "wandb-offline"]]
    # Regular expressions for stdout; each named group is a metric, the group step its step.
    patterns: list[str]
    # Glob of the checkpoints the script writes, files or folders, in run.output_dir; one that
    # begins with ./ starts at the config. The last number of a name is its step.
    checkpoints: str | None


class ResolvedScriptConfig(TypedDict):
    """A script run with every value filled in."""

    # Version of this file format.
    version: Literal[1]
    # 
    task: Literal["script"]
    # Name, place and seed of the run.
    run: Run
    # Your own training script (task: script).
    script: Script
    # When and what to measure.
    eval: Eval
    # What is kept on disk.
    checkpoint: Checkpoint
    # Where it runs.
    hardware: Hardware
    # Where the run is recorded beside this workspace.
    track: Track
