"""The class of Transformers that does each task."""

from __future__ import annotations

from typing import Any

from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

_AUTO_CLASSES = {
    "text-classification": AutoModelForSequenceClassification,
    "token-classification": AutoModelForTokenClassification,
    "causal-lm": AutoModelForCausalLM,
    "preference": AutoModelForCausalLM,
    "embedding": AutoModel,
}


def auto_class(task: str) -> Any:
    """The `AutoModelFor…` of a task."""
    return _AUTO_CLASSES[task]


def has_labels(task: str) -> bool:
    """Whether a task puts a new classifier on the model."""
    return task in ("text-classification", "token-classification")
