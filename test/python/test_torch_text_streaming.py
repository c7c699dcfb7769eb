"""Text classification from a stream: in the order of the files, over and over, and resumed exactly."""

import pytest

from support import runs


@pytest.fixture
def streamed(tiny, mail_files):
    """A config that reads 24 mails while it trains, four times."""
    data = {**mail_files(24, 12), "streaming": True}
    config = runs.config(tiny, data=data, train={"max_steps": 12}, eval={"strategy": "steps", "steps": 4})
    config["checkpoint"]["save_total_limit"] = 5
    return config


def test_it_learns_and_is_judged(streamed, train):
    streamed["model"]["dropout"] = 0.0
    streamed["train"].update(max_steps=60)
    streamed["eval"]["steps"] = 30
    run = train(streamed)
    losses = list(run.series("train/loss").values())
    assert len(losses) == 60
    assert sum(losses[-3:]) < sum(losses[:3]) / 2
    assert list(run.series("eval/accuracy")) == [30, 60]
    assert run.facts["trainRows"] is None
    assert (run.facts["evalRows"], run.facts["labels"], run.facts["data"]["streaming"]) == (12, ["ham", "spam"], True)
    # Rules on rows that nobody has read whole would be rules on others.
    assert not run.of("baseline")
    assert {event["name"] for event in run.of("table")} == {"eval/samples", "eval/confusion_matrix", "eval/report"}


def test_rows_come_in_the_order_of_the_files_over_and_over(streamed, train):
    streamed["model"]["dropout"] = 0.0
    streamed["train"].update(max_steps=7, learning_rate=1e-12)
    losses = train(streamed).series("train/loss")
    # 24 rows are three batches of 8.
    for step in (1, 2, 3, 4):
        assert losses[step + 3] == pytest.approx(losses[step], abs=1e-6)
    assert len({round(losses[step], 5) for step in (1, 2, 3)}) == 3


def test_a_stop_in_the_middle_is_resumed_exactly(streamed, train, tmp_path):
    whole = train(streamed, run="whole")
    stopped = runs.train_and_stop(train, tmp_path, streamed, "stopped", 7)
    assert (stopped.end["outcome"], stopped.end["step"]) == ("stopped", 7)
    resumed = train(streamed, run="stopped", segment=2, resume=stopped.checkpoint(7), from_step=7)
    for metric in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss", "eval/accuracy"):
        assert resumed.series(metric) == whole.series(metric), metric


def test_a_label_that_is_not_listed_ends_the_run_where_it_stands(streamed, train, tmp_path):
    with (tmp_path / "train.csv").open("a", encoding="utf-8") as file:
        file.write("buy now,sapm\n")
    streamed["data"]["labels"] = ["ham", "spam"]
    run = train(streamed, fails=True)
    assert run.end["code"] == "data-label-unknown"
    assert "train.csv row 25" in run.end["reason"] and '"sapm"' in run.end["reason"]
