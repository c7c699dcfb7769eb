"""Pairs of answers as token ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuning_fork.data.language import as_messages, passage_text
from tuning_fork.data.preference import PreferenceExample
from tuning_fork.data.types import Place
from tuning_fork.torch_trainer.tasks.language.chat import ChatTemplate, common_length

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig


@dataclass(slots=True)
class EncodedPair:
    """Two answers to one prompt."""

    prompt: list[int]
    chosen: list[int]
    rejected: list[int]
    # Whether `data.max_length` cut an answer.
    cut: bool

    @property
    def is_whole(self) -> bool:
        """Whether there is something left of both answers."""
        return bool(self.chosen and self.rejected)

    def columns(self) -> dict[str, list[int]]:
        """As TRL's collator takes them."""
        return {"prompt_ids": self.prompt, "chosen_ids": self.chosen, "rejected_ids": self.rejected}


class PairEncoder:
    """Makes tokens of pairs as TRL's trainer does: texts as they are written with an end-of-text token, conversations through
    the chat template. An answer begins where the tokens of prompt and answer depart from those of the prompt alone."""

    def __init__(self, config: ResolvedConfig, tokenizer: Any, max_length: int) -> None:
        self._tokenizer = tokenizer
        self._limit = max_length
        self._templated = config["data"]["chat_template"] is not None
        self._chat = ChatTemplate(tokenizer, config["model"]["name_or_path"])

    def encode(self, example: PreferenceExample) -> EncodedPair:
        """Tokens of a pair, cut at the end to the longest length. Raises `UserError` with file and row."""
        prompt, *answered = self._whole(example)
        begin = min(common_length(prompt, one) for one in answered)
        chosen, rejected = (one[begin : self._limit] for one in answered)
        cut = any(len(one) > self._limit for one in answered)
        return EncodedPair(answered[0][:begin], chosen, rejected, cut)

    def _whole(self, example: PreferenceExample) -> tuple[list[int], list[int], list[int]]:
        """The prompt, and the prompt with each answer."""
        is_chat = self._templated or not isinstance(example.prompt, str)
        if is_chat:
            place = Place(example.file, example.row, None)
            asked = as_messages(example.prompt, "user")
            chosen, rejected = (
                self._chat.encode(asked + as_messages(one, "assistant"), 0, place, answers_only=False)[0]
                for one in (example.chosen, example.rejected)
            )
            return self._chat.prompt(asked, place), chosen, rejected
        end = self._tokenizer.eos_token_id
        prompt = passage_text(example.prompt)
        ids = [self._ids(prompt + passage_text(one)) for one in ("", example.chosen, example.rejected)]
        asked_ids = ids[0][:-1] if ids[0] and ids[0][-1] == end else ids[0]
        chosen, rejected = (one if end is None or one[-1:] == [end] else [*one, end] for one in ids[1:])
        return asked_ids, chosen, rejected

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text)["input_ids"])
