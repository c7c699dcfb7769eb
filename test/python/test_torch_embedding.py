"""Sentence embeddings: the losses are those of the papers, it learns, goes on exactly, and loads with its relatives."""

import csv
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from support import models, runs
from tuning_fork.errors import UserError
from tuning_fork.metrics.embedding import ClassTotals
from tuning_fork.torch_trainer.models.locate import ModelPlace
from tuning_fork.torch_trainer.models.sentence import (
    SENTENCE_POOLS,
    choose_pooling,
    last_token,
    read_sentence_modules,
    write_sentence_files,
)
from tuning_fork.torch_trainer.tasks.contrastive import (
    ContrastiveLoss,
    GroupedLoss,
    cosent,
    in_batch_negatives,
    same_class,
)

DATA = Path(__file__).parents[2] / "examples/embedding/data"


def read(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["anchor"], row["positive"]) for row in csv.DictReader(file)]


def write(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with the example's data and a random BERT with a vocabulary of it."""
    folder = tmp_path_factory.mktemp("pairs")
    for name in ("train", "eval"):
        shutil.copy(DATA / f"{name}.csv", folder)
    texts = [text for name in ("train", "eval") for row in read(name) for text in row]
    models.tiny_bert(folder / "tiny", texts)
    return folder


def config(base_model, /, **groups):
    return runs.config(
        base_model,
        task="embedding",
        data={"train": "train.csv", "eval": "eval.csv", **groups.pop("data", {})},
        train={
            "num_train_epochs": 8,
            "learning_rate": 2e-3,
            "per_device_train_batch_size": 30,
            **groups.pop("train", {}),
        },
        eval={"metrics": ["recall_at_1", "mrr", "spearman_cosine"]},
        checkpoint={"metric_for_best_model": "loss", "save_total_limit": 8, **groups.pop("checkpoint", {})},
        **groups,
    )


@pytest.fixture(scope="module")
def trained(base):
    return runs.train_here(base, config(base / "tiny"), run="trained")


def last(run, name):
    series = run.series(f"eval/{name}")
    return series[max(series)]


def last_folder(run):
    return run.checkpoint(max(run.series("eval/loss")))


def vectors_by_hand(model, tokenizer, texts):
    """Unit vectors of a model of Transformers, one text at a time, so that no padding has to be left out."""
    found = []
    for text in texts:
        with torch.no_grad():
            hidden = model.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(dim=0)
        found.append(hidden / hidden.norm())
    return torch.stack(found).numpy()


def assert_partners(run, anchors, positives):
    """The journal's figures are those of sorting the cosines."""
    similar = anchors @ positives.T
    ranks = [1 + sum(row > row[at] + 1e-6) for at, row in enumerate(similar)]
    assert last(run, "recall_at_1") == pytest.approx(np.mean([rank == 1 for rank in ranks]), abs=1e-9)
    assert last(run, "mrr") == pytest.approx(np.mean([1 / rank for rank in ranks]), abs=1e-9)


def test_it_learns_and_a_saved_model_finds_the_partners_of_the_journal(trained):
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer

    losses = list(trained.series("train/loss").values())
    # Nothing learnt, every one of 30 partners is as likely.
    assert losses[0] == pytest.approx(math.log(30), abs=0.2)
    assert np.mean(losses[-3:]) < losses[0] / 4
    first = trained.series("eval/mrr")[3]
    assert last(trained, "mrr") > first + 0.05 and last(trained, "recall_at_1") > 5 / 30
    assert not trained.series("eval/spearman_cosine")

    folder = last_folder(trained)
    pairs = list(zip(*read("eval"), strict=True))
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    by_hand = [vectors_by_hand(model, tokenizer, texts) for texts in pairs]
    assert_partners(trained, *by_hand)
    sentences = SentenceTransformer(str(folder), device="cpu")
    assert sentences.max_seq_length == 64
    for texts, expected in zip(pairs, by_hand, strict=True):
        assert sentences.encode(list(texts), normalize_embeddings=True) == pytest.approx(expected, abs=1e-5)


def test_samples_show_the_partner_that_was_found_in_place_of_the_own(trained):
    table = trained.of("table")[-1]
    assert table["columns"] == ["text", "label", "prediction", "cosine", "rank", "file", "row"]
    wrong = [row[1] != row[2] for row in table["rows"]]
    assert wrong == sorted(wrong, reverse=True) and any(wrong) and not all(wrong)
    assert wrong == [row[4] > 1 for row in table["rows"]]
    assert {(row[0], row[1]) for row in table["rows"]} == set(read("eval"))
    dear = [row[3] for row in table["rows"] if row[4] > 1]
    assert dear == sorted(dear)


def test_a_segment_goes_on_exactly(base, trained):
    middle = sorted(trained.series("eval/loss"))[3]
    folder = trained.checkpoint(middle)
    again = runs.train_here(base, config(base / "tiny"), run="trained", segment=2, resume=folder, from_step=middle)
    for name in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss", "eval/mrr"):
        before = {step: value for step, value in trained.series(name, 1).items() if step > middle}
        assert before and again.series(name, 2) == before, name


def test_the_loss_of_a_step_is_the_mean_over_its_rows_each_beside_those_of_its_forward_pass(base):
    found = []
    for steps, accumulation in ((2, 1), (1, 2)):
        settings = {"max_steps": steps, "gradient_accumulation_steps": accumulation, "learning_rate": 1e-12}
        settings["per_device_train_batch_size"] = 20
        run = runs.train_here(
            base, config(base / "tiny", model={"dropout": 0.0}, train=settings), run=f"a{accumulation}"
        )
        found.append(list(run.series("train/loss").values()))
    assert found[1] == [pytest.approx(np.mean(found[0]), abs=1e-6)]
    assert found[1][0] == pytest.approx(math.log(20), abs=0.3)


def test_an_adapter_that_is_loaded_again_gives_the_same_vectors(base, trained):
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer

    model = last_folder(trained)
    settings = {"num_train_epochs": 3, "learning_rate": 2e-2}
    run = runs.train_here(base, config(model, method={"type": "lora"}, train=settings), run="lora")
    assert "modulesToSave" in run.facts and run.facts["modulesToSave"] == []
    folder = last_folder(run)
    anchors, positives = zip(*read("eval"), strict=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    adapted = PeftModel.from_pretrained(AutoModel.from_pretrained(model), folder)
    by_hand = vectors_by_hand(adapted, tokenizer, anchors)
    plain = vectors_by_hand(AutoModel.from_pretrained(model), tokenizer, anchors)
    assert np.abs(by_hand - plain).max() > 0.01
    assert_partners(run, by_hand, vectors_by_hand(adapted, tokenizer, positives))
    loaded = SentenceTransformer(str(folder), device="cpu")
    assert loaded.encode(list(anchors), normalize_embeddings=True) == pytest.approx(by_hand, abs=1e-5)


def test_losses_of_evaluations_do_not_depend_on_the_batches_of_a_run(base):
    """Rates so small that nothing is learnt: the same model is measured."""
    losses = []
    for size in (6, 15):
        settings = {"max_steps": 1, "num_train_epochs": 1, "per_device_train_batch_size": size, "learning_rate": 1e-12}
        run = runs.train_here(base, config(base / "tiny", model={"dropout": 0.0}, train=settings), run=f"by-{size}")
        losses.append(last(run, "loss"))
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)


def test_a_stream_gives_the_rows_in_the_order_of_the_files(base):
    settings = {"max_steps": 7, "per_device_train_batch_size": 15, "learning_rate": 1e-12}
    run = runs.train_here(
        base, config(base / "tiny", model={"dropout": 0.0}, data={"streaming": True}, train=settings), run="stream"
    )
    losses = run.series("train/loss")
    # 90 rows: the seventh batch is the first again.
    assert losses[7] == pytest.approx(losses[1], abs=1e-6) and len(set(losses.values())) > 5
    assert run.facts["trainRows"] is None and last(run, "mrr") > 0


def test_scores_and_classes(base):
    """Of pairs with scores the order is learnt, in whatever unit; of texts with a class that they belong together."""
    from transformers import AutoModel, AutoTokenizer

    rows = [
        (a, b if at % 3 else read("train")[at - 7][1], 5.0 if at % 3 else 0.5)
        for at, (a, b) in enumerate(read("train"))
    ]
    write(base / "scored.csv", ["sentence1", "sentence2", "score"], rows)
    settings = {"max_steps": 4, "per_device_train_batch_size": 16}
    scored = {"train": "scored.csv", "eval": "scored.csv"}
    best = {"metric_for_best_model": "spearman_cosine"}
    run = runs.train_here(base, config(base / "tiny", data=scored, train=settings, checkpoint=best), run="scored")
    folder = last_folder(run)
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    first, second = (vectors_by_hand(model, tokenizer, [row[side] for row in rows]) for side in (0, 1))
    expected = spearmanr((first * second).sum(axis=1), [row[2] for row in rows]).statistic
    assert last(run, "spearman_cosine") == pytest.approx(expected, abs=1e-3)
    assert run.of("table")[-1]["columns"] == ["text", "other text", "score", "cosine", "file", "row"]

    classes = [(text, str(at % 30)) for at, (text, _) in enumerate(read("train"))]
    write(base / "classes.csv", ["text", "label"], classes)
    data = {"train": "classes.csv", "eval": "classes.csv"}
    run = runs.train_here(base, config(base / "tiny", data=data, train={**settings, "max_steps": 2}), run="classes")
    folder = last_folder(run)
    vectors = vectors_by_hand(
        AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder), [text for text, _ in classes]
    )
    assert last(run, "recall_at_1") == pytest.approx(
        nearest_of_class(vectors, [label for _, label in classes]), abs=1e-3
    )


def nearest_of_class(vectors, classes):
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -2)
    hits = [classes[row.argmax()] == classes[at] for at, row in enumerate(similar) if classes.count(classes[at]) > 1]
    return np.mean(hits)


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        (
            {"checkpoint": {"metric_for_best_model": "spearman_cosine"}},
            "checkpoint.metric_for_best_model is spearman_cosine, but the pairs of the data have no scores. "
            "Choose among loss, recall_at_1, mrr.",
        ),
        (
            {"train": {"per_device_train_batch_size": 1}},
            "train.per_device_train_batch_size is 1, but embeddings are learnt by comparing the rows of a batch with each "
            "other. Write 2 or more, such as 32.",
        ),
        (
            {"method": {"type": "distill"}},
            "method.type is distill, but an embedding has no probabilities that a teacher could share. "
            "Set method.type to full or lora.",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_before_the_model_is_loaded(base, groups, problem):
    run = runs.train_here(base, config(base / "nothing-there", **groups), run="refused", fails=True)
    # A folder of a model that is not there would be the next complaint.
    assert run.end["reason"] == problem
    assert not run.of("start")


def cosines(vectors):
    units = torch.nn.functional.normalize(vectors.double(), dim=-1)
    return lambda a, b: float(units[a] @ units[b])


def test_in_batch_negatives_by_loops():
    vectors = torch.randn(5, 3, 8, generator=torch.Generator().manual_seed(1))
    # Rows 0 and 3 have the same partner, rows 1 and 4 the same anchor, and the third text of row 2 is the partner of row 1.
    labels = torch.tensor([[0, 10, 20], [1, 11, 21], [2, 12, 11], [3, 10, 23], [1, 14, 24]])
    cosine = cosines(vectors)
    expected = []
    for row in range(5):
        answers = [(other, text) for text in (1, 2) for other in range(5)]
        also_right = {(other, 1) for other in range(5) if labels[other, 0] == labels[row, 0]}
        also_right |= {place for place in answers if labels[place] == labels[row, 1]}
        kept = [place for place in answers if place == (row, 1) or place not in also_right]
        total = sum(math.exp(20 * cosine((row, 0), place)) for place in kept)
        expected.append(math.log(total) - 20 * cosine((row, 0), (row, 1)))
    losses = in_batch_negatives(vectors, labels)
    assert losses.tolist() == pytest.approx(expected, rel=1e-5)
    loss = ContrastiveLoss(in_batch_negatives)
    assert float(loss({"embeddings": vectors}, labels)) == pytest.approx(np.mean(expected), rel=1e-5)
    # Ten rows of three texts in the whole step.
    assert float(loss({"embeddings": vectors}, labels, 30)) == pytest.approx(sum(expected) / 10, rel=1e-5)


def test_losses_are_those_of_sentence_transformers(trained):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import losses

    model = SentenceTransformer(str(last_folder(trained)), device="cpu")
    vectors = torch.randn(7, 3, 8, generator=torch.Generator().manual_seed(2))
    ranking = losses.MultipleNegativesRankingLoss(model)
    for texts in (2, 3):
        sides = list(vectors[:, :texts].unbind(dim=1))
        ours = in_batch_negatives(vectors[:, :texts], torch.arange(7 * texts).view(7, texts)).mean()
        assert float(ours) == pytest.approx(float(ranking.compute_loss_from_embeddings(sides, None)), rel=1e-5)
    scores = torch.tensor([3.0, 1, 2, 2, 5, 0, 3])
    theirs = losses.CoSENTLoss(model).compute_loss_from_embeddings(list(vectors[:, :2].unbind(dim=1)), scores)
    assert cosent(vectors[:, :2], scores).tolist() == pytest.approx([float(theirs)] * 7, rel=1e-5)


def test_texts_of_a_class_by_loops():
    vectors = torch.randn(6, 1, 8, generator=torch.Generator().manual_seed(3))
    classes = [0, 1, 0, 2, 1, 0]
    cosine = cosines(vectors[:, 0])
    expected = []
    for row in range(6):
        others = [one for one in range(6) if one != row]
        total = math.log(sum(math.exp(20 * cosine(row, one)) for one in others))
        alike = [total - 20 * cosine(row, one) for one in others if classes[one] == classes[row]]
        expected.append(np.mean(alike) if alike else 0)
    assert same_class(vectors, torch.tensor(classes)).tolist() == pytest.approx(expected, rel=1e-5)


def test_the_nearest_text_of_a_class_as_loops_find_it():
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(700, 6)).astype(np.float32)
    classes = [int(one) for one in rng.integers(0, 300, 700)]
    totals = ClassTotals(np.array(classes))
    totals.add(vectors[:250])
    totals.add(vectors[250:])
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert totals.metrics()["recall_at_1"] == pytest.approx(nearest_of_class(units, classes), abs=1e-3)
    alone = ClassTotals(np.arange(3))
    alone.add(vectors[:3])
    assert all(math.isnan(value) for value in alone.metrics().values())


def test_the_loss_of_an_evaluation_does_not_depend_on_its_batches():
    rng = np.random.default_rng(5)
    vectors, labels = rng.normal(size=(23, 2, 4)).astype(np.float32), np.arange(46).reshape(23, 2)
    found = []
    for size in (1, 5, 23):
        loss = GroupedLoss(in_batch_negatives, 5)
        for begin in range(0, 23, size):
            loss.add(vectors[begin : begin + size], labels[begin : begin + size])
        found.append(loss.mean())
    groups = [
        in_batch_negatives(torch.from_numpy(vectors[at : at + 5]), torch.from_numpy(labels[at : at + 5]))
        for at in range(0, 23, 5)
    ]
    assert found == pytest.approx([float(torch.cat(groups).mean())] * 3, rel=1e-6)
    assert math.isnan(GroupedLoss(in_batch_negatives, 5).mean())


def test_a_model_says_how_it_pools_and_that_is_kept(tmp_path):
    place = ModelPlace(str(tmp_path), None, True, tmp_path)
    auto = {"model": {"pooling": "auto"}}
    assert choose_pooling(auto, place, read_sentence_modules(place)) == "mean"
    for pooling in SENTENCE_POOLS:
        for normalises in (False, True):
            write_sentence_files(tmp_path, pooling=pooling, width=8, max_length=32, normalises=normalises)
            modules = read_sentence_modules(place)
            assert (choose_pooling(auto, place, modules), modules.normalises, modules.others) == (
                pooling,
                normalises,
                [],
            )
    modules = json.loads((tmp_path / "modules.json").read_text("utf-8"))
    modules.append({"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"})
    (tmp_path / "modules.json").write_text(json.dumps(modules), "utf-8")
    (tmp_path / "1_Pooling/config.json").write_text('{"pooling_mode_max_tokens": true}', "utf-8")
    assert read_sentence_modules(place).others == ["Dense"]
    with pytest.raises(UserError, match=r"by max, which cannot be trained here\. Set model\.pooling to mean"):
        choose_pooling(auto, place, read_sentence_modules(place))
    assert choose_pooling({"model": {"pooling": "cls"}}, place, read_sentence_modules(place)) == "cls"


def test_the_last_token_is_before_the_padding():
    hidden = torch.arange(12.0).view(2, 3, 2)
    assert last_token(hidden, torch.tensor([[1, 1, 0], [0, 1, 1]])).tolist() == [[2, 3], [10, 11]]
