"""Our figures are those of a bare Trainer: same seed, same data, same losses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import runs

ORACLE = Path(__file__).parents[1] / "oracles/bare_trainer.py"


def bare(tmp_path, **settings):
    """The log of a bare Trainer, in a process of its own."""
    (tmp_path / "settings.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, str(ORACLE), "settings.json", "history.json"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    return json.loads((tmp_path / "history.json").read_text("utf-8"))


def settings_for(tmp_path, model, mails, **changes):
    runs.write_csv(tmp_path / "train.csv", mails[:90])
    runs.write_csv(tmp_path / "eval.csv", mails[-30:])
    index = {"ham": 0, "spam": 1}
    return {
        "model": str(model),
        "train": [[text, index[label]] for text, label in mails[:90]],
        "eval": [[text, index[label]] for text, label in mails[-30:]],
        "labels": ["ham", "spam"],
        "max_length": 64,
        "batch": 8,
        "accumulation": 1,
        "epochs": 2,
        "rate": 1e-3,
        "warmup": 2,
        "dropout": 0.1,
        "seed": 7,
        **changes,
    }


@pytest.mark.parametrize(("batch", "accumulation"), [(8, 1), (5, 3)])
def test_losses_gradients_and_rates_are_those_of_a_bare_trainer(tmp_path, tiny, mails, train, batch, accumulation):
    settings = settings_for(tmp_path, tiny, mails, batch=batch, accumulation=accumulation)
    history = bare(tmp_path, **settings)
    run = train(
        runs.config(
            tiny,
            run={"seed": 7},
            data={"eval": "eval.csv"},
            train={
                "num_train_epochs": 2,
                "per_device_train_batch_size": batch,
                "gradient_accumulation_steps": accumulation,
                "warmup": 2,
            },
        )
    )
    assert runs.steps_compared(run, history) > 10
    evaluated = [entry["eval_loss"] for entry in history if "eval_loss" in entry]
    assert list(run.series("eval/loss").values()) == pytest.approx(evaluated, rel=1e-5)


def test_lora_is_pefts_own(tmp_path, tiny, mails, train):
    settings = settings_for(
        tmp_path,
        tiny,
        mails,
        lora={
            "task_type": "SEQ_CLS",
            "r": 16,
            "lora_alpha": 32,
            "lora_dropout": 0.05,
            "modules_to_save": ["classifier", "pooler"],
        },
    )
    history = bare(tmp_path, **settings)
    run = train(
        runs.config(
            tiny,
            run={"seed": 7},
            data={"eval": "eval.csv"},
            method={"type": "lora"},
            train={"num_train_epochs": 2, "warmup": 2},
        )
    )
    series = run.series("train/loss")
    for entry in history:
        if "loss" in entry:
            assert series[entry["step"]] == pytest.approx(entry["loss"], abs=2e-6)
