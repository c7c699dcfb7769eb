"""Optimizers, schedules, clipping, precision and early stopping."""

import math

import pytest
import torch

from support import runs

RATE = 1e-3


def expected(kind: str, done: int, total: int, warmup: int) -> float:
    """The rate of the update after `done` steps: the formulas of the embedded trainer's schedule.ts."""
    if kind != "constant" and done < warmup:
        return RATE * done / warmup
    span = max(1, total - warmup)
    if kind == "linear":
        return RATE * max(0.0, (total - done) / span)
    if kind == "cosine":
        return RATE * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warmup) / span)))
    return RATE


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant", "constant_with_warmup"])
def test_rates_are_those_of_the_embedded_trainer(tiny, mail_files, train, kind):
    settings = {"max_steps": 10, "lr_scheduler_type": kind, "warmup": 0 if kind == "constant" else "21%"}
    run = train(runs.config(tiny, data=mail_files(40, 10), train=settings))
    rates = run.series("train/learning_rate")
    warmup = run.facts["warmupSteps"]
    assert warmup == (0 if kind == "constant" else 3)
    assert rates == pytest.approx({step: expected(kind, step - 1, 10, warmup) for step in range(1, 11)}, abs=1e-9)


def test_a_plateau_lowers_the_rate_after_two_evaluations_that_are_no_better(tiny, mail_files, train):
    settings = {"num_train_epochs": 6, "lr_scheduler_type": "reduce_lr_on_plateau", "warmup": 2, "learning_rate": 1e-7}
    config = runs.config(tiny, data=mail_files(16, 10), train=settings)
    config["checkpoint"]["metric_for_best_model"] = "accuracy"  # cannot move at such a rate
    run = train(config)
    rates = run.series("train/learning_rate")
    assert rates[1] == 0
    assert rates[2] == pytest.approx(0.5e-7)
    assert [rates[step] for step in (3, 4, 5, 6)] == pytest.approx([1e-7] * 4)
    # The first evaluation (step 2) is the best; those of steps 4 and 6 are no better.
    assert [rates[step] for step in (7, 8)] == pytest.approx([1e-8] * 2)


@pytest.mark.parametrize("optim", ["adamw_torch", "adafactor", "sgd"])
def test_every_optimizer_learns(tiny, mail_files, train, optim):
    rate = 0.05 if optim == "sgd" else 1e-3
    settings = {"num_train_epochs": 4, "optim": optim, "learning_rate": rate, "per_device_train_batch_size": 16}
    losses = list(train(runs.config(tiny, data=mail_files(64, 10), train=settings)).series("train/loss").values())
    assert sum(losses[-3:]) < sum(losses[:3]), losses


def test_clipping_bounds_the_update_but_not_the_recorded_norm(tiny, mail_files, train):
    data = mail_files(16, 10)
    settings = {"max_steps": 2, "optim": "sgd", "learning_rate": 1.0, "lr_scheduler_type": "constant", "warmup": 0}
    free = train(
        runs.config(tiny, model={"dropout": 0.0}, data=data, train={**settings, "max_grad_norm": 0}), run="free"
    )
    tight = train(
        runs.config(tiny, model={"dropout": 0.0}, data=data, train={**settings, "max_grad_norm": 1e-6}), run="tight"
    )
    norm, loss = "train/grad_norm", "train/loss"
    assert tight.series(norm)[1] == pytest.approx(free.series(norm)[1], rel=1e-5)
    assert tight.series(norm)[1] > 0.01
    assert tight.series(loss)[2] != pytest.approx(free.series(loss)[2], abs=1e-4)


def test_bf16_runs_close_to_fp32(tiny, mail_files, train):
    data = mail_files(32, 10)
    full = train(runs.config(tiny, model={"dropout": 0.0}, data=data), run="fp32")
    half = train(runs.config(tiny, model={"dropout": 0.0}, data=data, train={"precision": "bf16"}), run="bf16")
    assert half.facts["precision"] == "bf16"
    assert half.series("train/loss") == pytest.approx(full.series("train/loss"), abs=0.02)
    assert half.series("train/loss") != full.series("train/loss")


def test_gradient_checkpointing_changes_no_figure(tiny, mail_files, train):
    data = mail_files(32, 10)
    plain = train(runs.config(tiny, data=data, train={"gradient_checkpointing": False}), run="plain")
    checked = train(runs.config(tiny, data=data, train={"gradient_checkpointing": True}), run="checked")
    assert checked.series("train/loss") == pytest.approx(plain.series("train/loss"), abs=1e-6)
    assert checked.series("train/grad_norm") == pytest.approx(plain.series("train/grad_norm"), rel=1e-4)


def test_early_stopping_ends_the_run_and_says_why(tiny, mail_files, train):
    config = runs.config(tiny, data=mail_files(16, 10), train={"num_train_epochs": 20, "learning_rate": 1e-9})
    config["eval"]["early_stopping_patience"] = 2
    config["checkpoint"]["metric_for_best_model"] = "accuracy"
    run = train(config)
    assert run.end["outcome"] == "finished"
    assert run.end["code"] == "early-stopping"
    assert "eval/accuracy has not become better in 2 evaluations, the best is" in run.end["reason"]
    assert run.end["step"] == 6
    best = [event["step"] for event in run.of("checkpoint") if event["best"]]
    assert best == [2]
    assert run.checkpoint(2).is_dir()


def test_evaluation_every_n_steps_and_at_the_last(tiny, mail_files, train):
    config = runs.config(tiny, data=mail_files(56, 10))
    config["eval"].update(strategy="steps", steps=3)
    run = train(config)
    assert list(run.series("eval/loss")) == [3, 6, 7]
    last = run.of("progress")[-1]
    assert (last["step"], last["total"], last["epoch"]) == (7, 7, 1)
    kept = sorted(int(path.name.removeprefix("step-")) for path in (run.dir / "checkpoints").iterdir())
    best = [event["step"] for event in run.of("checkpoint") if event["best"]][-1]
    assert set(kept) == {6, 7, best} | ({3} if best == 7 else set())


def test_without_evaluation_a_checkpoint_is_saved_after_each_epoch(tiny, mail_files, train):
    config = runs.config(tiny, data=mail_files(16, 10), train={"num_train_epochs": 2})
    config["eval"]["strategy"] = "no"
    run = train(config)
    assert not run.series("eval/loss")
    assert [event["step"] for event in run.of("checkpoint")] == [2, 4]


def test_a_loss_that_is_no_number_ends_the_run(tiny, mail_files, train):
    settings = {"num_train_epochs": 20, "optim": "sgd", "learning_rate": 1e12, "max_grad_norm": 0, "warmup": 0}
    run = train(runs.config(tiny, data=mail_files(32, 10), train=settings), fails=True)
    assert run.end["code"] == "nan-loss"
    assert "at step" in run.end["reason"]
    assert any(not math.isfinite(value) for value in run.series("train/loss").values()) or any(
        not math.isfinite(value) for value in run.series("train/grad_norm").values()
    )


def test_a_fork_with_another_rate_follows_its_own_schedule(tiny, mail_files, train):
    data = mail_files(32, 10)
    parent = train(runs.config(tiny, data=data, train={"num_train_epochs": 2}), run="parent")
    assert torch.load(parent.checkpoint(4) / "optimizer.pt", weights_only=True)["state"]
    forked = runs.config(tiny, data=data, train={"num_train_epochs": 2, "learning_rate": 2e-3})
    child = train(forked, run="child", resume=parent.checkpoint(4), from_step=4)
    before, after = parent.series("train/learning_rate"), child.series("train/learning_rate")
    assert list(after) == [5, 6, 7, 8]
    for step, rate in after.items():
        assert rate == pytest.approx(2 * before[step], rel=1e-9)
    # Unchanged, a fork trains like a resume.
    same = train(
        runs.config(tiny, data=data, train={"num_train_epochs": 2}),
        run="same",
        resume=parent.checkpoint(4),
        from_step=4,
    )
    assert same.series("train/loss") == {step: parent.series("train/loss")[step] for step in (5, 6, 7, 8)}
