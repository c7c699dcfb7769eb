"""A label for each token: named entities, parts of speech."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import DataCollatorForTokenClassification

from tuning_fork.data.streaming import StreamedData, stream_token_classification
from tuning_fork.data.tokens import TokenData, TokenExample, load_token_classification
from tuning_fork.metrics.tables import confusion_table, report_table
from tuning_fork.metrics.token_baselines import token_baselines
from tuning_fork.metrics.token_tables import JudgedTokens, token_samples_table
from tuning_fork.metrics.tokens import TokenTotals
from tuning_fork.torch_trainer.prepared import IGNORED, Measured, Prepared, Setup
from tuning_fork.torch_trainer.tasks.model import seeded_model, tokenizer_for
from tuning_fork.torch_trainer.tasks.streams import STREAM_ARGUMENTS, StreamedRows
from tuning_fork.torch_trainer.tasks.words import encode_words, first_piece_labels

# With more labels a confusion matrix is too large to be looked at.
MAX_CONFUSED = 50


def prepare(setup: Setup) -> Prepared:
    """Reads rows, tokenises their words, and makes the model."""
    config = setup.config
    setup.enter("loading data")
    load = stream_token_classification if config["data"]["streaming"] else load_token_classification
    data: TokenData | StreamedData[TokenExample] = load(config, setup.base_dir, setup.alive)
    place, tokenizer, limit = tokenizer_for(setup)
    encoder = TokenEncoder(tokenizer, limit, setup.alive)
    evaluated, eval_words = encoder.encode(data.eval)
    train: Any
    if isinstance(data, TokenData):
        train, train_words = encoder.encode(data.train)
        facts = _train_facts(setup, data, train_words, eval_words, encoder.length)
    else:
        train, facts = StreamedRows(data.train, lambda piece: encoder.encode(piece)[0]), {"trainRows": None}
    built = seeded_model(setup, place, tokenizer, data.labels)
    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=evaluated,
        collate=DataCollatorForTokenClassification(tokenizer, label_pad_token_id=IGNORED),
        loss=built.loss or token_mean_loss,
        evaluation=lambda: TokenEvaluation(data.eval, eval_words, data.labels),
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
        baselines=lambda: _baselines(data, eval_words),
        arguments_extra={} if isinstance(train, list) else STREAM_ARGUMENTS,
    )


class TokenEncoder:
    """Makes rows as the model takes them."""

    def __init__(self, tokenizer: Any, length: int, alive: Callable[[], None]) -> None:
        self._tokenizer = tokenizer
        self.length = length
        self._alive = alive

    def encode(self, examples: Sequence[TokenExample]) -> tuple[list[dict[str, list[int]]], list[list[int]]]:
        """The rows, and which words of each have a token of their own."""
        rows: list[dict[str, list[int]]] = []
        kept: list[list[int]] = []
        encoded = encode_words(self._tokenizer, [one.tokens for one in examples], self.length, self._alive)
        for example, (row, starts) in zip(examples, encoded, strict=True):
            rows.append({**row, "labels": first_piece_labels(starts, example.tags)})
            kept.append([word for word in starts if word >= 0])
        return rows, kept


def _train_facts(
    setup: Setup, data: TokenData, train: list[list[int]], evaluated: list[list[int]], length: int
) -> dict[str, object]:
    """What is known of rows that have been read; tells when some were cut."""
    cut = {
        name: sum(len(words) < len(example.tokens) for words, example in zip(kept, examples, strict=True))
        for name, kept, examples in (("train", train, data.train), ("eval", evaluated, data.eval))
    }
    if any(cut.values()):
        setup.alert(
            "info",
            "rows-cut",
            f"{cut['train']} of {len(train)} training rows and {cut['eval']} of {len(evaluated)} evaluation rows have more "
            f"than {length} tokens, or words that are no token to the model; these words are neither trained nor judged.",
        )
    return {"trainRows": len(train), "classCounts": data.class_counts, "cutRows": cut}


def _baselines(
    data: TokenData | StreamedData[TokenExample], eval_words: list[list[int]]
) -> list[tuple[str, dict[str, float]]]:
    """Simple rules on the words that the model is judged by; none for a stream, which nobody has read whole."""
    if not isinstance(data, TokenData):
        return []
    judged = [
        ([row.tokens[at] for at in words], [row.tags[at] for at in words])
        for row, words in zip(data.eval, eval_words, strict=True)
    ]
    return token_baselines([(row.tokens, row.tags) for row in data.train], judged, data.labels)


def token_mean_loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
    """Cross entropy of labelled tokens; with their number in the whole optimizer step, this batch's share of their mean."""
    logits = outputs["logits"] if isinstance(outputs, dict) else outputs[0]
    total = cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    items = (labels != IGNORED).sum() if num_items_in_batch is None else torch.as_tensor(num_items_in_batch)
    # A step may consist of rows without a single token.
    return total / items.to(total.device).clamp(min=1)


class TokenEvaluation:
    """Counts entities batch by batch; of a row its predicted tags are kept."""

    def __init__(self, examples: Sequence[TokenExample], words: Sequence[Sequence[int]], labels: Sequence[str]) -> None:
        """`words`: the words of each row that have a token of their own."""
        self._examples = examples
        self._words = words
        self._labels = labels
        self._totals = TokenTotals(labels)
        self._judged = JudgedTokens([], [], [])

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        labels, logits = inputs["labels"], outputs["logits"].detach().float()
        counts = labels != IGNORED
        losses = cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none").sum(dim=1)
        sure, predicted = logits.softmax(dim=-1).max(dim=-1)
        share = (sure * counts).sum(dim=1) / counts.sum(dim=1).clamp(min=1)
        return {"labels": labels, "predicted": predicted, "losses": losses, "sure": share}

    def add(self, judged: dict[str, np.ndarray]) -> None:
        truth, predicted, losses = judged["labels"], judged["predicted"], judged["losses"]
        self._totals.add(truth, predicted, losses)
        counts = truth >= 0
        self._judged.tags += [row[here].astype(np.int32) for row, here in zip(predicted, counts, strict=True)]
        self._judged.losses += (losses / np.maximum(counts.sum(axis=1), 1)).tolist()
        self._judged.sure += judged["sure"].tolist()

    def result(self) -> Measured:
        report = self._totals.report()
        tables = [
            report_table(report.classes),
            token_samples_table(self._judged, self._examples, self._words, self._labels),
        ]
        if len(self._labels) <= MAX_CONFUSED:
            tables.insert(0, confusion_table(report, self._labels))
        return Measured(report.metrics, tables)
