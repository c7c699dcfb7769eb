"""The text of UTF-8 files, piece by piece."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from tuning_fork.data.complaint import shown_path
from tuning_fork.data.sniff import binary_kind
from tuning_fork.errors import UserError

_PIECE = 1 << 18
# Longest record that is waited for, in characters: what does not end by then is no row.
LONGEST = 1 << 25

# Gets every byte of a file, for its hash.
OnBytes = Callable[[bytes], object]


def read_text(file: str, on_bytes: OnBytes | None = None) -> Iterator[str]:
    """The text in pieces, with line feeds whatever line ends the file has, and without a byte order mark.

    A file that is not text, or not UTF-8, is a `UserError` with the line where that shows.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    lines_before = 0
    held_return = False
    is_first = True
    with open(file, "rb") as opened:
        while data := opened.read(_PIECE):
            if on_bytes:
                on_bytes(data)
            _require_text(file, data, is_first, lines_before)
            text = _decode(decoder, file, data, lines_before)
            if is_first and text:
                text = text.removeprefix("\ufeff")
            is_first = False
            lines_before += data.count(b"\n")
            if held_return:
                text = f"\r{text}"
            # Whether a line feed follows is seen in the next piece.
            held_return = text.endswith("\r")
            yield _with_line_feeds(text[:-1] if held_return else text)
    _decode(decoder, file, None, lines_before)
    if held_return:
        yield "\n"


def too_long(file: str, line: int) -> UserError:
    """The error for a row without an end: not the rows of a table, or not in the format it was taken for."""
    return UserError(
        "data-row-long",
        f"{shown_path(file)} line {line} goes on for more than 32 million characters.",
        "A row is one line; check that the file is what `data.format` says.",
    )


def _with_line_feeds(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text) if "\r" in text else text


def _require_text(file: str, data: bytes, is_first: bool, lines_before: int) -> None:
    kind = binary_kind(data) if is_first else "a binary file" if b"\0" in data else None
    if kind is None:
        return
    raise UserError(
        "data-binary",
        f"{shown_path(file)} is {kind}, not text.",
        "Save it as UTF-8."
        if "UTF-16" in kind
        else "Data files are CSV, TSV, JSONL (UTF-8) or Parquet; set `data.format` when the extension does not tell.",
    )


def _decode(decoder: codecs.IncrementalDecoder, file: str, data: bytes | None, lines_before: int) -> str:
    try:
        return decoder.decode(b"", True) if data is None else decoder.decode(data)
    except UnicodeDecodeError:
        line = lines_before + (1 if data is None else _line_of_bad_byte(data))
        raise UserError(
            "data-encoding",
            f"{shown_path(file)} line {line} is not UTF-8.",
            "Save the file as UTF-8 (iconv -f latin1 -t utf-8 converts one from Western Windows).",
        ) from None


def _line_of_bad_byte(data: bytes) -> int:
    """Line, within a piece, of the first bytes that are not UTF-8. Line feeds are never part of a longer character."""
    # The first line may begin within a character, so it is only suspected when no other line is bad.
    for index, line in enumerate(data.split(b"\n")[1:], 2):
        try:
            line.decode()
        except UnicodeDecodeError:
            return index
    return 1
