"""Entities and their scores against seqeval, on random tags."""

import math
import warnings

import numpy as np
import pytest
from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

from tuning_fork.metrics.tokens import TagScheme, TokenTotals

SCHEMES = {
    "IOB": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"],
    "one type": ["B-X", "I-X", "O"],
    "only I": ["O", "I-A", "I-B-c"],
    "IOBES": ["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in ("A", "B"))],
    "no type": ["O", "B", "I"],
}


def drawn(rng: np.random.Generator, labels: int, rows: int) -> tuple[list[list[int]], list[list[int]]]:
    lengths = rng.integers(1, 20, rows)
    truth = [rng.integers(0, labels, length).tolist() for length in lengths]
    predicted = [[tag if rng.random() < 0.7 else int(rng.integers(labels)) for tag in row] for row in truth]
    return truth, predicted


def padded(rows: list[list[int]], fill: int) -> np.ndarray:
    width = max(map(len, rows))
    return np.array([row + [fill] * (width - len(row)) for row in rows])


@pytest.mark.parametrize("labels", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("seed", range(12))
def test_random_tags_as_seqeval_judges_them(labels, seed):
    rng = np.random.default_rng(seed)
    truth, predicted = drawn(rng, len(labels), 30)
    losses = rng.random(30)
    totals = TokenTotals(labels)
    for begin in range(0, 30, 7):
        part = slice(begin, begin + 7)
        totals.add(padded(truth[part], -100), padded(predicted[part], 0), losses[part])
    report = totals.report()

    words = [[[labels[tag] for tag in row] for row in side] for side in (truth, predicted)]
    kinds = sorted({kind for side in words for row in side for kind, _, _ in get_entities(row)})
    each = precision_recall_fscore_support(*words, average=None, zero_division=0)
    found = {one.label: (one.precision, one.recall, one.f1, one.support) for one in report.classes}
    assert found == {kind: pytest.approx([column[at] for column in each]) for at, kind in enumerate(kinds)}
    for average in ("micro", "macro"):
        precision, recall, f1, _ = precision_recall_fscore_support(*words, average=average, zero_division=0)
        assert report.metrics[f"f1_{average}"] == pytest.approx(f1, abs=1e-12)
        if average == "micro":
            assert report.metrics["precision_micro"] == pytest.approx(precision, abs=1e-12)
            assert report.metrics["recall_micro"] == pytest.approx(recall, abs=1e-12)
    pairs = [pair for both in zip(truth, predicted, strict=True) for pair in zip(*both, strict=True)]
    assert report.metrics["accuracy"] == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    assert report.metrics["loss"] == pytest.approx(losses.sum() / len(pairs))
    assert report.confusion.sum() == len(pairs)
    assert report.confusion[0, 1] == pairs.count((0, 1))


@pytest.mark.parametrize("labels", SCHEMES.values(), ids=SCHEMES)
def test_entities_stand_where_seqeval_finds_them(labels):
    rng = np.random.default_rng(0)
    scheme = TagScheme(labels)
    for _ in range(200):
        tags = rng.integers(0, len(labels), rng.integers(0, 12))
        entities = [(scheme.types[kind], first, last) for kind, first, last in scheme.entities(tags).tolist()]
        assert entities == get_entities([labels[tag] for tag in tags])


def test_no_entity_reaches_over_rows_nor_over_tokens_without_a_label():
    totals = TokenTotals(["O", "B-A", "I-A"])
    # The word's second piece in the middle has no label of its own.
    totals.add(np.array([[1, -100, 2], [2, -100, -100]]), np.array([[1, 0, 2], [2, 1, 1]]), np.zeros(2))
    report = totals.report()
    assert report.metrics["f1_micro"] == 1
    assert report.classes[0].support == 2


def test_parts_of_speech_are_judged_token_by_token():
    labels = ["NN", "VB", "."]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        totals = TokenTotals(labels)
        totals.add(np.array([[0, 1, 0, 2]]), np.array([[0, 0, 0, 2]]), np.zeros(1))
    report = totals.report()
    assert {one.label: (one.precision, one.recall, one.support) for one in report.classes} == {
        ".": (1, 1, 1),
        "NN": (pytest.approx(2 / 3), 1, 2),
        "VB": (0, 0, 1),
    }
    assert report.metrics["f1_micro"] == report.metrics["accuracy"] == 0.75


def test_without_entities_nothing_is_called_good():
    totals = TokenTotals(["O", "B-A", "I-A"])
    totals.add(np.zeros((2, 3), np.int64), np.zeros((2, 3), np.int64), np.zeros(2))
    metrics = totals.report().metrics
    assert metrics["f1_micro"] == 0 and metrics["accuracy"] == 1 and math.isnan(metrics["f1_macro"])
    assert math.isnan(TokenTotals(["O", "B-A"]).report().metrics["loss"])
