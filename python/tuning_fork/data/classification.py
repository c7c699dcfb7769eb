"""The rows of a text classification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.data.labelled import LabelledPart, labelled_facts, read_labelled
from tuning_fork.data.labels import choose_labels, require_trained
from tuning_fork.data.split import held_out
from tuning_fork.data.types import ClassificationData, Example, Place

if TYPE_CHECKING:
    from tuning_fork.config_types import Data, ResolvedConfig


def load_classification(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> ClassificationData:
    """Reads all rows: columns found, labels chosen, evaluation rows named or held out.

    Args:
        base_dir: the folder relative paths start from.
        on_progress: called every few thousand rows.

    Raises `UserError` that names file, row and advice for anything wrong.
    """
    data = config["data"]
    train, train_rows = _read_part(data, data["train"], str(base_dir), on_progress)
    labels = choose_labels(train.tally, data["labels"])
    evaluation, eval_rows = None, None
    if data["eval"] is not None:
        evaluation, eval_rows = _read_part(data, data["eval"], str(base_dir), on_progress)
        require_trained(evaluation.tally, labels)
    index_of = {label: index for index, label in enumerate(labels)}

    def indexed(rows: list[tuple[str, str, Place]]) -> list[Example]:
        return [Example(text, index_of[label], place.file, place.row) for text, label, place in rows]

    examples = indexed(train_rows)
    if eval_rows is None:
        classes = [example.label for example in examples]
        is_held = held_out(classes, len(labels), data["eval_fraction"], config["run"]["seed"])
        held = list(compress(examples, is_held))
        examples = list(compress(examples, [not one for one in is_held]))
    else:
        held = indexed(eval_rows)
    return ClassificationData(
        train=examples,
        eval=held,
        labels=labels,
        class_counts={"train": _count_classes(examples, labels), "eval": _count_classes(held, labels)},
        files=[*train.files, *(evaluation.files if evaluation else [])],
        facts=labelled_facts(data, train, evaluation, labels),
    )


def _read_part(
    data: Data, spec: str | list[str], base_dir: str, on_progress: Callable[[], object]
) -> tuple[LabelledPart, list[tuple[str, str, Place]]]:
    part = LabelledPart()
    return part, list(read_labelled(data, spec, base_dir, part, on_progress))


def _count_classes(rows: Sequence[Example], labels: Sequence[str]) -> dict[str, int]:
    counts = [0] * len(labels)
    for row in rows:
        counts[row.label] += 1
    return dict(zip(labels, counts, strict=True))
