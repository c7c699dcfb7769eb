"""Which rows are held out for evaluation: src/data/split.ts, row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuning_fork.randomness import Random


def eval_rows(rows: int, fraction: float) -> int:
    """Rows held out for evaluation. The product is freed of binary noise first: 0.07 x 100 is 7, not 7.000000000000001."""
    return math.ceil(float(f"{rows * fraction:.12g}"))


def held_out(labels: Sequence[int], classes: int, fraction: float, seed: int) -> list[bool]:
    """Whether each row is held out: `ceil(rows x fraction)` of them, each class in proportion, drawn by the seed.

    A class keeps at least one row for training. `labels[i]` is the class index of row i.
    """
    is_held_out = [False] * len(labels)
    if fraction == 0:
        return is_held_out
    rows_of: list[list[int]] = [[] for _ in range(classes)]
    for row, label in enumerate(labels):
        rows_of[label].append(row)
    quotas = apportion([len(rows) for rows in rows_of], eval_rows(len(labels), fraction))
    random = Random(seed)
    for rows, quota in zip(rows_of, quotas, strict=True):
        for row in random.shuffle(rows)[:quota]:
            is_held_out[row] = True
    return is_held_out


def apportion(counts: Sequence[int], seats: int) -> list[int]:
    """`seats` shared out in proportion to `counts` by largest remainder, ties to the lower index.

    A class gives at most all but one of its rows; what it cannot give goes to the others.
    """
    total = sum(counts)
    limits = [max(0, count - 1) for count in counts]
    exact = [0.0 if total == 0 else count * seats / total for count in counts]
    given = [min(math.floor(share), limit) for share, limit in zip(exact, limits, strict=True)]
    order = sorted(range(len(counts)), key=lambda index: (math.floor(exact[index]) - exact[index], index))
    left = seats - sum(given)
    while left > 0:
        open_classes = [index for index in order if given[index] < limits[index]][:left]
        if not open_classes:
            break
        for index in open_classes:
            given[index] += 1
        left -= len(open_classes)
    return given
