"""Tuning Fork's package for Python: the logger for any training script, and the trainers."""

from tuning_fork.journal import Journal
from tuning_fork.script import (
    alert,
    checkpoint,
    flush,
    log,
    output_dir,
    params,
    progress,
    resume_from,
    run_id,
    should_stop,
    table,
)

__all__ = [
    "Journal",
    "alert",
    "checkpoint",
    "flush",
    "log",
    "output_dir",
    "params",
    "progress",
    "resume_from",
    "run_id",
    "should_stop",
    "table",
]
