"""What a task hands to the trainer, and what the trainer hands to a task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# A label that no loss and no metric counts: PyTorch's own default.
IGNORED = -100

# (outputs, labels, num_items_in_batch) -> loss: the mean over all items of the optimizer step when their number is given.
LossFunction = Callable[..., torch.Tensor]


@dataclass
class Setup:
    """What a task prepares from."""

    config: ResolvedConfig
    # The folder that relative paths start from.
    base_dir: Path
    # `cpu`, `cuda` or `mps`.
    device: str
    # `fp32`, `fp16` or `bf16`.
    precision: str
    # Tells what goes on (`loading data`), and that it still goes on.
    enter: Callable[[str], None]
    alive: Callable[[], None]
    # Seeds every generator. Called once, right before the model is made.
    seed: Callable[[], None]
    # Tells the person something (level, code, message).
    alert: Callable[[str, str, str], None]


@dataclass
class Measured:
    """What one pass over the evaluation rows found. Metric names without prefix."""

    metrics: dict[str, float]
    # (name, columns, rows) as the journal takes them.
    tables: list[tuple[str, list[str], list[list[object]]]] = field(default_factory=list)


class Evaluation(Protocol):
    """Collects one pass over the evaluation rows, in bounded memory."""

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        """What is kept of a batch: tensors whose first dimension is the batch's rows. Called in every process."""

    def add(self, judged: dict[str, np.ndarray]) -> None:
        """Takes the gathered rows of all processes in, in the order of the data."""

    def result(self) -> Measured:
        """Once all rows are in."""


@dataclass
class Prepared:
    """A task made ready to train."""

    # A PreTrainedModel or PeftModel.
    model: Any
    tokenizer: Any
    train: Any
    # None without evaluation rows.
    eval: Any
    collate: Callable[[list[Any]], dict[str, Any]]
    # None: that of `trainer_class`, of whose memory `trial_loss` gives an idea.
    loss: LossFunction | None
    evaluation: Callable[[], Evaluation]
    # None for a stream.
    train_rows: int | None
    eval_rows: int
    labels: Sequence[str]
    # Shown with the run and compared between runs.
    facts: dict[str, object]
    # Names and metrics of simple rules on the same rows; called after the first step.
    baselines: Callable[[], list[tuple[str, dict[str, float]]]] = list
    # Adds to a checkpoint's folder what the task has beside model and tokenizer; called by the process that writes.
    complete: Callable[[Path], None] = lambda _folder: None
    # Whether a row's loss depends on those beside it in its forward pass, so that a smaller batch is another training; and
    # how many rows a forward pass needs to learn anything.
    compares_rows: bool = False
    smallest_batch: int = 1
    # The loss of a batch that was collated, for a first try of how large batches may be.
    trial_loss: Callable[[dict[str, Any]], torch.Tensor] | None = None
    # Class of the trainer and further arguments of its constructor, for tasks that have their own.
    trainer_class: Any = None
    trainer_kwargs: dict[str, Any] = field(default_factory=dict)
    arguments_class: Any = None
    arguments_extra: dict[str, Any] = field(default_factory=dict)
