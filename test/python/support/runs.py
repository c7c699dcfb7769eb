"""Runs as a runner makes them: a folder with its files, a journal, and a trainer in this process or its own."""

from __future__ import annotations

import copy
import csv
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]

DEFAULTS: dict[str, Any] = {
    "version": 1,
    "task": "text-classification",
    "run": {"name": None, "output_dir": None, "seed": 42, "tags": []},
    "model": {
        "framework": "torch",
        "name_or_path": "",
        "pooling": "auto",
        "dropout": 0.1,
        "attn_implementation": "auto",
        "trust_remote_code": False,
    },
    "data": {
        "train": "train.csv",
        "eval": None,
        "eval_fraction": 0.1,
        "format": "auto",
        "columns": {},
        "labels": None,
        "max_length": 64,
        "packing": False,
        "streaming": False,
        "chat_template": None,
        "completion_only_loss": "auto",
    },
    "method": {
        "type": "full",
        "r": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.05,
        "target_modules": "auto",
        "modules_to_save": "auto",
        "use_dora": False,
        "use_rslora": False,
        "bits": 4,
        "freeze": "backbone",
        "teacher": None,
    },
    "train": {
        "num_train_epochs": 1,
        "max_steps": None,
        "per_device_train_batch_size": 8,
        "gradient_accumulation_steps": 1,
        "learning_rate": 1e-3,
        "lr_scheduler_type": "linear",
        "warmup": "6%",
        "optim": "adamw_torch",
        "weight_decay": 0.01,
        "max_grad_norm": 1.0,
        "precision": "auto",
        "gradient_checkpointing": "auto",
    },
    "eval": {"strategy": "epoch", "steps": None, "metrics": ["accuracy", "f1_macro"], "early_stopping_patience": None},
    "checkpoint": {
        "save_total_limit": 2,
        "metric_for_best_model": "loss",
        "save_optimizer": True,
        "resume": "auto-same-config",
    },
    "hardware": {
        "devices": "auto",
        "strategy": "single",
        "target": "local",
        "python": None,
        "env": {},
        "backend": "auto",
    },
    "export": {"formats": [], "quantize": "none"},
    "track": {"project": None, "report_to": []},
}


def config(base: Path, /, **groups: Any) -> dict[str, Any]:
    """A resolved config: the defaults with some keys set, group by group (`train={"max_steps": 3}`)."""
    made = copy.deepcopy(DEFAULTS)
    made["model"]["name_or_path"] = str(base)
    for name, value in groups.items():
        if isinstance(value, dict):
            made[name].update(value)
        else:
            made[name] = value
    return made


# Ours, by what Transformers' Trainer calls the figures of a step.
STEP_FIGURES = {"train/loss": "loss", "train/grad_norm": "grad_norm", "train/learning_rate": "learning_rate"}


def steps_compared(run: Recorded, history: Sequence[dict[str, Any]], more: dict[str, str] | None = None) -> int:
    """Holds every step of a run against the `log_history` of a bare Trainer; returns how many there were.

    Args:
        more: further figures, ours by the Trainer's names.
    """
    steps = [entry for entry in history if "loss" in entry]
    assert len(steps) == len(run.series("train/loss"))
    for ours, theirs in {**STEP_FIGURES, **(more or {})}.items():
        series = run.series(ours)
        for entry in steps:
            expected, found = entry[theirs], series[entry["step"]]
            assert abs(found - expected) <= max(2e-6, 2e-5 * abs(expected)), (ours, entry["step"], found, expected)
    return len(steps)


def write_csv(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)


@dataclass
class Recorded:
    """A run's folder and what its journal says."""

    dir: Path

    @property
    def events(self) -> list[dict[str, Any]]:
        file = self.dir / "events.jsonl"
        if not file.exists():
            return []
        lines = file.read_text("utf-8").split("\n")
        return [json.loads(line) for line in lines[:-1] if line.strip()]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["t"] == kind]

    def series(self, name: str, segment: int | None = None) -> dict[int, float]:
        """Value at each step; of one segment when asked."""
        found: dict[int, float] = {}
        now = 0
        for event in self.events:
            if event["t"] == "journal":
                now = event["segment"]
            elif event["t"] == "metrics" and name in event["values"] and segment in (None, now):
                value = event["values"][name]
                found[event["step"]] = float(value.replace("Infinity", "inf")) if isinstance(value, str) else value
        return found

    @property
    def end(self) -> dict[str, Any]:
        return self.of("end")[-1]

    @property
    def facts(self) -> dict[str, Any]:
        return self.of("start")[-1]["facts"]

    def checkpoint(self, step: int) -> Path:
        return self.dir / "checkpoints" / f"step-{step}"


def make_folder(base: Path, resolved: dict[str, Any], run: str = "run-1") -> Path:
    """The folder of a run whose config's relative paths start at `base`."""
    folder = base / run
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(resolved), "utf-8")
    (folder / "run.json").write_text(json.dumps({"version": 1, "id": run, "baseDir": str(base)}), "utf-8")
    return folder


def train_here(
    base: Path,
    resolved: dict[str, Any],
    *,
    run: str = "run-1",
    segment: int = 1,
    resume: Path | None = None,
    from_step: int = 0,
    fails: bool = False,
) -> Recorded:
    """Trains in this process. A failure is raised unless it is expected."""
    from tuning_fork.context import RunContext
    from tuning_fork.journal import Journal
    from tuning_fork.torch_trainer.main import train_segment
    from tuning_fork.torch_trainer.stop import StopRequest

    folder = make_folder(base, resolved, run)
    context = RunContext(run, folder, folder / "events.jsonl", segment, from_step, resume)
    journal = Journal(context.events, run=run, segment=segment, from_step=from_step)
    code = train_segment(context, journal, StopRequest(folder))
    recorded = Recorded(folder)
    if (code != 0) != fails:
        raise AssertionError(f"the trainer ended with {code}: {recorded.of('end')}")
    return recorded


def train_and_stop(
    train: Callable[..., Recorded], base: Path, resolved: dict[str, Any], name: str, after: int
) -> Recorded:
    """Asks for a stop as soon as a step is on record."""
    from tuning_fork.torch_trainer.recorder import Recorder

    folder = make_folder(base, resolved, name)
    original = Recorder.metrics

    def metrics(self: Any, step: int, values: Any) -> None:
        original(self, step, values)
        if step == after and "train/loss" in values:
            (folder / "stop-requested").write_text("{}", "utf-8")

    Recorder.metrics = metrics
    try:
        return train(resolved, run=name)
    finally:
        Recorder.metrics = original
        (folder / "stop-requested").unlink(missing_ok=True)


class Started(Recorded):
    """A trainer in a process of its own."""

    process: subprocess.Popen[bytes]

    def wait_for_step(self, step: int, timeout: float = 120) -> None:
        """Until a step is on record."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if max(self.series("train/loss"), default=0) >= step:
                return
            if self.process.poll() is not None:
                raise AssertionError(f"ended before step {step}: {self.output}")
            time.sleep(0.02)
        raise AssertionError(f"no step {step} within {timeout} s: {self.output}")

    def wait(self, timeout: float = 180) -> int:
        return self.process.wait(timeout)

    def stop(self) -> None:
        """Asks it to save and end, as a runner does."""
        (self.dir / "stop-requested").write_text("{}", "utf-8")

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    @property
    def output(self) -> str:
        return (self.dir / "output.log").read_text("utf-8", errors="replace")[-3000:]


def start_process(
    base: Path,
    resolved: dict[str, Any],
    *,
    run: str = "run-1",
    segment: int = 1,
    resume: Path | None = None,
    from_step: int = 0,
    env: dict[str, str] | None = None,
) -> Started:
    """Starts `train_torch.py` in its own process group, its output into the run's `output.log`."""
    folder = make_folder(base, resolved, run)
    (folder / "stop-requested").unlink(missing_ok=True)
    variables = {
        **os.environ,
        "TUNING_FORK_RUN_ID": run,
        "TUNING_FORK_RUN_DIR": str(folder),
        "TUNING_FORK_EVENTS": str(folder / "events.jsonl"),
        "TUNING_FORK_SEGMENT": str(segment),
        "TUNING_FORK_FROM_STEP": str(from_step),
        **({"TUNING_FORK_RESUME_FROM": str(resume)} if resume else {}),
        **(env or {}),
    }
    started = Started(folder)
    with (folder / "output.log").open("ab") as output:
        started.process = subprocess.Popen(
            [sys.executable, "-u", "-X", "utf8", str(ROOT / "python/train_torch.py")],
            cwd=base,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return started


def close(a: float, b: float, within: float) -> bool:
    """Whether two figures agree to an absolute tolerance."""
    return math.isclose(a, b, rel_tol=0, abs_tol=within)
