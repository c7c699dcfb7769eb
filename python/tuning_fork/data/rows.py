"""Every row of every file that a config names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tuning_fork.data.locations import data_files, empty_file
from tuning_fork.data.tables import Table, open_table
from tuning_fork.data.types import DataFile, Row

if TYPE_CHECKING:
    from tuning_fork.config_types import Data

# Rows between two calls of `on_progress`.
_PROGRESS_ROWS = 4096


@dataclass
class Found:
    """What was read so far: files and their tables are added when their last row was given out."""

    files: list[DataFile] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def read_rows(
    data: Data,
    spec: str | list[str],
    base_dir: str,
    columns: Callable[[Table], list[str]],
    found: Found | None = None,
    on_progress: Callable[[], object] = lambda: None,
) -> Iterator[Row]:
    """Every row, hashed in the same pass. What is wrong is a `UserError` with its place.

    Args:
        spec: a path, a glob, or a list of them (`data.train`, `data.eval`).
        columns: asked once for each file, before its first row: which of its columns are needed.
        found: gets the files with size and hash.
        on_progress: called every few thousand rows and at the end of each file.
    """
    for file in data_files(spec, base_dir):
        table = open_table(file, data["format"])
        digest = hashlib.sha256()
        size = 0

        def on_bytes(piece: bytes, update: Callable[[bytes], None] = digest.update) -> None:
            nonlocal size
            update(piece)
            size += len(piece)

        rows = 0
        for row in table.rows(columns(table), on_bytes if found else None):
            rows += 1
            if rows % _PROGRESS_ROWS == 0:
                on_progress()
            yield row
        if rows == 0:
            raise empty_file(file)
        on_progress()
        if found:
            found.files.append({"path": file, "bytes": size, "sha256": digest.hexdigest(), "rows": rows})
            found.tables.append(table)
