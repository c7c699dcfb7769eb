"""Losses that bring vectors of what belongs together near each other: those of Sentence Transformers.

A row is compared with the other rows of its forward pass, so its loss depends on how many these are: on
`per_device_train_batch_size`, and on neither accumulation nor the number of processes. The loss of an optimizer step is the
mean over all of its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from tuning_fork.torch_trainer.models.sentence import VECTORS

# Cosines are multiplied by this: the inverse of a temperature of 0.05.
SCALE = 20.0

# (vectors [rows, texts, width], labels) -> the loss of each row [rows]
RowLosses = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def in_batch_negatives(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy of finding an anchor's partner among the partners of all rows (MultipleNegativesRankingLoss).

    van den Oord et al. 2018, eq. 4, with cosines times 20. A third text of each row is one more wrong answer for all of
    them. The same text in another row is no wrong answer, nor is another partner of the same anchor.

    Args:
        vectors: anchor, partner and, where the data has it, what is no partner: `[rows, 2 or 3, width]`.
        labels: a number for each of these texts `[rows, 2 or 3]`, the same for the same text.
    """
    rows = len(vectors)
    units = normalize(vectors.float(), dim=-1)
    candidates = units[:, 1:].transpose(0, 1).flatten(0, 1)
    similar = SCALE * units[:, 0] @ candidates.T
    also_right = labels[:, 1:].T.reshape(1, -1) == labels[:, 1:2]
    also_right[:, :rows] |= labels[:, :1] == labels[:, 0]
    also_right[:, :rows].fill_diagonal_(False)
    target = torch.arange(rows, device=vectors.device)
    return cross_entropy(similar.masked_fill(also_right, -torch.inf), target, reduction="none")


def cosent(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """log(1 + Σ exp(20·(cos i − cos j))) over all pairs i, j of rows of which j has the higher score (CoSENTLoss).

    Only the order of the scores counts, so they may be in any unit. It is one number for the batch, here the loss of each of
    its rows.

    Args:
        vectors: both texts of each row `[rows, 2, width]`.
        labels: score of each row `[rows]`.
    """
    units = normalize(vectors.float(), dim=-1)
    cosines = SCALE * (units[:, 0] * units[:, 1]).sum(dim=-1)
    differences = (cosines[:, None] - cosines)[labels[:, None] < labels]
    return torch.cat([differences.new_zeros(1), differences]).logsumexp(dim=0).expand(len(vectors))


def same_class(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss: the mean of −log softmax over the texts of the same class, among all other texts.

    Khosla et al. 2020, eq. 2 (the sum outside of the logarithm). A text that is alone with its class has none.

    Args:
        vectors: `[rows, 1, width]`.
        labels: class of each row `[rows]`.
    """
    units = normalize(vectors[:, 0].float(), dim=-1)
    itself = torch.eye(len(units), dtype=torch.bool, device=vectors.device)
    logs = (SCALE * units @ units.T).masked_fill(itself, -torch.inf).log_softmax(dim=1)
    alike = (labels[:, None] == labels) & ~itself
    return -logs.masked_fill(~alike, 0.0).sum(dim=1) / alike.sum(dim=1).clamp(min=1)


class ContrastiveLoss:
    """One of these as `compute_loss_func`."""

    def __init__(self, losses: RowLosses) -> None:
        self._losses = losses

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The mean over rows; with the labels of the whole optimizer step counted, this batch's share of their mean."""
        losses = self._losses(outputs[VECTORS], labels)
        if num_items_in_batch is None:
            return losses.mean()
        # Each row has as many labels as texts.
        return losses.sum() * labels[0].numel() / num_items_in_batch


class GroupedLoss:
    """The mean loss over rows of an evaluation, each compared with its group: so many rows that follow each other in the
    data, whatever the batches of the evaluation are."""

    def __init__(self, losses: RowLosses, size: int) -> None:
        self._losses = losses
        self._size = size
        self._waiting: list[tuple[np.ndarray, np.ndarray]] = []
        self._sum, self._rows = 0.0, 0

    def add(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        """Takes rows in, in the order of the data."""
        self._waiting.append((vectors, labels))
        count = sum(len(part) for _, part in self._waiting)
        if count >= self._size:
            joined = self._joined()
            whole = count - count % self._size
            for begin in range(0, whole, self._size):
                self._judge(*(side[begin : begin + self._size] for side in joined))
            self._waiting = [(joined[0][whole:], joined[1][whole:])]

    def mean(self) -> float:
        """Once all rows are in; NaN of none."""
        if any(len(labels) for _, labels in self._waiting):
            self._judge(*self._joined())
        self._waiting = []
        return self._sum / self._rows if self._rows else float("nan")

    def _joined(self) -> tuple[np.ndarray, np.ndarray]:
        return np.concatenate([one for one, _ in self._waiting]), np.concatenate([one for _, one in self._waiting])

    def _judge(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        losses = self._losses(torch.from_numpy(vectors), torch.from_numpy(labels))
        self._sum += float(losses.double().sum())
        self._rows += len(losses)
