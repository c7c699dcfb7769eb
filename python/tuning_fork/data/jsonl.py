"""Rows of JSON lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tuning_fork.data.complaint import row_error
from tuning_fork.data.locations import empty_file
from tuning_fork.data.sniff import json_array
from tuning_fork.data.text import LONGEST, OnBytes, read_text, too_long
from tuning_fork.data.types import Place, Row
from tuning_fork.data.values import LARGEST_SAFE, key_order, shown_value, trim, trim_start


def jsonl_columns(file: str) -> list[str]:
    """Keys of the first object."""
    for row in jsonl_rows(file):
        return key_order(row.values)
    raise empty_file(file)


def jsonl_rows(file: str, on_bytes: OnBytes | None = None) -> Iterator[Row]:
    """One object a line; blank lines are skipped."""
    row = 0
    for line, text in enumerate(_lines_of(file, on_bytes), 1):
        if trim(text) == "":
            continue
        row += 1
        place = Place(file, row, line)
        yield Row(place, _parse_line(text, place))


def parse_json(text: str) -> Any:
    """JSON as JavaScript reads it: no NaN, numbers as doubles beyond 53 bits. Raises ValueError for what is none."""
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    # Halves of a surrogate pair, which only an escape can bring in, are no characters: nothing can encode them.
    return _whole(value) if _SURROGATE_ESCAPE.search(text) else value


_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Every whole number of so many characters is below 2^53.
_SAFE_DIGITS = 15


def _integer(text: str) -> float:
    if len(text) <= _SAFE_DIGITS:
        return int(text)
    # Beyond 2^53 a number is what the nearest double is.
    value = float(text)
    return int(value) if abs(value) <= LARGEST_SAFE else value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def _lines_of(file: str, on_bytes: OnBytes | None) -> Iterator[str]:
    line = 1
    rest: list[str] = []
    length = 0
    for piece in read_text(file, on_bytes):
        rest.append(piece)
        length += len(piece)
        if "\n" not in piece:
            if length > LONGEST:
                raise too_long(file, line)
            continue
        *lines, last = "".join(rest).split("\n")
        rest, length = [last], len(last)
        line += len(lines)
        yield from lines
    if length > 0:
        yield "".join(rest)


def _parse_line(text: str, place: Place) -> dict[str, Any]:
    try:
        value = parse_json(text)
    except ValueError:
        if place.row == 1 and trim_start(text).startswith("["):
            raise json_array(place.file) from None
        raise row_error(
            "data-row-malformed",
            place,
            f"not a JSON object: {shown_value(text)}.",
            "Write one whole JSON object on each line.",
        ) from None
    if isinstance(value, dict):
        return value
    if place.row == 1 and isinstance(value, list):
        raise json_array(place.file)
    raise row_error(
        "data-row-malformed",
        place,
        f"{shown_value(value)} is not a JSON object.",
        'Write objects such as {"text": "…", "label": "…"}.',
    )
