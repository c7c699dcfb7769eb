"""What a file is: by the config, its extension, its first bytes."""

from __future__ import annotations

import re

from tuning_fork.data.complaint import shown_path
from tuning_fork.data.locations import EXTENSIONS, extension_of
from tuning_fork.data.values import trim_start
from tuning_fork.errors import UserError

# First bytes of files that are often named as data by mistake.
_SIGNATURES = (
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a ZIP archive (or an Excel workbook)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"BZh", "a bzip2 archive"),
    (b"ARROW1", "an Arrow file"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"%PDF-", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x80\x04", "a Python pickle"),
)
_HEAD = 1 << 16


def binary_kind(data: bytes) -> str | None:
    """What a file's first bytes say it is; None for plain text. A zero byte never stands in text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return "a binary file" if b"\0" in data else None


def format_of(file: str, declared: str) -> str:
    """`csv`, `tsv`, `jsonl` or `parquet`: what the config says, else by the extension, else by the content."""
    if declared != "auto":
        return declared
    by_extension = EXTENSIONS.get(extension_of(file))
    if by_extension:
        return by_extension
    head = head_of(file)
    if head.startswith(b"PAR1"):
        return "parquet"
    # A byte order mark is a blank to `trim`.
    text = trim_start(head.decode("utf-8", "replace"))
    if text.startswith("{"):
        return "jsonl"
    if text.startswith("["):
        raise json_array(file)
    return "tsv" if "\t" in re.split(r"\r?\n", text, maxsplit=1)[0] else "csv"


def head_of(file: str) -> bytes:
    """The first 64 kB of a file."""
    with open(file, "rb") as opened:
        return opened.read(_HEAD)


def json_array(file: str) -> UserError:
    """The error for one JSON array where JSON lines are expected."""
    return UserError(
        "data-json-array",
        f"{shown_path(file)} is one JSON array, not one object a line.",
        "Write one object on each line (jq -c '.[]' file.json > file.jsonl converts it).",
    )
