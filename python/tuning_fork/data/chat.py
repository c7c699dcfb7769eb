"""Conversations: lists of messages in the forms that chat data comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuning_fork.data.complaint import row_error
from tuning_fork.data.jsonl import parse_json
from tuning_fork.data.types import Place
from tuning_fork.data.values import json_text, shown_value
from tuning_fork.errors import UserError

# `role` and `content` as texts, and what else a message has: `tool_calls`, `name` and their like.
Message = dict[str, Any]

# Names of ShareGPT and its like, by those that chat templates know.
_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "function_call": "assistant",
    "tool_calls": "assistant",
    "function_response": "tool",
    "observation": "tool",
}
_OWN_KEYS = ("role", "from", "content", "value")


def messages_of(value: Any, place: Place, column: str) -> list[Message]:
    """The messages in a cell: objects with `role` and `content`, or `from` and `value`; also as JSON in a text cell.

    The roles of ShareGPT become `user`, `assistant` and `tool`; content in parts becomes their text.
    """
    found = list_in(value)
    if not isinstance(found, list):
        held = "nothing" if value is None else shown_value(value)
        raise _malformed(place, f"the column {column} holds {held}, not a list of messages.")
    messages: list[Message] = []
    for entry in found:
        if not isinstance(entry, dict):
            problem = f"the column {column} lists {shown_value(entry)}, which is not a message."
            raise _malformed(place, problem)
        role = _first(entry, "role", "from", "")
        role = role if isinstance(role, str) else json_text(role)
        more = {key: inner for key, inner in entry.items() if key not in _OWN_KEYS and inner is not None}
        content = _content_of(_first(entry, "content", "value", None))
        messages.append({"role": _ROLES.get(role, role), "content": content, **more})
    return messages


def list_in(value: Any) -> Any:
    """The value of a cell; text formats may write a list as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except ValueError:
        return value


def is_share_gpt(value: Any) -> bool:
    """Whether the rows are in ShareGPT's form (`from` and `value`) by the first message of a cell."""
    found = list_in(value)
    first = found[0] if isinstance(found, list) and found else None
    return isinstance(first, dict) and "from" in first and "role" not in first


def joined_text(messages: Sequence[Message]) -> str:
    """The contents of messages as one text."""
    return "\n".join(message["content"] for message in messages)


def _first(entry: dict[str, Any], key: str, other: str, otherwise: Any) -> Any:
    for name in (key, other):
        if entry.get(name) is not None:
            return entry[name]
    return otherwise


def _content_of(value: Any) -> str:
    """Text of a message: as it is, or the texts of its parts."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return "" if value is None else json_text(value)
    texts = [part.get("text") if isinstance(part, dict) else part for part in value]
    return "".join(text for text in texts if isinstance(text, str))


def _malformed(place: Place, problem: str) -> UserError:
    advice = 'Write a list of objects such as {"role": "user", "content": "…"} in every row.'
    return row_error("data-messages-malformed", place, problem, advice)
