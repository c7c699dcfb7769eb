"""How token vectors become one vector, and what a pooled classifier saves."""

import json

import pytest
import torch

from support import runs
from support.building import TEXTS, batch_of, build, logits, one_step, refused, resolved, small


def by_hand(model, tokenizer, pooling, linear):
    """Backbone, pooled, one linear layer."""
    batch = batch_of(tokenizer)
    model.eval()
    with torch.no_grad():
        inputs = {
            name: value
            for name, value in batch.items()
            if name != "token_type_ids" or model.config.model_type == "bert"
        }
        hidden = model.base_model(**inputs).last_hidden_state
        mask = batch["attention_mask"].bool()
        rows = [row[kept] for row, kept in zip(hidden, mask, strict=True)]
        pooled = torch.stack([row.mean(0) if pooling == "mean" else row[0] for row in rows])
        return linear(pooled)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize(
    ("kind", "linear"),
    [
        ("bert", "classifier"),
        ("roberta", "classifier.out_proj"),
        ("distilbert", "classifier"),
        ("electra", "classifier.out_proj"),
        ("albert", "classifier"),
        ("deberta", "classifier"),
        ("modernbert", "classifier"),
    ],
)
def test_pooled_classifiers_are_backbone_pool_and_one_linear_layer(tmp_path, tiny, kind, linear, pooling):
    from transformers import AutoModelForSequenceClassification

    folder = small(tmp_path / kind, tiny, kind)
    built, tokenizer = build(resolved(folder, model={"pooling": pooling}), tmp_path)
    model = built.model
    if kind != "bert":
        tokenizer.model_input_names = ["input_ids", "attention_mask"]
    one_step(model, tokenizer)
    expected = by_hand(model, tokenizer, pooling, model.get_submodule(linear))
    assert torch.allclose(logits(model, tokenizer), expected, atol=1e-6)
    # What is saved has the class and the names that Transformers loads.
    model.save_pretrained(tmp_path / "saved")
    again, report = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert json.loads((tmp_path / "saved/config.json").read_text("utf-8"))["tuning_fork_pooling"] == pooling
    assert type(again).__name__ == type(model).__name__


@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert", "deberta", "gpt2", "llama"])
@pytest.mark.parametrize("method", ["full", "lora"])
def test_nothing_that_pooling_leaves_out_waits_for_a_gradient(tmp_path, tiny, kind, method):
    folder = small(tmp_path / kind, tiny, kind)
    targets = "all-linear"
    config = resolved(folder, model={"pooling": "mean"}, method={"type": method, "target_modules": targets})
    built, tokenizer = build(config, tmp_path)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    built.model.train()
    built.model(**batch_of(tokenizer)).logits.sum().backward()
    trained = [(name, one) for name, one in built.model.named_parameters() if one.requires_grad]
    assert trained and [name for name, one in trained if one.grad is None] == []


def test_the_mean_of_a_decoder_leaves_padding_out_on_either_side(tmp_path, tiny_llama):
    built, tokenizer = build(resolved(tiny_llama, model={"pooling": "mean", "dropout": 0}), tmp_path)
    tokenizer.padding_side = "right"
    right = logits(built.model, tokenizer)
    alone = torch.cat([logits(built.model, tokenizer, [text]) for text in TEXTS])
    assert torch.allclose(right, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "pooling", "words"), [("llama", "cls", "sees nothing"), ("bart", "mean", "by its decoder")]
)
def test_pooling_that_makes_no_sense_is_refused(tmp_path, tiny, kind, pooling, words):
    folder = small(tmp_path / kind, tiny, kind)
    refused(lambda: build(resolved(folder, model={"pooling": pooling}), tmp_path), words, "model.pooling")


@pytest.mark.parametrize("pooling", ["mean", "cls", "auto"])
def test_a_run_says_that_its_checkpoints_pool_in_their_own_way_and_formats_md_how(
    tiny, mails, mail_files, train, pooling
):
    """What docs/formats.md shows for `from_pretrained` gives what the run's own evaluation gave."""
    from torch.nn.functional import cross_entropy
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    settings = {"num_train_epochs": 1, "learning_rate": 1e-3}
    run = train(runs.config(tiny, model={"dropout": 0.0, "pooling": pooling}, data=mail_files(24, 8), train=settings))
    told = [alert for alert in run.of("alert") if alert["code"] == "pooling-of-its-own"]
    if pooling == "auto":
        assert told == []
        return
    assert told[0]["level"] == "info" and f"model.pooling: {pooling}" in told[0]["message"]
    folder = run.checkpoint(3)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = mails[-8:]
    batch = tokenizer([text for text, _ in rows], padding=True, truncation=True, max_length=64, return_tensors="pt")
    with torch.no_grad():
        hidden = model.base_model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        pooled = (hidden * mask).sum(1) / mask.sum(1) if pooling == "mean" else hidden[:, 0]
        logits = model.classifier(pooled)
    labels = torch.tensor([model.config.label2id[label] for _, label in rows])
    assert cross_entropy(logits, labels).item() == pytest.approx(run.series("eval/loss")[3], abs=1e-5)
