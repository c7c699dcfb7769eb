"""Rows of data files: the same rows, labels and split as src/data gives on the TypeScript side."""

from tuning_fork.data.classification import load_classification

__all__ = ["load_classification"]
