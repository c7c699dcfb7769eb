"""Cross entropy of the tokens that count, without a copy of all logits in 32 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint

from tuning_fork.torch_trainer.prepared import IGNORED

# Logits that are turned into 32-bit numbers at a time: 256 MB.
PIECE = 2**26


def language_loss(
    outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | int | None = None
) -> torch.Tensor:
    """The mean over tokens that count.

    Args:
        outputs: with `logits` of shape `[rows, tokens, vocabulary]`; those at a token are about the next one.
        labels: `[rows, tokens]`; the first of a row (of packed rows: of each text) is -100, since nothing is before it.
        num_items_in_batch: tokens that count in the whole optimizer step; given, this is the batch's share of the mean.
    """
    logits, wanted = shifted(outputs["logits"], labels)
    counts = wanted != IGNORED
    logits, wanted = logits[counts], wanted[counts]
    items = wanted.numel() if num_items_in_batch is None else num_items_in_batch
    if wanted.numel() == 0:
        return logits.sum() * 0.0  # a batch without answers still has to have a gradient
    if logits.numel() <= PIECE:
        return _summed(logits, wanted) / items
    # Computed again in the backward pass, so that of each piece only the 16-bit logits stay.
    sums = [
        checkpoint(_summed, logits[piece], wanted[piece], use_reentrant=False, preserve_rng_state=False)
        for piece in pieces(wanted.numel(), logits.shape[-1])
    ]
    return torch.stack(sums).sum() / items


def token_figures(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What an evaluation keeps of a batch: per row the sum of its tokens' cross entropies (nats), how many tokens had the
    greatest logit, and how many count. Each `[rows]`."""
    losses, right, tokens = [], [], []
    for row, wanted in zip(*shifted(logits, labels), strict=True):
        counts = wanted != IGNORED
        row, wanted = row[counts], wanted[counts]
        loss, hits = torch.zeros((), device=row.device), torch.zeros((), dtype=torch.long, device=row.device)
        for piece in pieces(wanted.numel(), row.shape[-1]):
            loss = loss + _summed(row[piece], wanted[piece])
            hits = hits + (row[piece].argmax(-1) == wanted[piece]).sum()
        losses.append(loss)
        right.append(hits)
        tokens.append(counts.sum())
    return torch.stack(losses), torch.stack(right), torch.stack(tokens)


def shifted(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits beside the label that each is about."""
    return logits[:, :-1], labels[:, 1:].to(logits.device)


def pieces(tokens: int, vocabulary: int) -> Iterator[slice]:
    """Stretches of tokens of at most `PIECE` logits each."""
    size = max(1, PIECE // vocabulary)
    return (slice(begin, begin + size) for begin in range(0, tokens, size))


def _summed(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    return cross_entropy(logits.float(), wanted, reduction="sum")
