"""`train.gradient_checkpointing`: activations are computed again in the backward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# Below a billion parameters activations are small beside the rest, as the memory estimate has it.
AUTO_FROM = 1e9


def enable_checkpointing(model: Any, config: ResolvedConfig, parameters: int, *, frozen_base: bool) -> bool:
    """Turns checkpointing on when it is asked for, or worth it (`auto`).

    Args:
        model: the Transformers model, below PEFT's wrapper.
        parameters: its parameters in all.
        frozen_base: whether no weight of the embeddings trains, as with adapters.

    Returns:
        Whether it is on.

    Raises:
        UserError: it was asked for and the architecture has none.
    """
    wanted = config["train"]["gradient_checkpointing"]
    if wanted is False or (wanted == "auto" and (parameters < AUTO_FROM or not model.supports_gradient_checkpointing)):
        return False
    if not model.supports_gradient_checkpointing:
        raise UserError(
            "gradient-checkpointing",
            f"Transformers has no gradient checkpointing for {model.config.model_type}.",
            "Set train.gradient_checkpointing to false.",
        )
    # The reentrant form loses gradients where the inputs of a layer need none, as below adapters.
    options = {"use_reentrant": False}
    if hasattr(model, "activation_checkpointing_enable"):
        model.activation_checkpointing_enable(activation_checkpointing_kwargs=options)
    else:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=options)
    if frozen_base:
        # For code of a model's own that checkpoints in the reentrant form whatever it is told.
        model.enable_input_require_grads()
    return True
