"""One class for each text: backbone, dropout and a linear head."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import DataCollatorWithPadding

from tuning_fork.data import load_classification
from tuning_fork.metrics.baselines import classification_baselines
from tuning_fork.metrics.classification import judge_classification
from tuning_fork.metrics.tables import classification_tables
from tuning_fork.torch_trainer.models.build import build_model
from tuning_fork.torch_trainer.models.locate import locate_model
from tuning_fork.torch_trainer.models.positions import text_limit
from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer
from tuning_fork.torch_trainer.prepared import Measured, Prepared, Setup
from tuning_fork.torch_trainer.tasks.encode import encode_texts


def prepare(setup: Setup) -> Prepared:
    """Reads rows, tokenises them, and makes the model."""
    config = setup.config
    setup.enter("loading data")
    data = load_classification(config, setup.base_dir, setup.alive)
    place = locate_model(config["model"]["name_or_path"], setup.base_dir)
    setup.enter("loading the tokenizer")
    tokenizer = load_tokenizer(config, place)
    setup.enter("tokenising")
    length = text_limit(config, place)
    train, evaluated = (
        [
            {**row, "labels": example.label}
            for row, example in zip(
                encode_texts(tokenizer, [one.text for one in part], length, setup.alive), part, strict=True
            )
        ]
        for part in (data.train, data.eval)
    )
    setup.enter("loading the model")
    setup.seed()
    built = build_model(config, place, labels=data.labels, tokenizer=tokenizer, device=setup.device)
    for note in built.notes:
        setup.alert("info", "model-note", note)
    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=evaluated,
        collate=DataCollatorWithPadding(tokenizer),
        loss=built.loss or row_mean_loss,
        model_scales_loss=False,
        evaluation=lambda: ClassificationEvaluation(data.eval, data.labels),
        train_rows=len(train),
        eval_rows=len(evaluated),
        labels=data.labels,
        facts={
            "trainRows": len(train),
            "evalRows": len(evaluated),
            "labels": data.labels,
            "classCounts": data.class_counts,
            "files": data.files,
            "data": data.facts,
            **built.facts,
        },
        baselines=lambda: classification_baselines(data.train, data.eval, data.labels),
    )


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
