"""Rows that are read and tokenised while training: `data.streaming`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from torch.utils.data import IterableDataset

from tuning_fork.data.streaming import Stream
from tuning_fork.errors import UserError

T = TypeVar("T")

# Rows tokenised at a time.
PIECE = 64

# Arguments of the Trainer for a stream: each process reads it and takes its share, for rows differ in length and cannot be
# handed round.
STREAM_ARGUMENTS: dict[str, Any] = {"accelerator_config": {"dispatch_batches": False}}


class StreamedRows(IterableDataset[dict[str, Any]], Generic[T]):
    """Rows in the order of the files, over and over: `train.max_steps` ends it."""

    def __init__(self, source: Stream[T], encode: Callable[[Sequence[T]], Iterable[dict[str, Any]]]) -> None:
        self._source = source
        self._encode = encode

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while True:
            examples = iter(self._source)
            found = False
            while piece := list(islice(examples, PIECE)):
                found = True
                yield from self._encode(piece)
            if not found:
                raise UserError("data-empty", "data.train has no rows any more.", "Do not change the files of a run.")
