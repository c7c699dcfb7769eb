"""Words of texts, counted as scikit-learn's `CountVectorizer` counts them by default."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np


@dataclass(frozen=True)
class WordCounts:
    """Sparse rows: entry i says that word `columns[i]` stands `counts[i]` times in text `rows[i]`, ordered by text."""

    size: int
    rows: np.ndarray
    columns: np.ndarray
    counts: np.ndarray


def words_of(text: str) -> list[str]:
    """Lower-case words of two or more letters, marks, digits or underscores."""
    return _word().findall(text.lower())


def build_vocabulary(texts: Iterable[str], limit: int) -> dict[str, int]:
    """Column of each word, in order of first appearance; of more than `limit` words the most frequent ones."""
    frequencies: Counter[str] = Counter()
    for text in texts:
        frequencies.update(words_of(text))
    kept = frequencies.most_common(limit) if len(frequencies) > limit else frequencies.items()
    return {word: column for column, (word, _) in enumerate(kept)}


def count_words(texts: Sequence[str], vocabulary: Mapping[str, int]) -> WordCounts:
    """Counts the vocabulary's words in each text; others are left out."""
    rows: list[int] = []
    columns: list[int] = []
    counts: list[int] = []
    for row, text in enumerate(texts):
        found = Counter(vocabulary[word] for word in words_of(text) if word in vocabulary)
        rows.extend([row] * len(found))
        columns.extend(found.keys())
        counts.extend(found.values())
    return WordCounts(len(texts), np.array(rows, np.int64), np.array(columns, np.int64), np.array(counts, np.float64))


@cache
def _word() -> re.Pattern[str]:
    """Python's `\\w` has letters, digits and the underscore; JavaScript's pattern, which is followed here, marks too."""
    marks: list[str] = []
    begin = -1
    for code in range(0x300, sys.maxunicode + 2):
        is_mark = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == "M"
        if is_mark and begin < 0:
            begin = code
        elif not is_mark and begin >= 0:
            marks.append(f"\\U{begin:08x}-\\U{code - 1:08x}")
            begin = -1
    return re.compile(rf"[\w{''.join(marks)}]{{2,}}")
