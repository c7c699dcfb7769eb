"""Rows, examples and what is told about data files. Rows and lines are 1-based; a CSV header is no row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict


@dataclass(slots=True)
class Place:
    """Where a record stands."""

    # Absolute path, or a hub data set as the config names it.
    file: str
    row: int
    # Line the record starts at; None for formats without lines.
    line: int | None


@dataclass(slots=True)
class Row:
    """One record of a data file, by column. A field that a short record lacks is absent."""

    place: Place
    values: dict[str, Any]


class DataFile(TypedDict):
    """A data file as it was read: a row of the run's record."""

    path: str
    bytes: int
    sha256: str
    rows: int


@dataclass(slots=True)
class Example:
    """One labelled text; `label` is an index into the labels."""

    text: str
    label: int
    file: str
    row: int


@dataclass
class ClassificationData:
    """What a classifier is trained and evaluated on. `eval` is empty when nothing is held out or named."""

    train: list[Example]
    eval: list[Example]
    # Class names by index.
    labels: list[str]
    # Rows of each class, by name, after the split: `train` and `eval`.
    class_counts: dict[str, dict[str, int]]
    # Training files, then evaluation files.
    files: list[DataFile]
    # What was found and guessed, for the run's record.
    facts: dict[str, object]
