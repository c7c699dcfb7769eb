"""The rows of one file, read as the run reads its evaluation rows, made ready for the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from transformers import DataCollatorForTokenClassification, DataCollatorWithPadding

from tuning_fork.data.labelled import Labelled, labelled_reader
from tuning_fork.data.labels import LabelTally, require_trained
from tuning_fork.data.language import language_reader
from tuning_fork.data.locations import EXTENSIONS, extension_of
from tuning_fork.data.pairs import kind_of, pair_reader
from tuning_fork.data.preference import preference_reader
from tuning_fork.data.reader import OpenReader, Part, RowReader, read_part
from tuning_fork.data.tables import Table
from tuning_fork.data.tokens import NamedTokens, token_labels, token_reader
from tuning_fork.data.types import Example
from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.locate import locate_model
from tuning_fork.torch_trainer.models.trained import is_adapter, load_trained
from tuning_fork.torch_trainer.prepared import IGNORED, Evaluation
from tuning_fork.torch_trainer.tasks.dpo.encode import PairEncoder
from tuning_fork.torch_trainer.tasks.dpo.evaluation import PreferenceEvaluation
from tuning_fork.torch_trainer.tasks.dpo.rewards import pair_rewards
from tuning_fork.torch_trainer.tasks.embedding import LOSSES, EmbeddingEvaluation, collate, encode_pairs
from tuning_fork.torch_trainer.tasks.encode import encode_texts
from tuning_fork.torch_trainer.tasks.language.encode import LanguageEncoder
from tuning_fork.torch_trainer.tasks.language.evaluation import LanguageEvaluation
from tuning_fork.torch_trainer.tasks.language.packing import LanguageCollator
from tuning_fork.torch_trainer.tasks.language.samples import choose_questions, generate, samples_table
from tuning_fork.torch_trainer.tasks.preference import require_trl
from tuning_fork.torch_trainer.tasks.text_classification import ClassificationEvaluation
from tuning_fork.torch_trainer.tasks.token_classification import TokenEncoder, TokenEvaluation
from tuning_fork.torch_trainer.using.request import Loaded

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, Data

T = TypeVar("T")
Alive = Callable[[], None]


@dataclass
class Rows:
    """Rows as the model takes them."""

    items: list[dict[str, Any]]
    collate: Callable[[list[Any]], dict[str, Any]]
    evaluation: Evaluation
    # Records of the file, those that are not judged included.
    count: int
    # The file with size and hash.
    files: list[Any]
    # What a collated batch gives, which the evaluation judges; None: the model's outputs for it.
    forward: Callable[[dict[str, Any]], Any] | None = None


def load_rows(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    """Reads and encodes a file for the run's task. Raises `UserError` with file, row and advice."""
    return _LOADERS[loaded.config["task"]](loaded, file, alive)


def _read(loaded: Loaded, file: Path, open_reader: OpenReader[T], alive: Alive) -> tuple[list[T], Part[T]]:
    """All records of a file by the run's `data.columns`."""
    written = loaded.config["data"]
    # The run's own format counts for names that do not tell one.
    is_told = extension_of(str(file)) in EXTENSIONS or written["format"] == "hf"
    data = cast(
        "Data",
        {**written, "eval": str(file), "format": "auto" if is_told else written["format"], "streaming": False},
    )
    part: Part[T] = Part()
    return list(read_part(data, "eval", str(file.parent), open_reader, part, alive)), part


def _classification(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    tally, labels, tokenizer = LabelTally(), loaded.trained.labels, loaded.trained.tokenizer

    def open_reader(table: Table, named: Columns) -> RowReader[Labelled]:
        return labelled_reader(table, named, tally)

    rows, part = _read(loaded, file, open_reader, alive)
    require_trained(tally, labels)
    index_of = {label: index for index, label in enumerate(labels)}
    examples = [Example(row.text, index_of[row.label], row.place.file, row.place.row) for row in rows]
    items = encode_texts(tokenizer, [one.text for one in examples], loaded.max_length, alive)
    evaluation = ClassificationEvaluation(examples, labels)
    return Rows(list(items), DataCollatorWithPadding(tokenizer), evaluation, len(rows), part.files or [])


def _tokens(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    tally, labels, tokenizer = LabelTally(), loaded.trained.labels, loaded.trained.tokenizer

    def open_reader(table: Table, named: Columns) -> RowReader[NamedTokens]:
        return token_reader(table, named, tally)

    rows, part = _read(loaded, file, open_reader, alive)
    names = token_labels([tally], labels)
    examples = [names.indexed(row) for row in rows]
    items, words = TokenEncoder(tokenizer, loaded.max_length, alive).encode(examples)
    padded = DataCollatorForTokenClassification(tokenizer, label_pad_token_id=IGNORED)
    return Rows(items, padded, TokenEvaluation(examples, words, labels), len(rows), part.files or [])


def _language(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    trained, limit = loaded.trained, loaded.max_length
    examples, part = _read(loaded, file, language_reader, alive)
    encoder = LanguageEncoder(loaded.config, trained.tokenizer, limit, part.reader.shape if part.reader else None)
    items: list[dict[str, Any]] = []
    for example in examples:
        row = encoder.encode(example)
        if row.supervised:
            items.append({"input_ids": row.input_ids, "labels": row.labels})
        alive()
    if not items:
        raise _nothing_to_judge(file, limit, "Check that conversations have answers of the role assistant.")
    questions = choose_questions(encoder, examples, limit)
    evaluation = LanguageEvaluation(
        lambda: (
            samples_table(questions, generate(trained.model, trained.tokenizer, questions, alive))
            if questions
            else None
        )
    )
    padded = LanguageCollator(trained.tokenizer.pad_token_id, flatten=False)
    return Rows(items, padded, evaluation, len(examples), part.files or [])


def _pairs(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    tokenizer = loaded.trained.tokenizer
    examples, part = _read(loaded, file, pair_reader, alive)
    kind = kind_of(examples[0])
    items = encode_pairs(tokenizer, kind, loaded.max_length, alive, examples)
    evaluation = EmbeddingEvaluation(examples, kind, LOSSES[kind][0])
    return Rows(items, partial(collate, tokenizer), evaluation, len(examples), part.files or [])


def _preferences(loaded: Loaded, file: Path, alive: Alive) -> Rows:
    require_trl()
    # Seconds of imports, and only here.
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    trained = loaded.trained
    examples, part = _read(loaded, file, preference_reader, alive)
    encoder = PairEncoder(loaded.config, trained.tokenizer, loaded.max_length)
    items: list[dict[str, Any]] = []
    kept = []
    for example in examples:
        pair = encoder.encode(example)
        if pair.is_whole:
            items.append(pair.columns())
            kept.append(example)
        alive()
    if not items:
        raise _nothing_to_judge(file, loaded.max_length, "Shorten the prompts.")
    frozen = None if is_adapter(loaded.place) else _reference(loaded)
    return Rows(
        items,
        DataCollatorForPreference(pad_token_id=trained.tokenizer.pad_token_id),
        PreferenceEvaluation(kept),
        len(examples),
        part.files or [],
        lambda inputs: pair_rewards(trained.model, trained.model, frozen, inputs),
    )


def _reference(loaded: Loaded) -> Any:
    """The model that training started from, which rewards are measured against."""
    trained, config = loaded.trained, loaded.config
    start = locate_model(config["model"]["name_or_path"], loaded.place.base_dir)
    model = load_trained(start, config, dtype=trained.model.dtype, labels=None, tokenizer=trained.tokenizer, base=None)
    return model.to(trained.device).eval()


def _nothing_to_judge(file: Path, limit: int, advice: str) -> UserError:
    problem = f"No row of {file} has a token to judge: no row has an answer, or all prompts fill {limit} tokens."
    return UserError("no-supervised-tokens", problem, advice)


_LOADERS: dict[str, Callable[[Loaded, Path, Alive], Rows]] = {
    "text-classification": _classification,
    "token-classification": _tokens,
    "causal-lm": _language,
    "preference": _preferences,
    "embedding": _pairs,
}
