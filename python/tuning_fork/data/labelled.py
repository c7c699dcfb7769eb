"""Labelled texts, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tuning_fork.data.columns import column_for
from tuning_fork.data.complaint import row_error
from tuning_fork.data.labels import LabelTally, label_of
from tuning_fork.data.rows import Found, read_rows
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Place, Row
from tuning_fork.data.values import shown_value, trim

if TYPE_CHECKING:
    from tuning_fork.config_types import Data


@dataclass
class LabelledPart(Found):
    """What was found in one of `data.train` and `data.eval` while its rows went by."""

    rows: int = 0
    empty_texts: int = 0
    tally: LabelTally = field(default_factory=LabelTally)


def read_labelled(
    data: Data, spec: str | list[str], base_dir: str, part: LabelledPart, on_progress: Callable[[], object]
) -> Iterator[tuple[str, str, Place]]:
    """Text, label and place of each row. Anything wrong is a `UserError` with its place."""
    text_column = label_column = ""

    def needed(table: Table) -> list[str]:
        nonlocal text_column, label_column
        text_column, label_column = labelled_columns(data, table)
        return [text_column, label_column]

    for row in read_rows(data, spec, base_dir, needed, part, on_progress):
        label = label_of(row.values.get(label_column), label_column, row.place)
        part.tally.add(label, row.place)
        text = text_of(row, text_column)
        part.rows += 1
        part.empty_texts += trim(text) == ""
        yield text, label, row.place


def labelled_columns(data: Data, table: Table) -> tuple[str, str]:
    """The columns with text and class of a table."""
    columns = data["columns"]
    return (
        column_for("text", columns.get("text"), table.columns, table.file),
        column_for("label", columns.get("label"), table.columns, table.file),
    )


def text_of(row: Row, column: str) -> str:
    """The text in a cell of a row; anything else is a `UserError`."""
    value = row.values.get(column)
    if isinstance(value, str):
        return value
    if value is None:
        problem = f"the column {column} has no text."
        raise row_error("data-text-missing", row.place, problem, "Fill it in or remove the row.")
    problem = f"the column {column} holds {shown_value(value)}, which is not a text."
    advice = "Name the column with the text in `data.columns.text`, or put the value in quotes."
    raise row_error("data-text-not-text", row.place, problem, advice)


def labelled_facts(
    data: Data, train: LabelledPart, evaluation: LabelledPart | None, labels: list[str]
) -> dict[str, object]:
    """What was found and guessed, for the run's record."""
    table = train.tables[0] if train.tables else None
    text, label = labelled_columns(data, table) if table else (None, None)
    return {
        "textColumn": text,
        "labelColumn": label,
        "guessedColumns": [role for role in ("text", "label") if role not in data["columns"]],
        "inferredLabels": data["labels"] is None,
        "classes": len(labels),
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
