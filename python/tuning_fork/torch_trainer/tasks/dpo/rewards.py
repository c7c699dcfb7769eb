"""What an answer is rewarded with: how much likelier it has become than it was to the reference."""

from __future__ import annotations

from typing import Any

import torch

from tuning_fork.torch_trainer.prepared import IGNORED
from tuning_fork.torch_trainer.tasks.language.loss import language_loss, token_figures

# How dear it is to depart from the reference model: TRL's default, and the paper's for most of its figures.
BETA = 0.1


def pair_rewards(model: Any, adapted: Any, frozen: Any, inputs: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The rewards of chosen and rejected answers, `[pairs]` each: β·log(p / p of the reference), Rafailov et al. 2023, §4.

    Args:
        adapted: the model with its adapters, which is the reference without them; asked when `frozen` is None.
        frozen: the reference.
        inputs: a batch of TRL's collator: the chosen answers of all pairs, then the rejected ones.
    """
    given, labels = _answers(inputs)
    now = token_figures(model(**given)["logits"], labels)[0]
    before = token_figures(_reference_logits(adapted, frozen, given), labels)[0]
    chosen, rejected = (BETA * (before - now)).chunk(2)
    return {"chosen": chosen, "rejected": rejected}


def trial_loss(model: Any, frozen: Any, inputs: dict[str, Any]) -> torch.Tensor:
    """A number whose forward and backward passes take the memory that those of a step's loss do."""
    given, labels = _answers(inputs)
    outputs = model(**given)
    with torch.no_grad():
        _reference_logits(model, None if frozen is None else frozen.to(labels.device), given)
    return language_loss(outputs, labels)


def _answers(inputs: dict[str, Any]) -> tuple[dict[str, Any], torch.Tensor]:
    """What a model takes of a batch, and the ids that are an answer's, −100 elsewhere."""
    given = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"], "use_cache": False}
    return given, inputs["input_ids"].masked_fill(inputs["completion_mask"] == 0, IGNORED)


def _reference_logits(adapted: Any, frozen: Any, given: dict[str, Any]) -> torch.Tensor:
    if frozen is not None:
        return frozen(**given)["logits"]
    with adapted.disable_adapter():
        return adapted(**given)["logits"]
