"""The rows of a text classification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.data.labelled import Labelled, labelled_facts, labelled_reader
from tuning_fork.data.labels import LabelTally, choose_labels, require_trained
from tuning_fork.data.reader import Part, RowReader, files_of, read_part, split_rows
from tuning_fork.data.split import held_out
from tuning_fork.data.tables import Table
from tuning_fork.data.types import ClassificationData, Example

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, ResolvedConfig


def load_classification(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> ClassificationData:
    """Reads all rows: columns found, labels chosen, evaluation rows named or held out.

    Args:
        base_dir: the folder relative paths start from.
        on_progress: called every few thousand rows.

    Raises `UserError` that names file, row and advice for anything wrong.
    """
    data, folder = config["data"], str(base_dir)
    tally = LabelTally()

    def open_reader(table: Table, named: Columns) -> RowReader[Labelled]:
        return labelled_reader(table, named, tally)

    part: Part[Labelled] = Part()
    train_rows = list(read_part(data, "train", folder, open_reader, part, on_progress))
    labels = choose_labels(tally, data["labels"])
    index_of = {label: index for index, label in enumerate(labels)}

    def indexed(rows: list[Labelled]) -> list[Example]:
        return [Example(row.text, index_of[row.label], row.place.file, row.place.row) for row in rows]

    evaluation: Part[Labelled] | None = None
    if data["eval"] is None:
        examples = indexed(train_rows)
        classes = [example.label for example in examples]
        is_held = held_out(classes, len(labels), data["eval_fraction"], config["run"]["seed"])
        train, held = split_rows(examples, is_held)
    else:
        tally, evaluation = LabelTally(), Part()
        eval_rows = list(read_part(data, "eval", folder, open_reader, evaluation, on_progress))
        require_trained(tally, labels)
        train, held = indexed(train_rows), indexed(eval_rows)
    return ClassificationData(
        train=train,
        eval=held,
        labels=labels,
        class_counts={"train": _count_classes(train, labels), "eval": _count_classes(held, labels)},
        files=files_of(part, evaluation),
        facts=labelled_facts(data, part, evaluation, labels),
    )


def _count_classes(rows: Sequence[Example], labels: Sequence[str]) -> dict[str, int]:
    counts = [0] * len(labels)
    for row in rows:
        counts[row.label] += 1
    return dict(zip(labels, counts, strict=True))
