"""Labelled texts, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuning_fork.data.columns import column_for
from tuning_fork.data.complaint import row_error
from tuning_fork.data.labels import LabelTally, label_of
from tuning_fork.data.reader import Part, RowReader, part_facts
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Place, Row
from tuning_fork.data.values import shown_value, trim

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, Data


@dataclass(slots=True)
class Labelled:
    """One row whose label is a name yet."""

    text: str
    label: str
    place: Place


def labelled_reader(table: Table, named: Columns, tally: LabelTally) -> RowReader[Labelled]:
    """Reads texts and labels, which `tally` counts."""
    text = column_for("text", named.get("text"), table.columns, table.file)
    label = column_for("label", named.get("label"), table.columns, table.file)

    def read(row: Row) -> Labelled:
        name = label_of(row.values.get(label), label, row.place)
        tally.add(name, row.place)
        return Labelled(_text_of(row, text), name, row.place)

    return RowReader({"text": text, "label": label}, [text, label], None, read, lambda row: trim(row.text) == "")


def labelled_facts(
    data: Data, train: Part[Labelled], evaluation: Part[Labelled] | None, labels: list[str]
) -> dict[str, object]:
    """What was found and guessed, for the run's record."""
    roles = train.reader.roles if train.reader else {}
    facts = part_facts(data, train, evaluation)
    return {
        "textColumn": roles.get("text"),
        "labelColumn": roles.get("label"),
        "guessedColumns": [role for role in ("text", "label") if role not in data["columns"]],
        "inferredLabels": data["labels"] is None,
        "classes": len(labels),
        **{name: facts[name] for name in ("format", "delimiter", "emptyTexts", "evalSource")},
    }


def _text_of(row: Row, column: str) -> str:
    value = row.values.get(column)
    if isinstance(value, str):
        return value
    if value is None:
        problem = f"the column {column} has no text."
        raise row_error("data-text-missing", row.place, problem, "Fill it in or remove the row.")
    problem = f"the column {column} holds {shown_value(value)}, which is not a text."
    advice = "Name the column with the text in `data.columns.text`, or put the value in quotes."
    raise row_error("data-text-not-text", row.place, problem, advice)
