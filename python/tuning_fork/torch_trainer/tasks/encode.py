"""Texts as token ids, in pieces, so that a long data set tells that it is being worked on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

PIECE = 512


def encode_texts(
    tokenizer: Any, texts: Sequence[str], max_length: int, alive: Callable[[], None]
) -> list[dict[str, list[int]]]:
    """Input ids (and what else the model takes) of each text, cut to `max_length` tokens, not padded."""
    rows: list[dict[str, list[int]]] = []
    for begin in range(0, len(texts), PIECE):
        piece = tokenizer(list(texts[begin : begin + PIECE]), truncation=True, max_length=max_length)
        names = list(piece.keys())
        rows.extend({name: piece[name][index] for name in names} for index in range(len(piece["input_ids"])))
        alive()
    return rows
