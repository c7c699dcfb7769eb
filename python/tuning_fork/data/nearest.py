"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from tuning_fork.data.values import sort_key

# Largest edit distance that still counts as a slip of the finger.
_NEAR = 2


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate at most two edits away, fewer for short names; the first of the nearest; None when none is near.

    Of equally near ones that with the same letters is taken: two that were swapped are the commonest slip.
    """
    length = _units(name)
    most = _NEAR if length > 3 else min(1, length - 1)
    # Names of other lengths cannot be so near, and comparing long ones takes long.
    fitting = [one for one in candidates if abs(_units(one) - length) <= most]
    measured = [(distance(name.lower(), one.lower()), _letters(one) != _letters(name), one) for one in fitting]
    near = [found for found in measured if found[0] <= most]
    return min(near, key=lambda found: found[:2])[2] if near else None


def distance(first: str, second: str) -> int:
    """Levenshtein's: insertions, deletions and replacements that make one of the other."""
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first):
        corner, row[0] = row[0], at + 1
        for other, found in enumerate(second):
            corner, row[other + 1] = (
                row[other + 1],
                min(row[other] + 1, row[other + 1] + 1, corner + (letter != found)),
            )
    return row[-1]


def _letters(name: str) -> list[str]:
    return sorted(name.lower())


def _units(text: str) -> int:
    return len(sort_key(text)) // 2
