"""All rows of a language model's data as tokens, and what is told about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from torch.utils.data import IterableDataset

from tuning_fork.data.language import LanguageExample
from tuning_fork.data.streaming import Stream
from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.prepared import Setup
from tuning_fork.torch_trainer.tasks.language.encode import EncodedRow, LanguageEncoder, supervised_tokens
from tuning_fork.torch_trainer.tasks.language.packing import packed_stream

# Rows encoded between two signs of life.
PIECE = 256


@dataclass
class EncodedRows:
    """The rows that teach something."""

    rows: list[EncodedRow] = field(default_factory=list)
    # Rows of which `data.max_length` cut something.
    cut: int = 0
    # Rows left out because none of their tokens counts.
    dropped: int = 0

    @property
    def supervised(self) -> int:
        return supervised_tokens(self.rows)


def encode_rows(setup: Setup, encoder: LanguageEncoder, examples: list[LanguageExample], part: str) -> EncodedRows:
    """Encodes rows, tells what was cut and left out. Raises `UserError` when no row is left.

    Args:
        part: `training` or `evaluation`, for messages.
    """
    encoded = EncodedRows()
    for at, example in enumerate(examples):
        row = encoder.encode(example)
        encoded.cut += row.cut
        if row.supervised:
            encoded.rows.append(row)
        else:
            encoded.dropped += 1
        if at % PIECE == 0:
            setup.alive()
    _tell(setup, encoded, len(examples), part)
    return encoded


def nothing_to_learn(setup: Setup, part: str) -> UserError:
    """No token of any row counts, so that every loss would be 0."""
    length = setup.config["data"]["max_length"]
    return UserError(
        "no-supervised-tokens",
        f"No {part} row has a token to learn from: either no row has an answer, or all prompts fill data.max_length of "
        f"{length} tokens.",
        "Raise data.max_length, check that conversations have answers of the role assistant, or set "
        "data.completion_only_loss to false.",
    )


def _tell(setup: Setup, encoded: EncodedRows, count: int, part: str) -> None:
    if count and not encoded.rows:
        raise nothing_to_learn(setup, part)
    length = setup.config["data"]["max_length"]
    if encoded.dropped:
        setup.alert(
            "warning",
            "rows-without-answer",
            f"{encoded.dropped} of {count} {part} rows are left out: none of their tokens counts, because they have no "
            f"answer or their prompt alone fills data.max_length of {length} tokens.",
        )
    if encoded.cut:
        setup.alert(
            "info",
            "rows-cut",
            f"{encoded.cut} of {count} {part} rows are longer than data.max_length of {length} tokens and were cut.",
        )


class EncodedStream(IterableDataset[dict[str, np.ndarray]]):
    """Rows encoded while training, in the order of the files, over and over: `train.max_steps` ends it."""

    def __init__(
        self, setup: Setup, encoder: LanguageEncoder, source: Stream[LanguageExample], *, pack_to: int | None
    ) -> None:
        """`pack_to`: tokens of a packed sequence; None = rows are not packed."""
        self._setup = setup
        self._encoder = encoder
        self._source = source
        self._pack_to = pack_to
        self._told = False

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        rows = self._rows()
        if self._pack_to is not None:
            yield from packed_stream(rows, self._pack_to)
        else:
            yield from ({"input_ids": row.input_ids, "labels": row.labels} for row in rows)

    def _rows(self) -> Iterator[EncodedRow]:
        while True:
            any_left = False
            for example in self._source:
                row = self._encoder.encode(example)
                if row.supervised:
                    any_left = True
                    yield row
                elif not self._told:
                    self._told = True
                    self._setup.alert(
                        "warning",
                        "rows-without-answer",
                        f"{example.file} row {example.row} is left out, as are others like it: none of its tokens counts, "
                        "because it has no answer or its prompt alone fills data.max_length.",
                    )
            if not any_left:
                raise nothing_to_learn(self._setup, "training")
