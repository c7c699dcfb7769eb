"""How messages show files, places and rows."""

from __future__ import annotations

import os

from tuning_fork.data.types import Place
from tuning_fork.errors import UserError
from tuning_fork.install import install_command


def shown_path(file: str) -> str:
    """A path from the current folder when it lies there, else whole."""
    if not os.path.isabs(file):
        return file
    try:
        short = os.path.relpath(file)
    except ValueError:  # another drive
        return file
    return file if short == "." or short.startswith("..") else short


def shown_place(place: Place) -> str:
    """`data.csv row 3 (line 5)`."""
    shown = f"{shown_path(place.file)} row {place.row}"
    return shown if place.line is None else f"{shown} (line {place.line})"


def row_error(code: str, place: Place, problem: str, advice: str) -> UserError:
    """The error for something wrong in one row."""
    return UserError(code, f"{shown_place(place)}: {problem}", advice)


def did_you_mean(near: str | None) -> str:
    """The question after a name that is nearly right; empty without one."""
    return "" if near is None else f"Did you mean {near}?"


def missing_package(what: str, name: str) -> UserError:
    """The error for data that only a package can read that this Python lacks."""
    return UserError(
        "package-missing",
        f"{what} needs the package {name}, which this Python does not have.",
        f"Install it with {install_command(name)}, or name CSV or JSON lines files.",
    )
