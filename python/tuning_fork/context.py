"""What the runner tells a trainer: `TUNING_FORK_*` variables and the files of the run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig


@dataclass(frozen=True)
class RunContext:
    """Where a segment of a run lies and where it goes on from."""

    run: str
    run_dir: Path
    # The journal, events.jsonl.
    events: Path
    segment: int
    from_step: int
    # Checkpoint folder to go on from; None for a fresh start.
    resume_from: Path | None


def read_context(env: Mapping[str, str]) -> RunContext:
    """The context a runner set up. Raises `UserError` when no runner started this process."""

    def required(name: str) -> str:
        value = env.get(name)
        if value:
            return value
        raise UserError(
            "trainer-environment",
            f"{name} is not set.",
            "The trainer is started by a run: tuning-fork start finetune.yaml.",
        )

    resume = env.get("TUNING_FORK_RESUME_FROM")
    return RunContext(
        run=required("TUNING_FORK_RUN_ID"),
        run_dir=Path(required("TUNING_FORK_RUN_DIR")),
        events=Path(required("TUNING_FORK_EVENTS")),
        segment=int(env.get("TUNING_FORK_SEGMENT") or 1),
        from_step=int(env.get("TUNING_FORK_FROM_STEP") or 0),
        resume_from=Path(resume) if resume else None,
    )


def read_config(run_dir: Path) -> ResolvedConfig:
    """The resolved config of a run, `config.json`."""
    return cast("ResolvedConfig", _read(run_dir / "config.json"))


def read_base_dir(run_dir: Path) -> Path:
    """The folder that relative paths of the config start from."""
    return Path(_read(run_dir / "run.json")["baseDir"])


def read_pins(run_dir: Path) -> list[int]:
    """Steps of the checkpoints a person pinned, which no limit removes."""
    try:
        meta = json.loads((run_dir / "meta.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    pins = meta.get("pins") if isinstance(meta, dict) else None
    return [step for step in pins if isinstance(step, int)] if isinstance(pins, list) else []


def _read(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        value = None
    if isinstance(value, dict):
        return value
    problem = f"{file} is missing or not whole."
    raise UserError("run-folder-incomplete", problem, "Start the run again.")
