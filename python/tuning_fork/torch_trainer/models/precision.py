"""The number format a run computes in, and the one its weights lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch

from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

Precision = Literal["fp32", "fp16", "bf16"]

DTYPES: dict[Precision, torch.dtype] = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}

# The first CUDA capability (Ampere) that computes in bf16.
_BF16_CAPABILITY = (8, 0)


def resolve_precision(config: ResolvedConfig, device: str) -> Precision:
    """The number format of a run: `auto` is bf16, fp16 on GPUs older than Ampere, and fp32 where there is no CUDA.

    Args:
        device: `cpu`, `cuda` or `mps`.

    Raises:
        UserError: the device does not compute in the format that was asked for.
    """
    wanted = config["train"]["precision"]
    if wanted == "auto":
        if device != "cuda":
            return "fp32"
        return "bf16" if _has_bf16() else "fp16"
    if wanted == "fp16" and device == "cpu":
        raise UserError(
            "precision-not-supported",
            "train.precision is fp16, but there is no GPU here and a processor does not train in it.",
            "Write fp32.",
        )
    if wanted == "bf16" and device == "cuda" and not _has_bf16():
        major, minor = torch.cuda.get_device_capability()
        raise UserError(
            "precision-not-supported",
            f"train.precision is bf16, but {torch.cuda.get_device_name()} has compute capability {major}.{minor} and "
            "bfloat16 needs 8.0.",
            "Write fp16.",
        )
    return wanted


def weights_dtype(config: ResolvedConfig, precision: Precision) -> torch.dtype:
    """The format the base's weights are loaded in: fp32 where they are trained, for a step is smaller than a 16-bit number
    can tell; the computation's own where they stay as they are and adapters beside them learn."""
    frozen_base = config["method"]["type"] in ("lora", "qlora")
    return DTYPES[precision] if frozen_base else torch.float32


def _has_bf16() -> bool:
    # ROCm cards answer with other capabilities; all that PyTorch supports have bf16.
    return torch.version.hip is not None or torch.cuda.get_device_capability() >= _BF16_CAPABILITY
