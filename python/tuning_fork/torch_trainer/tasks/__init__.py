"""What differs between tasks: one file each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tuning_fork.torch_trainer.prepared import Prepared, Setup

# Module of each task; imported when it is asked for, since some bring large packages.
TASKS = {
    "text-classification": "text_classification",
    "causal-lm": "causal_lm",
    "preference": "preference",
    "token-classification": "token_classification",
    "embedding": "embedding",
}


def task_for(name: str) -> Callable[[Setup], Prepared]:
    """The function that makes a task ready to train."""
    return import_module(f"{__name__}.{TASKS[name]}").prepare
