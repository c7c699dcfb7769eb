"""The parts of a model that methods treat differently: backbone, layers, embeddings, pooler, head.

Found by what Transformers says of every model (its `base_model_prefix`, lists of layers), not by tables of architectures.
"""

from __future__ import annotations

from typing import Any

from torch import nn


def backbone_of(model: Any) -> nn.Module:
    """The pretrained part below a task's head; the model itself where there is none."""
    backbone: nn.Module = model.base_model
    return backbone


def head_names(model: Any) -> list[str]:
    """Names of the modules that a task puts on the backbone: `classifier`, `score`, `pre_classifier`, `lm_head` …"""
    backbone = backbone_of(model)
    if backbone is model:
        return []
    return [
        name
        for name, child in model.named_children()
        if child is not backbone and next(child.parameters(), None) is not None
    ]


def pooler_name(model: Any) -> str | None:
    """Full name of the backbone's pooler (`bert.pooler`); None where there is none with weights.

    Sentence-embedding checkpoints carry a useless one, so that it has to be trained with the head.
    """
    for name, module in backbone_of(model).named_modules():
        if name.split(".")[-1] == "pooler" and next(module.parameters(), None) is not None:
            return full_name(model, module)
    return None


def full_name(model: nn.Module, module: nn.Module) -> str:
    """A module's name within the model."""
    return next(name for name, one in model.named_modules() if one is module)


def layers_of(model: Any) -> list[list[nn.Module]]:
    """The layers in the order in which they compute, each as the modules it is made of; an encoder's before a decoder's.

    XLM keeps the parts of its layers in lists beside each other (attentions, norms, feed-forward nets): lists of the same
    length in the same module are one list of layers.
    """
    groups: dict[tuple[str, int], list[list[nn.Module]]] = {}
    inside: list[str] = []
    for name, module in backbone_of(model).named_modules():
        if not isinstance(module, nn.ModuleList) or any(name.startswith(prefix) for prefix in inside):
            continue
        inside.append(f"{name}.")
        flat = _flat(module)
        if not any(next(one.parameters(), None) is not None for one in flat):
            continue
        parent = name.rpartition(".")[0]
        layers = groups.setdefault((parent, len(flat)), [[] for _ in flat])
        for layer, one in zip(layers, flat, strict=True):
            layer.append(one)
    return [layer for layers in groups.values() for layer in layers]


def _flat(modules: nn.ModuleList) -> list[nn.Module]:
    """Funnel has lists of lists of layers."""
    return [one for module in modules for one in (_flat(module) if isinstance(module, nn.ModuleList) else [module])]
