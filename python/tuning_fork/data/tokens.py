"""The rows of a token classification: a list of tokens and a list of as many labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuning_fork.data.chat import list_in
from tuning_fork.data.columns import column_for
from tuning_fork.data.complaint import row_error
from tuning_fork.data.labels import LabelTally, Seen, label_of, sort_labels, unknown_label
from tuning_fork.data.reader import RowReader, TaskData, load_rows
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Place, Row
from tuning_fork.data.values import plain_text, shown_value, trim
from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, ResolvedConfig

_LABEL_NAMES = ("ner_tags", "tags", "pos_tags", "labels", "label")


@dataclass(slots=True)
class TokenExample:
    """One row; `tags[i]` is the index of the label of `tokens[i]`."""

    tokens: list[str]
    tags: list[int]
    file: str
    row: int


@dataclass(slots=True)
class NamedTokens:
    """One row whose labels are names yet."""

    tokens: list[str]
    names: list[str]
    place: Place


@dataclass
class TokenData(TaskData[TokenExample]):
    """What a token classifier is trained and evaluated on."""

    # Class names by index, those that only `data.eval` has included.
    labels: list[str]
    # Tokens of each class, by name, after the split: `train` and `eval`.
    class_counts: dict[str, dict[str, int]]


class TokenLabels:
    """Class names and what a label in the data means: a name, or a place in the list of names."""

    def __init__(self, names: list[str], are_ids: bool) -> None:
        self.names = names
        self._are_ids = are_ids
        self._index_of = {name: index for index, name in enumerate(names)}

    def index(self, label: str, seen: Seen) -> int:
        """The class a label stands for; raises `UserError` with the place where it was seen when it is none."""
        if not self._are_ids:
            index = self._index_of.get(label)
            if index is None:
                raise unknown_label(label, seen, self.names)
            return index
        classes = len(self.names)
        if _is_id(label) and int(label) < classes:
            return int(label)
        raise row_error(
            "data-label-id",
            seen.first,
            f"the label {label} is beyond the {classes} classes of `data.labels`, which are numbered 0 to {classes - 1} "
            f"(tokens that have it: {seen.count}).",
            "List all classes in `data.labels` in the order of their numbers.",
        )

    def indexed(self, row: NamedTokens) -> TokenExample:
        """The row with indices in place of names."""
        tags = [self.index(name, Seen(1, row.place)) for name in row.names]
        return TokenExample(row.tokens, tags, row.place.file, row.place.row)


def load_token_classification(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> TokenData:
    """Reads all rows. Raises `UserError` with file, row and advice."""
    tallies = [LabelTally()]

    def open_reader(table: Table, named: Columns) -> RowReader[NamedTokens]:
        return token_reader(table, named, tallies[-1])

    def on_train() -> None:
        require_classes(tallies[0])
        tallies.append(LabelTally())

    rows = load_rows(config, base_dir, open_reader, on_progress, on_train)
    labels = token_labels(tallies, config["data"]["labels"])
    train, evaluation = ([labels.indexed(row) for row in part] for part in (rows.train, rows.eval))
    return TokenData(
        train,
        evaluation,
        rows.shape,
        rows.files,
        rows.facts,
        labels=labels.names,
        class_counts={"train": _count(train, labels.names), "eval": _count(evaluation, labels.names)},
    )


def token_reader(table: Table, named: Columns, tally: LabelTally) -> RowReader[NamedTokens]:
    """Reads tokens and labels, which `tally` counts."""
    columns, file = table.columns, table.file
    tokens = column_for("tokens", named.get("tokens"), columns, file)
    label = column_for("label", named.get("label"), columns, file, _LABEL_NAMES)

    def read(row: Row) -> NamedTokens:
        words, tags = _list_in(row, tokens), _list_in(row, label)
        if len(words) != len(tags):
            raise row_error(
                "data-label-count",
                row.place,
                f"{len(words)} tokens in {tokens}, but {len(tags)} labels in {label}.",
                "Write one label for each token.",
            )
        names = [label_of(tag, label, row.place) for tag in tags]
        for name in names:
            tally.add(name, row.place)
        return NamedTokens([_token(word, tokens, row.place) for word in words], names, row.place)

    return RowReader({"tokens": tokens, "label": label}, [tokens, label], None, read, _is_empty)


def token_labels(parts: Sequence[LabelTally], named: Sequence[str | int] | None) -> TokenLabels:
    """Class names of token labels: those named, else those found. Whole numbers are places in the list that is named.

    Args:
        parts: the labels of the training rows, then those of the evaluation rows.
    """
    train = parts[0]
    found = list(dict.fromkeys(label for part in parts for label in part.seen))
    if not named:
        return TokenLabels(sort_labels(found), are_ids=False)
    labels = [plain_text(label) for label in named]
    are_ids = bool(train.seen) and all(map(_is_id, train.seen)) and not all(map(_is_id, labels))
    chosen = TokenLabels(labels, are_ids)
    for part in parts:
        for label, seen in part.seen.items():
            chosen.index(label, seen)
    return chosen


def require_classes(tally: LabelTally) -> None:
    """Raises when all tokens have the same label."""
    if len(tally.seen) != 1:
        return
    raise UserError(
        "data-one-class",
        f"All tokens have the label {shown_value(next(iter(tally.seen)))}.",
        "A classifier needs at least two classes; check `data.columns.label`.",
    )


def _is_id(label: str) -> bool:
    return re.fullmatch(r"[0-9]+", label) is not None


def _list_in(row: Row, column: str) -> list[Any]:
    value = row.values.get(column)
    found = list_in(value)
    if isinstance(found, list):
        return found
    held = "nothing" if value is None else shown_value(value)
    raise row_error(
        "data-list-missing",
        row.place,
        f"the column {column} holds {held}, not a list.",
        'Write lists such as ["Ada", "met", "Bob"] in every row, in JSONL or Parquet.',
    )


def _token(word: Any, column: str, place: Place) -> str:
    if isinstance(word, str | int | float):
        return word if isinstance(word, str) else plain_text(word)
    raise row_error(
        "data-token-not-text",
        place,
        f"the column {column} lists {shown_value(word)}, which is not a token.",
        "Write every token as a text.",
    )


def _count(rows: Sequence[TokenExample], labels: Sequence[str]) -> dict[str, int]:
    counts = [0] * len(labels)
    for row in rows:
        for tag in row.tags:
            counts[tag] += 1
    return dict(zip(labels, counts, strict=True))


def _is_empty(row: NamedTokens) -> bool:
    return trim(" ".join(row.tokens)) == ""
