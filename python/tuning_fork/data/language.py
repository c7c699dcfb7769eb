"""The rows of a causal language model: texts, prompts with answers, or conversations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tuning_fork.data.chat import Message, is_share_gpt, joined_text, messages_of
from tuning_fork.data.columns import column_for, listed_columns, usual_column, usual_for
from tuning_fork.data.complaint import row_error, shown_path
from tuning_fork.data.reader import RowReader, TaskData, load_rows
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Row
from tuning_fork.data.values import shown_value, trim
from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, ResolvedConfig

# A text, or the messages it stands in.
Passage = str | list[Message]


@dataclass(slots=True)
class LanguageExample:
    """One row; `kind` says which of the fields it has."""

    kind: Literal["text", "prompt-completion", "messages"]
    file: str
    row: int
    text: str = ""
    # Both texts, or both messages.
    prompt: Passage = ""
    completion: Passage = ""
    messages: list[Message] | None = None


def load_language(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> TaskData[LanguageExample]:
    """Reads all rows; the form (`text`, `prompt-completion`, `alpaca`, `messages`, `sharegpt`) is recognised by the columns.

    Raises `UserError` with file, row and advice.
    """
    return load_rows(config, base_dir, language_reader, on_progress)


def language_reader(table: Table, named: Columns) -> RowReader[LanguageExample]:
    """How the rows are written, by the columns named in the config, else by those that are there."""
    columns, file = table.columns, table.file
    if "messages" in named:
        return _chat_reader(column_for("messages", named["messages"], columns, file))
    if "prompt" in named or "completion" in named:
        questions = ("prompt", "question", "query", "instruction")
        answers = ("completion", "response", "answer", "output")
        prompt = column_for("prompt", named.get("prompt"), columns, file, questions)
        return _prompt_reader(prompt, column_for("completion", named.get("completion"), columns, file, answers))
    if "text" in named:
        return _text_reader(column_for("text", named["text"], columns, file))
    found = _recognised(columns)
    if found:
        return found
    raise UserError(
        "data-shape-unknown",
        f"{shown_path(file)} has neither texts (text), nor prompts and answers (prompt, completion), nor instructions "
        f"(instruction, output), nor conversations (messages, conversations). Its columns are {listed_columns(columns)}.",
        "Name its columns in `data.columns`: text, prompt and completion, or messages.",
    )


def passage_of(row: Row, column: str) -> Passage:
    """The text in a cell, or a list of messages, which conversational prompts and answers are."""
    value = row.values.get(column)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return messages_of(value, row.place, column)
    if value is None:
        raise row_error(
            "data-text-missing",
            row.place,
            f"the column {column} has no text.",
            "Every row of a file needs the same columns: fill it in or remove the row.",
        )
    raise row_error(
        "data-text-not-text",
        row.place,
        f"the column {column} holds {shown_value(value)}, which is not a text.",
        "Name the column with the text in `data.columns`, or put the value in quotes.",
    )


def passage_text(passage: Passage) -> str:
    """A passage as one text."""
    return passage if isinstance(passage, str) else joined_text(passage)


def as_messages(passage: Passage, role: str) -> list[Message]:
    """A passage as messages; a text is one of `role`."""
    return [{"role": role, "content": passage}] if isinstance(passage, str) else passage


def _recognised(columns: list[str]) -> RowReader[LanguageExample] | None:
    messages = usual_for("messages", columns)
    if messages is not None:
        return _chat_reader(messages)
    instruction = usual_column(("instruction",), columns)
    output = usual_column(("output", "response"), columns)
    if instruction is not None and output is not None:
        return _alpaca_reader(instruction, usual_column(("input",), columns), output)
    prompt, completion = usual_for("prompt", columns), usual_for("completion", columns)
    if prompt is not None and completion is not None:
        return _prompt_reader(prompt, completion)
    text = usual_for("text", columns)
    return None if text is None else _text_reader(text)


def _text_reader(text: str) -> RowReader[LanguageExample]:
    def read(row: Row) -> LanguageExample:
        found = passage_of(row, text)
        if isinstance(found, str):
            return LanguageExample("text", row.place.file, row.place.row, text=found)
        return LanguageExample("messages", row.place.file, row.place.row, messages=found)

    def is_empty(example: LanguageExample) -> bool:
        return trim(example.text if example.messages is None else joined_text(example.messages)) == ""

    return RowReader({"text": text}, [text], "text", read, is_empty)


def _prompt_reader(prompt: str, completion: str) -> RowReader[LanguageExample]:
    def read(row: Row) -> LanguageExample:
        question, answer = passage_of(row, prompt), passage_of(row, completion)
        if not (isinstance(question, str) and isinstance(answer, str)):
            question, answer = as_messages(question, "user"), as_messages(answer, "assistant")
        return _asked(row, question, answer)

    roles = {"prompt": prompt, "completion": completion}
    return RowReader(roles, [prompt, completion], "prompt-completion", read, _has_empty_prompt)


def _alpaca_reader(instruction: str, given: str | None, output: str) -> RowReader[LanguageExample]:
    def read(row: Row) -> LanguageExample:
        more = None if given is None else row.values.get(given)
        task = passage_text(passage_of(row, instruction))
        question = f"{task}\n{more}" if isinstance(more, str) and more != "" else task
        return _asked(row, question, passage_text(passage_of(row, output)))

    roles = {"prompt": instruction, "completion": output}
    columns = [instruction, *([] if given is None else [given]), output]
    return RowReader(roles, columns, "alpaca", read, _has_empty_prompt)


def _chat_reader(column: str) -> RowReader[LanguageExample]:
    def first(row: Row) -> LanguageExample:
        if is_share_gpt(row.values.get(column)):
            reader.shape = "sharegpt"
        reader.read = read
        return read(row)

    def read(row: Row) -> LanguageExample:
        messages = messages_of(row.values.get(column), row.place, column)
        if messages:
            return LanguageExample("messages", row.place.file, row.place.row, messages=messages)
        raise row_error(
            "data-messages-empty",
            row.place,
            f"the column {column} holds a conversation without a message.",
            "Fill it in or remove the row.",
        )

    reader: RowReader[LanguageExample] = RowReader({"messages": column}, [column], "messages", first)
    return reader


def _asked(row: Row, prompt: Passage, completion: Passage) -> LanguageExample:
    return LanguageExample("prompt-completion", row.place.file, row.place.row, prompt=prompt, completion=completion)


def _has_empty_prompt(example: LanguageExample) -> bool:
    return trim(passage_text(example.prompt)) == ""
