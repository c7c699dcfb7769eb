"""From the config to the `TrainingArguments` of the Transformers that is installed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import transformers
from transformers import TrainingArguments

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.loading import require_package
from tuning_fork.torch_trainer.plan import TrainingPlan

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# `reduce_lr_on_plateau` as the embedded trainer has it: factor and threshold are torch's own; its patience of 10 would
# never be reached in a usual fine-tune.
PLATEAU = {"factor": 0.1, "patience": 1, "threshold": 1e-4}

# Names of older versions (4.50 to 4.5x), tried after the present one.
OLDER_NAMES = {"eval_strategy": ("evaluation_strategy",), "use_cpu": ("no_cuda",)}


def training_arguments(
    config: ResolvedConfig,
    plan: TrainingPlan,
    *,
    output_dir: Path,
    precision: str,
    device: str,
    evaluates: bool,
    greater_is_better: bool,
    extra: dict[str, Any] | None = None,
    kind: type[TrainingArguments] = TrainingArguments,
) -> TrainingArguments:
    """Arguments for one segment of a run.

    When to log, evaluate, save and stop is decided by `RecordedTrainer` alone, so the Trainer's own strategies are off
    but for the one that the plateau schedule insists on.

    Args:
        precision: `fp32`, `fp16` or `bf16`, already resolved.
        device: `cpu`, `cuda`, `mps` …
        extra: further fields, such as those of FSDP or DeepSpeed.
        kind: the class of arguments (TRL's trainers have their own).
    """
    train = config["train"]
    schedule = train["lr_scheduler_type"]
    is_plateau = schedule == "reduce_lr_on_plateau"
    if train["optim"].endswith("_8bit"):
        require_package("bitsandbytes", f"train.optim: {train['optim']}")
    wanted: dict[str, Any] = {
        "output_dir": str(output_dir),
        "per_device_train_batch_size": plan.batch_size,
        "per_device_eval_batch_size": plan.batch_size,
        "gradient_accumulation_steps": plan.accumulation,
        "max_steps": plan.total,
        "learning_rate": train["learning_rate"],
        "lr_scheduler_type": schedule,
        "warmup_steps": plan.warmup,
        "optim": optimizer_name(train["optim"]),
        "weight_decay": train["weight_decay"],
        "max_grad_norm": train["max_grad_norm"],
        "fp16": precision == "fp16",
        "bf16": precision == "bf16",
        "use_cpu": device == "cpu",
        "seed": plan.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "no",
        "eval_strategy": "steps" if is_plateau and evaluates else "no",
        "report_to": [],
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "label_names": ["labels"],
        # A step's mean is over the rows or tokens of all processes: Transformers 4 takes each process's own by default.
        "average_tokens_across_devices": True,
        "dataloader_pin_memory": device == "cuda",
        **(extra or {}),
    }
    if is_plateau and evaluates:
        wanted["eval_steps"] = plan.evaluate_every
        mode = "max" if greater_is_better else "min"
        wanted["lr_scheduler_kwargs"] = {**PLATEAU, "mode": mode}
        wanted["metric_for_best_model"] = config["checkpoint"]["metric_for_best_model"]
        wanted["greater_is_better"] = greater_is_better
    return kind(**_in_installed_names(wanted, kind))


def optimizer_name(optim: str) -> str:
    """Transformers' name of an optimizer of ours. AdamW is PyTorch's fused form, which Transformers 5 defaults to."""
    return {"adamw_torch": "adamw_torch_fused", "adamw_8bit": "adamw_bnb_8bit"}.get(optim, optim)


def _in_installed_names(wanted: dict[str, Any], kind: type[TrainingArguments]) -> dict[str, Any]:
    known = {field.name for field in dataclasses.fields(kind) if field.init}
    named: dict[str, Any] = {}
    left: list[str] = []
    for name, value in wanted.items():
        found = next((one for one in (name, *OLDER_NAMES.get(name, ())) if one in known), None)
        if found is None:
            left.append(name)
        else:
            named[found] = value
    if left:
        raise UserError(
            "transformers-unknown-arguments",
            f"Transformers {transformers.__version__} does not know {', '.join(left)}.",
            "Install transformers>=4.50,<6, which this version of Tuning Fork was made for.",
        )
    return named
