"""Tables of an evaluation, as src/trainers/tfjs/eval/tables.ts makes them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from tuning_fork.metrics.classification import ClassificationReport, ClassReport, Judged

# (name, columns, rows), as the journal takes them.
Table = tuple[str, list[str], list[list[object]]]

# Rows of one table of samples, and probabilities in it: an evaluation costs the journal some hundred kilobytes at most.
MAX_SAMPLES = 500
MIN_SAMPLES = 50
MAX_PROBABILITIES = 20_000
# The share of the dearest mistakes among them when not all rows fit.
MISTAKES = 0.2
TEXT_LENGTH = 200

# What JavaScript's \s stands for; Python's has other members.
_SPACES = re.compile(r"[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


class LabelledText(Protocol):
    """A row of the evaluation data."""

    text: str
    # Index into the labels.
    label: int
    file: str
    # 1-based data record in that file.
    row: int


def classification_tables(judged: Judged, examples: Sequence[LabelledText], labels: Sequence[str]) -> list[Table]:
    """Confusion matrix, report of each label, and sample predictions."""
    return [
        confusion_table(judged, labels),
        report_table(judged.classes),
        samples_table(judged, examples, labels),
    ]


def confusion_table(report: ClassificationReport, labels: Sequence[str]) -> Table:
    """Rows are true labels, columns predicted ones."""
    rows: list[list[object]] = [
        [label, *counts] for label, counts in zip(labels, report.confusion.tolist(), strict=True)
    ]
    return "eval/confusion_matrix", ["label", *labels], rows


def report_table(classes: Sequence[ClassReport]) -> Table:
    """Precision, recall and F1 of each label (of token classification: each type of entity)."""
    rows: list[list[object]] = [[one.label, one.precision, one.recall, one.f1, one.support] for one in classes]
    return "eval/report", ["label", "precision", "recall", "f1", "support"], rows


def samples_table(judged: Judged, examples: Sequence[LabelledText], labels: Sequence[str]) -> Table:
    """Sample predictions, chosen by `choose_samples`. `row` is the row in `file`, `p(label)` the probability of a class."""
    wrong = judged.predicted != np.array([example.label for example in examples], dtype=np.int64)
    limit = min(MAX_SAMPLES, max(MIN_SAMPLES, MAX_PROBABILITIES // max(1, len(labels))))

    def cells(at: int) -> list[object]:
        example = examples[at]
        shares = [rounded(share) for share in judged.probabilities[at].tolist()]
        names = (labels[example.label], labels[int(judged.predicted[at])])
        return [shorten(example.text), *names, *shares, example.file, example.row]

    columns = ["text", "label", "prediction", *(f"p({label})" for label in labels), "file", "row"]
    return "eval/samples", columns, [cells(at) for at in choose_samples(judged.losses, wrong, limit)]


def choose_samples(losses: np.ndarray, wrong: np.ndarray, limit: int = MAX_SAMPLES) -> list[int]:
    """Which of the evaluation rows are shown: indices, in the order of the table.

    Every row when there are at most `limit`. Of more the same evenly spaced ones at each evaluation, so that two can be
    laid side by side, filled up with the dearest mistakes (greatest of `losses` `[rows]` among those that are `wrong`
    `[rows]`). First the mistakes, dearest first, then right ones in the order of the data.
    """
    # Stable, so that of equally dear ones the earlier row comes first.
    dearest = [at for at in np.argsort(-losses, kind="stable").tolist() if wrong[at]]
    chosen = set(_spaced_rows(len(losses), limit, dearest))
    mistakes = [at for at in dearest if at in chosen]
    return mistakes + [at for at in sorted(chosen) if not wrong[at]]


def _spaced_rows(count: int, limit: int, mistakes: Sequence[int]) -> list[int]:
    """At most `limit` of `count` rows, in order: evenly spaced ones, filled up with mistakes."""
    if count <= limit:
        return list(range(count))
    spaced = math.ceil(limit * (1 - MISTAKES))
    chosen = {at * count // spaced for at in range(spaced)}
    for row in mistakes:
        if len(chosen) == limit:
            break
        chosen.add(row)
    return sorted(chosen)


def rounded(share: float) -> float:
    """Four decimals, halves upwards."""
    return math.floor(share * 1e4 + 0.5) / 1e4 if math.isfinite(share) else share


def shorten(text: str) -> str:
    """One line of at most 200 characters."""
    # JavaScript's strings, which the embedded trainer cuts, count in UTF-16 units.
    begin = (
        text[: TEXT_LENGTH * 4].encode("utf-16-le", "surrogatepass")[: TEXT_LENGTH * 8].decode("utf-16-le", "ignore")
    )
    line = _SPACES.sub(" ", begin).strip(" ")
    return f"{line[:TEXT_LENGTH]}…" if len(line) > TEXT_LENGTH else line
