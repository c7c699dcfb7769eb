"""Pairs of embedded texts: correlation with given scores, and whether a text finds its partner."""

from __future__ import annotations

from dataclasses import dataclass

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
        self._searched = _spaced(count)
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
        return self.partners().metrics()

    def partners(self) -> Partners:
        """Where the searched anchors (`searched`) find their partners."""
        return rank_partners(*(np.concatenate([pair[side] for pair in self._kept]) for side in (0, 1)))

    @property
    def searched(self) -> np.ndarray:
        """Indices of the pairs that are searched."""
        return np.flatnonzero(self._searched)

    @property
    def cosines(self) -> np.ndarray:
        """Cosine of each pair so far."""
        return np.concatenate(self._cosines) if self._cosines else np.zeros(0, np.float32)


@dataclass
class Partners:
    """Where each anchor finds its own partner: arrays `[pairs]`."""

    # Partners that are nearer than the own one, and others that are as near.
    nearer: np.ndarray
    equal: np.ndarray
    # Index of the nearest partner; the own one among equals.
    nearest: np.ndarray
    # Cosine with the own partner.
    cosines: np.ndarray

    def metrics(self) -> dict[str, float]:
        """`recall_at_1` and `mrr`; NaN without a pair, and where a cosine is no number."""
        if len(self.cosines) == 0 or not np.isfinite(self.cosines).all():
            return dict.fromkeys(("recall_at_1", "mrr"), float("nan"))
        hits, reciprocals = (self.nearer == 0) / (self.equal + 1), 1 / (1 + self.nearer + self.equal / 2)
        return {"recall_at_1": float(hits.mean()), "mrr": float(reciprocals.mean())}


def retrieval(anchors: np.ndarray, positives: np.ndarray) -> dict[str, float]:
    """`recall_at_1` and `mrr` (mean reciprocal rank) of unit vectors `[pairs, width]`, row i belonging to row i.

    NaN without a pair, and for vectors that are no numbers.
    """
    return rank_partners(anchors, positives).metrics()


def rank_partners(anchors: np.ndarray, positives: np.ndarray) -> Partners:
    """Looks for the partner of each anchor among all of unit vectors `[pairs, width]`, row i belonging to row i."""
    found: list[list[np.ndarray]] = [[], [], [], []]
    for begin in range(0, len(anchors), PIECE):
        similar = anchors[begin : begin + PIECE] @ positives.T
        mine = np.arange(begin, begin + len(similar))
        own = similar[np.arange(len(similar)), mine][:, None]
        nearer = (similar > own + RESOLUTION).sum(axis=1)
        # Its own partner is not counted.
        equal = (np.abs(similar - own) <= RESOLUTION).sum(axis=1) - 1
        nearest = np.where(nearer == 0, mine, similar.argmax(axis=1))
        for parts, part in zip(found, (nearer, equal, nearest, own[:, 0]), strict=True):
            parts.append(part)
    return Partners(*(np.concatenate(parts) if parts else np.zeros(0) for parts in found))


class ClassTotals:
    """Adds up texts that have a class in place of a partner; a text should find one of its class.

    Args:
        classes: class of each text `[texts]`, in the order of the data.
    """

    def __init__(self, classes: np.ndarray) -> None:
        self._searched = _spaced(len(classes))
        self._classes = classes[self._searched]
        self._kept: list[np.ndarray] = []
        self._seen = 0

    def add(self, vectors: np.ndarray) -> None:
        """Takes vectors `[texts, width]` in."""
        self._kept.append(_unit(vectors)[self._searched[self._seen : self._seen + len(vectors)]])
        self._seen += len(vectors)

    def metrics(self) -> dict[str, float]:
        """`recall_at_1` (the nearest other text is of the same class) and `mrr` (of the first that is).

        Of texts whose class no other has nothing is asked; NaN where all are such. Of more than 10,000 texts as many evenly
        spaced ones are searched.
        """
        found = [self._search(begin) for begin in range(0, len(self._classes), PIECE)]
        nearer, equal, best = (
            (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else [np.zeros(0)] * 3
        )
        asked = best != -np.inf
        return Partners(nearer[asked], equal[asked], nearer[asked], best[asked]).metrics()

    def _search(self, begin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of some texts: how many of other classes are nearer than the nearest of the same, how many as near, its cosine."""
        vectors = np.concatenate(self._kept)
        similar = vectors[begin : begin + PIECE] @ vectors.T
        rows = np.arange(len(similar))
        same = self._classes[begin : begin + PIECE, None] == self._classes
        others = np.where(same, -np.inf, similar)
        similar[rows, begin + rows] = -np.inf
        best = np.where(same, similar, -np.inf).max(axis=1)
        nearer = (others > best[:, None] + RESOLUTION).sum(axis=1)
        equal = (np.abs(others - np.where(np.isfinite(best), best, 2)[:, None]) <= RESOLUTION).sum(axis=1)
        return nearer, equal, best


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


def _spaced(count: int) -> np.ndarray:
    """Which of so many rows are searched: all, or evenly spaced ones."""
    searched = min(count, MAX_SEARCHED)
    chosen = np.zeros(count, bool)
    chosen[np.arange(searched) * count // max(1, searched)] = True
    return chosen


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: np.ndarray = vectors / np.maximum(lengths, 1e-12)
    return units
