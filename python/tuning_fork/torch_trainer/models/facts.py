"""What a run's record shows of its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuning_fork.torch_trainer.models.lora import adapted_modules
from tuning_fork.torch_trainer.models.parts import layers_of
from tuning_fork.torch_trainer.models.quantised import quantised_layers

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig
    from tuning_fork.torch_trainer.models.locate import ModelPlace


def model_facts(
    wrapped: Any, model: Any, config: ResolvedConfig, place: ModelPlace, *, checkpointed: bool
) -> dict[str, object]:
    """Facts of a built model.

    Args:
        wrapped: what trains, with its adapters.
        model: the Transformers model inside.
    """
    trainable, total = count_parameters(wrapped)
    text = model.config.get_text_config()
    adapted = wrapped is not model
    details: dict[str, object] = {
        "kind": model.config.model_type,
        "architecture": type(model).__name__,
        "source": place.shown,
        "layers": len(layers_of(model)),
        "hidden": getattr(text, "hidden_size", None),
        "vocabulary": model.get_input_embeddings().num_embeddings,
        "pooling": config["model"]["pooling"],
        "dropout": config["model"]["dropout"],
        "attention": getattr(model.config, "_attn_implementation", None),
        "dtype": str(model.dtype).removeprefix("torch."),
        "gradientCheckpointing": checkpointed,
        "quantisedLayers": quantised_layers(wrapped),
    }
    facts: dict[str, object] = {
        "model": details,
        "method": config["method"]["type"],
        "modelType": model.config.model_type,
        "totalParameters": total,
        "trainableParameters": trainable,
    }
    if adapted:
        facts["targetModules"] = adapted_modules(wrapped)
        facts["modulesToSave"] = saved_modules(wrapped)
    return facts


def saved_modules(adapted: Any) -> list[str]:
    """Names of the modules that PEFT trains whole and saves."""
    names = [name for name, module in adapted.named_modules() if type(module).__name__ == "ModulesToSaveWrapper"]
    return [name.split(".")[-1] for name in names]


def count_parameters(model: Any) -> tuple[int, int]:
    """Parameters that train, and all; weights in 4 bits count as many as they stand for.

    The counts are PEFT's, which has a copy of what `modules_to_save` names beside the original.
    """
    trainable = total = 0
    for parameter in model.parameters():
        count = parameter.numel()
        if type(parameter).__name__ == "Params4bit":
            count = parameter.quant_state.shape.numel() if parameter.quant_state is not None else 2 * count
        total += count
        trainable += count if parameter.requires_grad else 0
    return trainable, total
