"""The journal of a run: one JSON object a line, only ever appended. One file, standard library only.

A call hands its event to a background thread and returns in about a microsecond. The thread writes at once while calls
are rarer than about 100 a second, so that a SIGKILL loses nothing, and every 200 ms above that. Nothing here raises into
a training loop or waits for a disk: with the disk full, 64 MiB are held and tried again, and what does not fit is counted.
"""

import atexit
import json
import math
import os
import queue
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from operator import index

# Memory for events that cannot be written yet; those beyond it are dropped and counted.
_HELD_LIMIT_BYTES = 64 << 20
_FLUSH_EVERY_S = 0.2
# Calls that may follow one another at once, and per second after that, and still each be written at once.
_BURST = 20.0
_CALLS_PER_S = 100.0
# Text that goes to the disk in one write; small, because encoding it keeps other threads from running.
_BATCH_BYTES = 1 << 14
_ROOM_TIMEOUT_S = 0.25
_FLUSH_TIMEOUT_S = 10.0
_LARGEST_WHOLE = 2**53 - 1
_TOLD_REFUSALS = 20
_URGENT = frozenset({"journal", "checkpoint", "alert", "end"})
_NUMBERS = frozenset({float, int})

# A line, or the metrics of a step: time in seconds since the epoch, step, values.
_Record = bytes | tuple[float, int, dict[str, float]]


class Journal:
    """Appends the events of one trainer to its journal. Every method may be called from any thread.

    After a fork the child appends to the same file, each line within its call: its parent's thread is not there, and
    worker processes end without a chance to flush one of their own.
    """

    def __init__(self, path: str | os.PathLike[str], *, run: str, segment: int = 1, from_step: int = 0) -> None:
        """Begins to write for a segment of a run that goes on from the step `from_step`."""
        self._file = _AppendFile(os.fspath(path))
        self._records: deque[_Record] = deque()
        self._flushes: deque[queue.SimpleQueue[None]] = deque()
        # Reentrant in C: a signal handler may log while the same thread does.
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        # Two, because a thread that waits for a hanging disk holds the first.
        self._lock, self._loss_lock = threading.RLock(), threading.RLock()
        # Bytes of memory, about: what was handed over, and what of it has reached the file.
        self._given = self._written = 0
        self._waited_in_vain = -1
        self._lost = self._told_lost = 0
        self._wakes, self._wakes_at = _BURST, time.monotonic()
        self._refused: set[str] = set()
        self._closed = False
        thread = threading.Thread(target=self._run, name="tuning-fork-journal", daemon=True)
        self._thread: threading.Thread | None = thread
        try:
            thread.start()
        except RuntimeError:  # no thread to be had (a limit): each call writes its line itself
            self._thread = None
        atexit.register(self.close)
        if "multiprocessing.util" in sys.modules:  # its processes end without atexit
            sys.modules["multiprocessing.util"].Finalize(None, self.flush, exitpriority=0)
        _journals.add(self)
        self.write("journal", version=1, writer="trainer", run=run, segment=segment, fromStep=from_step)

    @property
    def error(self) -> str | None:
        """What is wrong with writing, in one sentence; None when all is well."""
        dropped = f"{self._lost} events were dropped"
        journal = f"The journal {self._file.path}"
        if self._file.error is None:
            return f"{journal} is not complete: {dropped}." if self._lost else None
        held = f"{dropped}, the others" if self._lost else "Events"
        return f"{journal} cannot be written ({self._file.error}). {held} are held in memory until it can."

    def write(self, kind: str, **fields: object) -> None:
        """Hands over an event of any kind (`docs/formats.md`); NaN and the infinities become strings."""
        try:
            event: dict[str, object] = {"t": kind, "timeMs": int(time.time() * 1000)}
            event |= {name: plain(value) for name, value in fields.items() if value is not None}
            line = json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            self._give(_encoded(line), kind in _URGENT)
        except Exception as error:  # a value that cannot be encoded must not end the training
            self._refuse(f"An event {kind} was left out: {error}.")

    def metrics(self, step: int, values: Mapping[str, float]) -> None:
        """Values at an optimizer step, counted from 1. What is no number is left out, and told once by name."""
        try:
            numbers = dict(values)
            if not _are_plain(numbers):
                numbers = self._numbers(values)
            if step.__class__ is not int:
                step = int(step)
            self._give((time.time(), step, numbers))
        except Exception as error:  # no mapping, or no number as step
            self._refuse(f"Metrics were left out: {error}.")

    def progress(
        self,
        step: int,
        total: int | None = None,
        epoch: float | None = None,
        samples_per_second: float | None = None,
        eta_ms: float | None = None,
        phase: str | None = None,
    ) -> None:
        """How far the training is; worth telling at most twice a second. `phase`: what goes on beside plain training."""
        speed = {"samplesPerSecond": samples_per_second, "etaMs": eta_ms, "phase": phase}
        self.write("progress", step=step, total=total, epoch=epoch, **speed)

    def checkpoint(
        self, step: int, path: str, bytes: int = 0, metrics: Mapping[str, float] | None = None, best: bool = False
    ) -> None:
        """A checkpoint was saved wholly. `path` is relative to the run's folder, or absolute."""
        self.write("checkpoint", step=step, path=path, bytes=bytes, metrics=self._numbers(metrics or {}), best=best)

    def table(self, name: str, step: int, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Sample predictions, a confusion matrix, a report: `rows` has a cell for each of `columns`."""
        self.write("table", name=name, step=step, columns=list(columns), rows=rows)

    def alert(self, level: str, code: str, message: str, step: int | None = None) -> None:
        """Something a person should see; `level` is `info`, `warning` or `error`."""
        self.write("alert", level=level, code=code, message=message, step=step)

    def end(self, outcome: str, step: int, reason: str | None = None, code: str | None = None) -> None:
        """The last word: `finished`, `stopped` or `failed`. Returns when it is in the file, or cannot get there."""
        self.write("end", outcome=outcome, step=step, reason=reason, code=code)
        self.flush()

    def flush(self) -> None:
        """Returns once everything so far is on the disk, or cannot get there now; after 10 seconds at the latest."""
        if self._thread is None:
            return self._turn()
        done: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._flushes.append(done)
        self._wake.put(None)
        with suppress(queue.Empty):  # the disk hangs; what waits is still held
            done.get(timeout=_FLUSH_TIMEOUT_S)

    def close(self) -> None:
        """Writes what waits and ends the thread. Events that come later are lost."""
        if self._closed:
            return
        self.flush()
        self._closed = True
        atexit.unregister(self.close)
        if self._thread is not None:
            self._wake.put(None)
            self._thread.join(_FLUSH_TIMEOUT_S)
        self._file.close()

    def _give(self, record: _Record, urgent: bool = False) -> None:
        size = _size(record)
        if self._closed or (self._given - self._written + size > _HELD_LIMIT_BYTES and not self._wait_for_room()):
            return self._lose()
        self._given += size
        self._records.append(record)
        if self._thread is None:
            return self._turn()
        # A token bucket: rare calls always find one.
        now = time.monotonic()
        wakes = self._wakes + (now - self._wakes_at) * _CALLS_PER_S
        self._wakes_at = now
        wakes = wakes if wakes < _BURST else _BURST
        if wakes >= 1 or urgent:
            wakes -= 1
            self._wake.put(None)
        self._wakes = wakes

    def _wait_for_room(self) -> bool:
        """Whether the thread made room. Waits only while the disk is well, and not again where that was in vain."""
        before = self._written
        if self._file.error is not None or before == self._waited_in_vain or self._thread is None:
            return False
        self._wake.put(None)
        until = time.monotonic() + _ROOM_TIMEOUT_S
        while time.monotonic() < until:
            time.sleep(0.001)
            if self._written != before:
                return True
        self._waited_in_vain = before
        return False

    def _lose(self) -> None:
        with self._loss_lock:
            self._lost += 1

    def _run(self) -> None:
        while True:
            with suppress(queue.Empty):
                self._wake.get(timeout=_FLUSH_EVERY_S)
            closing = self._closed
            try:
                self._turn()
            except Exception:  # no memory, say: the thread has to live on
                self._lose()
            if closing:
                break

    def _turn(self) -> None:
        """Writes what was handed over before this call, and answers the flushes asked for before it."""
        with self._lock:
            flushes = [self._flushes.popleft() for _ in range(len(self._flushes))]
            self._write_records(len(self._records))
            if self._file.error is None and self._lost > self._told_lost:
                lost, self._told_lost = self._lost - self._told_lost, self._lost
                message = f"{lost} events were dropped because the journal could not be written."
                self.alert("error", "journal-gap", message)
            if flushes:
                self._file.sync()
        for done in flushes:
            done.put(None)

    def _write_records(self, count: int) -> None:
        while self._file.flush() and count > 0:
            taken = 0
            while count > 0 and len(self._file.rest) < _BATCH_BYTES:
                record = self._records.popleft()
                count -= 1
                taken += _size(record)
                self._file.rest += record if isinstance(record, bytes) else _metrics_line(*record)
            self._file.flush()
            self._written += taken

    def _numbers(self, values: Mapping[str, object], prefix: str = "") -> dict[str, float]:
        """The numbers among `values` by their names; those of mappings inside as `outer/inner`."""
        numbers: dict[str, float] = {}
        for key, value in values.items():
            name = f"{prefix}{key}"
            if isinstance(value, Mapping):
                numbers |= self._numbers(value, f"{name}/")
                continue
            number = _number(value)
            if number is not None:
                numbers[name] = number
            elif value is not None:
                self._refuse(f"{name} is no number but {type(value).__name__}, and is left out.")
        return numbers

    def _refuse(self, sentence: str) -> None:
        """Tells once what was wrong with a call, and not for ever."""
        if sentence not in self._refused and len(self._refused) < _TOLD_REFUSALS:
            self._refused.add(sentence)
            self.alert("warning", "logger", sentence)

    def _become_child(self) -> None:
        """After a fork: what waits is the parent's to write, and its thread is not here."""
        self._records.clear()
        self._flushes.clear()
        self._file.rest = bytearray()
        self._wake, self._thread = queue.SimpleQueue(), None
        self._lock, self._loss_lock = threading.RLock(), threading.RLock()
        self._given = self._written = self._lost = self._told_lost = 0


def _are_plain(values: dict[str, float]) -> bool:
    """Whether all are Python's own numbers, in a third of the time of asking each: their sum is none if one is not."""
    try:
        return type(sum(values.values())) in _NUMBERS
    except Exception:  # texts, None, a mapping inside
        return False


def _size(record: _Record) -> int:  # about, in memory, bytes
    return 360 + 64 * len(record[2]) if record.__class__ is tuple else 64 + len(record)


class _AppendFile:
    """A file of whole lines that only grows. What cannot be written now stays in `rest`, in order and to the byte."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rest = bytearray()
        # Of the last write; None when it wrote everything.
        self.error: str | None = None
        self._descriptor: int | None = None

    def flush(self) -> bool:
        """Writes `rest`. False when some of it still waits; never raises for the file."""
        try:
            if self._descriptor is None:
                self._descriptor = self._open()
            while self.rest:
                del self.rest[: os.write(self._descriptor, self.rest)]
        except OSError as error:
            self.error = f"{error.strerror or error}"
            return False
        self.error = None
        return True

    def sync(self) -> None:
        """Makes what was written survive a power loss."""
        try:
            if self._descriptor is not None:
                getattr(os, "fdatasync", os.fsync)(self._descriptor)
        except OSError as error:
            self.error = f"{error.strerror or error}"

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def _open(self) -> int:
        """Ends a last line that an earlier process left torn, so that it takes no other with it."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o644)
        if os.fstat(descriptor).st_size > 0:
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":
                self.rest[:0] = b"\n"
        return descriptor


def _metrics_line(time_s: float, step: int, values: dict[str, float]) -> bytes:
    """A line exactly as JavaScript would write it: such lines pack into a third of others."""
    pairs = ",".join([f"{_quoted(name)}:{_text(value)}" for name, value in values.items()])
    head = f'{{"t":"metrics","timeMs":{int(time_s * 1000)},"step":{step}'
    return _encoded(f'{head},"values":{{{pairs}}}}}')


@lru_cache(4096)
def _quoted(name: object) -> str:
    return json.dumps(str(name), ensure_ascii=False)


def _text(value: float) -> str:
    """A number as JavaScript's `String` writes it; a number that JSON does not have as a string."""
    if value.__class__ is int and -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE:
        return str(value)
    text = repr(_float(value))
    mantissa, _, exponent = text.partition("e")
    if exponent:
        # Python writes 1e-05 and 1e+16 where JavaScript writes 0.00001 and 10000000000000000.
        return f"{Decimal(text):f}" if -7 < int(exponent) < 21 else f"{mantissa}e{int(exponent):+d}"
    if text.endswith(".0"):
        return "0" if text == "-0.0" else text[:-2]
    return f'"{_NO_JSON[text]}"' if text in _NO_JSON else text


_NO_JSON = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf if value > 0 else -math.inf


def _number(value: object) -> float | None:
    """A plain number; None for what is none. Scalars of numpy and torch are numbers, texts are not."""
    for convert in () if isinstance(value, str | bytes) else (index, float):
        try:
            return convert(value)  # type: ignore[arg-type]
        except Exception:  # no whole number; an array of several; an object that does not like to be asked
            continue
    return None


def _encoded(text: str) -> bytes:
    """Half of a surrogate pair, which UTF-8 does not have, becomes its JSON escape."""
    return f"{text}\n".encode(errors="backslashreplace")


def plain(value: object) -> object:
    """The value as JSON can carry it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return _NO_JSON.get(repr(float(value)), float(value) or 0.0)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return os.fsdecode(value) if isinstance(value, os.PathLike) else str(value)


def _after_fork_in_child() -> None:
    for journal in list(_journals):
        journal._become_child()


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
