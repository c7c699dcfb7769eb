"""Simple rules on the same rows as the model, so that its figures can be judged: those of the embedded trainer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuning_fork.metrics.bag_of_words import bag_of_words
from tuning_fork.metrics.classification import classification_report, judge_classification
from tuning_fork.metrics.tables import LabelledText


def classification_baselines(
    train: Sequence[LabelledText], evaluation: Sequence[LabelledText], labels: Sequence[str]
) -> list[tuple[str, dict[str, float]]]:
    """(name, metrics) of `majority` and `bag_of_words`; none without rows to train or judge on.

    Deterministic; no random generator is touched.
    """
    if not train or not evaluation:
        return []
    train_labels = [example.label for example in train]
    truth = np.array([example.label for example in evaluation], np.int64)
    majority = majority_class(train_labels, len(labels))
    # A fixed answer is no probability, so it has neither loss nor area under a curve.
    always = classification_report(truth, np.full_like(truth, majority), labels)
    texts = [example.text for example in train]
    logits = bag_of_words(texts, train_labels, len(labels), [example.text for example in evaluation])
    judged = judge_classification(logits, truth, labels)
    return [("majority", always.metrics), ("bag_of_words", judged.metrics)]


def majority_class(labels: Sequence[int], classes: int) -> int:
    """The most frequent class (the first one of several): what a rule that reads no text would always answer."""
    return int(np.bincount(np.array(labels, np.int64), minlength=classes).argmax())
