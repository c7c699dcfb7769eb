"""Metrics of classification against scikit-learn, on random answers, and against the table the embedded trainer is held to."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
    roc_auc_score,
)
from torch.nn.functional import cross_entropy

from tuning_fork.metrics.classification import area_under_curve, classification_report, judge_classification

TABLE = json.loads((Path(__file__).parents[1] / "oracles/sklearn-metrics.json").read_text("utf-8"))


def names(classes: int) -> list[str]:
    return [f"class {at}" for at in range(classes)]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_the_numbers_the_embedded_trainer_gives(case):
    report = classification_report(np.array(case["truth"]), np.array(case["predicted"]), names(case["classes"]))
    assert report.confusion.tolist() == case["confusion"]
    assert report.metrics == pytest.approx(case["metrics"], abs=1e-12)
    for key, values in case["per_class"].items():
        assert [getattr(one, key) for one in report.classes] == pytest.approx(values, abs=1e-12)


@pytest.mark.parametrize("case", TABLE["areas"], ids=lambda case: case["name"])
def test_the_areas_the_embedded_trainer_gives(case):
    area = area_under_curve(np.array(case["probabilities"]), np.array(case["truth"]))
    assert area == pytest.approx(case["auc"], abs=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_random_answers_as_scikit_learn_judges_them(seed):
    rng = np.random.default_rng(seed)
    classes = int(rng.integers(2, 7))
    rows = int(rng.integers(1, 200))
    # Classes that no row has, and classes that nobody predicts.
    truth = rng.integers(0, rng.integers(1, classes + 1), rows)
    logits = rng.normal(size=(rows, classes)).astype(np.float32) * rng.choice([0.1, 1, 8])
    # Many rows that say the same.
    logits = np.round(logits, int(rng.integers(0, 3)))
    judged = judge_classification(logits, truth, names(classes))
    predicted = judged.predicted
    assert predicted.tolist() == judged.probabilities.argmax(axis=1).tolist()

    labels = list(range(classes))
    macro = precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
    assert judged.confusion.tolist() == confusion_matrix(truth, predicted, labels=labels).tolist()
    exact = {
        "loss": cross_entropy(torch.from_numpy(logits).double(), torch.from_numpy(truth)).item(),
        "accuracy": accuracy_score(truth, predicted),
        "precision_macro": macro[0],
        "recall_macro": macro[1],
        "f1_macro": macro[2],
        "f1_micro": f1_score(truth, predicted, average="micro", zero_division=0),
    }
    assert {name: judged.metrics[name] for name in exact} == pytest.approx(exact, abs=1e-9)
    precision, recall, f1, support = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    for at, one in enumerate(judged.classes):
        assert (one.precision, one.recall, one.f1) == pytest.approx((precision[at], recall[at], f1[at]), abs=1e-12)
        assert one.support == support[at]


@pytest.mark.parametrize("seed", range(40))
def test_area_under_the_curve_as_scikit_learn_measures_it(seed):
    rng = np.random.default_rng(seed)
    classes = int(rng.integers(2, 6))
    rows = int(rng.integers(2 * classes, 300))
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    logits = np.round(rng.normal(size=(rows, classes)) + 2 * np.eye(classes)[truth] * rng.random(), seed % 3)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = (
        roc_auc_score(truth, probabilities[:, 1])
        if classes == 2
        else roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
    )
    assert area_under_curve(probabilities, truth) == pytest.approx(expected, abs=1e-12)


def test_a_class_without_rows_leaves_the_others_areas():
    probabilities = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.3, 0.6, 0.1]])
    truth = np.array([0, 1, 1, 0])
    expected = np.mean([roc_auc_score(truth == at, probabilities[:, at]) for at in (0, 1)])
    assert area_under_curve(probabilities, truth) == pytest.approx(expected)
    assert math.isnan(area_under_curve(probabilities, np.zeros(4, dtype=np.int64)))


def test_great_logits_give_a_finite_loss_and_no_row_gives_no_score():
    judged = judge_classification(np.array([[1e4, -1e4]], np.float32), np.array([1]), names(2))
    assert judged.metrics["loss"] == pytest.approx(2e4)
    assert judged.probabilities.tolist() == [[1.0, 0.0]]
    nothing = judge_classification(np.zeros((0, 2)), np.zeros(0, np.int64), names(2))
    assert all(math.isnan(value) for value in nothing.metrics.values())


def test_logits_that_are_no_numbers_are_told_as_such():
    judged = judge_classification(np.array([[np.nan, 1.0], [0.0, 1.0]]), np.array([0, 1]), names(2))
    assert math.isnan(judged.metrics["loss"])
    assert math.isnan(judged.metrics["auc"])
    assert judged.predicted.tolist() == [0, 1]
