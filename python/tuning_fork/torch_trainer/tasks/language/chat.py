"""Conversations as tokens: the chat template, and which tokens are the assistant's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from tuning_fork.data.complaint import row_error
from tuning_fork.data.types import Place
from tuning_fork.errors import UserError

# What marks the assistant's words in a template.
_GENERATION = re.compile(r"\{%[-+]?\s*generation\s*[-+]?%\}")

Messages = list[dict[str, Any]]


class ChatTemplate:
    """A tokenizer's chat template."""

    def __init__(self, tokenizer: Any, model: str) -> None:
        """`model`: its name, for messages."""
        self._tokenizer = tokenizer
        self._model = model
        template = getattr(tokenizer, "chat_template", None)
        # Some models have several templates by name; the one that is used without a name decides.
        text = template.get("default", "") if isinstance(template, dict) else template
        self.is_there = template is not None
        self.marks_answers = bool(text and _GENERATION.search(text))
        # Whether it can be asked for the header that an answer follows.
        self._writes_headers = bool(text and "add_generation_prompt" in text)

    def require(self) -> None:
        """Raises `UserError` when there is none."""
        if not self.is_there:
            raise UserError(
                "chat-template-missing",
                f"The rows are messages, but the tokenizer of {self._model} has no chat template.",
                "Name one in data.chat_template, or take the model's instruction-tuned variant.",
            )

    def encode(
        self, messages: Messages, first: int, place: Place, *, answers_only: bool
    ) -> tuple[list[int], np.ndarray]:
        """Token ids of a conversation, and which of them count.

        Args:
            first: index of the first message that may count.
            answers_only: whether only what the assistant says counts: what the template marks with `{% generation %}`, else
                each of its messages without the header, to the end of its turn.
        """
        if not answers_only:
            ids = self._tokens(self._text(messages, place))
            return ids, np.ones(len(ids), dtype=bool)
        if self.marks_answers and first == 0:
            done = self._applied(messages, place, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
            return list(done["input_ids"]), np.asarray(done["assistant_masks"], dtype=bool)
        text = self._text(messages, place)
        spans = [
            self._span(messages, at, text, place)
            for at, message in enumerate(messages)
            if message["role"] == "assistant" and at >= first
        ]
        return self._marked(text, spans)

    def prompt(self, messages: Messages, place: Place) -> list[int]:
        """Token ids that an answer to the messages follows."""
        return self._tokens(self._applied(messages, place, tokenize=False, add_generation_prompt=True))

    def _span(self, messages: Messages, at: int, text: str, place: Place) -> tuple[int, int]:
        """Begin and end (in characters of the whole text) of what the assistant says in one message."""
        if at > 0 and self._writes_headers:
            before = self._applied(messages[:at], place, tokenize=False, add_generation_prompt=True)
        else:
            before = self._text([*messages[:at], _other_words(messages[at]), *messages[at + 1 :]], place)
        begin = common_length(before, text)
        end = common_length(self._text(messages[: at + 1], place), text)
        return begin, end

    def _marked(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], np.ndarray]:
        if not self._tokenizer.is_fast:
            # Without places in the text, tokens up to a place are counted.
            ids = self._tokens(text)
            counts = np.zeros(len(ids), dtype=bool)
            for begin, end in spans:
                counts[slice(*(common_length(self._tokens(text[:place]), ids) for place in (begin, end)))] = True
            return ids, counts
        done = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        places = np.asarray(done["offset_mapping"], dtype=np.int64).reshape(-1, 2)
        counts = np.zeros(len(places), dtype=bool)
        for begin, end in spans:
            counts |= (places[:, 1] > begin) & (places[:, 0] < end)
        return list(done["input_ids"]), counts

    def _text(self, messages: Messages, place: Place) -> str:
        return self._applied(messages, place, tokenize=False)

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _applied(self, messages: Messages, place: Place, **options: Any) -> Any:
        self.require()
        try:
            return self._tokenizer.apply_chat_template(messages, **options)
        except Exception as error:
            # Templates refuse conversations with an error of their own (`raise_exception`), or fail on what is missing.
            said = str(error).split("\n", 1)[0].rstrip(". ")
            raise row_error(
                "chat-template-refuses",
                place,
                f"the chat template refuses the conversation: {said}.",
                "Correct the order and roles of its messages, or name another template in data.chat_template.",
            ) from error


def _other_words(message: dict[str, Any]) -> dict[str, Any]:
    """The same message with words that differ from the first letter on: what is before them is the header. That tells it
    where no template can, before the first message, where some write a system prompt of their own."""
    said = message.get("content")
    return {**message, "content": "1" if isinstance(said, str) and said.lstrip().startswith("0") else "0"}


def common_length(one: Sequence[object], other: Sequence[object]) -> int:
    """How many ids or characters two sequences have in common at their beginning."""
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)
