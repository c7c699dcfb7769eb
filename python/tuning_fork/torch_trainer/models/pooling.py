"""How token vectors become one vector: `model.pooling`."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import nn
from transformers.modeling_outputs import SequenceClassifierOutput

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.extend import extend
from tuning_fork.torch_trainer.models.parts import full_name, head_names, pooler_name

# The key in a saved config.json that says how its classifier pools, since the class itself does not.
POOLING_KEY = "tuning_fork_pooling"


def first_token(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """The hidden state of each text's first token, after padding on the left if there is some: `[rows, tokens, width]` to
    `[rows, width]`."""
    if mask is None:
        return hidden[:, 0]
    first = mask.long().argmax(dim=1)
    return hidden[torch.arange(hidden.shape[0], device=hidden.device), first]


def mean_of_tokens(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """The mean over each text's tokens, padding left out: `[rows, tokens, width]` to `[rows, width]`."""
    if mask is None:
        return hidden.mean(dim=1)
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


POOLS = {"cls": first_token, "mean": mean_of_tokens}


def pool_classifier(model: Any, pooling: Literal["cls", "mean"], dropout: float) -> None:
    """Makes a text classifier pool as told: hidden states, pooled, dropout, one linear layer.

    Class and names of the weights stay the model's own, so that `from_pretrained` loads what is saved; the linear layer is
    the last of the model's own head. Other layers of the head and the backbone's pooler compute nothing then: they are kept
    as they were loaded, and not trained.

    Raises:
        UserError: the architecture cannot be pooled so.
    """
    kind = model.config.model_type
    if model.config.is_encoder_decoder:
        raise _refusal(
            f"model.pooling is {pooling}, but a {kind} model classifies by its decoder.", "Set model.pooling to auto."
        )
    if pooling == "cls" and _is_causal(model):
        raise _refusal(
            f"model.pooling is cls, but the first token of a {kind} model sees nothing of the text that follows.",
            "Set model.pooling to auto or mean.",
        )
    linear = _last_linear(model)
    for name in _unused(model, linear):
        model.get_submodule(name).requires_grad_(False)
    pool = POOLS[pooling]

    def forward(
        self: Any,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        **inputs: Any,
    ) -> SequenceClassifierOutput:
        inputs["return_dict"] = True
        outputs = self.base_model(input_ids=input_ids, attention_mask=attention_mask, **inputs)
        pooled = self.pooled_dropout(pool(outputs.last_hidden_state, attention_mask))
        layer = _module(self, linear)
        logits = layer(pooled.to(layer.weight.dtype) if not torch.is_autocast_enabled(pooled.device.type) else pooled)
        loss = None if labels is None else nn.functional.cross_entropy(logits.float(), labels)
        return SequenceClassifierOutput(
            loss=loss, logits=logits, hidden_states=outputs.hidden_states, attentions=outputs.attentions
        )

    extend(model, {"forward": forward})
    model.pooled_dropout = nn.Dropout(dropout)
    setattr(model.config, POOLING_KEY, pooling)


def unused_modules(model: Any, pooling: str) -> list[str]:
    """Names of modules with weights that compute nothing when hidden states are pooled so, the backbone's pooler first."""
    if pooling == "auto":
        return []
    return _unused(model, _last_linear(model)) if head_names(model) else [name for name in [pooler_name(model)] if name]


def _unused(model: Any, linear: str) -> list[str]:
    unused = [name for name in [pooler_name(model)] if name]
    for head in head_names(model):
        module = model.get_submodule(head)
        inner = [(head, module)] if not list(module.children()) else module.named_modules(prefix=head)
        unused += [
            name
            for name, one in inner
            if name != linear and next(one.parameters(recurse=False), None) is not None and name not in unused
        ]
    return unused


def _last_linear(model: Any) -> str:
    """Name of the layer that gives the labels' scores."""
    labels = model.config.num_labels
    found = [
        module
        for head in head_names(model)
        for module in model.get_submodule(head).modules()
        if isinstance(module, nn.Linear) and module.out_features == labels
    ]
    if not found or found[-1].in_features != model.config.get_text_config().hidden_size:
        raise _refusal(
            f"The classifier of a {model.config.model_type} model is not one linear layer on the hidden states.",
            "Set model.pooling to auto.",
        )
    return full_name(model, found[-1])


def _is_causal(model: Any) -> bool:
    """Decoders classify by the last token with a layer called `score`."""
    return "score" in head_names(model)


def _module(model: Any, name: str) -> Any:
    """A module that PEFT may have wrapped since, found by its attributes."""
    for part in name.split("."):
        model = getattr(model, part)
    return model


def _refusal(problem: str, advice: str) -> UserError:
    return UserError("pooling-not-possible", problem, advice)
