"""Tokenizer and model of a task, loaded the same way and in the same order by every task."""

from __future__ import annotations

from typing import Any

from tuning_fork.torch_trainer.models.build import BuiltModel, build_model
from tuning_fork.torch_trainer.models.locate import ModelPlace, locate_model
from tuning_fork.torch_trainer.models.positions import text_limit
from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer
from tuning_fork.torch_trainer.prepared import Setup


def tokenizer_for(setup: Setup) -> tuple[ModelPlace, Any, int]:
    """Where the model lies, its tokenizer, and the tokens a text is cut to. What follows is the tokenising."""
    config = setup.config
    place = locate_model(config["model"]["name_or_path"], setup.base_dir)
    setup.enter("loading the tokenizer")
    tokenizer = load_tokenizer(config, place)
    limit = text_limit(config, place)
    setup.enter("tokenising")
    return place, tokenizer, limit


def seeded_model(setup: Setup, place: ModelPlace, tokenizer: Any, labels: list[str] | None = None) -> BuiltModel:
    """Seeds every generator and makes the model right after; tells what the person should know of it.

    Args:
        labels: class names in the order of their index, for tasks that have classes.
    """
    setup.enter("loading the model")
    setup.seed()
    built = build_model(setup.config, place, labels=labels, tokenizer=tokenizer, device=setup.device)
    for note in built.notes:
        setup.alert("info", "model-note", note)
    return built
