"""A label for each token: entities as seqeval finds and counts them in its default mode, and plain token accuracy."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tuning_fork.metrics.classification import ClassificationReport, ClassReport, mean, ratio

_CHUNKED = re.compile(r"[BIES]-.")
_BARE = {"B", "I", "O", "E", "S"}


class TagScheme:
    """How labels make entities.

    `B-PER I-PER` is one entity of type PER (IOB1, IOB2 and IOBES read the same way, an `I-` without its `B-` begins an
    entity). Where no label looks like that (parts of speech), each token other than `O` stands for itself.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        chunked = any(_CHUNKED.match(label) for label in labels) or set(labels) <= _BARE
        # A last label stands between rows.
        parts = [_parts(label) if chunked or label == "O" else ("S", label) for label in [*labels, "O"]]
        self.is_chunked = chunked
        # Types of entities, by name.
        self.types = sorted({kind for (prefix, kind) in parts if prefix != "O"})
        places = {kind: at for at, kind in enumerate(self.types)}
        self._prefixes = np.array([prefix for prefix, _ in parts])
        self._kinds = np.array([places.get(kind, -1) if prefix != "O" else -1 for prefix, kind in parts], np.int64)
        self._between = len(labels)

    def entities(self, tags: np.ndarray) -> np.ndarray:
        """Entities `[entities, 3]` (index of the type, first and last token) of label indices `[tokens]`."""
        after = np.append(tags, self._between)
        before = np.append(self._between, tags)
        prefix, kind = self._prefixes[after], self._kinds[after]
        last_prefix, last_kind = self._prefixes[before], self._kinds[before]
        changes = last_kind != kind
        ends = np.isin(last_prefix, ("E", "S")) | (np.isin(last_prefix, ("B", "I")) & np.isin(prefix, ("B", "S", "O")))
        ends |= (last_prefix != "O") & changes
        starts = np.isin(prefix, ("B", "S")) | (np.isin(last_prefix, ("O", "E", "S")) & np.isin(prefix, ("E", "I")))
        starts |= (prefix != "O") & changes
        beginnings, closings = np.flatnonzero(starts), np.flatnonzero(ends)
        first = beginnings[np.searchsorted(beginnings, closings) - 1] if len(beginnings) else closings
        return np.stack([last_kind[closings], first, closings - 1], axis=1)

    def joined(self, tags: np.ndarray) -> np.ndarray:
        """Rows `[rows, length]` as one sequence in which no entity reaches from row to row; negative tags are left out."""
        closed = np.concatenate([tags, np.full((len(tags), 1), self._between)], axis=1)
        return closed[closed >= 0]


class TokenTotals:
    """Adds up batches of tokens; what it keeps does not grow with the rows."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.scheme = TagScheme(labels)
        self._labels = len(labels)
        self._confusion = np.zeros((len(labels), len(labels)), np.int64)
        # [types]: entities found at their place, found at all, and there in truth.
        self._counts = np.zeros((3, len(self.scheme.types)), np.int64)
        self._loss = 0.0

    def add(self, truth: np.ndarray, predicted: np.ndarray, losses: np.ndarray) -> None:
        """Takes rows in.

        Args:
            truth: label indices `[rows, length]`; negative where a token has none (padding, later pieces of a word).
            predicted: label indices `[rows, length]`.
            losses: `[rows]`, each the sum of its labelled tokens' cross entropies in nats.
        """
        counts = truth >= 0
        places = truth[counts] * self._labels + predicted[counts]
        self._confusion += np.bincount(places, minlength=self._labels**2).reshape(self._confusion.shape)
        self._loss += float(losses.astype(np.float64).sum())
        there = self.scheme.entities(self.scheme.joined(np.where(counts, truth, -1)))
        found = self.scheme.entities(self.scheme.joined(np.where(counts, predicted, -1)))
        right = found[np.isin(_keys(found), _keys(there))]
        for total, entities in zip(self._counts, (right, found, there), strict=True):
            total += np.bincount(entities[:, 0], minlength=len(total))

    def report(self) -> ClassificationReport:
        """Confusion of tokens, report of each type of entity, and metrics.

        `loss` (mean over labelled tokens), `accuracy` (of tokens), `f1_micro`, `f1_macro`, `precision_micro`,
        `recall_micro` (of entities; macro over the types that occur). Without a token loss and accuracy are NaN, without
        an entity `f1_macro` is.
        """
        right, found, there = self._counts
        precision, recall, f1 = ratio(right, found), ratio(right, there), ratio(2 * right, found + there)
        classes = [
            ClassReport(kind, float(precision[at]), float(recall[at]), float(f1[at]), int(there[at]))
            for at, kind in enumerate(self.scheme.types)
        ]
        tokens = int(self._confusion.sum())
        sums = self._counts.sum(axis=1, keepdims=True)
        metrics = {
            "loss": self._loss / tokens if tokens else float("nan"),
            "accuracy": float(np.trace(self._confusion)) / tokens if tokens else float("nan"),
            "f1_micro": float(ratio(2 * sums[0], sums[1] + sums[2])[0]),
            "f1_macro": mean(f1[found + there > 0]),
            "precision_micro": float(ratio(sums[0], sums[1])[0]),
            "recall_micro": float(ratio(sums[0], sums[2])[0]),
        }
        return ClassificationReport(self._confusion.copy(), classes, metrics)


def _parts(label: str) -> tuple[str, str]:
    """Prefix and type of `B-PER`; a type that is not there is `_`."""
    return label[:1], label[1:].split("-", maxsplit=1)[-1] or "_"


def _keys(entities: np.ndarray) -> np.ndarray:
    """One number for each entity; those at the same place and of the same type have the same."""
    # The place is shorter than 2^31 tokens, its length and type smaller still.
    kind, first, last = entities.T
    return (first << 32) + ((last - first) << 12) + kind
