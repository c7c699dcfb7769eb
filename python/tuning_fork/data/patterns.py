"""Files by glob pattern, found and ordered as src/data/glob.ts does."""

from __future__ import annotations

import os
import re

from tuning_fork.data.complaint import shown_path
from tuning_fork.data.values import sorted_texts
from tuning_fork.errors import UserError

# Folder entries a pattern may look at, and patterns its braces may stand for: beyond them it names far more than was meant.
_MOST_ENTRIES = 100_000
_MOST_PATTERNS = 1000


def is_glob(path: str) -> bool:
    """Whether a path has glob characters: `*`, `?`, `[…]`, `{a,b}`."""
    return re.search(r"[*?\[\]{}]", path) is not None


def matching_files(pattern: str) -> list[str]:
    """Files that match an absolute glob, sorted by path.

    `*` and `?` stay within a folder, `**` spans folders; entries that start with a dot are matched only by a dot that is
    written. Folders that cannot be read count as empty. Raises `UserError` for a pattern that would look through a disk.
    """
    search = _Search()
    try:
        found: set[str] = set()
        for one in search.expand_braces(pattern.replace("\\", "/")):
            root, *rest = one.split("/")
            found.update(search.walk(root + os.sep, rest))
    except _TooManyError as problem:
        raise UserError(
            "data-glob-large",
            f"The pattern {shown_path(pattern)} looks through more than {problem}.",
            "Name the folder the data lies in.",
        ) from None
    return sorted_texts(found)


class _TooManyError(Exception):
    pass


class _Search:
    def __init__(self) -> None:
        self._entries_left = _MOST_ENTRIES
        self._patterns_left = _MOST_PATTERNS

    def walk(self, folder: str, segments: list[str]) -> list[str]:
        if not segments:
            return []
        segment, *rest = segments
        if segment == "**":
            found = self.walk(folder, rest)
            for entry in self._entries(folder):
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    found += self.walk(os.path.join(folder, entry.name), segments)
            return found
        if not is_glob(segment) and rest:
            return self.walk(os.path.join(folder, segment), rest)
        matches = _segment_pattern(segment)
        found = []
        for entry in self._entries(folder):
            hidden = entry.name.startswith(".") and not segment.startswith(".")
            if hidden or matches is None or not matches.fullmatch(entry.name):
                continue
            path = os.path.join(folder, entry.name)
            if rest:
                found += self.walk(path, rest)
            elif not entry.is_dir(follow_symlinks=False):
                found.append(path)
        return found

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as scan:
                found = list(scan)
        except OSError:
            return []
        self._entries_left -= len(found)
        if self._entries_left < 0:
            raise _TooManyError(f"{_MOST_ENTRIES} files and folders")
        return found

    def expand_braces(self, pattern: str) -> list[str]:
        """`{a,b}` written out; braces may stand in braces."""
        inner = re.fullmatch(r"(.*)\{([^{}]*)\}(.*)", pattern, re.DOTALL)
        if not inner:
            self._patterns_left -= 1
            if self._patterns_left < 0:
                raise _TooManyError(f"{_MOST_PATTERNS} patterns")
            return [pattern]
        before, choices, after = inner.groups()
        return [one for choice in choices.split(",") for one in self.expand_braces(before + choice + after)]


def _segment_pattern(segment: str) -> re.Pattern[str] | None:
    """None for a pattern that matches nothing, such as a range that runs backwards."""

    def translate(token: re.Match[str]) -> str:
        text = token[0]
        if token[2] is not None:
            inner = re.sub(r"[\\^\[&~|]", r"\\\g<0>", token[2])
            # An empty set matches nothing, its opposite everything.
            return f"[{'^' if token[1] else ''}{inner}]" if inner else ("." if token[1] else "(?!)")
        return ".*" if text == "*" else "." if text == "?" else re.escape(text)

    # Neighbouring stars say no more than one, and would be tried against each other without end.
    single = re.sub(r"\*+", "*", segment)
    try:
        return re.compile(re.sub(r"\[(!?)([^\]]*)\]|[*?]|[^*?\[]+|\[", translate, single), re.DOTALL)
    except re.error:
        return None
