"""Metrics of language models, preferences and pairs against scipy, torch and plain loops; which metrics a config asks for."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import pearsonr, rankdata, spearmanr
from torch.nn.functional import cross_entropy

from tuning_fork.errors import UserError
from tuning_fork.metrics.embedding import PairTotals, retrieval
from tuning_fork.metrics.language import LanguageTotals, perplexity
from tuning_fork.metrics.names import METRICS_OF_TASK, choose_metrics, higher_is_better
from tuning_fork.metrics.preference import PreferenceTotals
from tuning_fork.metrics.ranks import average_ranks


def test_perplexity_and_token_accuracy_do_not_depend_on_the_batches():
    rng = torch.Generator().manual_seed(3)
    logits = torch.randn(9, 12, 20, generator=rng)
    labels = torch.randint(0, 20, (9, 12), generator=rng)
    labels[torch.rand(9, 12, generator=rng) < 0.3] = -100
    counts = labels != -100
    losses = cross_entropy(logits.transpose(1, 2), labels, reduction="none").sum(dim=1)
    right = ((logits.argmax(dim=-1) == labels) & counts).sum(dim=1)
    expected = cross_entropy(logits.double().flatten(0, 1), labels.flatten()).item()
    for size in (1, 4, 9):
        totals = LanguageTotals()
        for begin in range(0, 9, size):
            part = slice(begin, begin + size)
            totals.add(losses[part].numpy(), right[part].numpy(), counts[part].sum(dim=1).numpy())
        assert totals.metrics() == {
            "loss": pytest.approx(expected, rel=1e-6),
            "perplexity": pytest.approx(math.exp(expected), rel=1e-5),
            "token_accuracy": int(right.sum()) / int(counts.sum()),
        }


def test_perplexity_has_no_greatest_number_and_none_without_tokens():
    assert perplexity(1e4) == math.inf
    assert all(math.isnan(value) for value in LanguageTotals().metrics().values())


def test_rewards():
    totals = PreferenceTotals()
    totals.add(np.array([1.0, 0.5]), np.array([0.0, 0.5]), np.array([0.2, 0.7]))
    totals.add(np.array([-1.0]), np.array([1.0]), np.array([2.1]))
    # Equal rewards are no preference.
    assert totals.metrics() == pytest.approx({"loss": 1.0, "reward_accuracy": 1 / 3, "reward_margin": -1 / 3})
    assert math.isnan(PreferenceTotals().metrics()["reward_accuracy"])


@pytest.mark.parametrize("seed", range(20))
def test_ranks_and_correlations_as_scipy_gives_them(seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=50), seed % 3)
    assert average_ranks(values).tolist() == rankdata(values).tolist()
    anchors, positives = rng.normal(size=(2, 50, 8)).astype(np.float32)
    scores = np.round(rng.random(50) * 5)
    totals = PairTotals(50, scores)
    for begin in range(0, 50, 16):
        totals.add(anchors[begin : begin + 16], positives[begin : begin + 16])
    a, b = torch.from_numpy(anchors).double(), torch.from_numpy(positives).double()
    cosines = torch.cosine_similarity(a, b).numpy()
    assert totals.metrics() == {
        "spearman_cosine": pytest.approx(spearmanr(cosines, scores).statistic, abs=1e-9),
        "pearson_cosine": pytest.approx(pearsonr(cosines, scores).statistic, abs=1e-5),
    }


@pytest.mark.parametrize("seed", range(10))
def test_partners_are_found_as_sorting_finds_them(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 1200))
    anchors = rng.normal(size=(count, 6)).astype(np.float32)
    positives = anchors + rng.normal(size=anchors.shape).astype(np.float32)
    totals = PairTotals(count, None)
    for begin in range(0, count, 100):
        totals.add(anchors[begin : begin + 100], positives[begin : begin + 100])
    a, b = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (anchors.astype(float), positives))
    order = np.argsort(-(a @ b.T), axis=1)
    ranks = 1 + np.argmax(order == np.arange(count)[:, None], axis=1)
    expected = {"recall_at_1": float((ranks == 1).mean()), "mrr": float((1 / ranks).mean())}
    # Similarities within the resolution of single precision may count as equal.
    assert totals.metrics() == pytest.approx(expected, abs=2e-3)


def test_a_model_for_which_everything_is_alike_finds_nothing():
    same = np.ones((100, 4), np.float32) / 2
    found = retrieval(same, same)
    assert found["recall_at_1"] == pytest.approx(0.01)
    assert found["mrr"] < 0.03


def test_vectors_that_are_no_numbers_have_no_score():
    bad = np.array([[np.nan, 1.0], [1.0, 0.0]])
    assert all(math.isnan(value) for value in retrieval(bad, bad).values())
    for scores in (None, np.array([1.0, 2.0])):
        totals = PairTotals(2, scores)
        totals.add(bad, bad)
        assert all(math.isnan(value) for value in totals.metrics().values())


def test_of_many_pairs_evenly_spaced_ones_are_searched(monkeypatch):
    monkeypatch.setattr("tuning_fork.metrics.embedding.MAX_SEARCHED", 10)
    rng = np.random.default_rng(0)
    anchors = rng.normal(size=(25, 8))
    # Each third pair is a stranger's; the chosen ones are 0, 2, 5, 7, 10, 12, 15, 17, 20, 22.
    positives = np.where((np.arange(25) % 3 == 2)[:, None], -anchors, anchors)
    totals = PairTotals(25, None)
    totals.add(anchors[:9], positives[:9])
    totals.add(anchors[9:], positives[9:])
    chosen = np.arange(10) * 25 // 10
    assert totals.metrics()["recall_at_1"] == pytest.approx(np.mean(chosen % 3 != 2))


def config(task: str, metrics: list[str], best: str = "loss") -> dict:
    return {"task": task, "eval": {"metrics": metrics}, "checkpoint": {"metric_for_best_model": best}}


def test_a_config_chooses_metrics_in_the_order_they_are_shown():
    choice = choose_metrics(config("text-classification", ["eval_auc", "accuracy"], "eval/f1_macro"))
    assert (choice.logged, choice.deciding, choice.greater_is_better) == (["loss", "accuracy", "auc"], "f1_macro", True)
    assert not choose_metrics(config("causal-lm", [], "perplexity")).greater_is_better


def test_a_metric_the_task_does_not_have_is_named():
    for bad in (config("embedding", ["f1_macro"]), config("embedding", [], "f1_macro")):
        with pytest.raises(UserError) as caught:
            choose_metrics(bad)
        assert caught.value.code == "metric-unknown"
        assert caught.value.sentence == (
            "The metric f1_macro is not measured for embedding. "
            "Choose among loss, spearman_cosine, pearson_cosine, recall_at_1, mrr."
        )


def test_directions_are_those_of_the_editor():
    source = (Path(__file__).parents[2] / "src/config/metrics.ts").read_text("utf-8")
    pattern = re.search(r"!/(.+)/\.test\(metric\)", source)
    assert pattern
    for name in {name for names in METRICS_OF_TASK.values() for name in names} | {"my_error", "eval/mse", "lossless"}:
        assert higher_is_better(name) == (re.search(pattern[1].replace("\\/", "/"), name) is None), name
