"""Loss, perplexity and token accuracy from three numbers a row, so that no logits outlive their batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tuning_fork.metrics.language import LanguageTotals
from tuning_fork.metrics.tables import Table
from tuning_fork.torch_trainer.prepared import Measured
from tuning_fork.torch_trainer.tasks.language.loss import token_figures


class LanguageEvaluation:
    """One pass over the evaluation rows."""

    def __init__(self, samples: Callable[[], Table | None]) -> None:
        """`samples`: makes the table of generated texts, once all rows are in."""
        self._totals = LanguageTotals()
        self._samples = samples

    def judge(self, inputs: dict[str, Any], outputs: Any) -> dict[str, torch.Tensor]:
        losses, right, tokens = token_figures(outputs["logits"], inputs["labels"])
        return {"losses": losses, "right": right, "tokens": tokens}

    def add(self, judged: dict[str, np.ndarray]) -> None:
        self._totals.add(judged["losses"], judged["right"], judged["tokens"])

    def result(self) -> Measured:
        table = self._samples()
        return Measured(self._totals.metrics(), [] if table is None else [table])
