"""Class names: read from cells, counted, chosen and put in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tuning_fork.data.complaint import did_you_mean, row_error, shown_path
from tuning_fork.data.nearest import nearest
from tuning_fork.data.types import Place
from tuning_fork.data.values import is_whole, listed, plain_text, shown_value, sort_key, sorted_texts, trim
from tuning_fork.errors import UserError

# Classes beyond which a label column is more likely numbers or free text.
_MANY_CLASSES = 1000
_SHOWN = 12


@dataclass
class Seen:
    """Rows seen of one label."""

    count: int
    first: Place


@dataclass
class LabelTally:
    """Counts the labels of some rows and remembers where each came first."""

    seen: dict[str, Seen] = field(default_factory=dict)

    def add(self, label: str, place: Place) -> None:
        known = self.seen.get(label)
        if known:
            known.count += 1
        else:
            self.seen[label] = Seen(1, place)


def label_of(value: object, column: str, place: Place) -> str:
    """The label in a cell as a class name: text without surrounding blanks, whole numbers and true/false as text."""
    if isinstance(value, str):
        text = trim(value)
        if text != "":
            return text
    elif isinstance(value, bool) or is_whole(value):
        return plain_text(value)
    if value is None or isinstance(value, str):
        problem = f"the column {column} has no label."
        raise row_error("data-label-missing", place, problem, "Fill it in or remove the row.")
    problem = f"the label in column {column} is {shown_value(value)}, not a name or a whole number."
    advice = "Name the column with the class in `data.columns.label`."
    raise row_error("data-label-not-a-class", place, problem, advice)


def choose_labels(tally: LabelTally, named: Sequence[str | int] | None) -> list[str]:
    """Class names in the order of their index: those named, else those found in the training rows, sorted."""
    found = list(tally.seen)
    if named:
        labels = [plain_text(label) for label in named]
        require_known(tally, labels)
    else:
        labels = sort_labels(found)
        _require_one_kind(tally)
    if len(found) == 1:
        raise _one_class(tally, found[0])
    unused = next((label for label in labels if label not in tally.seen), None)
    if unused is None:
        return labels
    raise UserError(
        "data-label-unused",
        f"`data.labels` lists {unused}, but no training row has that label.",
        f"Remove it from `data.labels`, or add rows. The data has {_listed_labels(found)}.",
    )


def require_known(tally: LabelTally, labels: Sequence[str]) -> None:
    """Raises when a label stands in the data that is not among the classes `data.labels` lists."""
    known = set(labels)
    for label, seen in tally.seen.items():
        if label not in known:
            raise unknown_label(label, seen, labels)


def unknown_label(label: str, seen: Seen, labels: Sequence[str]) -> UserError:
    """The error for a label that is not among the classes `data.labels` lists."""
    return _stranger(label, seen, labels, "data-label-unknown", "`data.labels` does not list it")


def require_trained(tally: LabelTally, labels: Sequence[str]) -> None:
    """Raises when a label of the evaluation data stands in no training row."""
    known = set(labels)
    for label, seen in tally.seen.items():
        if label not in known:
            raise _stranger(label, seen, labels, "data-label-untrained", "no training row has it")


def sort_labels(labels: Iterable[str]) -> list[str]:
    """Sorted by value when all are whole numbers, else by their characters: the same order on every machine."""
    names = list(labels)
    if all(map(_is_whole_number, names)):
        return sorted(names, key=lambda name: (float(name), sort_key(name)))
    return sorted_texts(names)


def _stranger(label: str, seen: Seen, labels: Sequence[str], code: str, reason: str) -> UserError:
    count = f" ({seen.count} rows have it)" if seen.count > 1 else ""
    problem = f"the label {shown_value(label)} is unknown: {reason}{count}."
    hint = did_you_mean(nearest(label, labels))
    advice = f"Correct the row, or change `data.labels`. Known are {_listed_labels(labels)}."
    return row_error(code, seen.first, f"{problem} {hint}".rstrip(), advice)


def _is_whole_number(label: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+", label) is not None


def _require_one_kind(tally: LabelTally) -> None:
    """Whole numbers and words in one label column are nearly always a slip; listing the labels says that they are not."""
    numbers = {label: seen for label, seen in tally.seen.items() if _is_whole_number(label)}
    words = {label: seen for label, seen in tally.seen.items() if label not in numbers}
    if numbers and words:
        are_numbers = sum(seen.count for seen in numbers.values()) >= sum(seen.count for seen in words.values())
        label, seen = next(iter((words if are_numbers else numbers).items()))
        problem = (
            f"the label {shown_value(label)} is text, where the column holds whole numbers."
            if are_numbers
            else f"the label {label} is a number, where the column holds names."
        )
        advice = "Correct the row, or list all classes in `data.labels`."
        raise row_error("data-label-mixed", seen.first, problem, advice)
    if len(tally.seen) > _MANY_CLASSES:
        file = next(iter(tally.seen.values())).first.file
        raise UserError(
            "data-label-many",
            f"{shown_path(file)} has {len(tally.seen)} different labels.",
            "Name the column with the class in `data.columns.label`, or list the classes in `data.labels`.",
        )


def _one_class(tally: LabelTally, label: str) -> UserError:
    return UserError(
        "data-one-class",
        f"All {tally.seen[label].count} training rows have the label {shown_value(label)}.",
        "A classifier needs rows of at least two classes; check `data.columns.label`.",
    )


def _listed_labels(labels: Sequence[str]) -> str:
    return listed(labels, _SHOWN)
