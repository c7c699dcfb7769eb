"""One class for each row: the numbers that scikit-learn gives with `zero_division=0`, and src/trainers/tfjs/eval's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuning_fork.metrics.ranks import average_ranks


@dataclass(frozen=True)
class ClassReport:
    """Precision, recall and F1 of one class. A quotient 0/0 counts as 0."""

    label: str
    precision: float
    recall: float
    f1: float
    # Rows that truly have the label.
    support: int


@dataclass(frozen=True)
class ClassificationReport:
    """What counting right and wrong answers tells."""

    # [truth, prediction]: row counts, in the order of the labels.
    confusion: np.ndarray
    classes: list[ClassReport]
    # `accuracy`, `f1_macro`, `f1_micro`, `precision_macro`, `recall_macro`; `loss` and `auc` where there are probabilities.
    metrics: dict[str, float]


@dataclass(frozen=True)
class Judged(ClassificationReport):
    """A report of rows whose probabilities are known."""

    # [rows]: class index.
    predicted: np.ndarray
    # [rows, labels], float64.
    probabilities: np.ndarray
    # [rows]: cross entropy in nats.
    losses: np.ndarray


def classification_report(truth: np.ndarray, predicted: np.ndarray, labels: Sequence[str]) -> ClassificationReport:
    """Judges class indices `[rows]`.

    Macro averages are plain means over the classes that occur in the truth or in the predictions, as scikit-learn
    chooses them, so that a class of the config which the evaluation rows lack does not pull them down. `f1_micro` over
    all classes of a single-label task equals accuracy. Without rows every metric is NaN.
    """
    confusion = _confusion(truth, predicted, len(labels))
    hits = np.diag(confusion)
    support = confusion.sum(axis=1)
    answers = confusion.sum(axis=0)
    precision = ratio(hits, answers)
    recall = ratio(hits, support)
    f1 = ratio(2 * hits, support + answers)
    classes = [
        ClassReport(label, float(precision[at]), float(recall[at]), float(f1[at]), int(support[at]))
        for at, label in enumerate(labels)
    ]
    occurring = support + answers > 0
    accuracy = float(hits.sum() / len(truth)) if len(truth) else float("nan")
    metrics = {
        "accuracy": accuracy,
        "f1_macro": mean(f1[occurring]),
        "f1_micro": accuracy,
        "precision_macro": mean(precision[occurring]),
        "recall_macro": mean(recall[occurring]),
    }
    return ClassificationReport(confusion, classes, metrics)


def judge_classification(logits: np.ndarray, truth: np.ndarray, labels: Sequence[str]) -> Judged:
    """Judges logits `[rows, labels]` against class indices `[rows]`: the report, `loss` (mean over rows) and `auc`."""
    logs = log_softmax(logits)
    losses = -np.take_along_axis(logs, truth[:, None], axis=1)[:, 0]
    probabilities = np.exp(logs)
    # Of equal probabilities the first class.
    predicted = probabilities.argmax(axis=1)
    report = classification_report(truth, predicted, labels)
    metrics = {"loss": mean(losses), **report.metrics, "auc": area_under_curve(probabilities, truth)}
    return Judged(report.confusion, report.classes, metrics, predicted, probabilities, losses)


def area_under_curve(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve of probabilities `[rows, classes]`, as scikit-learn's `roc_auc_score`.

    Two classes: how often a row of the second has more of it than a row of the first, equal ones counting half. More:
    each class against all others, the plain mean of the classes that some rows have and some have not. NaN where there
    is no such class.
    """
    classes = range(probabilities.shape[1])
    areas = [_binary_area(probabilities[:, at], truth == at) for at in (classes[1:] if len(classes) == 2 else classes)]
    return mean(np.array([area for area in areas if area is not None]))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities `[rows, classes]` in float64; no logit is too great or too small for it."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True, initial=-np.inf)
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logs


def _binary_area(scores: np.ndarray, positive: np.ndarray) -> float | None:
    """Mann and Whitney's U over the number of pairs; None when one side is empty."""
    hits = int(positive.sum())
    others = len(positive) - hits
    if hits == 0 or others == 0:
        return None
    if np.isnan(scores).any():
        return float("nan")
    ranks = float(average_ranks(scores)[positive].sum())
    return (ranks - hits * (hits + 1) / 2) / (hits * others)


def _confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    places = np.asarray(truth, dtype=np.int64) * classes + np.asarray(predicted, dtype=np.int64)
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Quotients; 0/0 counts as 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def mean(values: np.ndarray) -> float:
    """The plain mean; NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")
