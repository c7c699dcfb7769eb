"""What JavaScript makes of values: labels, orders and messages are the same on both sides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

# What `String.prototype.trim` takes away. Python's `strip` knows some more characters and lacks the byte order mark.
_BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
# Beyond it a double no longer holds every whole number.
LARGEST_SAFE = 2**53 - 1
_SHOWN_LENGTH = 60


def trim(text: str) -> str:
    """The text without blanks around it."""
    return text.strip(_BLANKS)


def trim_start(text: str) -> str:
    """The text without blanks before it."""
    return text.lstrip(_BLANKS)


def sort_key(text: str) -> bytes:
    """Orders texts by UTF-16 units, as JavaScript's `sort` does."""
    return text.encode("utf-16-be", "surrogatepass")


def sorted_texts(texts: Iterable[str]) -> list[str]:
    """The texts in JavaScript's order."""
    return sorted(texts, key=sort_key)


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; true and false are none."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def number_text(value: float) -> str:
    """A finite number as JavaScript's `String` writes it: the fewest digits that give it back."""
    if isinstance(value, int) and abs(value) <= LARGEST_SAFE:
        return str(value)
    if value == 0:
        return "0"
    sign, digits, power = Decimal(repr(float(value))).normalize().as_tuple()
    text = "".join(map(str, digits))
    # Digits before the decimal point.
    before = len(text) + int(power)
    if 0 < before <= 21:
        text = text.ljust(before, "0") if before >= len(text) else f"{text[:before]}.{text[before:]}"
    elif -6 < before <= 0:
        text = f"0.{'0' * -before}{text}"
    else:
        text = f"{text[0]}{'.' if len(text) > 1 else ''}{text[1:]}e{before - 1:+d}"
    return f"-{text}" if sign else text


def plain_text(value: object) -> str:
    """A value as JavaScript's `String` writes it, as far as labels and tokens need it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return number_text(value) if isinstance(value, float) else str(value)


def json_text(value: Any) -> str:
    """A value as `JSON.stringify` writes it; what JSON has no form for as a text."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value) if value - value == 0 else "null"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(json_text, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_quoted(str(key))}:{json_text(value[key])}' for key in key_order(value))}}}"
    return _quoted(value if isinstance(value, str) else str(value))


def key_order(keys: Iterable[str]) -> list[str]:
    """Keys in the order a JavaScript object has them: those that are small whole numbers first, by value."""
    listed = list(keys)
    numbers = sorted((key for key in listed if _is_index(key)), key=int)
    return [*numbers, *(key for key in listed if not _is_index(key))] if numbers else listed


def shown_value(value: object) -> str:
    """A value as a message shows it, cut to a readable length."""
    return cut(json_text(value), _SHOWN_LENGTH)


def cut(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis when it has more than `length` UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * length:
        return text
    return units[: 2 * (length - 3)].decode("utf-16-le", "replace") + "…"


def listed(texts: Sequence[str], most: int) -> str:
    """Texts in one line, those beyond `most` as a number."""
    if len(texts) <= most:
        return ", ".join(texts)
    return f"{', '.join(texts[:most])} and {len(texts) - most} more"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_index(key: str) -> bool:
    is_number = key.isascii() and key.isdigit() and len(key) <= 10
    return is_number and (key == "0" or not key.startswith("0")) and int(key) < 2**32 - 1
