"""Every row of every file that a config names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from tuning_fork.data.hub import hub_tables
from tuning_fork.data.locations import data_files, empty_file
from tuning_fork.data.tables import Table, open_table
from tuning_fork.data.types import DataFile, Row

if TYPE_CHECKING:
    from tuning_fork.config_types import Data

Role = Literal["train", "eval"]

# Rows between two calls of `on_progress`.
_PROGRESS_ROWS = 4096


def read_rows(
    data: Data,
    role: Role,
    base_dir: str,
    columns: Callable[[Table], list[str]],
    files: list[DataFile] | None = None,
    on_progress: Callable[[], object] = lambda: None,
) -> Iterator[Row]:
    """Every row. What is wrong is a `UserError` with its place.

    Args:
        role: whether the rows of `data.train` or of `data.eval` are read.
        columns: asked once for each file, before its first row: which of its columns are needed.
        files: gets each file with size and hash once its last row was given out; None = nothing is hashed.
        on_progress: called every few thousand rows and at the end of each file.
    """
    for table in _tables(data, role, base_dir):
        file = table.file
        digest = hashlib.sha256()
        size = 0

        def on_bytes(piece: bytes, update: Callable[[bytes], None] = digest.update) -> None:
            nonlocal size
            update(piece)
            size += len(piece)

        rows = 0
        for row in table.rows(list(dict.fromkeys(columns(table))), None if files is None else on_bytes):
            rows += 1
            if rows % _PROGRESS_ROWS == 0:
                on_progress()
            yield row
        if rows == 0:
            raise empty_file(file)
        on_progress()
        if files is not None:
            files.append({"path": file, "bytes": size, "sha256": digest.hexdigest(), "rows": rows})


def _tables(data: Data, role: Role, base_dir: str) -> Iterator[Table]:
    """One table after the other, each opened when the one before is read."""
    written = data[role] or []
    spec = [written] if isinstance(written, str) else written
    if data["format"] == "hf":
        return hub_tables(spec, role, base_dir, data["streaming"])
    return (open_table(file, data["format"]) for file in data_files(spec, base_dir))
