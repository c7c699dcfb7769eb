"""Rows of data files: the same rows, labels and split as src/data gives on the TypeScript side."""

from tuning_fork.data.classification import load_classification
from tuning_fork.data.language import load_language
from tuning_fork.data.pairs import load_pairs
from tuning_fork.data.preference import load_preference
from tuning_fork.data.tokens import load_token_classification

__all__ = [
    "load_classification",
    "load_language",
    "load_pairs",
    "load_preference",
    "load_token_classification",
]
