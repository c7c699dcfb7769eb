"""Reading the rows of a table for one task."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import compress
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
class Loaded(Generic[T]):
    """All examples of a task, split."""

    train: list[T] = field(default_factory=list)
    eval: list[T] = field(default_factory=list)
    train_part: Part[T] = field(default_factory=Part)
    eval_part: Part[T] | None = None


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


def load_parts(
    config: ResolvedConfig,
    base_dir: str,
    open_reader: OpenReader[T],
    on_progress: OnProgress,
    on_train: Callable[[Part[T]], object] = lambda _part: None,
) -> Loaded[T]:
    """All examples: evaluation rows are those of `data.eval`, else drawn from the training rows by the seed.

    Args:
        on_train: called once the training rows are read, before those of `data.eval` are.
    """
    data = config["data"]
    loaded: Loaded[T] = Loaded()
    loaded.train = list(read_part(data, "train", base_dir, open_reader, loaded.train_part, on_progress))
    on_train(loaded.train_part)
    if data["eval"] is not None:
        loaded.eval_part = Part()
        loaded.eval = list(read_part(data, "eval", base_dir, open_reader, loaded.eval_part, on_progress))
        return loaded
    is_held = held_out([0] * len(loaded.train), 1, data["eval_fraction"], config["run"]["seed"])
    loaded.eval = list(compress(loaded.train, is_held))
    loaded.train = list(compress(loaded.train, [not one for one in is_held]))
    return loaded


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
