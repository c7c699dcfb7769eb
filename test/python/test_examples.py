"""Every example of the repository that trains with PyTorch, as its file has it but for the model and the number of steps.

`examples/script` runs in test/integration/script-run.test.ts, `examples/spam` (tfjs) in test/e2e/demo.test.ts.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import runs

ELSEWHERE = ("script", "spam")
EXAMPLES = sorted(
    file.parent.name for file in (runs.ROOT / "examples").glob("*/finetune.yaml") if file.parent.name not in ELSEWHERE
)
STEPS = 4


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the examples, so that nothing is written into the repository."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(runs.ROOT / "examples", folder, dirs_exist_ok=True)
    return folder


def checked(base: Path, name: str, *overrides: str) -> dict[str, Any]:
    """What the product makes of an example's file; the checks of text and data must have found no error."""
    asked = [{"file": str(base / name / "finetune.yaml"), "overrides": overrides}]
    answer = subprocess.run(
        ["node", str(runs.ROOT / "test/support/checked-configs.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    [one] = json.loads(answer.stdout)
    assert [finding for finding in one["findings"] if finding["severity"] == "error"] == []
    return one["config"]


def train(base: Path, name: str, config: dict[str, Any], run: str = "run-1") -> runs.Recorded:
    """Trains in this process, or where several share a step in processes of their own."""
    folder = base / name
    if config["hardware"]["strategy"] == "single":
        return runs.train_here(folder, config, run=run)
    started = runs.start_process(folder, config, run=run)
    try:
        assert started.wait() == 0, started.output
    finally:
        started.kill()
    return started


@pytest.fixture
def model_for(request: pytest.FixtureRequest):
    """A small model for a task: an encoder, or a Llama with a chat template."""

    def choose(task: str) -> Path:
        return request.getfixturevalue("tiny_llama" if task in ("causal-lm", "preference") else "tiny")

    return choose


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_finding_as_it_is_written(base, name):
    assert checked(base, name)["task"] != "script"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_trains(base, name, model_for):
    written = checked(base, name)
    small = [f"model.name_or_path={model_for(written['task'])}", f"train.max_steps={STEPS}"]
    small.append(f"data.max_length={min(written['data']['max_length'], 128)}")
    if written["method"]["type"] == "distill":
        small.append(f"method.teacher.name_or_path={a_teacher(base, name, small)}")
    config = checked(base, name, *small)
    run = train(base, name, config)

    assert run.end["outcome"] == "finished"
    losses = run.series("train/loss")
    assert list(losses) == list(range(1, STEPS + 1))
    assert all(math.isfinite(loss) for loss in losses.values())
    for metric in {"loss", *config["eval"]["metrics"], config["checkpoint"]["metric_for_best_model"]}:
        assert run.series(f"eval/{metric}"), metric
    saved = run.of("checkpoint")
    assert any(event["best"] for event in saved)
    manifest = json.loads((run.checkpoint(STEPS) / "tuning-fork.json").read_text("utf-8"))
    assert (manifest["run"], manifest["step"]) == ("run-1", STEPS)

    adapts = config["method"]["type"] in ("lora", "qlora")
    weights = "adapter_model.safetensors" if adapts else "model.safetensors"
    assert (run.checkpoint(STEPS) / weights).exists()
    # A pooler computes nothing for an embedding, so it does not train.
    in_part = adapts or config["method"]["type"] == "freeze" or config["task"] == "embedding"
    assert (run.facts["trainableParameters"] < run.facts["totalParameters"]) == in_part
    assert run.facts["processes"] == (2 if config["hardware"]["strategy"] == "ddp" else 1)


def a_teacher(base: Path, name: str, small: list[str]) -> Path:
    """A checkpoint of a full fine-tune on the same data."""
    taught = checked(base, name, *small, "method.type=full", "method.teacher=null")
    return train(base, name, taught, "teacher").checkpoint(STEPS)


def test_the_lora_classifier_learns_with_the_model_it_names(base, minilm):
    config = checked(base, "lora-classifier", f"model.name_or_path={minilm}", "train.num_train_epochs=3")
    run = train(base, "lora-classifier", config, "learns")
    assert max(run.series("eval/f1_macro").values()) > 0.8
    assert run.facts["trainableParameters"] < 0.02 * run.facts["totalParameters"]
