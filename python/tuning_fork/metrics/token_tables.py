"""Sample predictions of a token classification: spans in words, wrong ones first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tuning_fork.metrics.tables import TEXT_LENGTH, Table, choose_samples, rounded, shorten
from tuning_fork.metrics.tokens import TagScheme

# Characters that are shown of one span.
SPAN_LENGTH = 60

# Type, first and last token.
Span = tuple[int, int, int]


class TaggedRow(Protocol):
    """A row of the evaluation data."""

    tokens: list[str]
    # Index of each token's label.
    tags: list[int]
    file: str
    # 1-based data record in that file.
    row: int


@dataclass
class JudgedTokens:
    """What an evaluation found, one entry a row."""

    # Indices of predicted labels `[words]`, of the words that have a token.
    tags: list[np.ndarray]
    # Mean cross entropy of the words in nats.
    losses: list[float]
    # Mean probability of the predicted labels.
    sure: list[float]


def token_samples_table(
    judged: JudgedTokens, examples: Sequence[TaggedRow], words: Sequence[Sequence[int]], labels: Sequence[str]
) -> Table:
    """Rows with wrong spans first, the dearest before the others; chosen as those of a classification are.

    `label` and `prediction` list spans as `Ada Lovelace (PER)`: in a wrong row those first that only one of the two has, so
    that the two differ. `@4` behind a span is its first token, where the same words stand in the row more than once.
    `wrong` counts spans that only one of the two has, `p(prediction)` is the mean probability of the predicted labels.

    Args:
        words: which of a row's tokens were judged; the others were cut off, or are no token to the model.
    """
    scheme = TagScheme(labels)
    found = [_spans(scheme, tags, places) for tags, places in zip(judged.tags, words, strict=True)]
    there = [
        _spans(scheme, np.array([example.tags[at] for at in places], np.int64), places)
        for example, places in zip(examples, words, strict=True)
    ]
    counts = np.array([len(one ^ other) for one, other in zip(found, there, strict=True)], np.int64)

    def cells(at: int) -> list[object]:
        example, missed, extra = examples[at], there[at] - found[at], found[at] - there[at]
        both = sorted(there[at] & found[at], key=_place)
        listed = [_listed(example.tokens, scheme, [*sorted(only, key=_place), *both]) for only in (missed, extra)]
        share = rounded(judged.sure[at])
        return [shorten(" ".join(example.tokens)), *listed, int(counts[at]), share, example.file, example.row]

    columns = ["text", "label", "prediction", "wrong", "p(prediction)", "file", "row"]
    losses = np.array(judged.losses, np.float64)
    return "eval/samples", columns, [cells(at) for at in choose_samples(losses, counts > 0)]


def _spans(scheme: TagScheme, tags: np.ndarray, places: Sequence[int]) -> set[Span]:
    return {(kind, places[first], places[last]) for kind, first, last in scheme.entities(tags).tolist()}


def _place(span: Span) -> tuple[int, int, int]:
    kind, first, last = span
    return first, last, kind


def _listed(tokens: Sequence[str], scheme: TagScheme, spans: Iterable[Span]) -> str:
    """As many spans as fit into a cell."""
    shown: list[str] = []
    length = 0
    for kind, first, last in spans:
        if length > TEXT_LENGTH:
            break
        text = " ".join(" ".join(tokens[first : last + 1]).split())
        short = text if len(text) <= SPAN_LENGTH else f"{text[:SPAN_LENGTH]}…"
        where = f"@{first + 1}" if _is_repeated(tokens, first, last) else ""
        shown.append(f"{short}{where} ({scheme.types[kind]})")
        length += len(shown[-1]) + 2
    return shorten(", ".join(shown))


def _is_repeated(tokens: Sequence[str], first: int, last: int) -> bool:
    span = list(tokens[first : last + 1])
    size = len(span)
    return sum(list(tokens[at : at + size]) == span for at in range(len(tokens) - size + 1)) > 1
