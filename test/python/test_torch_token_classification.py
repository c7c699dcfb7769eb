"""Token classification: learns, its figures are seqeval's, it goes on exactly, and its adapters load again."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from seqeval.metrics import f1_score, precision_score, recall_score

from support import models, runs
from tuning_fork.data.tokens import TokenExample
from tuning_fork.metrics.token_baselines import token_baselines
from tuning_fork.metrics.token_tables import JudgedTokens, token_samples_table
from tuning_fork.torch_trainer.tasks.words import encode_words, first_piece_labels

DATA = Path(__file__).parents[2] / "examples/token-classification/data"


def read(name):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with the example's data and a random BERT with a vocabulary of it."""
    folder = tmp_path_factory.mktemp("tokens")
    for name in ("train", "eval"):
        shutil.copy(DATA / f"{name}.jsonl", folder)
    models.tiny_bert(folder / "tiny", [" ".join(row["tokens"]) for row in read("train")])
    return folder


def config(base_model, /, **groups):
    train = {"num_train_epochs": 3, "learning_rate": 3e-3, **groups.pop("train", {})}
    return runs.config(
        base_model,
        task="token-classification",
        data={"train": "train.jsonl", "eval": "eval.jsonl"},
        train=train,
        eval={"metrics": ["accuracy", "f1_micro", "f1_macro", "precision_micro", "recall_micro"]},
        checkpoint={"metric_for_best_model": "f1_micro", "save_total_limit": 5},
        **groups,
    )


@pytest.fixture(scope="module")
def trained(base):
    return runs.train_here(base, config(base / "tiny"), run="trained")


def spans_by_hand(model, tokenizer):
    """Tags that a model of Transformers gives to the evaluation rows, found without any code of ours."""
    names = model.config.id2label
    tags = []
    for row in read("eval"):
        encoded = tokenizer([row["tokens"]], is_split_into_words=True, return_tensors="pt")
        with torch.no_grad():
            predicted = model(**encoded).logits[0].argmax(-1).tolist()
        of_word = {}
        for word, tag in zip(encoded.word_ids(0), predicted, strict=True):
            if word is not None:
                of_word.setdefault(word, names[tag])
        tags.append([of_word[word] for word in range(len(row["tokens"]))])
    return tags


def last(run, name):
    series = run.series(f"eval/{name}")
    return series[max(series)]


def assert_figures(run, predicted):
    truth = [row["tags"] for row in read("eval")]
    for name, score in (("f1_micro", f1_score), ("precision_micro", precision_score), ("recall_micro", recall_score)):
        assert last(run, name) == pytest.approx(score(truth, predicted), abs=1e-9), name
    assert last(run, "f1_macro") == pytest.approx(f1_score(truth, predicted, average="macro"), abs=1e-9)
    pairs = [pair for rows in zip(truth, predicted, strict=True) for pair in zip(*rows, strict=True)]
    assert last(run, "accuracy") == pytest.approx(np.mean([a == b for a, b in pairs]), abs=1e-9)


def test_it_learns_and_a_saved_model_has_the_figures_of_the_journal(trained):
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    losses = list(trained.series("train/loss").values())
    assert np.mean(losses[-10:]) < np.mean(losses[:3]) / 4
    baselines = {event["name"]: event["metrics"]["eval/f1_micro"] for event in trained.of("baseline")}
    # Random weights and 156 sentences are not enough for the third of the names that only the evaluation has.
    assert baselines["majority"] == 0 < 0.5 < baselines["word_labels"]
    assert last(trained, "f1_micro") > max(0.6, 3 * min(trained.series("eval/f1_micro").values()))
    folder = trained.checkpoint(max(trained.series("eval/loss")))
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    assert_figures(trained, spans_by_hand(model, AutoTokenizer.from_pretrained(folder)))


def test_tables_show_confusions_entities_and_wrong_spans_first(trained):
    tables = {event["name"]: event for event in trained.of("table")}
    labels = ["B-DATE", "B-LOC", "B-ORG", "B-PER", "I-DATE", "I-ORG", "I-PER", "O"]
    confusion = tables["eval/confusion_matrix"]
    assert confusion["columns"] == ["label", *labels]
    assert sum(sum(row[1:]) for row in confusion["rows"]) == sum(len(row["tokens"]) for row in read("eval"))
    assert [row[0] for row in tables["eval/report"]["rows"]] == ["DATE", "LOC", "ORG", "PER"]
    samples = tables["eval/samples"]
    assert samples["columns"] == ["text", "label", "prediction", "wrong", "p(prediction)", "file", "row"]
    assert len(samples["rows"]) == 40
    wrong = [row[3] > 0 for row in samples["rows"]]
    assert wrong == sorted(wrong, reverse=True) and any(wrong) and not all(wrong)
    assert all((row[1] == row[2]) == (row[3] == 0) for row in samples["rows"])


def test_a_segment_goes_on_exactly(base, trained):
    middle = min(trained.series("eval/loss"))
    settings = config(base / "tiny")
    folder = trained.checkpoint(middle)
    again = runs.train_here(base, settings, run="trained", segment=2, resume=folder, from_step=middle)
    for name in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss", "eval/f1_micro"):
        before = {step: value for step, value in trained.series(name, 1).items() if step > middle}
        assert before and again.series(name, 2) == before, name


def test_batch_and_accumulation_weigh_each_labelled_token_alike(base):
    """Rows have 6 to 20 tokens: a mean of the means of two batches would be another loss."""
    found = []
    for batch, accumulation in ((8, 1), (4, 2)):
        settings = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation, "max_steps": 6}
        run = runs.train_here(base, config(base / "tiny", model={"dropout": 0.0}, train=settings), run=f"b{batch}")
        found.append((run.series("train/loss"), run.series("train/grad_norm"), last(run, "loss")))
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_a_stream_gives_the_rows_in_the_order_of_the_files(base):
    settings = config(base / "tiny", model={"dropout": 0.0}, train={"max_steps": 4, "learning_rate": 1e-12})
    settings["train"]["per_device_train_batch_size"] = 52
    settings["data"]["streaming"] = True
    run = runs.train_here(base, settings, run="stream")
    losses = run.series("train/loss")
    # 156 rows: the fourth batch is the first again.
    assert losses[4] == pytest.approx(losses[1], abs=1e-6) and len(set(losses.values())) > 2
    assert run.facts["trainRows"] is None and not run.of("baseline")


def test_an_adapter_that_is_loaded_again_predicts_the_same(base, trained):
    from peft import PeftModel
    from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

    model = trained.checkpoint(min(trained.series("eval/loss")))
    run = runs.train_here(
        base, config(model, method={"type": "lora"}, train={"num_train_epochs": 1, "learning_rate": 2e-3}), run="lora"
    )
    assert run.facts["modulesToSave"] == ["classifier"]
    folder = run.checkpoint(max(run.series("eval/loss")))
    labels = json.loads((folder / "tuning-fork.json").read_text("utf-8"))["labels"]
    plain = AutoModelForTokenClassification.from_pretrained(
        model, config=AutoConfig.from_pretrained(model, id2label=dict(enumerate(labels)))
    )
    adapted = PeftModel.from_pretrained(plain, folder).eval()
    assert_figures(run, spans_by_hand(adapted, AutoTokenizer.from_pretrained(folder)))


def test_the_first_piece_of_a_word_carries_its_label(base):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base / "tiny")
    words = ["Has", "", "Zagrebian", "leaves", "Lyon"]
    (row, starts), (cut, cut_starts) = (
        next(encode_words(tokenizer, [words], length)) for length in (64, len(tokenizer("has zagrebian")["input_ids"]))
    )
    pieces = tokenizer.convert_ids_to_tokens(row["input_ids"])
    labels = first_piece_labels(starts, [0, 1, 2, 3, 4])
    begins = {0: "has", 3: "leaves", 4: "lyon"}
    assert {label: piece for piece, label in zip(pieces, labels, strict=True) if label in begins} == begins
    # The empty word is no token; the special ones and later pieces have no label.
    assert [label for label in labels if label != -100] == [0, 2, 3, 4]
    assert labels[0] == labels[-1] == -100 and pieces.count("[UNK]") == 0
    assert [word for word in cut_starts if word >= 0] == [0, 2] and len(cut["input_ids"]) == len(cut_starts)


def test_words_of_byte_level_tokenizers_are_those_of_a_text(tiny_gpt2):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_gpt2)
    words = ["Subject", ":", "the", "meeting", "is", "at", "noon"]
    row, starts = next(encode_words(tokenizer, [words], 64))
    assert row["input_ids"] == tokenizer(" ".join(words))["input_ids"]
    assert [word for word in starts if word >= 0] == list(range(len(words)))


def test_spans_of_a_row():
    row = TokenExample(["Bob", "met", "Bob", "Ray", "in", "Cork"], [1, 0, 1, 2, 0, 3], "a.jsonl", 7)
    labels = ["O", "B-PER", "I-PER", "B-LOC"]
    tags = [np.array([0, 0, 1, 2, 3]), np.array([1, 0, 1, 2, 0])]
    # The last word of the second row was cut off.
    judged = JudgedTokens(tags, [2.0, 0.1], [0.25, 0.98765])
    _, _, rows = token_samples_table(judged, [row, row], [[0, 1, 2, 3, 5], [0, 1, 2, 3, 4]], labels)
    text = "Bob met Bob Ray in Cork"
    assert rows == [
        [text, "Bob@1 (PER), Bob Ray (PER), Cork (LOC)", "Bob Ray (PER), Cork (LOC)", 1, 0.25, "a.jsonl", 7],
        [text, "Bob@1 (PER), Bob Ray (PER)", "Bob@1 (PER), Bob Ray (PER)", 0, 0.9877, "a.jsonl", 7],
    ]


def test_simple_rules_by_hand():
    train = [(["a", "b"], [0, 1]), (["a", "c"], [0, 2]), (["a"], [2])]
    named = dict(token_baselines(train, [(["a", "b", "new"], [0, 1, 1])], ["O", "B-X", "B-Y"]))
    # Nothing is as common as the first and the last label; of the two the first.
    assert named["majority"]["accuracy"] == pytest.approx(1 / 3) and named["majority"]["f1_micro"] == 0
    assert named["word_labels"]["accuracy"] == pytest.approx(2 / 3)
    assert named["word_labels"]["f1_micro"] == pytest.approx(2 / 3)
    assert "loss" not in named["majority"]
    assert token_baselines([], [(["a"], [0])], ["O", "B-X"]) == []
