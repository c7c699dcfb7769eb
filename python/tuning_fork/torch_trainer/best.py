"""Which evaluation is best so far, and whether it is time to stop."""

from __future__ import annotations

import math
from typing import Any


class BestTracker:
    """Follows one metric over the evaluations.

    Args:
        greater_is_better: direction of the metric.
        patience: evaluations in a row without a better value until `exhausted`; None = never.
    """

    def __init__(self, greater_is_better: bool, patience: int | None) -> None:
        self._greater = greater_is_better
        self._patience = patience
        self.step: int | None = None
        self.value: float | None = None
        self.bad_evaluations = 0

    def observe(self, step: int, value: float) -> bool:
        """Takes an evaluation in; True when it is the best so far. NaN is never better."""
        better = not math.isnan(value) and (
            self.value is None or (value > self.value if self._greater else value < self.value)
        )
        if better:
            self.step, self.value, self.bad_evaluations = step, value, 0
        else:
            self.bad_evaluations += 1
        return better

    @property
    def exhausted(self) -> bool:
        return self._patience is not None and self.bad_evaluations >= self._patience

    def state(self) -> dict[str, Any]:
        """For a checkpoint, in the words of the embedded trainer's."""
        best = None if self.step is None else {"step": self.step, "value": self.value}
        return {"best": best, "badEvaluations": self.bad_evaluations}

    def load(self, state: dict[str, Any]) -> None:
        best = state.get("best")
        self.step = best["step"] if best else None
        self.value = best["value"] if best else None
        self.bad_evaluations = state.get("badEvaluations", 0)
