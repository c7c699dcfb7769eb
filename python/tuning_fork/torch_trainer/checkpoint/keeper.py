"""Saves and prunes the checkpoints of one run, and writes both into its journal."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuning_fork.context import read_pins
from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.checkpoint.disk import (
    explain_disk_error,
    require_writable,
    size_of,
    sync_folder,
    sync_names,
)
from tuning_fork.torch_trainer.checkpoint.manifest import (
    TEMPORARY,
    checkpoint_name,
    json_numbers,
    read_manifest,
    write_manifest,
)
from tuning_fork.torch_trainer.recorder import Recorder


@dataclass
class KeeperSettings:
    """What is the same for every checkpoint of a run."""

    run_dir: Path
    # Folder of the `step-N` folders.
    folder: Path
    # Checkpoints kept beside the best and the pinned ones.
    limit: int
    # Whether this process is the one that writes.
    writes: bool
    # Names the temporary folder, alike in all processes.
    segment: int
    # The part of every manifest that does not change.
    fixed: dict[str, Any] = field(default_factory=dict)


class CheckpointKeeper:
    """Checkpoints of one run, in one folder."""

    def __init__(self, settings: KeeperSettings, recorder: Recorder, saved_step: int | None) -> None:
        """`saved_step`: the step of this run's own checkpoint that training goes on from, if it does."""
        self._settings = settings
        self._recorder = recorder
        self.saved_step = saved_step
        require_writable(settings.folder)
        if settings.writes:
            _require_own(settings.folder, settings.fixed["run"])
            _remove_leftovers(settings.folder)

    def save(
        self,
        step: int,
        state: dict[str, Any],
        metrics: dict[str, float],
        *,
        best: bool,
        best_step: int | None,
        fill: Callable[[Path], None],
        barrier: Callable[[], None],
    ) -> None:
        """Writes `step-N` complete or not at all, then prunes.

        Args:
            state: where training stands, for `tuning-fork.json`.
            fill: writes weights and states into the folder it gets; every process calls it.
            barrier: waits for all processes.
        """
        settings = self._settings
        temporary = settings.folder / f"{TEMPORARY}{checkpoint_name(step)}-{settings.segment}"
        path = settings.folder / checkpoint_name(step)
        try:
            temporary.mkdir(parents=True, exist_ok=True)
            fill(temporary)
            barrier()
            if settings.writes:
                epoch = state.pop("epoch", None)
                manifest = {
                    **settings.fixed,
                    "step": step,
                    "epoch": epoch,
                    "savedMs": int(time.time() * 1000),
                    "metrics": json_numbers(metrics),
                    "state": state,
                }
                write_manifest(temporary, manifest)
                sync_folder(temporary)
                _replace(temporary, path)
        except Exception as error:
            if settings.writes:
                shutil.rmtree(temporary, ignore_errors=True)
            raise explain_disk_error(error, step, settings.folder) from error
        self.saved_step = step
        if settings.writes:
            shown = _shown_path(settings.run_dir, path)
            self._recorder.checkpoint(step, shown, size_of(path), metrics, best)
            self._prune(step, best_step)
        barrier()

    def _prune(self, current: int, best: int | None) -> None:
        """All but the newest `limit`, the best and the pinned go; those after `current` are a stretch that a resume cut off."""
        settings = self._settings
        pins = read_pins(settings.run_dir)
        stored = [
            (step, path)
            for step, path in _step_folders(settings.folder)
            if (read_manifest(path) or {}).get("run") == settings.fixed["run"]
        ]
        candidates = [one for one in stored if one[0] != best and one[0] not in pins]
        valid = [one for one in candidates if one[0] <= current]
        abandoned = [one for one in candidates if one[0] > current]
        for step, path in [*valid[: max(0, len(valid) - settings.limit)], *abandoned]:
            doomed = path.with_name(f"{TEMPORARY}{path.name}-removed")
            os.replace(path, doomed)
            shutil.rmtree(doomed, ignore_errors=True)
            self._recorder.checkpoint_removed(step, _shown_path(settings.run_dir, path))


def _replace(temporary: Path, path: Path) -> None:
    if path.exists():
        old = temporary.with_name(f"{temporary.name}-replaced")
        os.replace(path, old)
        os.replace(temporary, path)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(temporary, path)
    sync_names(path.parent)


def _step_folders(folder: Path) -> list[tuple[int, Path]]:
    found = [(re.fullmatch(r"step-(\d+)", path.name), path) for path in folder.iterdir()]
    return sorted((int(match[1]), path) for match, path in found if match)


def _require_own(folder: Path, run: str) -> None:
    for _, path in _step_folders(folder):
        owner = (read_manifest(path) or {}).get("run")
        if owner != run:
            whose = f"run {owner}" if owner else "something else"
            raise UserError(
                "output-dir-taken",
                f"{folder} holds checkpoints of {whose} ({path.name}).",
                "Set run.output_dir to another folder, or leave it out to save in the run's own folder.",
            )


def _remove_leftovers(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.startswith(TEMPORARY):
            shutil.rmtree(path, ignore_errors=True)


def _shown_path(run_dir: Path, path: Path) -> str:
    """Relative to the run's folder, or absolute when it lies elsewhere."""
    try:
        return path.relative_to(run_dir).as_posix()
    except ValueError:
        return str(path)
