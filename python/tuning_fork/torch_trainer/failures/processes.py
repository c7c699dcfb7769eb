"""What the operating system and other processes do to a run."""

from __future__ import annotations

import errno
import os

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.failures.known import Known

PROCESSES: tuple[Known, ...] = (
    Known(
        r"DataLoader worker.*(?:killed by signal: (?P<signal>[\w ]+)|exited unexpectedly)",
        "loader-killed",
        "A process that reads the data was ended from outside: {said}.",
        "Want of memory is the usual cause: set data.streaming: true, or close other programs, then resume the run.",
    ),
    Known(
        r"address already in use|EADDRINUSE",
        "port-in-use",
        "Another program has taken the network port that the run's processes meet at.",
        "Start the run again: it takes another free port.",
    ),
    Known(
        r"\b(?:NCCL|gloo)\b|DistBackendError|DistNetworkError",
        "rank-lost",
        "The connection among the processes of the run broke: {said}.",
        "Resume the run; where it comes again, try hardware.devices: 1.",
    ),
    Known(
        r"too many open files",
        "too-many-files",
        "The system allows the trainer no more open files.",
        "Raise the limit (ulimit -n) in the shell that the editor or tuning-fork is started from.",
    ),
)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain_system_error(error: BaseException) -> UserError | None:
    """A file that could not be read or written; None for errors without a number of the system's."""
    if not isinstance(error, OSError) or error.errno is None:
        return None
    where = f" {error.filename}" if error.filename else ""
    if error.errno in _FULL:
        return UserError(
            "disk-full", f"The disk is full{' for' if where else ''}{where}.", "Free some space, then resume the run."
        )
    if error.errno in _FORBIDDEN:
        return UserError(
            "not-permitted",
            f"The system does not allow the trainer to use{where or ' a file'} ({errno.errorcode[error.errno]}).",
            "Correct the permissions of it, then start again.",
        )
    said = (error.strerror or os.strerror(error.errno)).rstrip(".")
    return UserError(
        "system-error",
        f"The system refused{where or ' a call'}: {said} ({errno.errorcode.get(error.errno, error.errno)}).",
        "The details stand at the end of output.log.",
    )
