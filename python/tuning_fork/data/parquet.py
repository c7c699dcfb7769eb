"""Rows of Parquet files, through pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuning_fork.data.complaint import missing_package, shown_path
from tuning_fork.data.text import OnBytes
from tuning_fork.data.types import Place, Row
from tuning_fork.errors import UserError

# Rows decoded at once.
_BATCH = 8192
_PIECE = 1 << 20


def parquet_columns(file: str) -> list[str]:
    """Names of the top-level columns."""
    with _open(file) as opened:
        return list(opened.schema_arrow.names)


def parquet_rows(file: str, columns: list[str] | None = None, on_bytes: OnBytes | None = None) -> Iterator[Row]:
    """Rows with the given columns (all when None), a batch at a time. Texts without a type of their own are UTF-8."""
    if on_bytes:
        with open(file, "rb") as plain:
            while data := plain.read(_PIECE):
                on_bytes(data)
    row = 0
    with _open(file) as opened:
        batches = opened.iter_batches(batch_size=_BATCH, columns=columns)
        while True:
            try:
                batch = next(batches, None)
                records = [] if batch is None else batch.to_pylist()
            except Exception as cause:  # pyarrow's errors are OSErrors, ValueErrors and others of its own
                raise _damaged(file, cause) from cause
            if batch is None:
                return
            for values in records:
                row += 1
                yield Row(Place(file, row, None), {name: _text(value) for name, value in values.items()})


def _open(file: str) -> Any:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise missing_package(f"{shown_path(file)} is Parquet, which", "pyarrow") from None
    try:
        return ParquetFile(file)
    except Exception as cause:  # pyarrow's errors are OSErrors, ValueErrors and others of its own
        raise _damaged(file, cause) from cause


def _text(value: Any) -> Any:
    """Some writers leave out that a column of bytes is text."""
    if not isinstance(value, bytes):
        return value
    return value.decode("utf-8", "replace")


def _damaged(file: str, cause: Exception) -> UserError:
    reason = str(cause).split("\n", 1)[0].rstrip(".") or type(cause).__name__
    return UserError(
        "data-parquet-damaged",
        f"{shown_path(file)} cannot be read as Parquet: {reason}.",
        "Check that the file is whole and is Parquet; `data.format` names another format.",
    )
