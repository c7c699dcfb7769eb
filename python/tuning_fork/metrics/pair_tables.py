"""Sample rows of an evaluation of embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from tuning_fork.metrics.embedding import PairTotals
from tuning_fork.metrics.tables import Table, choose_samples, rounded, shorten


class TextPair(Protocol):
    """A row of the evaluation data."""

    anchor: str
    positive: str | None
    score: float | None
    file: str
    # 1-based data record in that file.
    row: int


def partner_table(totals: PairTotals, examples: Sequence[TextPair]) -> Table:
    """Each anchor (`text`) with its own partner (`label`) and the nearest one (`prediction`).

    `cosine` is the similarity of anchor and own partner, `rank` the own partner's place. Those whose own is not the nearest
    come first, the least similar before the others.
    """
    found, searched = totals.partners(), totals.searched.tolist()
    texts = [examples[at].positive or "" for at in searched]
    wrong = np.array([texts[at] != texts[near] for at, near in enumerate(found.nearest.tolist())], bool)

    def cells(at: int) -> list[object]:
        example, near = examples[searched[at]], texts[int(found.nearest[at])]
        shown = [shorten(text) for text in (example.anchor, texts[at], near)]
        rank = int(found.nearer[at]) + 1
        return [*shown, rounded(float(found.cosines[at])), rank, example.file, example.row]

    columns = ["text", "label", "prediction", "cosine", "rank", "file", "row"]
    return "eval/samples", columns, [cells(at) for at in choose_samples(-found.cosines, wrong)]


def score_table(totals: PairTotals, examples: Sequence[TextPair]) -> Table:
    """Both texts of each pair, the score that the data has and the cosine that was found."""
    cosines = totals.cosines

    def cells(at: int) -> list[object]:
        example = examples[at]
        texts = [shorten(example.anchor), shorten(example.positive or "")]
        return [*texts, example.score, rounded(float(cosines[at])), example.file, example.row]

    columns = ["text", "other text", "score", "cosine", "file", "row"]
    nothing_wrong = np.zeros(len(examples), bool)
    return "eval/samples", columns, [cells(at) for at in choose_samples(-cosines, nothing_wrong)]
