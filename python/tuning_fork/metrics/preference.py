"""Preferences: whether the chosen answer is rewarded more than the rejected one."""

from __future__ import annotations

import math

import numpy as np


class PreferenceTotals:
    """Adds up pairs of answers."""

    def __init__(self) -> None:
        self._right = 0
        self._margin = 0.0
        self._loss = 0.0
        self._pairs = 0

    def add(self, chosen: np.ndarray, rejected: np.ndarray, losses: np.ndarray) -> None:
        """Takes the rewards of chosen and rejected answers and the losses in, each `[pairs]`."""
        self._right += int((chosen > rejected).sum())
        self._margin += float((chosen.astype(np.float64) - rejected).sum())
        self._loss += float(losses.astype(np.float64).sum())
        self._pairs += len(chosen)

    def metrics(self) -> dict[str, float]:
        """`loss`, `reward_accuracy` (share of pairs whose chosen answer has the greater reward, as TRL counts), `reward_margin`.

        Means over pairs; NaN without one.
        """
        names = ("loss", "reward_accuracy", "reward_margin")
        sums = (self._loss, self._right, self._margin)
        return {name: total / self._pairs if self._pairs else math.nan for name, total in zip(names, sums, strict=True)}
