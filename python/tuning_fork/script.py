"""What a training script of one's own tells Tuning Fork, and is told: the public names of `import tuning_fork`.

Outside a run every call does nothing, so that the same script runs by itself. With several processes the one with
`RANK` 0 speaks for all. Nothing here raises.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, SupportsInt

from tuning_fork.journal import Journal

_LOOK_EVERY_S = 0.5


class Params(Mapping[str, Any]):
    """`script.params` of the config: a read-only mapping whose names are attributes too, where nothing else has them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            known = ", ".join(self._values) if not name.startswith("_") else ""
            raise AttributeError(f"There is no script.params.{name}; there is: {known or 'nothing'}.")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Params({self._values!r})"


def _read_params(text: str | None) -> Params:
    try:
        values = json.loads(text or "{}")
    except ValueError:
        values = None
    return Params(values if isinstance(values, dict) else {})


params = _read_params(os.environ.get("TUNING_FORK_PARAMS"))
"""Settings of this run; empty outside of one."""

run_id: str | None = os.environ.get("TUNING_FORK_RUN_ID") or None
"""Id of the run; None outside of one."""

output_dir: str | None = os.environ.get("TUNING_FORK_OUTPUT_DIR") or None
"""Absolute folder for what the script makes; None outside of a run."""

resume_from: str | None = os.environ.get("TUNING_FORK_RESUME_FROM") or None
"""Absolute path of the checkpoint to go on from; None for a fresh start."""


def log(values: Mapping[str, float], step: int | None = None) -> None:
    """Records numbers at a step; without one, at the step after the last. Scalars of numpy and torch are numbers.

    The value of a tensor on a GPU is waited for, as with `item()`.
    """
    run = _run or _open()
    if run.journal is None:
        return
    if step.__class__ is not int:
        step = run.next_step(step)
    run.step = step
    run.journal.metrics(step, values)


def checkpoint(
    path: str | os.PathLike[str],
    step: int | None = None,
    metrics: Mapping[str, float] | None = None,
    best: bool = False,
) -> None:
    """Records a checkpoint, a file or a folder, that has been saved wholly; without a step, at the last one logged."""
    run = _run or _open()
    if run.journal is None:
        return
    try:
        place = os.path.abspath(path)
        shown = os.path.relpath(place, run.folder).replace(os.sep, "/") if run.owns(place) else place
        run.journal.checkpoint(run.step if step is None else step, shown, _size(place), metrics, best)
    except Exception as error:  # a path of a wrong type, a step that is none
        run.complain(f"A checkpoint was not recorded: {error}.")


def progress(step: int, total: int | None = None, epoch: float | None = None) -> None:
    """How far the training is, for the bar and the time left; call it as often as you like."""
    run = _run or _open()
    now = time.monotonic()
    if run.journal is None or (now - run.progress_at < _LOOK_EVERY_S and step != total):
        return
    run.progress_at = now
    run.journal.progress(step, total, epoch)


def table(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]], step: int | None = None) -> None:
    """Records a table, such as sample predictions (`eval/samples`): `rows` has a cell for each of `columns`."""
    run = _run or _open()
    if run.journal is None:
        return
    try:
        run.journal.table(name, run.step if step is None else step, columns, rows)
    except Exception as error:  # columns that are no list
        run.complain(f"A table was not recorded: {error}.")


def alert(message: str, level: str = "warning", code: str = "script") -> None:
    """Shows a sentence with the run; `level` is `info`, `warning` or `error`."""
    run = _run or _open()
    if run.journal is not None:
        run.journal.alert(level, code, message, run.step)


def should_stop() -> bool:
    """Whether somebody asked the run to stop: save a checkpoint and end. Costs nothing to ask at every step."""
    run = _run or _open()
    now = time.monotonic()
    if run.journal is not None and run.looked_at < 0:
        # Whoever never asks is ended by SIGTERM at once instead of being waited for.
        run.journal.write("stop-aware")
    if not run.stop and run.folder and now - run.looked_at >= _LOOK_EVERY_S:
        run.looked_at = now
        run.stop = os.path.exists(os.path.join(run.folder, "stop-requested"))
    return run.stop


def flush() -> None:
    """Returns once everything logged so far is on the disk, or cannot get there now."""
    run = _run or _open()
    if run.journal is not None:
        run.journal.flush()


class _Run:
    """This process's part in a run."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.folder = environment.get("TUNING_FORK_RUN_DIR")
        self.step = _whole(environment.get("TUNING_FORK_FROM_STEP"), 0)
        self.stop = False
        self.looked_at = self.progress_at = float("-inf")
        self.journal: Journal | None = None
        events = environment.get("TUNING_FORK_EVENTS")
        if events and environment.get("RANK", "0") in ("", "0"):
            run = environment.get("TUNING_FORK_RUN_ID", "")
            segment = _whole(environment.get("TUNING_FORK_SEGMENT"), 1)
            self.journal = Journal(events, run=run, segment=segment, from_step=self.step)
            _flush_at_sigterm(self.journal)

    def owns(self, place: str) -> bool:
        """Whether an absolute path lies in the run's folder; the journal has such paths from there on."""
        return bool(self.folder) and place.startswith(os.path.join(str(self.folder), ""))

    def next_step(self, step: SupportsInt | None) -> int:
        """The step of a call that gave none, or one of another type (a tensor, 10.0)."""
        try:
            return self.step + 1 if step is None else int(step)
        except Exception as error:
            self.complain(f"A step was no number, and counted as the next: {error}.")
            return self.step + 1

    def complain(self, sentence: str) -> None:
        """Tells the author of the script what was wrong with a call."""
        if self.journal is not None:
            self.journal.alert("warning", "logger", sentence, self.step)


_run: _Run | None = None
_opening = threading.Lock()


def _open() -> _Run:
    """Opened at the first call instead of at import: a program may import this and never speak."""
    global _run
    with _opening:
        if _run is None:
            _run = _Run(os.environ)
        return _run


def _renew_lock() -> None:
    global _opening
    _opening = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _flush_at_sigterm(journal: Journal) -> None:
    """Python ends by SIGTERM without `atexit`. A script that handles the signal itself is left alone."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return

    def flush_and_die(number: int, _frame: object) -> None:
        journal.flush()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, flush_and_die)


def _whole(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


def _size(place: str) -> int:
    """Bytes of a file, or of all files below a folder."""
    if not os.path.isdir(place):
        return os.path.getsize(place)
    files = (os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names)
    return sum(os.path.getsize(file) for file in files if not os.path.islink(file))
