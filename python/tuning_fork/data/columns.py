"""Which column of a table plays which role."""

from __future__ import annotations

from collections.abc import Sequence

from tuning_fork.data.complaint import did_you_mean, shown_path
from tuning_fork.data.nearest import nearest
from tuning_fork.data.values import listed
from tuning_fork.errors import UserError

# Names a column of each role usually has, the likeliest first; compared without case.
USUAL_NAMES = {
    "text": ("text", "sentence", "content", "body", "message"),
    "label": ("label", "labels", "class", "category", "target"),
    "prompt": ("prompt", "question", "query"),
    "completion": ("completion", "response", "answer"),
    "messages": ("messages", "conversations", "conversation", "dialog"),
    "chosen": ("chosen",),
    "rejected": ("rejected",),
    "tokens": ("tokens", "words"),
}

# What stands in the column of a role, for the advice.
_CONTENT = {
    "text": "text",
    "label": "class",
    "prompt": "prompt",
    "completion": "answer",
    "messages": "list of messages",
    "chosen": "preferred answer",
    "rejected": "answer that was not preferred",
    "tokens": "list of tokens",
}
_SHOWN = 20


def column_for(
    role: str, named: str | None, columns: Sequence[str], file: str, names: Sequence[str] | None = None
) -> str:
    """The column that plays a role: the one the config names, else the first with a usual name.

    Raises `UserError` with the actual columns when there is none.
    """
    if named is not None:
        if named in columns:
            return named
        problem = f"{shown_path(file)} has no column {named}."
        raise _missing_column(role, problem, nearest(named, columns), columns)
    names = names or USUAL_NAMES[role]
    found = usual_column(names, columns)
    if found is not None:
        return found
    problem = f"{shown_path(file)} has no column that is called as {role} columns usually are ({', '.join(names)})."
    raise _missing_column(role, problem, None, columns)


def usual_column(names: Sequence[str], columns: Sequence[str]) -> str | None:
    """The first column with one of these names, in their order, without regard to case."""
    for usual in names:
        for column in columns:
            if column.lower() == usual:
                return column
    return None


def usual_for(role: str, columns: Sequence[str]) -> str | None:
    """The same by the usual names of a role."""
    return usual_column(USUAL_NAMES[role], columns)


def listed_columns(columns: Sequence[str]) -> str:
    """Column names as messages list them."""
    return listed([name or '""' for name in columns], _SHOWN)


def _missing_column(role: str, problem: str, near: str | None, columns: Sequence[str]) -> UserError:
    sentence = f"{problem} Its columns are {listed_columns(columns)}. {did_you_mean(near)}".rstrip()
    advice = f"Set `data.columns.{role}` to the column with the {_CONTENT[role]}."
    return UserError(f"data-{role}-column-missing", sentence, advice)
