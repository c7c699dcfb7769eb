"""Data files with their format and columns found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuning_fork.data.csv_rows import csv_columns, csv_rows
from tuning_fork.data.delimiter import delimiter_of
from tuning_fork.data.jsonl import jsonl_columns, jsonl_rows
from tuning_fork.data.parquet import parquet_columns, parquet_rows
from tuning_fork.data.sniff import format_of
from tuning_fork.data.text import OnBytes
from tuning_fork.data.types import Row


@dataclass(frozen=True)
class Table:
    """A data file, or a data set of the hub, whose columns are known."""

    file: str
    # `csv`, `tsv`, `jsonl`, `parquet` or `hf`.
    format: str
    # Of CSV and TSV, else None.
    delimiter: str | None
    # Of JSON lines those of the first row.
    columns: list[str]

    def rows(self, columns: list[str] | None = None, on_bytes: OnBytes | None = None) -> Iterator[Row]:
        """The rows, once more at each call. `columns` limits what is decoded where the format allows it (Parquet)."""
        if self.delimiter is not None:
            return csv_rows(self.file, self.delimiter, on_bytes)
        if self.format == "jsonl":
            return jsonl_rows(self.file, on_bytes)
        return parquet_rows(self.file, columns, on_bytes)


def open_table(file: str, declared: str) -> Table:
    """Opens a data file: finds its format and its columns."""
    kind = format_of(file, declared)
    if kind in ("csv", "tsv"):
        delimiter = "\t" if kind == "tsv" else delimiter_of(file)
        return Table(file, kind, delimiter, csv_columns(file, delimiter))
    columns = jsonl_columns(file) if kind == "jsonl" else parquet_columns(file)
    return Table(file, kind, None, columns)
