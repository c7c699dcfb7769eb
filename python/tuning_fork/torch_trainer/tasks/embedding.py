"""Sentence embeddings: texts that belong together get vectors that are near each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tuning_fork.data.pairs import Kind, PairData, PairExample, kind_of, load_pairs
from tuning_fork.data.streaming import StreamedData, stream_pairs
from tuning_fork.errors import UserError
from tuning_fork.metrics.embedding import ClassTotals, PairTotals
from tuning_fork.metrics.names import choose_metrics
from tuning_fork.metrics.pair_tables import partner_table, score_table
from tuning_fork.torch_trainer.models.sentence import (
    VECTORS,
    choose_pooling,
    give_vectors,
    read_sentence_modules,
    write_sentence_files,
)
from tuning_fork.torch_trainer.plan import AUTO_BATCH
from tuning_fork.torch_trainer.prepared import Measured, Prepared, Setup
from tuning_fork.torch_trainer.tasks.contrastive import (
    SCALE,
    ContrastiveLoss,
    GroupedLoss,
    RowLosses,
    cosent,
    in_batch_negatives,
    same_class,
)
from tuning_fork.torch_trainer.tasks.encode import encode_texts
from tuning_fork.torch_trainer.tasks.model import seeded_model, tokenizer_for
from tuning_fork.torch_trainer.tasks.streams import STREAM_ARGUMENTS, StreamedRows

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# What each kind of rows is trained with, and its name in the record.
LOSSES: dict[Kind, tuple[RowLosses, str]] = {
    "pairs": (in_batch_negatives, "MultipleNegativesRankingLoss"),
    "triplets": (in_batch_negatives, "MultipleNegativesRankingLoss"),
    "scored": (cosent, "CoSENTLoss"),
    "classes": (same_class, "supervised contrastive loss"),
}

# Rows of an evaluation that are compared with each other: the same for every run, so that their losses can be compared,
# whatever the batches are.
ROWS_COMPARED = 32


def prepare(setup: Setup) -> Prepared:
    """Reads rows, tokenises their texts, and makes the model."""
    config = setup.config
    if config["method"]["type"] == "distill":
        raise UserError(
            "method-not-for-task",
            "method.type is distill, but an embedding has no probabilities that a teacher could share.",
            "Set method.type to full or lora.",
        )
    setup.enter("loading data")
    data: PairData | StreamedData[PairExample]
    if config["data"]["streaming"]:
        data = stream_pairs(config, setup.base_dir, setup.alive)
        first = next(iter(data.train), None)
        kind = kind_of(first) if first else "pairs"
    else:
        data = load_pairs(config, setup.base_dir, setup.alive)
        kind = data.kind
    size = config["train"]["per_device_train_batch_size"]
    batch = AUTO_BATCH if size == "auto" else size
    _require_rows_to_compare(data, kind, batch)
    if data.eval and config["eval"]["strategy"] != "no":
        _require_measured(config, kind)
    place, tokenizer, length = tokenizer_for(setup)
    modules = read_sentence_modules(place)
    pooling = choose_pooling(config, place, modules)
    if modules.others:
        setup.alert(
            "warning",
            "layers-left-out",
            f"{place.shown} has further layers after pooling ({', '.join(modules.others)}); they are left out, and not saved.",
        )
    encode = partial(encode_pairs, tokenizer, kind, length, setup.alive)
    train: Any = encode(data.train) if isinstance(data, PairData) else StreamedRows(data.train, encode)
    train_rows = len(train) if isinstance(train, list) else None
    evaluated = encode(data.eval)
    built = seeded_model(setup, place, tokenizer)
    inner = built.model.get_base_model() if hasattr(built.model, "get_base_model") else built.model
    give_vectors(inner, pooling)
    losses, loss_name = LOSSES[kind]

    def complete(folder: Path) -> None:
        width = inner.config.get_text_config().hidden_size
        write_sentence_files(folder, pooling=pooling, width=width, max_length=length, normalises=modules.normalises)

    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=evaluated,
        collate=partial(collate, tokenizer),
        loss=ContrastiveLoss(losses),
        evaluation=lambda: EmbeddingEvaluation(data.eval, kind, losses),
        train_rows=train_rows,
        eval_rows=len(evaluated),
        labels=[],
        facts={
            "trainRows": train_rows,
            "evalRows": len(evaluated),
            "pooling": pooling,
            "loss": {"name": loss_name, "scale": SCALE, "evalRowsCompared": ROWS_COMPARED},
            "files": data.files,
            "data": data.facts,
            **built.facts,
        },
        complete=complete,
        compares_rows=True,
        smallest_batch=_smallest_batch(kind),
        arguments_extra={} if isinstance(train, list) else STREAM_ARGUMENTS,
    )


def collate(tokenizer: Any, rows: Sequence[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
    """Ids and mask `[rows, texts, tokens]`, all padded to the longest text, and labels."""
    texts: list[list[int]] = []
    for row in rows:
        ids = iter(row["input_ids"])
        texts += [[next(ids) for _ in range(length)] for length in row["lengths"]]
    padded = tokenizer.pad({"input_ids": texts}, return_tensors="pt")
    shaped = {
        name: padded[name].view(len(rows), -1, padded[name].shape[-1]) for name in ("input_ids", "attention_mask")
    }
    return {**shaped, "labels": torch.tensor([row["labels"] for row in rows])}


def encode_pairs(
    tokenizer: Any, kind: Kind, length: int, alive: Callable[[], None], examples: Sequence[PairExample]
) -> list[dict[str, Any]]:
    """A row's token ids, one text after the other, the length of each, and the labels its loss takes."""
    rows = [_texts(example) for example in examples]
    encoded = iter(encode_texts(tokenizer, [text for row in rows for text in row], length, alive))
    made: list[dict[str, Any]] = []
    for example, row in zip(examples, rows, strict=True):
        ids = [next(encoded)["input_ids"] for _ in row]
        made.append(
            {
                "input_ids": [token for text in ids for token in text],
                "lengths": [len(text) for text in ids],
                "labels": _labels(example, row, kind),
            }
        )
    return made


def _texts(example: PairExample) -> list[str]:
    return [text for text in (example.anchor, example.positive, example.negative) if text is not None]


def _labels(example: PairExample, texts: list[str], kind: Kind) -> list[int] | int | float:
    if kind == "scored":
        # Only the order of scores counts; the logarithm never is −100, which would be no label to Transformers.
        score = example.score or 0.0
        return math.copysign(math.log1p(abs(score)), score)
    return _number(example.label or "") if kind == "classes" else [_number(text) for text in texts]


def _number(text: str) -> int:
    """The same for the same text, in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")


def _require_rows_to_compare(data: PairData | StreamedData[PairExample], kind: Kind, batch: int) -> None:
    smallest = _smallest_batch(kind)
    if batch >= smallest and (not isinstance(data, PairData) or len(data.train) >= smallest):
        return
    key = "train.per_device_train_batch_size is 1" if batch == 1 else "There is one row to train on"
    raise UserError(
        "nothing-to-compare",
        f"{key}, but embeddings are learnt by comparing the rows of a batch with each other.",
        "Write 2 or more, such as 32." if batch == 1 else "Add rows to data.train.",
    )


def _smallest_batch(kind: Kind) -> int:
    """Rows of a forward pass that there is something to learn from; a triplet brings its own wrong answer."""
    return 1 if kind == "triplets" else 2


def _require_measured(config: ResolvedConfig, kind: Kind) -> None:
    """Refuses a deciding metric that these rows do not give."""
    deciding = choose_metrics(config).deciding
    scored = ("spearman_cosine", "pearson_cosine")
    searched = ("recall_at_1", "mrr")
    if deciding == "loss" or deciding in (scored if kind == "scored" else searched):
        return
    why = "the pairs of the data have no scores" if deciding in scored else "the data has scores for its pairs"
    raise UserError(
        "metric-not-measured",
        f"checkpoint.metric_for_best_model is {deciding}, but {why}.",
        f"Choose among {', '.join(('loss', *(scored if kind == 'scored' else searched)))}.",
    )


class EmbeddingEvaluation:
    """Of most rows only a cosine is kept, of those that are searched their vectors."""

    def __init__(self, examples: Sequence[PairExample], kind: Kind, losses: RowLosses) -> None:
        self._examples = examples
        self._kind = kind
        self._loss = GroupedLoss(losses, ROWS_COMPARED)
        self._pairs: PairTotals | None = None
        self._classes: ClassTotals | None = None
        if kind == "classes":
            self._classes = ClassTotals(np.array([example.label for example in examples]))
        else:
            scores = np.array([example.score for example in examples]) if kind == "scored" else None
            self._pairs = PairTotals(len(examples), scores)

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        return {"vectors": outputs[VECTORS].detach().float(), "labels": inputs["labels"]}

    def add(self, judged: dict[str, np.ndarray]) -> None:
        vectors = judged["vectors"]
        self._loss.add(vectors, judged["labels"])
        if self._pairs is not None:
            self._pairs.add(vectors[:, 0], vectors[:, 1])
        if self._classes is not None:
            self._classes.add(vectors[:, 0])

    def result(self) -> Measured:
        loss = {"loss": self._loss.mean()}
        if self._classes is not None:
            return Measured({**loss, **self._classes.metrics()})
        assert self._pairs is not None
        table = score_table if self._kind == "scored" else partner_table
        return Measured({**loss, **self._pairs.metrics()}, [table(self._pairs, self._examples)])
