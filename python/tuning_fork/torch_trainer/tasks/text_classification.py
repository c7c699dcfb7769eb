"""One class for each text: backbone, dropout and a linear head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import DataCollatorWithPadding

from tuning_fork.data import load_classification
from tuning_fork.data.streaming import StreamedData, stream_classification
from tuning_fork.data.types import ClassificationData, Example
from tuning_fork.metrics.baselines import classification_baselines
from tuning_fork.metrics.classification import judge_classification
from tuning_fork.metrics.tables import classification_tables
from tuning_fork.torch_trainer.prepared import Measured, Prepared, Setup
from tuning_fork.torch_trainer.tasks.encode import encode_texts
from tuning_fork.torch_trainer.tasks.model import seeded_model, tokenizer_for
from tuning_fork.torch_trainer.tasks.streams import STREAM_ARGUMENTS, StreamedRows


def prepare(setup: Setup) -> Prepared:
    """Reads rows, tokenises them, and makes the model."""
    config = setup.config
    setup.enter("loading data")
    load = stream_classification if config["data"]["streaming"] else load_classification
    data: ClassificationData | StreamedData[Example] = load(config, setup.base_dir, setup.alive)
    place, tokenizer, limit = tokenizer_for(setup)
    encode = partial(encode_labelled, tokenizer, limit, setup.alive)
    evaluated = encode(data.eval)
    train: Any
    if isinstance(data, ClassificationData):
        train = encode(data.train)
        facts: dict[str, object] = {"trainRows": len(train), "classCounts": data.class_counts}
    else:
        train, facts = StreamedRows(data.train, encode), {"trainRows": None}
    built = seeded_model(setup, place, tokenizer, data.labels)
    if config["model"]["pooling"] != "auto":
        setup.alert("info", "pooling-of-its-own", _pooling_told(config["model"]["pooling"], type(built.model).__name__))
    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=evaluated,
        collate=DataCollatorWithPadding(tokenizer),
        loss=built.loss or row_mean_loss,
        evaluation=lambda: ClassificationEvaluation(data.eval, data.labels),
        train_rows=len(train) if isinstance(train, list) else None,
        eval_rows=len(evaluated),
        labels=data.labels,
        facts={
            **facts,
            "evalRows": len(evaluated),
            "labels": data.labels,
            "files": data.files,
            "data": data.facts,
            **built.facts,
        },
        baselines=lambda: _baselines(data),
        arguments_extra={} if isinstance(train, list) else STREAM_ARGUMENTS,
    )


def _pooling_told(pooling: str, kind: str) -> str:
    return (
        f"Checkpoints of this run pool by model.pooling: {pooling}. {kind}.from_pretrained loads their weights but pools in "
        "its own way, and answers differently: use tuning-fork predict, or pool as docs/formats.md shows."
    )


def encode_labelled(
    tokenizer: Any, max_length: int, alive: Callable[[], None], examples: Sequence[Example]
) -> list[dict[str, Any]]:
    """Rows as the model takes them: tokens, and the index of the class."""
    encoded = encode_texts(tokenizer, [one.text for one in examples], max_length, alive)
    return [{**row, "labels": one.label} for row, one in zip(encoded, examples, strict=True)]


def _baselines(data: ClassificationData | StreamedData[Example]) -> list[tuple[str, dict[str, float]]]:
    """Simple rules on the same rows; none for a stream, which nobody has read whole."""
    if not isinstance(data, ClassificationData):
        return []
    return classification_baselines(data.train, data.eval, data.labels)


def row_mean_loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
    """Cross entropy; with the number of rows of the whole optimizer step, this batch's share of their mean."""
    logits = outputs["logits"] if isinstance(outputs, dict) else outputs[0]
    if num_items_in_batch is None:
        return cross_entropy(logits.float(), labels)
    return cross_entropy(logits.float(), labels, reduction="sum") / num_items_in_batch


class ClassificationEvaluation:
    """Keeps a row's logits: as many numbers as there are classes."""

    def __init__(self, examples: list[Any], labels: list[str]) -> None:
        self._examples = examples
        self._labels = labels
        self._logits: list[np.ndarray] = []

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        return {"logits": outputs["logits"].detach().float()}

    def add(self, judged: dict[str, np.ndarray]) -> None:
        self._logits.append(judged["logits"])

    def result(self) -> Measured:
        truth = np.array([example.label for example in self._examples])
        judged = judge_classification(np.concatenate(self._logits), truth, self._labels)
        return Measured(judged.metrics, classification_tables(judged, self._examples, self._labels))
