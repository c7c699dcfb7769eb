"""Examples read while training: an iterable that begins anew each time, in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from tuning_fork.data.labelled import Labelled, labelled_reader
from tuning_fork.data.labels import LabelTally, Seen, choose_labels, require_trained, unknown_label
from tuning_fork.data.language import LanguageExample, language_reader
from tuning_fork.data.pairs import PairExample, pair_reader
from tuning_fork.data.preference import PreferenceExample, preference_reader
from tuning_fork.data.reader import OnProgress, OpenReader, Part, part_facts, read_part
from tuning_fork.data.rows import Role
from tuning_fork.data.tokens import NamedTokens, TokenExample, require_classes, token_labels, token_reader
from tuning_fork.data.types import DataFile, Example
from tuning_fork.data.values import plain_text
from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

T = TypeVar("T")

# Rows looked at before training where the data need not be read whole.
_PEEK = 100


class Stream(Generic[T]):
    """Reads the data anew whenever it is iterated over. A faulty row is a `UserError` when its turn comes."""

    def __init__(self, begin: Callable[[], Iterator[T]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[T]:
        return self._begin()


@dataclass
class StreamedData(Generic[T]):
    """What a model is trained on while it is read, and all it is evaluated on."""

    train: Stream[T]
    eval: list[T]
    # Class names by index; empty for tasks without classes.
    labels: list[str]
    # Those of `data.eval`: the training files are not read yet.
    files: list[DataFile]
    facts: dict[str, object]


class _Source(Generic[T]):
    """Both parts of a config's data, read by one task's reader."""

    def __init__(self, config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress) -> None:
        _require_streamable(config)
        self.data = config["data"]
        self._base_dir = str(base_dir)
        self._on_progress = on_progress
        self.train: Part[T] = Part(files=None)
        self.evaluation: Part[T] = Part()

    def read(self, role: Role, open_reader: OpenReader[T], part: Part[T] | None = None) -> Generator[T, None, None]:
        part = part or Part(files=None)
        return read_part(self.data, role, self._base_dir, open_reader, part, self._on_progress)

    def look(self, open_reader: OpenReader[T], whole: bool = False) -> None:
        """Reads the beginning of the training data, or all of it: what is wrong there shows before training begins."""
        with closing(self.read("train", open_reader, self.train)) as rows:
            for _row in rows if whole else islice(rows, _PEEK):
                pass

    def held(self, open_reader: OpenReader[T]) -> list[T]:
        """All evaluation rows."""
        if self.data["eval"] is None:
            return []
        return list(self.read("eval", open_reader, self.evaluation))

    def facts(self, labels: list[str] | None = None) -> dict[str, object]:
        facts = {**part_facts(self.data, self.train, None), "streaming": True}
        facts["emptyTexts"] = self.evaluation.empty_texts
        if labels is not None:
            facts |= {"inferredLabels": self.data["labels"] is None, "classes": len(labels)}
        return facts


def stream_classification(
    config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress = lambda: None
) -> StreamedData[Example]:
    """Labelled texts. Classes are those of `data.labels`; without it the data is read once before training to find them."""
    source: _Source[Labelled] = _Source(config, base_dir, on_progress)
    named = source.data["labels"]
    tally, eval_tally = LabelTally(), LabelTally()
    source.look(lambda table, columns: labelled_reader(table, columns, tally), whole=named is None)
    labels = choose_labels(tally, None) if named is None else [plain_text(label) for label in named]
    index_of = {label: index for index, label in enumerate(labels)}

    def example(row: Labelled) -> Example:
        index = index_of.get(row.label)
        if index is None:
            raise unknown_label(row.label, Seen(1, row.place), labels)
        return Example(row.text, index, row.place.file, row.place.row)

    held = source.held(lambda table, columns: labelled_reader(table, columns, eval_tally))
    require_trained(eval_tally, labels)
    return StreamedData(
        train=Stream(
            lambda: map(
                example, source.read("train", lambda table, columns: labelled_reader(table, columns, LabelTally()))
            )
        ),
        eval=[example(row) for row in held],
        labels=labels,
        files=source.evaluation.files or [],
        facts=source.facts(labels),
    )


def stream_token_classification(
    config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress = lambda: None
) -> StreamedData[TokenExample]:
    """Tokens with labels; classes are found as for `stream_classification`."""
    source: _Source[NamedTokens] = _Source(config, base_dir, on_progress)
    named = source.data["labels"]
    tally, eval_tally = LabelTally(), LabelTally()
    source.look(lambda table, columns: token_reader(table, columns, tally), whole=named is None)
    if named is None:
        require_classes(tally)
    held = source.held(lambda table, columns: token_reader(table, columns, eval_tally))
    labels = token_labels([tally, eval_tally], named)
    return StreamedData(
        train=Stream(
            lambda: map(
                labels.indexed,
                source.read("train", lambda table, columns: token_reader(table, columns, LabelTally())),
            )
        ),
        eval=[labels.indexed(row) for row in held],
        labels=labels.names,
        files=source.evaluation.files or [],
        facts=source.facts(labels.names),
    )


def stream_language(
    config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress = lambda: None
) -> StreamedData[LanguageExample]:
    """Texts, prompts with answers, or conversations."""
    return _streamed(_Source(config, base_dir, on_progress), language_reader)


def stream_preference(
    config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress = lambda: None
) -> StreamedData[PreferenceExample]:
    """Chosen and rejected answers."""
    return _streamed(_Source(config, base_dir, on_progress), preference_reader)


def stream_pairs(
    config: ResolvedConfig, base_dir: str | Path, on_progress: OnProgress = lambda: None
) -> StreamedData[PairExample]:
    """Pairs of texts."""
    return _streamed(_Source(config, base_dir, on_progress), pair_reader)


def _streamed(source: _Source[T], open_reader: OpenReader[T]) -> StreamedData[T]:
    source.look(open_reader)
    return StreamedData(
        train=Stream(lambda: source.read("train", open_reader)),
        eval=source.held(open_reader),
        labels=[],
        files=source.evaluation.files or [],
        facts=source.facts(),
    )


def _require_streamable(config: ResolvedConfig) -> None:
    data = config["data"]
    fraction = data["eval_fraction"]
    if data["eval"] is None and fraction > 0 and config["eval"]["strategy"] != "no":
        raise UserError(
            "data-streaming-fraction",
            f"A fraction ({fraction:g}) cannot be held out of streamed data.",
            "Name evaluation data in `data.eval`, or write `data.eval_fraction: 0`.",
        )
