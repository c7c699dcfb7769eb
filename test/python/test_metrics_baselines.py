"""The simple rules beside the model: as scikit-learn's, as the embedded trainer's, and without touching a generator."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from tuning_fork.metrics.bag_of_words import bag_of_words
from tuning_fork.metrics.baselines import classification_baselines, majority_class
from tuning_fork.metrics.minimize import minimize
from tuning_fork.metrics.word_counts import build_vocabulary, count_words, words_of

TABLE = json.loads((Path(__file__).parents[1] / "oracles/sklearn-metrics.json").read_text("utf-8"))


@dataclass
class Row:
    text: str
    label: int
    file: str = "rows.csv"
    row: int = 1


@pytest.mark.parametrize("case", TABLE["bag_of_words"], ids=["two classes", "three classes"])
def test_bag_of_words_gives_the_probabilities_of_scikit_learn(case):
    texts, labels = zip(*case["train"], strict=True)
    vocabulary = build_vocabulary(texts, 10**6)
    assert len(vocabulary) == case["vocabulary"]
    logs = bag_of_words(texts, labels, max(labels) + 1, [text for text, _ in case["eval"]])
    assert np.abs(np.exp(logs) - np.array(case["probabilities"])).max() < 1e-3


def test_words_as_the_embedded_trainer_cuts_them():
    assert words_of("A Über-cool re_id, 42 x y2 नमस्ते e\u0301t\u00e9 日本") == [
        "über",
        "cool",
        "re_id",
        "42",
        "y2",
        "नमस्ते",
        "e\u0301t\u00e9",
        "日本",
    ]
    counts = count_words(["b2 aa b2", "", "aa zz"], build_vocabulary(["aa b2"], 10))
    assert list(zip(counts.rows, counts.columns, counts.counts, strict=True)) == [(0, 1, 2), (0, 0, 1), (2, 0, 1)]


def test_of_too_many_words_the_commonest_stay():
    assert build_vocabulary(["aa bb cc", "cc bb", "cc dd"], 2) == {"cc": 0, "bb": 1}


def test_majority_is_the_first_of_equally_frequent_classes():
    assert majority_class([2, 1, 1, 2, 0], 4) == 1


def test_l_bfgs_finds_the_least_of_an_ill_conditioned_bowl():
    scales = np.logspace(0, 3, 8)
    target = np.arange(8.0)

    def bowl(point: np.ndarray) -> tuple[float, np.ndarray]:
        away = point - target
        return float((scales * away * away).sum() / 2), scales * away

    assert minimize(bowl, 8, 100) == pytest.approx(target, abs=1e-4)


def test_both_are_judged_like_the_model_and_draw_no_random_number():
    rows = [Row("free offer now", 1), Row("the patch applies", 0)] * 20
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    found = dict(
        classification_baselines(rows, [Row("an offer", 1), Row("a patch", 0), Row("a patch", 0)], ["ham", "spam"])
    )
    assert (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()) == before
    assert found["bag_of_words"]["accuracy"] == found["bag_of_words"]["auc"] == 1
    assert 0 < found["bag_of_words"]["loss"] < 0.5
    assert found["majority"]["accuracy"] == pytest.approx(2 / 3)
    assert "loss" not in found["majority"] and "auc" not in found["majority"]
    assert classification_baselines(rows, [], ["ham", "spam"]) == []
