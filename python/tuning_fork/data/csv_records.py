"""Records of CSV by RFC 4180, cut off the front of a text that comes in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuning_fork.data.complaint import shown_path
from tuning_fork.data.text import LONGEST, too_long
from tuning_fork.errors import UserError

# The fields of a record and the line it starts at.
Record = tuple[list[str], int]


def csv_records(file: str, delimiter: str, pieces: Iterable[str]) -> Iterator[Record]:
    """All records, header included. Quotes within an unquoted field are taken as they are, empty lines are skipped.

    A quoted field that is not closed before the next delimiter is a `UserError` with the line where it opens.
    """
    scanner = _Scanner(file, delimiter)
    for piece in pieces:
        scanner.add(piece)
        yield from scanner.records(is_end=False)
    yield from scanner.records(is_end=True)


class _Scanner:
    def __init__(self, file: str, delimiter: str) -> None:
        self._file = file
        self._delimiter = delimiter
        self._text = ""
        # Where the next record begins, and on which line.
        self._at = 0
        self._line = 1
        # Length the text needs before looking again is worth it, so that a record over many pieces is not read once for each.
        self._needed = 0

    def add(self, piece: str) -> None:
        self._text = self._text[self._at :] + piece
        self._at = 0

    def records(self, is_end: bool) -> Iterator[Record]:
        """The records that are whole; at the end of the file all."""
        text, delimiter = self._text, self._delimiter
        while True:
            while text.startswith("\n", self._at):
                self._at += 1
                self._line += 1
            at = self._at
            left = len(text) - at
            if left == 0 or (not is_end and left < self._needed and left <= LONGEST):
                return
            end = text.find("\n", at)
            if end < 0 and is_end:
                end = len(text)
            if end >= 0 and text.find('"', at, end) < 0:
                # The usual record: nothing quoted, one line.
                fields, lines, after = text[at:end].split(delimiter), 1, min(end + 1, len(text))
            else:
                found = self._quoted(at, is_end)
                if found is None:
                    self._needed = left * 2
                    if left > LONGEST:
                        raise too_long(self._file, self._line)
                    return
                fields, lines, after = found
            self._needed = 0
            line = self._line
            self._line += lines
            self._at = after
            yield fields, line

    def _quoted(self, start: int, is_end: bool) -> tuple[list[str], int, int] | None:
        """Fields, line ends and end of the record that begins at `start`; None when it goes on beyond the text."""
        text = self._text
        fields: list[str] = []
        lines = 0
        at = start
        while True:
            if text.startswith('"', at):
                closed = _closing_quote(text, at + 1)
                if closed < 0 or (closed + 1 == len(text) and not is_end):
                    if is_end or len(text) - at > LONGEST:
                        raise self._unbalanced(self._line + lines)
                    return None
                end = closed + 1
                if end < len(text) and text[end] != "\n" and text[end] != self._delimiter:
                    raise self._unbalanced(self._line + lines)
                inner = text[at + 1 : closed]
                lines += inner.count("\n")
                fields.append(inner.replace('""', '"'))
            else:
                end = self._field_end(at)
                if end == len(text) and not is_end:
                    return None
                fields.append(text[at:end])
            if end == len(text):
                return (fields, lines, end) if is_end else None
            if text[end] == "\n":
                return fields, lines + 1, end + 1
            at = end + 1

    def _field_end(self, at: int) -> int:
        text = self._text
        line_end = text.find("\n", at)
        stop = len(text) if line_end < 0 else line_end
        delimiter = text.find(self._delimiter, at, stop)
        return stop if delimiter < 0 else delimiter

    def _unbalanced(self, line: int) -> UserError:
        return UserError(
            "data-quote-unbalanced",
            f"{shown_path(self._file)} line {line}: a double quote opens here and is not closed.",
            'Close it, or write a quote within a quoted text twice ("").',
        )


def _closing_quote(text: str, start: int) -> int:
    """Offset of the quote that closes a field whose text begins at `start`; -1 when there is none yet."""
    at = text.find('"', start)
    while at >= 0:
        if not text.startswith('"', at + 1):
            return at
        at = text.find('"', at + 2)
    return -1
