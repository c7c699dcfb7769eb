"""Rows of a language model as token ids, and which of the tokens count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tuning_fork.data.complaint import row_error
from tuning_fork.data.language import LanguageExample, as_messages, passage_text
from tuning_fork.data.types import Place
from tuning_fork.torch_trainer.prepared import IGNORED
from tuning_fork.torch_trainer.tasks.language.chat import ChatTemplate, common_length

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# The form of Stanford Alpaca (without its first sentence), for tokenizers without a chat template.
ALPACA = "### Instruction:\n{prompt}\n\n### Response:\n"


@dataclass(slots=True)
class EncodedRow:
    """Tokens of one row, `[tokens]` each."""

    input_ids: np.ndarray
    # The same ids where they count, else -100.
    labels: np.ndarray
    # Whether `data.max_length` cut it.
    cut: bool

    @property
    def supervised(self) -> int:
        """Tokens that count."""
        return int((self.labels != IGNORED).sum())


class LanguageEncoder:
    """Makes tokens of rows, however they are written.

    - Texts: as they are; every token counts.
    - Prompt and completion: one text, as written; through the chat template when the config names one. Rows of the alpaca
      form go through the tokenizer's template where it has one, else through Alpaca's own form.
    - Conversations: through the chat template; what the assistant says counts, its end-of-turn token with it.

    What a template does not end is ended with the end-of-text token, so that the model learns to stop.
    """

    def __init__(self, config: ResolvedConfig, tokenizer: Any, max_length: int, shape: str | None) -> None:
        """`shape`: how the rows are written, as the reader of the data found it."""
        self._only = config["data"]["completion_only_loss"]
        self._tokenizer = tokenizer
        self._limit = max_length
        self._is_alpaca = shape == "alpaca"
        has_template = getattr(tokenizer, "chat_template", None) is not None
        self._templated = has_template and (self._is_alpaca or config["data"]["chat_template"] is not None)
        self.chat = ChatTemplate(tokenizer, config["model"]["name_or_path"])

    def encode(self, example: LanguageExample) -> EncodedRow:
        """Tokens of a row, cut to the longest length. Raises `UserError` with file and row."""
        place = Place(example.file, example.row, None)
        if example.kind == "text":
            if self._only is True:
                raise row_error(
                    "no-completions",
                    place,
                    "it is a text without prompt and answer, so data.completion_only_loss: true leaves nothing to learn.",
                    "Write auto or false, or name prompt and answer in data.columns.",
                )
            ids = self._ended(self._ids(example.text))
            counts = np.ones(len(ids), dtype=bool)
        elif self.is_chat(example):
            messages, first = self.conversation(example)
            ids, counts = self.chat.encode(messages, first, place, answers_only=self._only is not False)
        else:
            ids, counts = self._answered(self._prompt(example), passage_text(example.completion))
        kept = np.asarray(ids[: self._limit], dtype=np.int32)
        counts = counts[: self._limit].copy()
        counts[:1] = False  # nothing is before the first token
        return EncodedRow(kept, np.where(counts, kept, np.int32(IGNORED)), len(ids) > self._limit)

    def is_chat(self, example: LanguageExample) -> bool:
        """Whether a row goes through the chat template."""
        if example.kind == "messages":
            return True
        return example.kind == "prompt-completion" and (self._templated or not isinstance(example.prompt, str))

    def conversation(self, example: LanguageExample) -> tuple[list[dict[str, Any]], int]:
        """The messages of a row, and the first of them that may count."""
        if example.messages is not None:
            return example.messages, 0
        asked = as_messages(example.prompt, "user")
        return asked + as_messages(example.completion, "assistant"), len(asked)

    def question(self, example: LanguageExample) -> tuple[list[int], str, str] | None:
        """What a model is asked to go on from, as tokens and as text, and how the row goes on; None when it does not."""
        if example.kind == "text":
            ids = self._ids(example.text)
            half = min(len(ids) // 2, self._limit // 2)
            if half == 0:
                return None
            prompt, rest = ids[:half], ids[half:]
            return (
                prompt,
                self._tokenizer.decode(prompt, skip_special_tokens=True),
                self._tokenizer.decode(rest, skip_special_tokens=True),
            )
        if self.is_chat(example):
            messages, _ = self.conversation(example)
            answers = [at for at, message in enumerate(messages) if message["role"] == "assistant" and at > 0]
            if not answers:
                return None
            before = messages[: answers[-1]]
            ids = self.chat.prompt(before, Place(example.file, example.row, None))
            return ids, passage_text(before), str(messages[answers[-1]]["content"])
        prompt_text = self._prompt(example)
        return self._open(self._ids(prompt_text)), passage_text(example.prompt), passage_text(example.completion)

    @property
    def written(self) -> str:
        """How prompts and answers are put together, for the run's record."""
        if self._templated:
            return "chat template"
        return "alpaca" if self._is_alpaca else "as written"

    def _answered(self, prompt: str, completion: str) -> tuple[list[int], np.ndarray]:
        ids = self._ended(self._ids(prompt + completion))
        counts = np.ones(len(ids), dtype=bool)
        if self._only is not False:
            # Where a token joins the end of the prompt with the beginning of the answer, it is the answer's.
            counts[: common_length(self._open(self._ids(prompt)), ids)] = False
        return ids, counts

    def _prompt(self, example: LanguageExample) -> str:
        prompt = passage_text(example.prompt)
        return ALPACA.format(prompt=prompt) if self._is_alpaca else prompt

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text)["input_ids"])

    def _ended(self, ids: list[int]) -> list[int]:
        end = self._tokenizer.eos_token_id
        return ids if end is None or (ids and ids[-1] == end) else [*ids, end]

    def _open(self, ids: list[int]) -> list[int]:
        """Without the end that some tokenizers put to every text."""
        return ids[:-1] if ids and ids[-1] == self._tokenizer.eos_token_id else ids


def supervised_tokens(rows: Sequence[EncodedRow]) -> int:
    """Tokens that count in all rows together."""
    return sum(row.supervised for row in rows)
