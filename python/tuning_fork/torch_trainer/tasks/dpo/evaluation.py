"""Loss and rewards of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn.functional import logsigmoid

from tuning_fork.data.language import passage_text
from tuning_fork.data.preference import PreferenceExample
from tuning_fork.metrics.preference import PreferenceTotals
from tuning_fork.metrics.tables import choose_samples, rounded, shorten
from tuning_fork.torch_trainer.prepared import Measured

# Pairs of one table.
MAX_ROWS = 50


class PreferenceEvaluation:
    """Keeps two rewards of each pair."""

    def __init__(self, examples: Sequence[PreferenceExample]) -> None:
        self._examples = examples
        self._chosen: list[np.ndarray] = []
        self._rejected: list[np.ndarray] = []

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        return outputs

    def add(self, judged: dict[str, np.ndarray]) -> None:
        self._chosen.append(judged["chosen"])
        self._rejected.append(judged["rejected"])

    def result(self) -> Measured:
        chosen, rejected = np.concatenate(self._chosen), np.concatenate(self._rejected)
        # −log σ of the difference of rewards: Rafailov et al. 2023, equation 7.
        losses = -logsigmoid(torch.from_numpy(chosen.astype(np.float64) - rejected)).numpy()
        totals = PreferenceTotals()
        totals.add(chosen, rejected, losses)
        return Measured(totals.metrics(), [self._samples(chosen, rejected, losses)])

    def _samples(
        self, chosen: np.ndarray, rejected: np.ndarray, losses: np.ndarray
    ) -> tuple[str, list[str], list[list[object]]]:
        columns = ["prompt", "chosen", "rejected", "chosen reward", "rejected reward", "file", "row"]
        rows: list[list[object]] = []
        for at in choose_samples(losses, chosen <= rejected, MAX_ROWS):
            one = self._examples[at]
            texts = (shorten(passage_text(passage)) for passage in (one.prompt, one.chosen, one.rejected))
            rows.append([*texts, rounded(float(chosen[at])), rounded(float(rejected[at])), one.file, one.row])
        return "eval/samples", columns, rows
