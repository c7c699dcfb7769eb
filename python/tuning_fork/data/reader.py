"""Reading the rows of a table for one task."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from tuning_fork.data.rows import Role, read_rows
from tuning_fork.data.split import held_out
from tuning_fork.data.tables import Table
from tuning_fork.data.types import DataFile, Row

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, Data, ResolvedConfig

T = TypeVar("T")
OnProgress = Callable[[], object]


@dataclass
class RowReader(Generic[T]):
    """Reads the rows of one table."""

    # Columns by their role.
    roles: dict[str, str]
    # Columns that are needed.
    columns: list[str]
    # How the rows are written; None where there is only one way.
    shape: str | None
    # Anything wrong is a `UserError` with the row's place.
    read: Callable[[Row], T]
    # Whether what the model gets to see of an example is blank.
    is_empty: Callable[[T], bool] = lambda _example: False


OpenReader = Callable[[Table, "Columns"], RowReader[T]]


@dataclass
class Part(Generic[T]):
    """What was found in one of `data.train` and `data.eval` while its rows went by."""

    # Files with size and hash; None = nothing is hashed.
    files: list[DataFile] | None = field(default_factory=list)
    # Of the first file, from its first row on.
    table: Table | None = None
    reader: RowReader[T] | None = None
    empty_texts: int = 0


@dataclass
class TaskData(Generic[T]):
    """What a model is trained and evaluated on."""

    train: list[T]
    # Empty when nothing is held out or named.
    eval: list[T]
    # How the first file is written; None where there is only one way.
    shape: str | None
    # Training files, then evaluation files.
    files: list[DataFile]
    # What was found and guessed, for the run's record.
    facts: dict[str, object]


def read_part(
    data: Data, role: Role, base_dir: str, open_reader: OpenReader[T], part: Part[T], on_progress: OnProgress
) -> Generator[T, None, None]:
    """Examples one after the other."""
    reader: RowReader[T] | None = None

    def needed(table: Table) -> list[str]:
        nonlocal reader
        reader = open_reader(table, data["columns"])
        if part.table is None:
            part.table, part.reader = table, reader
        return reader.columns

    for row in read_rows(data, role, base_dir, needed, part.files, on_progress):
        assert reader is not None
        example = reader.read(row)
        part.empty_texts += reader.is_empty(example)
        yield example


def load_rows(
    config: ResolvedConfig,
    base_dir: str | Path,
    open_reader: OpenReader[T],
    on_progress: OnProgress,
    on_train: Callable[[], object] = lambda: None,
) -> TaskData[T]:
    """All examples: evaluation rows are those of `data.eval`, else drawn from the training rows by the seed.

    Args:
        on_train: called once the training rows are read, before those of `data.eval` are.
    """
    data, folder = config["data"], str(base_dir)
    part: Part[T] = Part()
    eval_part: Part[T] | None = None
    train = list(read_part(data, "train", folder, open_reader, part, on_progress))
    on_train()
    if data["eval"] is not None:
        eval_part = Part()
        evaluation = list(read_part(data, "eval", folder, open_reader, eval_part, on_progress))
    else:
        is_held = held_out([0] * len(train), 1, data["eval_fraction"], config["run"]["seed"])
        train, evaluation = split_rows(train, is_held)
    shape = part.reader.shape if part.reader else None
    return TaskData(train, evaluation, shape, files_of(part, eval_part), part_facts(data, part, eval_part))


def split_rows(rows: list[T], is_held: list[bool]) -> tuple[list[T], list[T]]:
    """Rows to train on, and those that are held out."""
    return list(compress(rows, [not one for one in is_held])), list(compress(rows, is_held))


def files_of(train: Part[T], evaluation: Part[T] | None) -> list[DataFile]:
    """Training files, then evaluation files."""
    return [*(train.files or []), *((evaluation and evaluation.files) or [])]


def part_facts(data: Data, train: Part[T], evaluation: Part[T] | None) -> dict[str, object]:
    """What was found and guessed, for the run's record."""
    table = train.table
    return {
        "columns": train.reader.roles if train.reader else {},
        "shape": train.reader.shape if train.reader else None,
        "format": table.format if table else None,
        "delimiter": table.delimiter if table else None,
        "emptyTexts": train.empty_texts + (evaluation.empty_texts if evaluation else 0),
        "evalSource": eval_source(data),
    }


def eval_source(data: Data) -> str:
    """Where evaluation rows come from, for the run's record."""
    if data["eval"] is not None:
        return "data.eval"
    return "data.eval_fraction" if data["eval_fraction"] > 0 else "none"
