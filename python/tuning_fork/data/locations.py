"""The files that a config names."""

from __future__ import annotations

import errno
import os
import re
import stat

from tuning_fork.data.complaint import did_you_mean, shown_path
from tuning_fork.data.nearest import nearest
from tuning_fork.data.patterns import is_glob, matching_files
from tuning_fork.data.values import sorted_texts
from tuning_fork.errors import UserError

# Extensions by the format they stand for.
EXTENSIONS = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
}


def extension_of(file: str) -> str:
    """What follows the last dot of a name, in small letters; empty without one."""
    found = re.search(r"\.([^./\\]+)\Z", file)
    return found[1].lower() if found else ""


def data_files(spec: list[str], base_dir: str) -> list[str]:
    """The files that paths and globs name, absolute, in the order written; a folder's and a glob's by name.

    A folder gives the data files directly in it. Every file exists, is a regular file and can be read; else `UserError`.
    """
    files = [file for one in spec for file in _files_of(one, resolve_path(one, base_dir))]
    for file in files:
        _require_readable(file)
    return list(dict.fromkeys(files))


def resolve_path(path: str, base_dir: str) -> str:
    """An absolute path for one written in a config; `~` is the home folder."""
    if path == "~" or path.startswith("~/"):
        return os.path.normpath(os.path.expanduser("~") + "/" + path[1:])
    return os.path.abspath(os.path.join(base_dir, path))


def empty_file(file: str) -> UserError:
    """The error for a file without a single data row."""
    problem = f"The data file {shown_path(file)} has no rows."
    return UserError("data-empty", problem, "Write rows into it, or name another file.")


def _files_of(written: str, path: str) -> list[str]:
    found = _stat_of(path)
    if found and stat.S_ISDIR(found.st_mode):
        return _files_in(path)
    if found:
        return [path]
    if not is_glob(written):
        raise _missing(path)
    files = matching_files(path)
    if files:
        return files
    raise UserError(
        "data-glob-empty",
        f"No file matches the pattern {shown_path(path)}.",
        "Check the pattern and the folder it starts in; relative paths start at the config file.",
    )


def _files_in(folder: str) -> list[str]:
    names = _names_in(folder)
    files = [
        os.path.join(folder, name) for name in names if extension_of(name) in EXTENSIONS and not name.startswith(".")
    ]
    if files:
        return files
    shown = shown_path(folder)
    endings = ", ".join(f".{extension}" for extension in EXTENSIONS)
    raise UserError(
        "data-folder-empty",
        f"The folder {shown} holds no data file." if names else f"The folder {shown} is empty.",
        f"Data files end in {endings}; a pattern such as data/*.txt names others.",
    )


def _names_in(folder: str) -> list[str]:
    try:
        return sorted_texts(os.listdir(folder))
    except OSError as error:
        raise _unreadable(path=folder, kind="folder", cause=error) from error


def _stat_of(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, "file", error) from error


def _missing(path: str) -> UserError:
    folder, name = os.path.split(path)
    found = _stat_of(folder)
    has_folder = found is not None and stat.S_ISDIR(found.st_mode)
    hint = did_you_mean(nearest(name, _names_in(folder)) if has_folder else None)
    shown = shown_path(path)
    problem = (
        f"The data file {shown} does not exist."
        if has_folder
        else f"The data file {shown} does not exist, and neither does its folder."
    )
    advice = f"{hint} Check the path; relative paths start at the config file.".strip()
    return UserError("data-file-missing", problem, advice)


def _require_readable(file: str) -> None:
    found = _stat_of(file)
    if found is None or not stat.S_ISREG(found.st_mode):
        raise UserError(
            "data-not-a-file",
            f"{shown_path(file)} is {_kind_of(found)}, not a file.",
            "Write the rows to a file and name that; they are read more than once.",
        )
    try:
        with open(file, "rb"):
            pass
    except OSError as error:
        raise _unreadable(file, "file", error) from error
    if found.st_size == 0:
        raise empty_file(file)


def _kind_of(found: os.stat_result | None) -> str:
    if found is None:
        return "gone"
    if stat.S_ISDIR(found.st_mode):
        return "a folder"
    if stat.S_ISFIFO(found.st_mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(found.st_mode) else "a device"


def _unreadable(path: str, kind: str, cause: OSError) -> UserError:
    denied = cause.errno in (errno.EACCES, errno.EPERM)
    reason = (
        "no permission"
        if denied
        else "its symbolic links lead to each other in a circle"
        if cause.errno == errno.ELOOP
        else str(cause.strerror or cause)
    )
    return UserError(
        "data-unreadable",
        f"The {kind} {shown_path(path)} cannot be read: {reason}.",
        "Check its permissions (ls -l)." if denied else "Check the disk and the path.",
    )
