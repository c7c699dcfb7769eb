"""Journals as a reader sees them, and scripts in processes of their own that write one."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

PYTHON = Path(__file__).parents[3] / "python"


def lines_of(file: Path) -> list[dict]:
    """Every line must be whole and of its own."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def of_kind(file: Path, kind: str) -> list[dict]:
    return [line for line in lines_of(file) if line["t"] == kind]


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.005)


def of_kind_so_far(file: Path, kind: str) -> list[dict]:
    """While lines are being written, the last may be torn, or there is no file yet."""
    try:
        return of_kind(file, kind)
    except (ValueError, OSError):
        return []


def start_script(tmp_path: Path, text: str, **variables: str) -> subprocess.Popen[str]:
    """A training script in a process of its own, with the variables of a runner."""
    script = tmp_path / "script.py"
    script.write_text(dedent(text))
    env = {
        **os.environ,
        "PYTHONPATH": str(PYTHON),
        "TUNING_FORK_RUN_ID": "R",
        "TUNING_FORK_RUN_DIR": str(tmp_path),
        "TUNING_FORK_EVENTS": str(tmp_path / "events.jsonl"),
        **variables,
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, str(script)], env=env, cwd=tmp_path, **pipes)


def run_script(tmp_path: Path, text: str, code: int = 0, **variables: str) -> str:
    """Runs a script to its end; what it printed."""
    process = start_script(tmp_path, text, **variables)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    return out
