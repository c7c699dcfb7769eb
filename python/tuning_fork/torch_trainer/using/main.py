"""The process that uses a checkpoint: one request on stdin, JSON lines on stdout, which end with a result or an error.

- `{"t": "progress", "phase", "done", "total"}`, and at least every few seconds `{"t": "alive"}`;
- `{"t": "result", …}` with what `evaluate` or `predict` found;
- `{"t": "error", "code", "problem", "advice"}`, with exit code 1.

It ends by itself when stdin closes, which is how it learns that nobody waits for it any more.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from tuning_fork.context import read_base_dir, read_config
from tuning_fork.errors import UserError
from tuning_fork.journal import plain

INTERVAL_S = 0.25
ALIVE_S = 3.0

Write = Callable[[Mapping[str, object]], None]


def main() -> int:
    """Answers the request on stdin."""
    write = _writer()
    request = sys.stdin.readline()
    _start(_end_with_stdin, "stdin")
    _start(lambda: _stay_alive(write), "alive")
    return answer(request, write)


def answer(line: str, write: Write) -> int:
    """Does what a request says; what comes of it goes to `write`. Returns the exit code."""
    try:
        write({"t": "result", **use(line, Told(write))})
        return 0
    except BaseException as error:
        failure = _failure_of(error)
        write({"t": "error", "code": failure.code, "problem": failure.problem, "advice": failure.advice})
        return 1


def use(line: str, progress: Told) -> dict[str, Any]:
    """Loads the checkpoint and asks it. Raises whatever goes wrong."""
    progress("loading PyTorch", 0, 0)
    import transformers

    from tuning_fork.torch_trainer.devices import choose_device
    from tuning_fork.torch_trainer.models.sentence import choose_pooling, give_vectors, read_sentence_modules
    from tuning_fork.torch_trainer.models.trained import load_checkpoint
    from tuning_fork.torch_trainer.using.evaluate import evaluate
    from tuning_fork.torch_trainer.using.predict import predict
    from tuning_fork.torch_trainer.using.request import Loaded, places_of, read_request

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        given = json.loads(line)
    except ValueError:
        given = None
    request = read_request(given)
    config, base_dir = read_config(request.run_dir), read_base_dir(request.run_dir)
    place, source = places_of(request, config, base_dir)
    progress("loading the model", 0, 0)
    trained = load_checkpoint(request.checkpoint, config, base_dir, device=choose_device())
    if config["task"] == "embedding":
        inner = trained.model.get_base_model() if hasattr(trained.model, "get_base_model") else trained.model
        give_vectors(inner, choose_pooling(config, place, read_sentence_modules(place)))
    loaded = Loaded(trained, config, place, source)
    return (evaluate if request.action == "evaluate" else predict)(loaded, request, progress)


class Told:
    """Tells progress, a new phase at once and figures a few times a second."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._phase = ""
        self._last = 0.0

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if phase == self._phase and now - self._last < INTERVAL_S and done != total:
            return
        self._phase, self._last = phase, now
        self._write({"t": "progress", "phase": phase, "done": done, "total": total})


def _failure_of(error: BaseException) -> UserError:
    from tuning_fork.torch_trainer.failure import as_user_error

    known = as_user_error(error)
    if known.code != "trainer-defect":
        return known
    traceback.print_exception(error)
    text = f"{type(error).__name__}: {error}".split("\n", 1)[0].rstrip(". ")
    return UserError(
        "checkpoint-defect", f"The checkpoint could not be used: {text}.", "This is a defect worth reporting."
    )


def _writer() -> Write:
    """Lines to what was stdout; what packages print goes to stderr from now on."""
    out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    lock = threading.Lock()

    def write(event: Mapping[str, object]) -> None:
        text = json.dumps(plain(event), separators=(",", ":"), allow_nan=False)
        with lock:
            out.write(f"{text}\n")
            out.flush()

    return write


def _end_with_stdin() -> None:
    # Past Python's own buffer, whose lock a thread that waits would hold while the interpreter ends.
    while os.read(0, 4096):
        pass
    os._exit(1)


def _stay_alive(write: Write) -> None:
    while True:
        time.sleep(ALIVE_S)
        write({"t": "alive"})


def _start(work: Callable[[], None], name: str) -> None:
    threading.Thread(target=work, name=f"tuning-fork-{name}", daemon=True).start()
