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
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import index

HELD_LIMIT_BYTES = 64 << 20
"""Memory for events that cannot be written yet; those beyond it are dropped and counted."""

_FLUSH_EVERY_S = 0.2
# Calls that may follow one another at once, and per second after that, and still each be written at once.
_BURST = 20.0
_CALLS_PER_S = 100.0
# Text that goes to the disk in one write; small, because encoding it keeps other threads from running.
_BATCH_BYTES = 1 << 14
_ROOM_TIMEOUT_S = 0.25
_FLUSH_TIMEOUT_S = 10.0
_LARGEST_STEP = 2**53 - 1
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
        self._lock = threading.RLock()
        # Another one, because a thread that waits for a hanging disk holds the first.
        self._loss_lock = threading.RLock()
        # Bytes of memory, about: what was handed over, and what of it has reached the file.
        self._given = 0
        self._written = 0
        self._waited_in_vain = -1
        self._lost = 0
        self._told_lost = 0
        self._wakes = _BURST
        self._wakes_at = time.monotonic()
        self._refused: set[str] = set()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._start_thread()
        atexit.register(self.close)
        _journals.add(self)
        head = {"version": 1, "writer": "trainer", "run": run}
        self.write("journal", **head, segment=segment, fromStep=from_step)

    @property
    def lost(self) -> int:
        """Events dropped because they could be neither written nor held."""
        return self._lost

    @property
    def error(self) -> str | None:
        """What is wrong with writing, in one sentence; None when all is well."""
        dropped = f"{self._lost} events were dropped"
        if self._file.error is None:
            path = self._file.path
            return f"The journal {path} is not complete: {dropped}." if self._lost else None
        held = f"{dropped}, the others" if self._lost else "Events"
        problem = f"The journal {self._file.path} cannot be written ({self._file.error})."
        return f"{problem} {held} are held in memory until it can."

    def write(self, kind: str, **fields: object) -> None:
        """Hands over an event of any kind (`docs/formats.md`); NaN and the infinities become strings."""
        try:
            event = {"t": kind, "timeMs": int(time.time() * 1000)}
            line = _line(event | {name: _plain(value) for name, value in fields.items()})
            self._give(line, len(line) + 64, kind in _URGENT)
        except Exception:  # a value that cannot be encoded must not end the training
            self._lose()

    def metrics(self, step: int, values: Mapping[str, float]) -> None:
        """Values at an optimizer step, counted from 1. What is no number is left out, and told once by name."""
        try:
            numbers = dict(values)
            if not _NUMBERS.issuperset(map(type, numbers.values())):
                numbers = self._numbers(values)
            if step.__class__ is not int or not -_LARGEST_STEP <= step <= _LARGEST_STEP:
                step = max(-_LARGEST_STEP, min(index(step), _LARGEST_STEP))
            self._give((time.time(), step, numbers), 360 + 64 * len(numbers), False)
        except Exception:  # no mapping, or no whole number as step
            self._lose()

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
        fields = {"total": total, "epoch": epoch, **speed}
        known = {name: value for name, value in fields.items() if value is not None}
        self.write("progress", step=step, **known)

    def checkpoint(
        self,
        step: int,
        path: str,
        bytes: int = 0,
        metrics: Mapping[str, float] | None = None,
        best: bool = False,
    ) -> None:
        """A checkpoint was saved wholly. `path` is relative to the run's folder, or absolute."""
        numbers = self._numbers(metrics or {})
        self.write("checkpoint", step=step, path=path, bytes=bytes, metrics=numbers, best=best)

    def table(self, name: str, step: int, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Sample predictions, a confusion matrix, a report: `rows` has a cell for each of `columns`."""
        self.write("table", name=name, step=step, columns=list(columns), rows=rows)

    def alert(self, level: str, code: str, message: str, step: int | None = None) -> None:
        """Something a person should see; `level` is `info`, `warning` or `error`."""
        self.write("alert", level=level, code=code, message=message, step=step)

    def end(self, outcome: str, step: int, reason: str | None = None, code: str | None = None) -> None:
        """The last word: `finished`, `stopped` or `failed`. Returns when it is in the file, or cannot get there."""
        said = {"reason": reason, "code": code}
        known = {name: value for name, value in said.items() if value is not None}
        self.write("end", outcome=outcome, step=step, **known)
        self.flush()

    def flush(self) -> None:
        """Returns once everything so far is on the disk, or cannot get there now; after 10 seconds at the latest."""
        if self._thread is None:
            self._turn()
            return
        done: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._flushes.append(done)
        self._wake.put(None)
        try:
            done.get(timeout=_FLUSH_TIMEOUT_S)
        except queue.Empty:
            pass  # the disk hangs; what waits is still held

    def close(self) -> None:
        """Writes what waits and ends the thread. Events that come later are lost."""
        if self._closed:
            return
        self.flush()
        self._closed = True
        atexit.unregister(self.close)
        self._wake.put(None)
        if self._thread is not None:
            self._thread.join(_FLUSH_TIMEOUT_S)
        self._file.close()

    def _give(self, record: _Record, size: int, urgent: bool) -> None:
        if self._closed or (self._given - self._written + size > HELD_LIMIT_BYTES and not self._wait_for_room()):
            self._lose()
            return
        self._given += size
        self._records.append(record)
        if self._thread is None:
            self._turn()
            return
        # A token bucket: rare calls always find one.
        now = time.monotonic()
        wakes = self._wakes + (now - self._wakes_at) * _CALLS_PER_S
        self._wakes_at = now
        if wakes > _BURST:
            wakes = _BURST
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

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run, name="tuning-fork-journal", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return  # no thread to be had (a limit, or the interpreter ends): each call writes its line itself
        self._thread = thread

    def _run(self) -> None:
        while True:
            try:
                self._wake.get(timeout=_FLUSH_EVERY_S)
            except queue.Empty:
                pass
            closing = self._closed
            self._turn()
            if closing:
                return

    def _turn(self) -> None:
        """Writes what was handed over before this call, and answers the flushes asked for before it."""
        with self._lock:
            flushes = [self._flushes.popleft() for _ in range(len(self._flushes))]
            self._write_records(len(self._records))
            if self._file.error is None and self._lost > self._told_lost:
                self._tell_loss()
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
                if isinstance(record, bytes):
                    self._file.rest += record
                    taken += len(record) + 64
                    continue
                taken += 360 + 64 * len(record[2])
                try:
                    self._file.rest += _metrics_line(*record)
                except Exception:  # a name that cannot be encoded
                    self._lose()
            self._file.flush()
            self._written += taken

    def _tell_loss(self) -> None:
        count = self._lost - self._told_lost
        self._told_lost = self._lost
        message = f"{count} events were dropped because the journal could not be written."
        gap = {"level": "error", "code": "journal-gap", "message": message, "step": None}
        self._file.rest += _line({"t": "alert", "timeMs": int(time.time() * 1000), **gap})
        self._file.flush()

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
            elif value is not None and name not in self._refused:
                self._refused.add(name)
                problem = f"{name} is no number but {type(value).__name__}, and is left out."
                self.alert("warning", "metric-no-number", problem)
        return numbers

    def _become_child(self) -> None:
        """After a fork: what waits is the parent's to write, and its thread is not here."""
        self._records.clear()
        self._flushes.clear()
        self._file.rest = bytearray()
        self._wake = queue.SimpleQueue()
        self._lock, self._loss_lock = threading.RLock(), threading.RLock()
        self._given = self._written = self._lost = self._told_lost = 0
        self._thread = None


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
        size = os.fstat(descriptor).st_size
        if size > 0:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                self.rest[:0] = b"\n"
        return descriptor


def _metrics_line(time_s: float, step: int, values: dict[str, float]) -> bytes:
    """A line exactly as JavaScript would write it: such lines pack into a third of others."""
    pairs = ",".join([f"{_quoted(name)}:{_text(value)}" for name, value in values.items()])
    head = f'{{"t":"metrics","timeMs":{int(time_s * 1000)},"step":{step}'
    return f'{head},"values":{{{pairs}}}}}\n'.encode()


@lru_cache(4096)
def _quoted(name: object) -> str:
    text = json.dumps(str(name), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(str(name))
    return text


def _text(value: float) -> str:
    """A number as JavaScript's `String` writes it; a number JSON does not have as a string."""
    if value.__class__ is int and -_LARGEST_STEP <= value <= _LARGEST_STEP:
        return str(value)
    text = float.__repr__(float(value))
    if text.endswith(".0"):
        return "0" if text == "-0.0" else text[:-2]
    if "e" in text:
        return _exponent(text)
    return _NAMES_OF_INFINITY.get(text, text)


_NAMES_OF_INFINITY = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}


def _exponent(text: str) -> str:
    """Python writes 1e-05 and 1e+16 where JavaScript writes 0.00001 and 10000000000000000."""
    mantissa, _, power = text.partition("e")
    exponent = int(power)
    if not -7 < exponent < 21:
        return f"{mantissa}e{exponent:+d}"
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    return sign + digits.ljust(exponent + 1, "0")


def _number(value: object) -> float | None:
    """A plain number; None for what is none. Scalars of numpy and torch are numbers, texts are not."""
    if isinstance(value, str | bytes):
        return None
    try:
        return index(value)  # type: ignore[arg-type]
    except (TypeError, RuntimeError):
        pass
    try:
        return float(value)  # type: ignore[arg-type]
    except Exception:  # an array of several, or an object that does not like to be asked
        return None


def _line(event: dict[str, object]) -> bytes:
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return f"{json.dumps(event, separators=(',', ':'), allow_nan=False)}\n".encode()


def _plain(value: object) -> object:
    """The value as JSON can carry it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value) or 0.0
        return _NAMES_OF_INFINITY[float.__repr__(float(value))].strip('"')
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return os.fsdecode(value) if isinstance(value, os.PathLike) else str(value)


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for journal in list(_journals):
        journal._become_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
