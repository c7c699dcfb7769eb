"""FSDP and DeepSpeed: a model shared out over the processes, through the settings Accelerate takes from Transformers.

Nothing is written by hand: the settings follow from the config and the model, and are recorded with the run.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import transformers

from tuning_fork.errors import UserError
from tuning_fork.install import install_command

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# From here on the weights themselves are shared out too, not gradients and optimizer alone.
STAGE_3_FROM = 3_000_000_000


def sharding_arguments(config: ResolvedConfig, model: Any, parameters: int, device: str) -> dict[str, Any]:
    """Fields of `TrainingArguments` for `hardware.strategy: fsdp` and `deepspeed`; none for the others.

    Args:
        parameters: how many numbers the model has.

    Raises:
        UserError: there is no GPU, where Accelerate would silently copy the model to every process instead.
    """
    strategy = config["hardware"]["strategy"]
    require_gpus(strategy, device)
    if strategy == "fsdp":
        return _fsdp(model)
    if strategy == "deepspeed":
        return {"deepspeed": _deepspeed(parameters)}
    return {}


def require_gpus(strategy: str, device: str) -> None:
    """Raises `UserError` when a model is to be shared out and nothing but a CPU is there."""
    if strategy in ("fsdp", "deepspeed") and device == "cpu":
        raise UserError(
            "sharding-needs-gpus",
            f"hardware.strategy: {strategy} shares a model out over GPUs, and PyTorch sees none here.",
            "Use hardware.strategy: ddp for several processes on a CPU, or single.",
        )


def _fsdp(model: Any) -> dict[str, Any]:
    """Each transformer layer is a unit of its own; checkpoints hold the whole model, as without sharding."""
    layers = sorted(getattr(model, "_no_split_modules", None) or [])
    settings: dict[str, Any] = {"state_dict_type": "FULL_STATE_DICT"}
    if layers:
        settings["transformer_layer_cls_to_wrap"] = layers
    if int(transformers.__version__.split(".")[0]) < 5:
        return {"fsdp": "full_shard auto_wrap", "fsdp_config": settings}
    return {"fsdp": True, "fsdp_config": {"version": 2, "reshard_after_forward": True, **settings}}


def _deepspeed(parameters: int) -> dict[str, Any]:
    """ZeRO: gradients and optimizer shared out (stage 2), of large models the weights too (stage 3)."""
    if find_spec("deepspeed") is None:
        raise UserError(
            "package-missing",
            "hardware.strategy: deepspeed needs the package deepspeed, which is not installed.",
            f"Install it with {install_command('deepspeed')}, or use hardware.strategy: fsdp, which PyTorch brings.",
        )
    stage = 3 if parameters >= STAGE_3_FROM else 2
    zero: dict[str, Any] = {"stage": stage, "overlap_comm": True, "contiguous_gradients": True}
    if stage == 3:
        zero["stage3_gather_16bit_weights_on_model_save"] = True
    automatic = (
        "train_batch_size",
        "train_micro_batch_size_per_gpu",
        "gradient_accumulation_steps",
        "gradient_clipping",
    )
    return {
        "zero_optimization": zero,
        "bf16": {"enabled": "auto"},
        "fp16": {"enabled": "auto"},
        **dict.fromkeys(automatic, "auto"),
    }
