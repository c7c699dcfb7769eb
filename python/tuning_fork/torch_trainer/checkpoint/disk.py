"""Folders on the disk: sizes, syncing, and what a full disk is called."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tuning_fork.errors import UserError


def files_of(folder: Path) -> Iterator[Path]:
    """All files at any depth."""
    return (path for path in folder.rglob("*") if path.is_file())


def size_of(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in files_of(folder))


def sync_folder(folder: Path) -> None:
    """Makes a folder's files, and then its list of names, outlast a power cut."""
    for path in files_of(folder):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    sync_names(folder)


def sync_names(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open folders and does not need it
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def require_writable(folder: Path) -> None:
    """Makes the folder for checkpoints. Raises `UserError` when it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return
        reason = "EACCES"
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, str(error))
    raise not_writable(folder, reason)


def not_writable(folder: Path, reason: str) -> UserError:
    return UserError(
        "checkpoint-not-writable",
        f"Checkpoints cannot be written to {folder} ({reason}).",
        "Set run.output_dir to a folder you may write to.",
    )


def explain_disk_error(error: Exception, step: int, folder: Path) -> Exception:
    """A checkpoint that did not fit as a sentence; any other error as it is.

    torch's writer says of a full disk `[enforce fail at inline_container.cc:…]`, safetensors `No space left on device`
    within an error of its own; neither is an `OSError` with a number.
    """
    number = error.errno if isinstance(error, OSError) else None
    text = str(error)
    full = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    words = ("inline_container.cc", "No space left on device", "File too large", "quota exceeded", "unexpected pos")
    if number in full or any(word in text for word in words):
        free = shutil.disk_usage(folder).free
        return UserError(
            "disk-full",
            f"The checkpoint at step {step} does not fit in {folder}; {free / 1e6:,.0f} MB are free there.",
            "Free some space (or set run.output_dir to another disk), then resume the run.",
        )
    if number is None:
        return error
    return not_writable(folder, errno.errorcode.get(number, str(number)))
