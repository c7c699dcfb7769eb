"""The rows of a preference: an answer that was chosen and one that was rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuning_fork.data.chat import Message, joined_text, messages_of
from tuning_fork.data.columns import column_for, listed_columns, usual_for
from tuning_fork.data.complaint import row_error, shown_path
from tuning_fork.data.language import Passage, as_messages
from tuning_fork.data.reader import RowReader, TaskData, load_rows
from tuning_fork.data.tables import Table
from tuning_fork.data.types import Row
from tuning_fork.data.values import json_text, trim
from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import Columns, ResolvedConfig


@dataclass(slots=True)
class PreferenceExample:
    """Two answers to one prompt: all texts, or all messages. The answers do not repeat the prompt."""

    prompt: Passage
    chosen: Passage
    rejected: Passage
    file: str
    row: int


def load_preference(
    config: ResolvedConfig, base_dir: str | Path, on_progress: Callable[[], object] = lambda: None
) -> TaskData[PreferenceExample]:
    """Reads all rows. Raises `UserError` with file, row and advice."""
    return load_rows(config, base_dir, preference_reader, on_progress)


def preference_reader(table: Table, named: Columns) -> RowReader[PreferenceExample]:
    """Reads both answers, and the prompt where it has a column; else what both answers begin with is the prompt."""
    columns, file = table.columns, table.file
    lacking = [role for role in ("chosen", "rejected") if role not in named and usual_for(role, columns) is None]
    if lacking:
        raise UserError(
            "data-preference-missing",
            f"{shown_path(file)} lacks these columns: {', '.join(lacking)}. Its columns are {listed_columns(columns)}.",
            "Name the preferred and the other answer in `data.columns.chosen` and `data.columns.rejected`.",
        )
    chosen = column_for("chosen", named.get("chosen"), columns, file)
    rejected = column_for("rejected", named.get("rejected"), columns, file)
    prompt = column_for("prompt", named["prompt"], columns, file) if "prompt" in named else usual_for("prompt", columns)

    def read(row: Row) -> PreferenceExample:
        better, worse = _answer_in(row, chosen), _answer_in(row, rejected)
        asked = None if prompt is None or row.values.get(prompt) is None else _passage_in(row, prompt)
        if not (isinstance(better, str) and isinstance(worse, str) and isinstance(asked, str | None)):
            return _conversation(row, asked, as_messages(better, "assistant"), as_messages(worse, "assistant"))
        if asked is None:
            asked, better, worse = _common_text(better, worse)
        return PreferenceExample(asked, better, worse, row.place.file, row.place.row)

    roles = {**({} if prompt is None else {"prompt": prompt}), "chosen": chosen, "rejected": rejected}
    return RowReader(roles, list(roles.values()), "preference", read)


def _answer_in(row: Row, column: str) -> Passage:
    passage = None if row.values.get(column) is None else _passage_in(row, column)
    text = passage if isinstance(passage, str | None) else joined_text(passage)
    if passage is not None and text is not None and trim(text) != "":
        return passage
    problem = f"the column {column} has no answer."
    raise row_error("data-answer-missing", row.place, problem, "Fill it in or remove the row.")


def _passage_in(row: Row, column: str) -> Passage:
    value: Any = row.values[column]
    if isinstance(value, list):
        return messages_of(value, row.place, column)
    return value if isinstance(value, str) else json_text(value)


def _conversation(row: Row, asked: Passage | None, chosen: list[Message], rejected: list[Message]) -> PreferenceExample:
    """Moves the messages that both answers begin with to the prompt; the last one of an answer stays."""
    most = min(len(chosen), len(rejected)) - 1
    common = next((index for index in range(most) if chosen[index] != rejected[index]), most)
    prompt = [] if asked is None else as_messages(asked, "user")
    before = chosen[:common]
    # Many data sets name the prompt beside answers that hold the conversation from its beginning.
    has_prompt = before[: len(prompt)] == prompt or (isinstance(asked, str) and len(before) > 0)
    return PreferenceExample(
        prompt=before if has_prompt else prompt + before,
        chosen=chosen[common:],
        rejected=rejected[common:],
        file=row.place.file,
        row=row.place.row,
    )


def _common_text(chosen: str, rejected: str) -> tuple[str, str, str]:
    """Prompt and rests: what both texts begin with, up to a blank, so that no word is cut."""
    most = min(len(chosen), len(rejected))
    common = next((index for index in range(most) if chosen[index] != rejected[index]), most)
    while common > 0 and not chosen[common - 1].isspace():
        common -= 1
    prompt = chosen[:common].rstrip()
    return prompt, chosen[len(prompt) :], rejected[len(prompt) :]
