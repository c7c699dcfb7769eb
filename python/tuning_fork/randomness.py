"""The seeded generator of the TypeScript side (src/base/random.ts): the same seed gives the same numbers."""

from __future__ import annotations

import math
from typing import TypeVar

T = TypeVar("T")

_WORD = 0xFFFFFFFF
# Rounds that spread a seed over the whole state (as in PractRand's seeding of sfc32).
_SEED_ROUNDS = 12


class Random:
    """sfc32 (C. Doty-Humphrey, PractRand), seeded by any whole number of at most 53 bits."""

    def __init__(self, seed: int) -> None:
        # Python's shift and mask round down and wrap as the TypeScript side's `>>> 0` does, for negative seeds too.
        self._state = (0, seed & _WORD, (seed >> 32) & _WORD, 1)
        for _ in range(_SEED_ROUNDS):
            self._bits()

    def _bits(self) -> int:
        a, b, c, counter = self._state
        result = (a + b + counter) & _WORD
        rotated = ((c << 21) | (c >> 11)) & _WORD
        self._state = (b ^ (b >> 9), (c + (c << 3)) & _WORD, (rotated + result) & _WORD, (counter + 1) & _WORD)
        return result

    def next(self) -> float:
        """Uniform in [0, 1), 32 bits of resolution."""
        return self._bits() / 4294967296

    def int(self, n: int) -> int:
        """Uniform integer in [0, n), n up to 2^32."""
        return math.floor(self.next() * n)

    def shuffle(self, items: list[T]) -> list[T]:
        """Shuffles in place (Fisher-Yates) and returns the same list."""
        for last in range(len(items) - 1, 0, -1):
            other = self.int(last + 1)
            items[last], items[other] = items[other], items[last]
        return items
