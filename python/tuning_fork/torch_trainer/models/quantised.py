"""`method.type: qlora`: the base in 4 or 8 bits through bitsandbytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.loading import require_package
from tuning_fork.torch_trainer.models.parts import full_name, head_names, pooler_name

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig


def quantisation_arguments(
    config: ResolvedConfig, auto_class: Any, model_config: Any, dtype: torch.dtype, device: str
) -> dict[str, Any]:
    """Arguments of `from_pretrained` for a base in NF4 (4 bits, without double quantisation) or int8.

    Args:
        auto_class: the `AutoModelFor…` of the task.
        model_config: a `PretrainedConfig`.
        dtype: what is computed in, and of what is not quantised.
    """
    require_package("bitsandbytes", "method.type: qlora")
    from transformers import BitsAndBytesConfig

    already = getattr(model_config, "quantization_config", None)
    if already is not None:
        by = already.get("quant_method") if isinstance(already, dict) else getattr(already, "quant_method", None)
        if "bitsandbytes" not in str(by):
            raise UserError(
                "model-quantised",
                f"The model is quantised with {getattr(by, 'value', by)} already; qlora would quantise it a second time.",
                "Set method.type to lora, or take the model that is not quantised.",
            )
        return {"device_map": device_map(device)}
    skip = not_quantised(auto_class, model_config)
    bits = config["method"]["bits"]
    quantisation = (
        BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=False,
            bnb_4bit_compute_dtype=dtype,
            llm_int8_skip_modules=skip,
        )
        if bits == 4
        else BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=skip)
    )
    return {"quantization_config": quantisation, "device_map": device_map(device)}


def not_quantised(auto_class: Any, model_config: Any) -> list[str]:
    """Full names of the modules that stay as they are: the head, the backbone's pooler, the output layer.

    Full, because Transformers compares from the beginning: `pooler` would not be `bert.pooler`, whose packed weights then
    refuse to be trained.
    """
    # Without weights, and without a draw from the generators that the new head is going to need.
    with torch.random.fork_rng(devices=[]), torch.device("meta"):
        model = auto_class.from_config(model_config)
    names = head_names(model)
    output = model.get_output_embeddings()
    if output is not None:
        names.append(full_name(model, output))
    pooler = pooler_name(model)
    return list(dict.fromkeys([*names, *([pooler] if pooler else [])]))


def device_map(device: str) -> dict[str, Any]:
    """Everything on this process's own device; another rank has another."""
    return {"": int(os.environ.get("LOCAL_RANK", "0")) if device == "cuda" else device}


def prepare_quantised(model: Any, dtype: torch.dtype) -> None:
    """Readies a quantised base for adapters: nothing of it trains, norms are computed in fp32 (PEFT).

    PEFT makes the tables of embeddings and the output layer fp32 too; they go back to what they were loaded in, since they
    do not train and are a large part of a 4-bit model.
    """
    peft = require_package("peft", "method.type: qlora")
    tables = [model.get_input_embeddings(), model.get_output_embeddings()]
    # Checkpointing is turned on elsewhere, the same way for every method.
    peft.prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    for table in tables:
        if table is not None:
            table.to(dtype)


def is_quantised(model: Any) -> bool:
    """Whether a model's weights are packed, by us or as it was loaded."""
    return bool(getattr(model, "is_quantized", False))


def quantised_layers(model: nn.Module) -> int:
    """How many layers of bitsandbytes a model has."""
    return sum(type(module).__name__ in ("Linear4bit", "Linear8bitLt") for module in _base_layers(model))


def _base_layers(model: nn.Module) -> list[nn.Module]:
    """Modules without PEFT's wrappers, which are named like what they wrap."""
    return [module for module in model.modules() if not hasattr(module, "base_layer")]
