"""The next token: texts, prompts with answers, conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuning_fork.data.language import LanguageExample, load_language
from tuning_fork.data.streaming import stream_language
from tuning_fork.metrics.tables import Table
from tuning_fork.torch_trainer.prepared import Prepared, Setup
from tuning_fork.torch_trainer.tasks.language.encode import EncodedRow, LanguageEncoder
from tuning_fork.torch_trainer.tasks.language.evaluation import LanguageEvaluation
from tuning_fork.torch_trainer.tasks.language.loss import language_loss
from tuning_fork.torch_trainer.tasks.language.packing import LanguageCollator, PackedRows, require_separation
from tuning_fork.torch_trainer.tasks.language.rows import EncodedStream, encode_rows
from tuning_fork.torch_trainer.tasks.language.samples import choose_questions, generate, samples_table
from tuning_fork.torch_trainer.tasks.model import seeded_model, tokenizer_for
from tuning_fork.torch_trainer.tasks.streams import STREAM_ARGUMENTS

# Weights are in pieces on several devices there, and no process has a model to write texts with.
NO_SAMPLES = ("fsdp", "deepspeed")


@dataclass
class _Source:
    """The data as it was read."""

    # A stream, or a list.
    train: Any
    eval: list[LanguageExample]
    shape: str | None
    facts: dict[str, object]


def prepare(setup: Setup) -> Prepared:
    """Reads rows, tokenises them, and makes the model."""
    config = setup.config
    setup.enter("loading data")
    source = _read(setup)
    place, tokenizer, limit = tokenizer_for(setup)
    encoder = LanguageEncoder(config, tokenizer, limit, source.shape)
    train, train_rows, facts = _training_rows(setup, encoder, source, limit)
    evaluated = encode_rows(setup, encoder, source.eval, "evaluation")
    questions = choose_questions(encoder, source.eval, limit)
    built = seeded_model(setup, place, tokenizer)
    packs = config["data"]["packing"]
    if packs:
        require_separation(built.model)

    def samples() -> Table | None:
        if not questions or config["hardware"]["strategy"] in NO_SAMPLES:
            return None
        return samples_table(questions, generate(built.model, tokenizer, questions, setup.alive))

    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=_items(evaluated.rows),
        collate=LanguageCollator(tokenizer.pad_token_id, flatten=packs and _is_flash(built.model)),
        loss=built.loss or language_loss,
        evaluation=lambda: LanguageEvaluation(samples),
        train_rows=train_rows,
        eval_rows=len(evaluated.rows),
        labels=[],
        facts={
            **facts,
            "evalRows": len(evaluated.rows),
            "evalSupervisedTokens": evaluated.supervised,
            "lossOn": "all tokens" if config["data"]["completion_only_loss"] is False else _loss_on(source.shape),
            "promptFormat": _format(source.shape, encoder),
            "maxLength": limit,
            **source.facts,
            **built.facts,
        },
        arguments_extra=STREAM_ARGUMENTS if train_rows is None else {},
    )


def _read(setup: Setup) -> _Source:
    if setup.config["data"]["streaming"]:
        streamed = stream_language(setup.config, setup.base_dir, setup.alive)
        shape = streamed.facts.get("shape")
        return _Source(
            streamed.train,
            streamed.eval,
            shape if isinstance(shape, str) else None,
            {"files": streamed.files, "data": streamed.facts},
        )
    data = load_language(setup.config, setup.base_dir, setup.alive)
    return _Source(data.train, data.eval, data.shape, {"files": data.files, "data": data.facts})


def _training_rows(
    setup: Setup, encoder: LanguageEncoder, source: _Source, limit: int
) -> tuple[Any, int | None, dict[str, object]]:
    """The training data set, its length (None for a stream), and facts of it."""
    packs = setup.config["data"]["packing"]
    if setup.config["data"]["streaming"]:
        return EncodedStream(setup, encoder, source.train, pack_to=limit if packs else None), None, {"trainRows": None}
    encoded = encode_rows(setup, encoder, source.train, "training")
    facts: dict[str, object] = {
        "trainRows": len(encoded.rows),
        "supervisedTokens": encoded.supervised,
        "trainTokens": sum(len(row.input_ids) for row in encoded.rows),
        "rowsCut": encoded.cut,
        "rowsLeftOut": encoded.dropped,
    }
    if packs:
        packed = PackedRows(encoded.rows, limit)
        return packed, len(packed), {**facts, "packedRows": len(packed)}
    return _items(encoded.rows), len(encoded.rows), facts


def _items(rows: list[EncodedRow]) -> list[dict[str, Any]]:
    return [{"input_ids": row.input_ids, "labels": row.labels} for row in rows]


def _loss_on(shape: str | None) -> str:
    return "all tokens" if shape in (None, "text") else "answers"


def _format(shape: str | None, encoder: LanguageEncoder) -> str:
    return "chat template" if shape in ("messages", "sharegpt") else encoder.written


def _is_flash(model: Any) -> bool:
    return str(getattr(model.config, "_attn_implementation", "")).startswith("flash")
