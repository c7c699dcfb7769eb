"""`method.type: freeze`: the backbone, or embeddings and the first layers, stay as they are."""

from __future__ import annotations

from typing import Any

from torch import nn

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.extend import extend
from tuning_fork.torch_trainer.models.parts import backbone_of, layers_of, pooler_name


def freeze(model: Any, what: str | int) -> None:
    """Takes the gradient from a part of the model and keeps that part in evaluation mode.

    Transformers' Trainer calls `model.train()` at each step; with dropout on, frozen layers would give noisy features, and
    the slow attention path.

    Args:
        what: `backbone` (all but head and pooler), or how many layers; the embeddings belong to those.

    Raises:
        UserError: the model has fewer layers, or nothing is left to train.
    """
    frozen = _backbone_modules(model) if what == "backbone" else _first_layers(model, int(what))
    for module in frozen:
        module.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise UserError(
            "freeze-all",
            f"method.freeze: {what} leaves nothing of this {model.config.model_type} model to train: its output layer shares "
            "its weights with the embeddings, or it has no layer of its own for this task.",
            "Freeze the first n layers instead (method.freeze: 2), or set method.type to lora.",
        )
    _keep_in_evaluation(model, frozen)


def _backbone_modules(model: Any) -> list[nn.Module]:
    """The backbone's parts but for the pooler, which counts as head."""
    backbone = backbone_of(model)
    pooler = pooler_name(model)
    kept = model.get_submodule(pooler) if pooler and backbone is not model else None
    return _without(backbone, kept)


def _without(module: nn.Module, kept: nn.Module | None) -> list[nn.Module]:
    """A module cut into parts that do not contain `kept`."""
    if kept is None or all(one is not kept for one in module.modules()):
        return [module]
    return [part for child in module.children() if child is not kept for part in _without(child, kept)]


def _first_layers(model: Any, count: int) -> list[nn.Module]:
    layers = layers_of(model)
    if count > len(layers):
        raise UserError(
            "freeze-layers",
            f"method.freeze is {count}, but this {model.config.model_type} model has {len(layers)} layers.",
            f"Write a number up to {len(layers)}, or backbone.",
        )
    return [*_before_layers(model, layers), *(module for layer in layers[:count] for module in layer)]


def _before_layers(model: Any, layers: list[list[nn.Module]]) -> list[nn.Module]:
    """Embeddings, and what else of the backbone computes before the first layer."""
    inside = {id(one) for layer in layers for module in layer for one in module.modules()}
    before: list[nn.Module] = []
    backbone = backbone_of(model)
    covered: set[int] = set()
    reached = False
    for module in backbone.modules():
        reached = reached or id(module) in inside
        if id(module) in inside or id(module) in covered:
            continue
        holds_layers = any(id(one) in inside for one in module.modules())
        if not holds_layers and (not reached or isinstance(module, nn.Embedding)):
            before.append(module)
            covered.update(id(one) for one in module.modules())
    return before


def _keep_in_evaluation(model: Any, modules: list[nn.Module]) -> None:
    kind = type(model)

    def train(self: Any, mode: bool = True) -> Any:
        kind.train(self, mode)
        for module in modules:
            module.eval()
        return self

    extend(model, {"train": train})
    model.train(model.training)
