"""How long steps and evaluations take, and when the run will end."""

from __future__ import annotations

from collections import deque

# How many of the newest steps the speed is taken from.
WINDOW = 50
# Steps that must have been timed before an end is foretold.
MIN_STEPS = 3
# What an evaluated row costs of a trained one, before an evaluation was measured.
EVALUATION_COST = 0.3


class Pace:
    """Times in seconds; rows of all processes."""

    def __init__(self, evaluation_rows: int) -> None:
        self._steps: deque[tuple[float, int]] = deque(maxlen=WINDOW)
        self._evaluation: float | None = None
        self._evaluation_rows = evaluation_rows

    def step(self, seconds: float, rows: int) -> None:
        self._steps.append((seconds, rows))

    def evaluation(self, seconds: float) -> None:
        """An evaluation with what belongs to it (saving the checkpoint)."""
        self._evaluation = seconds

    @property
    def seconds_per_step(self) -> float | None:
        seconds = sum(one for one, _ in self._steps)
        return seconds / len(self._steps) if self._steps else None

    @property
    def samples_per_second(self) -> float | None:
        seconds = sum(one for one, _ in self._steps)
        return sum(rows for _, rows in self._steps) / seconds if seconds > 0 else None

    def remaining_ms(self, steps: int, evaluations: int) -> int | None:
        """Milliseconds that so many steps and evaluations will take; None until there is enough to tell."""
        if len(self._steps) < MIN_STEPS:
            return None
        seconds = sum(one for one, _ in self._steps)
        rows = max(1, sum(count for _, count in self._steps))
        evaluation = self._evaluation
        if evaluation is None:
            evaluation = seconds / rows * self._evaluation_rows * EVALUATION_COST
        return round(1000 * (seconds / len(self._steps) * steps + evaluation * evaluations))
