"""A logistic regression on word counts, fitted as src/trainers/tfjs/baselines/bag-of-words.ts fits it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tuning_fork.metrics.classification import log_softmax
from tuning_fork.metrics.minimize import minimize
from tuning_fork.metrics.word_counts import WordCounts, build_vocabulary, count_words

# Multiply-adds the fit may take.
WORK = 2e8
MAX_ITERATIONS = 100
MIN_ITERATIONS = 20
# Letters of training text read at most, and weights at most: bounds for time and memory where data is large.
MAX_LETTERS = 4e6
MAX_WEIGHTS = 4e5
# Letters a counted word takes on average, roughly.
WORD_LENGTH = 6


def bag_of_words(texts: Sequence[str], labels: Sequence[int], classes: int, eval_texts: Sequence[str]) -> np.ndarray:
    """Logarithms of the class probabilities `[eval_texts, classes]`.

    A multinomial logistic regression trained on `texts`: scikit-learn's `CountVectorizer` + `LogisticRegression` with
    their defaults (L2 penalty with C = 1, intercepts free). Deterministic, no random generator is used. On large data it
    trains on every n-th row, the most frequent words and fewer iterations.
    """
    letters = sum(_units(text) for text in texts)
    affordable = min(MAX_LETTERS, WORK * WORD_LENGTH / (2 * classes * MIN_ITERATIONS))
    stride = max(1, math.ceil(letters / affordable))
    chosen = texts[::stride]
    vocabulary = build_vocabulary(chosen, math.floor(MAX_WEIGHTS / classes))
    train = count_words(chosen, vocabulary)
    per_iteration = max(1, 2 * len(train.columns) * classes)
    iterations = max(MIN_ITERATIONS, min(MAX_ITERATIONS, int(WORK // per_iteration)))
    weights = _fit(train, np.array(labels[::stride], np.int64), classes, len(vocabulary), iterations)
    return log_softmax(_scores(count_words(eval_texts, vocabulary), weights))


def _fit(data: WordCounts, labels: np.ndarray, classes: int, words: int, iterations: int) -> np.ndarray:
    """Weights `[words + 1, classes]`, the last row being the intercepts.

    With two classes the penalty counts twice: scikit-learn then fits one weight vector w, which here stands as -w/2 and
    w/2 with half its squared length.
    """
    penalty = 2.0 if classes == 2 else 1.0
    every = np.arange(data.size)

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(words + 1, classes)
        logs = log_softmax(_scores(data, weights))
        penalised = weights[:words]
        loss = 0.5 * penalty * float((penalised * penalised).sum()) - float(logs[every, labels].sum())
        errors = np.exp(logs)
        errors[every, labels] -= 1
        gradient = np.empty_like(weights)
        gradient[:words] = penalty * penalised
        gradient[words] = errors.sum(axis=0)
        for at in range(classes):
            shares = data.counts * errors[data.rows, at]
            gradient[:words, at] += np.bincount(data.columns, shares, words)
        return loss, gradient.reshape(-1)

    return minimize(objective, (words + 1) * classes, iterations).reshape(words + 1, classes)


def _scores(data: WordCounts, weights: np.ndarray) -> np.ndarray:
    """Logits `[rows, classes]`."""
    sums = [
        np.bincount(data.rows, data.counts * weights[data.columns, at], data.size) for at in range(weights.shape[1])
    ]
    return np.stack(sums, axis=1) + weights[-1]


def _units(text: str) -> int:
    """Length as the embedded trainer counts it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
