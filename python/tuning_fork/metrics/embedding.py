"""Pairs of embedded texts: correlation with given scores, and whether a text finds its partner."""

from __future__ import annotations

import numpy as np

from tuning_fork.metrics.ranks import average_ranks

# Pairs that are searched: comparing each with each of 10,000 takes seconds, and their vectors some ten megabytes.
MAX_SEARCHED = 10_000
# Anchors compared at a time.
PIECE = 512
# Similarities nearer than this are equal: single precision is not better.
RESOLUTION = 1e-6


class PairTotals:
    """Adds up pairs in the order of the data; of most of them only the cosine is kept.

    Args:
        count: pairs in all.
        scores: the true similarity of each pair `[count]`; None when the data has none.
    """

    def __init__(self, count: int, scores: np.ndarray | None) -> None:
        self._scores = scores
        self._cosines: list[np.ndarray] = []
        self._searched = np.zeros(count, bool)
        searched = min(count, MAX_SEARCHED)
        self._searched[np.arange(searched) * count // max(1, searched)] = True
        self._kept: list[tuple[np.ndarray, np.ndarray]] = []
        self._seen = 0

    def add(self, anchors: np.ndarray, positives: np.ndarray) -> None:
        """Takes vectors `[pairs, width]` in."""
        first, second = _unit(anchors), _unit(positives)
        self._cosines.append((first * second).sum(axis=1))
        chosen = self._searched[self._seen : self._seen + len(first)]
        self._seen += len(first)
        if self._scores is None:
            self._kept.append((first[chosen], second[chosen]))

    def metrics(self) -> dict[str, float]:
        """With scores `spearman_cosine` and `pearson_cosine`, else `recall_at_1` and `mrr`.

        The latter two rank an anchor's own partner among the partners of all pairs (of more than 10,000 pairs: of as many
        evenly spaced ones) by cosine; partners that are equally near share their places, so that a model for which
        everything is alike finds nothing. Pairs with scores are no partners to be found, some are opposites.
        """
        if self._scores is not None:
            cosines = np.concatenate(self._cosines).astype(np.float64)
            return {
                "spearman_cosine": spearman(cosines, self._scores),
                "pearson_cosine": pearson(cosines, self._scores),
            }
        anchors, positives = (np.concatenate([pair[side] for pair in self._kept]) for side in (0, 1))
        return retrieval(anchors, positives)


def retrieval(anchors: np.ndarray, positives: np.ndarray) -> dict[str, float]:
    """`recall_at_1` and `mrr` (mean reciprocal rank) of unit vectors `[pairs, width]`, row i belonging to row i.

    NaN without a pair, and for vectors that are no numbers.
    """
    if len(anchors) == 0 or not (np.isfinite(anchors).all() and np.isfinite(positives).all()):
        return dict.fromkeys(("recall_at_1", "mrr"), float("nan"))
    hits, reciprocals = 0.0, 0.0
    for begin in range(0, len(anchors), PIECE):
        similar = anchors[begin : begin + PIECE] @ positives.T
        own = similar[np.arange(len(similar)), np.arange(begin, begin + len(similar))][:, None]
        nearer = (similar > own + RESOLUTION).sum(axis=1)
        # Its own partner is not counted.
        equal = (np.abs(similar - own) <= RESOLUTION).sum(axis=1) - 1
        hits += float(((nearer == 0) / (equal + 1)).sum())
        reciprocals += float((1 / (1 + nearer + equal / 2)).sum())
    return {"recall_at_1": hits / len(anchors), "mrr": reciprocals / len(anchors)}


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of the ranks, equal numbers sharing theirs; NaN where one of the two is the same everywhere."""
    if np.isnan(first).any() or np.isnan(second).any():
        return float("nan")
    return pearson(average_ranks(first), average_ranks(second))


def pearson(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's r; NaN where one of the two is the same everywhere."""
    a, b = (values.astype(np.float64) - values.mean(dtype=np.float64) for values in (first, second))
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else float("nan")


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: np.ndarray = vectors / np.maximum(lengths, 1e-12)
    return units
