"""What a run's journal and log get to know, in the embedded trainer's words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tuning_fork.journal import Journal

# Progress is told at most twice a second.
INTERVAL_S = 0.5


class Recorder:
    """The journal, and its milestones on stdout, which is the run's `output.log`.

    Only the first of several processes records; the others' recorder does nothing.
    """

    def __init__(self, journal: Journal | None, from_step: int) -> None:
        self._journal = journal
        self._last = 0.0
        self._phase: str | None = None
        self._figures: dict[str, Any] = {"step": from_step}

    @property
    def active(self) -> bool:
        return self._journal is not None

    def start(
        self,
        total: int,
        epochs: float | None,
        steps_per_epoch: int | None,
        facts: Mapping[str, object],
    ) -> None:
        """The plan, before the first step."""
        if self._journal is None:
            return
        self._journal.write(
            "start",
            total=total,
            epochs=epochs,
            stepsPerEpoch=steps_per_epoch,
            facts=dict(facts),
        )
        rows, evaluated = facts.get("trainRows"), facts.get("evalRows")
        source = "a stream" if rows is None else f"{rows} rows"
        _say(f"Training on {source}, evaluating on {evaluated}: {total} steps on {facts.get('device', 'cpu')}.")

    def metrics(self, step: int, values: Mapping[str, float]) -> None:
        if self._journal is None:
            return
        self._journal.metrics(step, values)
        measured = [f"{name} {value:.4g}" for name, value in values.items() if name.startswith("eval/")]
        if measured:
            _say(f"Step {step}: {', '.join(measured)}")

    def table(self, step: int, name: str, columns: list[str], rows: list[list[object]]) -> None:
        if self._journal is not None:
            self._journal.table(name, step, columns, rows)

    def baseline(self, name: str, metrics: Mapping[str, float]) -> None:
        if self._journal is not None:
            self._journal.write("baseline", name=name, metrics=dict(metrics))

    def checkpoint(self, step: int, path: str, size: int, metrics: Mapping[str, float], best: bool) -> None:
        if self._journal is None:
            return
        self._journal.checkpoint(step, path, size, metrics, best)
        _say(f"Step {step}: checkpoint {path}{', the best so far' if best else ''}")

    def checkpoint_removed(self, step: int, path: str) -> None:
        if self._journal is not None:
            self._journal.write("checkpoint-removed", step=step, path=path)

    def alert(self, level: str, code: str, message: str, step: int | None) -> None:
        if self._journal is None:
            return
        self._journal.alert(level, code, message, step)
        if level != "error":
            _say(f"Step {'–' if step is None else step}: {message}")

    def enter(self, phase: str | None, **figures: Any) -> None:
        """What is going on beside training; None = training. Told at once."""
        self._phase = phase
        self._figures.update(figures)
        self._progress()

    def update(self, **figures: Any) -> None:
        """New figures; left out when the last ones are too young."""
        self._figures.update(figures)
        if time.monotonic() - self._last >= INTERVAL_S:
            self._progress()

    def _progress(self) -> None:
        self._last = time.monotonic()
        if self._journal is not None:
            self._journal.progress(**self._figures, phase=self._phase)


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:
        pass  # a full disk must not end the training for the sake of its log
