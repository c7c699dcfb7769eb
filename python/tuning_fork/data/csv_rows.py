"""Rows of CSV and TSV files."""

from __future__ import annotations

from collections.abc import Iterator

from tuning_fork.data.complaint import row_error, shown_path
from tuning_fork.data.csv_records import csv_records
from tuning_fork.data.locations import empty_file
from tuning_fork.data.text import OnBytes, read_text
from tuning_fork.data.types import Place, Row
from tuning_fork.data.values import trim
from tuning_fork.errors import UserError


def csv_columns(file: str, delimiter: str) -> list[str]:
    """Column names of the header."""
    for fields, _line in csv_records(file, delimiter, read_text(file)):
        return _header_of(file, fields)
    raise empty_file(file)


def csv_rows(file: str, delimiter: str, on_bytes: OnBytes | None = None) -> Iterator[Row]:
    """The rows after the header, as text values by column; fields a short record lacks are absent."""
    header: list[str] = []
    for row, (fields, line) in enumerate(csv_records(file, delimiter, read_text(file, on_bytes))):
        if row == 0:
            header = _header_of(file, fields)
            continue
        if len(fields) > len(header):
            raise row_error(
                "data-row-malformed",
                Place(file, row, line),
                f"the record has {len(fields)} fields, the header {len(header)}.",
                "Put a text that holds the delimiter or a line break in double quotes.",
            )
        yield Row(Place(file, row, line), dict(zip(header, fields, strict=False)))


def _header_of(file: str, fields: list[str]) -> list[str]:
    names = [trim(field) for field in fields]
    for index, name in enumerate(names):
        if name != "" and names.index(name) < index:
            raise UserError(
                "data-column-repeated",
                f"The header of {shown_path(file)} names the column {name} twice.",
                "Give every column its own name.",
            )
    return names
