"""The rows of an embedding model: pairs of texts, with a third or a score; or texts with a class."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tuning_fork.data.columns import column_for, usual_column
from tuning_fork.data.complaint import row_error
from tuning_fork.data.labels import label_of, sort_labels
from tuning_fork.data.language import passage_of, passage_text
from tuning_fork.data.reader import RowReader, TaskData, load_rows
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Row
from tuning_fork.data.values import shown_value, trim

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, ResolvedConfig

# Names of the texts of a pair in the data sets of Sentence Transformers, and their like.
_FIRST = ("anchor", "sentence1", "query", "question", "premise", "text1", "text")
_SECOND = ("positive", "sentence2", "answer", "document", "passage", "hypothesis", "text2")
_NEGATIVE = ("negative", "hard_negative")
_SCORES = ("score", "similarity")
_CLASSES = ("label", "similarity", "score")

Kind = Literal["pairs", "triplets", "scored", "classes"]


@dataclass(slots=True)
class PairExample:
    """One row; which of the optional fields it has is the same for all rows of a file."""

    anchor: str
    file: str
    row: int
    positive: str | None = None
    # A text that is not like the anchor.
    negative: str | None = None
    # How alike both texts are, in the data's own unit.
    score: float | None = None
    # Class of the anchor, where rows have one in place of a second text.
    label: str | None = None


@dataclass
class PairData(TaskData[PairExample]):
    """What an embedding model is trained and evaluated on."""

    kind: Kind
    # Class names, sorted; empty but for `classes`.
    labels: list[str]


def load_pairs(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> PairData:
    """Reads all rows; what they hold is told by their columns. Raises `UserError` with file, row and advice."""
    rows = load_rows(config, base_dir, pair_reader, on_progress)
    kind = kind_of(rows.train[0]) if rows.train else "pairs"
    found = {example.label for part in (rows.train, rows.eval) for example in part}
    rows.facts["kind"] = kind
    return PairData(**vars(rows), kind=kind, labels=sort_labels(label for label in found if label is not None))


def kind_of(example: PairExample) -> Kind:
    """What the rows of its file hold."""
    if example.label is not None:
        return "classes"
    if example.score is not None:
        return "scored"
    return "pairs" if example.negative is None else "triplets"


def pair_reader(table: Table, named: Columns) -> RowReader[PairExample]:
    """Finds the texts by `data.columns.text` and `completion`, else by usual names."""
    columns, file = table.columns, table.file
    first = column_for("text", named.get("text", named.get("prompt")), columns, file, _FIRST)
    has_second = "completion" in named or usual_column(_SECOND, columns) is not None
    if not has_second and ("label" in named or usual_column(_CLASSES, columns) is not None):
        return _class_reader(first, column_for("label", named.get("label"), columns, file, _CLASSES))
    second = column_for("completion", named.get("completion"), columns, file, _SECOND)
    negative = usual_column(_NEGATIVE, columns)
    # A column called label holds classes of pairs as often as scores: only the config can say that it is a score.
    score = column_for("label", named["label"], columns, file) if "label" in named else usual_column(_SCORES, columns)

    def read(row: Row) -> PairExample:
        anchor, positive = _text(row, first), _text(row, second)
        return PairExample(
            anchor,
            row.place.file,
            row.place.row,
            positive,
            None if negative is None else _text(row, negative),
            None if score is None else _score(row, score),
        )

    needed = [first, second, *(column for column in (negative, score) if column is not None)]
    return RowReader({"text": first, "completion": second}, needed, None, read, _is_empty)


def _class_reader(text: str, label: str) -> RowReader[PairExample]:
    def read(row: Row) -> PairExample:
        name = label_of(row.values.get(label), label, row.place)
        return PairExample(_text(row, text), row.place.file, row.place.row, label=name)

    return RowReader({"text": text, "label": label}, [text, label], None, read, _is_empty)


def _text(row: Row, column: str) -> str:
    return passage_text(passage_of(row, column))


def _score(row: Row, column: str) -> float:
    value = row.values.get(column)
    # Text formats write a number as text.
    if isinstance(value, str) and _NUMBER.fullmatch(trim(value)):
        return float(trim(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0:
        return float(value)
    problem = (
        f"the column {column} has no score."
        if value is None or value == ""
        else f"the column {column} holds {shown_value(value)}, which is not a number."
    )
    advice = "Write a number for each pair, or rename the column."
    raise row_error("data-score-not-a-number", row.place, problem, advice)


_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,2})?", re.IGNORECASE)


def _is_empty(example: PairExample) -> bool:
    return trim(example.anchor) == ""
