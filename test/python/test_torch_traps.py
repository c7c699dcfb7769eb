"""Traps of Transformers' Trainer by their numbers. 2 is held in test/integration/torch-run, 4 and 6 in test_models_*."""

import json

import pytest

from support import runs


def figures(run):
    return run.series("train/loss"), run.series("train/grad_norm")


def test_trap_1_batch_and_accumulation_give_the_same_losses_and_gradients(tmp_path, tiny, mail_files, train):
    data = mail_files(64, 21)
    rows = {}
    for name, batch, accumulation in (("8", 8, 1), ("4x2", 4, 2), ("2x4", 2, 4)):
        run = train(
            runs.config(
                tiny,
                model={"dropout": 0.0},
                data=data,
                train={"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation},
            ),
            run=name,
        )
        rows[name] = figures(run)
        assert len(rows[name][0]) == 8
    for name in ("4x2", "2x4"):
        for ours, reference in zip(rows[name], rows["8"], strict=True):
            assert ours == pytest.approx(reference, abs=1e-4)


def test_trap_1_a_last_step_with_fewer_rows_is_a_mean_over_its_rows(tmp_path, tiny, mail_files, train):
    """30 rows: the last step has 4 + 2 of them; a mean of means would weigh the two rows double."""
    data = mail_files(30, 10)
    rows = []
    for batch, accumulation in ((8, 1), (4, 2)):
        settings = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation}
        config = runs.config(tiny, model={"dropout": 0.0}, data=data, train=settings)
        rows.append(figures(train(config, run=f"b{batch}")))
    assert rows[0][0] == pytest.approx(rows[1][0], abs=1e-4)
    assert rows[0][1] == pytest.approx(rows[1][1], abs=1e-4)


def test_trap_3_a_stop_at_an_epochs_end_adds_no_evaluation_and_resumes_exactly(tmp_path, tiny, mail_files, train):
    """The Trainer's epoch end would evaluate after the stop and save again with moved generators."""
    data = mail_files(64, 20)
    settings = runs.config(tiny, data=data, train={"num_train_epochs": 3})
    whole = train(settings, run="whole")
    for stop_after in (5, 8):
        name = f"stopped-{stop_after}"
        stopped = runs.train_and_stop(train, tmp_path, settings, name, stop_after)
        assert stopped.end["outcome"] == "stopped"
        assert stopped.end["step"] == stop_after
        assert not stopped.series("eval/loss")
        manifest = json.loads((stopped.checkpoint(stop_after) / "tuning-fork.json").read_text("utf-8"))
        assert manifest["state"]["evaluationDue"] == (stop_after == 8)
        resumed = train(settings, run=name, segment=2, resume=stopped.checkpoint(stop_after), from_step=stop_after)
        assert resumed.end["outcome"] == "finished"
        for metric in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss"):
            assert resumed.series(metric) == whole.series(metric), metric


def test_trap_5_fp16_on_a_cpu_is_refused(tmp_path, tiny, mail_files, train):
    run = train(runs.config(tiny, data=mail_files(), train={"precision": "fp16"}), fails=True)
    assert "fp16" in run.end["reason"]
    assert run.end["outcome"] == "failed"
    assert not run.series("train/loss")


def test_trap_7_eval_loss_counts_each_row_once_whatever_the_batch(tmp_path, tiny, mail_files, train):
    data = mail_files(32, 21)
    losses = []
    for batch in (8, 16):
        config = runs.config(
            tiny, model={"dropout": 0.0}, data=data, train={"per_device_train_batch_size": batch, "learning_rate": 1e-9}
        )
        losses.append(next(iter(train(config, run=f"b{batch}").series("eval/loss").values())))
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
