"""Rows of words as token ids, and which token begins which word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.prepared import IGNORED
from tuning_fork.torch_trainer.tasks.encode import PIECE


def encode_words(
    tokenizer: Any, rows: Sequence[Sequence[str]], max_length: int, alive: Callable[[], None] = lambda: None
) -> Iterator[tuple[dict[str, list[int]], list[int]]]:
    """Tokenises rows of words, one after the other.

    Yields:
        Input ids (and what else the model takes), cut to `max_length` tokens and not padded; and for each token the index
        of the word that begins there, −1 where none does (special tokens, later pieces of a word).

    Raises:
        UserError: the tokenizer cannot tell which token belongs to which word.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise UserError(
            "tokenizer-slow",
            "The model's tokenizer cannot tell which token belongs to which word, since it has no tokenizer.json.",
            "Take a model whose tokenizer has one; most can be converted by loading them with Transformers and saving them.",
        )
    spaced = _words_need_spaces(tokenizer)
    for begin in range(0, len(rows), PIECE):
        piece = [_spaced(row) if spaced else list(row) for row in rows[begin : begin + PIECE]]
        encoded = tokenizer(piece, is_split_into_words=True, truncation=True, max_length=max_length)
        for index in range(len(piece)):
            words = encoded.word_ids(index)
            starts = [-1 if now is None or now == before else now for before, now in pairwise([None, *words])]
            yield {name: encoded[name][index] for name in encoded}, starts
        alive()


def first_piece_labels(starts: Sequence[int], tags: Sequence[int]) -> list[int]:
    """A label for each token: the word's where one begins, −100 elsewhere."""
    return [IGNORED if word < 0 else tags[word] for word in starts]


def _words_need_spaces(tokenizer: Any) -> bool:
    """Whether words that follow another are other tokens than in a text, unless they bring the space before them.

    So it is with the byte-level tokenizers of GPT-2 and its relatives, whose models know ` word` and hardly `word`.
    """
    plain, words = tokenizer("one two")["input_ids"], ["one", "two"]
    return (
        tokenizer(words, is_split_into_words=True)["input_ids"] != plain
        and tokenizer(_spaced(words), is_split_into_words=True)["input_ids"] == plain
    )


def _spaced(words: Sequence[str]) -> list[str]:
    return [*words[:1], *(f" {word}" for word in words[1:])]
