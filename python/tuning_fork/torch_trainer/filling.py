"""Rows shared out over several processes so that each step has the rows it would have in one.

Every process needs as many batches as the others. Accelerate fills the last ones with rows of the beginning, which then
count twice in the epoch's last step; here they are filled with rows that count nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from accelerate.data_loader import BatchSamplerShard
from torch.utils.data import DataLoader, Dataset, Sampler

from tuning_fork.torch_trainer.prepared import IGNORED, Prepared


class FilledRows(Dataset[dict[str, Any]]):
    """Rows, and behind them as many blank ones as are asked for."""

    def __init__(self, rows: Any) -> None:
        """`rows`: a list, or anything else that has a length and gives its rows by their places."""
        self._rows = rows
        self._blank = _blank(rows[0])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> dict[str, Any]:
        return self._rows[at] if at < len(self._rows) else self._blank


class _FilledSampler(Sampler[int]):
    """The order of another sampler, then blank rows up to a multiple."""

    def __init__(self, order: Any, multiple: int) -> None:
        self._order = order
        self._multiple = multiple

    def __len__(self) -> int:
        return -(-len(self._order) // self._multiple) * self._multiple

    def __iter__(self) -> Iterator[int]:
        yield from self._order
        yield from range(len(self._order), len(self))

    def set_epoch(self, epoch: int) -> None:
        """Accelerate tells the epoch to the sampler it made."""
        if hasattr(self._order, "set_epoch"):
            self._order.set_epoch(epoch)


def shared_rows(prepared: Prepared, processes: int) -> Any:
    """What the Trainer draws rows from. Streams, and tasks whose rows have no labels or are compared with each other, stay
    as they are: Accelerate fills their last batches with rows of the beginning."""
    has_labels = prepared.trainer_class is None and not prepared.compares_rows
    if processes > 1 and has_labels and prepared.train_rows:
        return FilledRows(prepared.train)
    return prepared.train


def fill_last_batches(loader: DataLoader[Any], processes: int) -> None:
    """Fills the last batches of an epoch of `FilledRows`, as `Trainer.get_train_dataloader` made the loader."""
    shares: Any = loader.batch_sampler
    if isinstance(loader.dataset, FilledRows) and isinstance(shares, BatchSamplerShard):
        batches: Any = shares.batch_sampler
        batches.sampler = _FilledSampler(batches.sampler, batches.batch_size * processes)


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    labels = row["labels"]
    return {**row, "labels": IGNORED if np.ndim(labels) == 0 else np.full_like(labels, IGNORED)}
