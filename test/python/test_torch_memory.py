"""Out of memory: batches that shrink without changing a figure, and one clear sentence where none can."""

import pytest
import torch

from support import language, runs


@pytest.fixture
def rows_that_fit(monkeypatch):
    """Lets models run out of memory with more rows than that; a limit for training and one for evaluation."""
    from transformers import BertForSequenceClassification, BertModel, LlamaForCausalLM

    limits = {True: 10**6, False: 10**6}

    def limited(original):
        def forward(self, input_ids=None, **kwargs):
            if input_ids is not None and len(input_ids) > limits[self.training]:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            return original(self, input_ids=input_ids, **kwargs)

        return forward

    for kind in (BertForSequenceClassification, BertModel, LlamaForCausalLM):
        monkeypatch.setattr(kind, "forward", limited(kind.forward))
    return limits


def test_auto_halves_the_batch_and_keeps_the_effective_one(tiny, mail_files, train, rows_that_fit):
    data = mail_files(40, 10)
    rows_that_fit[True] = 3
    settings = {"per_device_train_batch_size": "auto", "gradient_accumulation_steps": 1}
    found = train(runs.config(tiny, data=data, train=settings), run="auto")
    assert (found.facts["perDeviceBatch"], found.facts["accumulation"], found.facts["effectiveBatch"]) == (2, 4, 8)
    halved = [alert["message"] for alert in found.of("alert") if alert["code"] == "batch-halved"]
    assert len(halved) == 2
    assert "the effective batch stays 8" in halved[0]
    written = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}
    known = train(runs.config(tiny, data=data, train=written), run="written")
    for name in ("train/loss", "train/grad_norm", "eval/loss"):
        assert found.series(name) == known.series(name), name


@pytest.mark.parametrize("kind", ["packed", "streamed", "preference"])
def test_auto_halves_the_batch_of_other_tasks_and_data_too(tmp_path, tiny_llama, train, rows_that_fit, kind):
    """Of packed rows, of a stream, and of pairs, each of which is two rows to the model."""
    rows = language.questions(40)
    if kind == "preference":
        pytest.importorskip("trl")
        rows = [{"prompt": row["prompt"], "chosen": row["completion"], "rejected": "sing"} for row in rows]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    rows_that_fit[True] = 4
    config = language.config(
        tiny_llama,
        task="preference" if kind == "preference" else "causal-lm",
        data={"eval": None, "eval_fraction": 0, "packing": kind == "packed", "streaming": kind == "streamed"},
        train={"per_device_train_batch_size": "auto", "max_steps": 2},
        eval={"strategy": "no", "metrics": ["loss"]},
    )
    found = train(config, run="auto")
    batch, accumulation = (2, 4) if kind == "preference" else (4, 2)
    assert (found.facts["perDeviceBatch"], found.facts["accumulation"]) == (batch, accumulation)
    halved = [alert for alert in found.of("alert") if alert["code"] == "batch-halved"]
    assert len(halved) == (2 if kind == "preference" else 1)
    assert "the effective batch stays 8" in halved[-1]["message"]
    config["train"].update(per_device_train_batch_size=batch, gradient_accumulation_steps=accumulation)
    known = train(config, run="written")
    for name in ("train/loss", "train/grad_norm"):
        assert len(found.series(name)) == 2 and found.series(name) == known.series(name), name


def test_auto_says_that_fewer_rows_are_compared_and_never_leaves_a_row_alone(tmp_path, tiny, train, rows_that_fit):
    rows = [{"anchor": f"free money {at}", "positive": f"{at} money for free"} for at in range(24)]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    config = runs.config(
        tiny,
        task="embedding",
        data={"train": "train.jsonl", "eval": "train.jsonl"},
        train={"per_device_train_batch_size": "auto", "max_steps": 1},
        eval={"metrics": ["loss", "mrr"]},
    )
    rows_that_fit[True] = 8  # texts; a row has two
    run = train(config, run="halved")
    (halved,) = run.of("alert")
    assert (halved["level"], halved["code"]) == ("warning", "batch-halved")
    assert "a step still has 8 rows, but each is compared with the 4 of its batch alone" in halved["message"]
    assert (run.facts["perDeviceBatch"], run.facts["accumulation"]) == (4, 2)
    rows_that_fit[True] = 3
    alone = train(config, run="alone", fails=True)
    assert alone.end["code"] == "out-of-memory"
    assert alone.end["reason"].startswith("Not even 2 rows at a time fit into memory.")


def test_a_written_batch_that_does_not_fit_is_named(tiny, mail_files, train, rows_that_fit):
    rows_that_fit[True] = 3
    run = train(runs.config(tiny, data=mail_files(40, 10)), fails=True)
    assert run.end["code"] == "out-of-memory"
    assert "batches of 8 rows of up to 64 tokens" in run.end["reason"]
    assert "train.per_device_train_batch_size" in run.end["reason"]
    assert [alert["code"] for alert in run.of("alert")] == ["out-of-memory"]


def test_an_evaluation_halves_its_own_batch(tiny, mail_files, train, rows_that_fit):
    data = mail_files(16, 21)
    whole = train(runs.config(tiny, data=data), run="whole")
    rows_that_fit[False] = 3
    halved = train(runs.config(tiny, data=data), run="halved")
    assert [alert["code"] for alert in halved.of("alert")] == ["eval-batch-halved", "eval-batch-halved"]
    assert list(halved.series("eval/loss").values()) == pytest.approx(
        list(whole.series("eval/loss").values()), abs=1e-6
    )


def test_one_row_that_does_not_fit_is_an_error(tiny, mail_files, train, rows_that_fit):
    rows_that_fit[True] = 0
    settings = {"per_device_train_batch_size": "auto"}
    run = train(runs.config(tiny, data=mail_files(16, 10), train=settings), fails=True)
    assert "Not even one row" in run.end["reason"]
