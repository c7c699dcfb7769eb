"""Simple rules that label tokens, so that a model's figures can be judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from tuning_fork.metrics.tokens import TokenTotals

# Words of a row, and the index of each one's label.
Tagged = tuple[Sequence[str], Sequence[int]]


def token_baselines(
    train: Sequence[Tagged], evaluation: Sequence[Tagged], labels: Sequence[str]
) -> list[tuple[str, dict[str, float]]]:
    """(name, metrics) of `majority`, the commonest label for each token, and `word_labels`, each word's commonest label in
    the training rows; none without tokens to train or judge on.

    Fixed answers have no loss. Deterministic; no random generator is touched.
    """
    overall = Counter(tag for _, tags in train for tag in tags)
    if not overall or not any(words for words, _ in evaluation):
        return []
    of_word: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for words, tags in train:
        for word, tag in zip(words, tags, strict=True):
            of_word[word][tag] += 1
    majority = _commonest(overall)
    known = {word: _commonest(counts) for word, counts in of_word.items()}
    named = [("majority", {}), ("word_labels", known)]
    return [(name, _metrics(evaluation, rule, majority, labels)) for name, rule in named]


def _commonest(counts: Counter[int]) -> int:
    """Of equally common ones the first label."""
    return min(counts, key=lambda tag: (-counts[tag], tag))


def _metrics(rows: Sequence[Tagged], rule: dict[str, int], other: int, labels: Sequence[str]) -> dict[str, float]:
    totals = TokenTotals(labels)
    for words, tags in rows:
        predicted = [rule.get(word, other) for word in words]
        totals.add(np.array([tags], np.int64), np.array([predicted], np.int64), np.zeros(1))
    return {name: value for name, value in totals.report().metrics.items() if name != "loss"}
