"""Language models: what is left of a batch are three numbers a row, so no logits are kept."""

from __future__ import annotations

import math

import numpy as np


class LanguageTotals:
    """Adds up the tokens that count (`labels` other than -100) of all rows, each once."""

    def __init__(self) -> None:
        self._loss = 0.0
        self._right = 0
        self._tokens = 0

    def add(self, losses: np.ndarray, right: np.ndarray, tokens: np.ndarray) -> None:
        """Takes rows in.

        Args:
            losses: `[rows]`, each the sum of its tokens' cross entropies in nats.
            right: `[rows]`, tokens that had the greatest logit.
            tokens: `[rows]`, tokens that count.
        """
        self._loss += float(losses.astype(np.float64).sum())
        self._right += int(right.sum())
        self._tokens += int(tokens.sum())

    def metrics(self) -> dict[str, float]:
        """`loss` (mean over tokens), `perplexity` (its exponential), `token_accuracy`; NaN without a token."""
        if self._tokens == 0:
            return dict.fromkeys(("loss", "perplexity", "token_accuracy"), math.nan)
        loss = self._loss / self._tokens
        return {"loss": loss, "perplexity": perplexity(loss), "token_accuracy": self._right / self._tokens}


def perplexity(loss: float) -> float:
    """exp(loss); infinite where no number is great enough."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf
