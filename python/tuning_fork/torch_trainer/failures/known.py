"""How a failure is recognised, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tuning_fork.errors import UserError

# Longer ones are lists of addresses and hints that nobody reads in a sentence.
_LONGEST = 240


@dataclass(frozen=True)
class Known:
    """A failure by what its error says; the sentence takes the pattern's named groups and `{said}`, the error's first line."""

    # Looked for, whatever the case, in `TypeName: text`.
    pattern: str
    code: str
    problem: str
    advice: str

    def explain(self, text: str) -> UserError | None:
        """The failure as a `UserError`; None when the text is of another one."""
        found = re.search(self.pattern, text, re.IGNORECASE)
        if found is None:
            return None
        values = {"said": first_line(text), **{name: value or "" for name, value in found.groupdict().items()}}
        return UserError(self.code, self.problem.format(**values), self.advice.format(**values))


def explain(table: Iterable[Known], error: BaseException) -> UserError | None:
    """What the first fitting entry of a table says; None when there is none."""
    text = f"{type(error).__name__}: {error}"
    return next((found for entry in table if (found := entry.explain(text)) is not None), None)


def first_line(text: str) -> str:
    """The first line of an error's text, cut where it is longer than a sentence."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "").rstrip(". :")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} …"
