"""Several processes that share each step, on one machine: started here, judged here.

The trainer's process starts the ranks through `torch.distributed.run` on a free port and waits. Rank 0 writes the journal;
a rank that fails leaves its error in a file, and the first one's becomes the run's.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tuning_fork.context import RunContext
from tuning_fork.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# prctl(2): the signal a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1
STRATEGIES = ("ddp", "fsdp", "deepspeed")
# What a rank says when another one has gone away.
_COLLATERAL = re.compile(
    r"connection (?:closed|reset|refused)|gloo|nccl|distbackend|broken pipe|timed out", re.IGNORECASE
)


@dataclass(frozen=True)
class RankEnd:
    """How a rank ended: its exit code, negative for a signal."""

    rank: int
    exit_code: int


def is_rank() -> bool:
    """Whether this process is one of several."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


def rank() -> int:
    return int(os.environ.get("RANK", "0"))


def follow_parent() -> None:
    """Lets a rank end with the process that started it: torch gives each rank a session of its own, which no signal to
    the run's process group reaches."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="tuning-fork-parent", daemon=True).start()


def ranks_wanted(config: ResolvedConfig) -> int:
    """How many processes the config asks for; 1 = none but this one."""
    hardware = config["hardware"]
    if hardware["strategy"] not in STRATEGIES:
        return 1
    visible = [one for one in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if one]
    devices = hardware["devices"]
    if isinstance(devices, list):
        return len(devices)
    if isinstance(devices, int):
        return devices
    return max(1, len(visible))


def start_ranks(context: RunContext, count: int) -> UserError | None:
    """Runs the ranks to their end; what went wrong, or None when rank 0 has written how it ended."""
    from torch.distributed import run as torchrun
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

    folder = _failures(context)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink(missing_ok=True)
    os.environ.setdefault("PYTHONUTF8", "1")
    options = {
        "nnodes": "1",
        "nproc_per_node": str(count),
        # Port 0: a free one, so that two runs do not meet.
        "rdzv_backend": "c10d",
        "rdzv_endpoint": "localhost:0",
        "rdzv_id": context.run,
        "local_addr": "127.0.0.1",
        "max_restarts": "0",
    }
    script = str(Path(sys.argv[0]).resolve())
    try:
        torchrun.main([*(f"--{name}={value}" for name, value in options.items()), script])
    except SignalException:
        return None  # the ranks got the signal too, saved and wrote their end
    except ChildFailedError as error:
        ends = [RankEnd(number, failure.exitcode) for number, failure in error.failures.items()]
        return _judge(folder, ends, count)
    return None


def leave_group() -> NoReturn:
    """Ends a rank that has done its part. Its threads that talk to other ranks now and then abort a process that is left to
    the interpreter's own end, and a run that had finished would be told as failed."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_initialized():
        distributed.destroy_process_group()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def leave_failure(context: RunContext, failure: UserError) -> None:
    """A rank's error, for the process that started it."""
    folder = _failures(context)
    folder.mkdir(parents=True, exist_ok=True)
    said = {"code": failure.code, "problem": failure.problem, "advice": failure.advice, "timeNs": time.time_ns()}
    file = folder / f"{rank()}.json"
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(said), "utf-8")
    os.replace(temporary, file)


def _failures(context: RunContext) -> Path:
    return context.run_dir / f"ranks-{context.segment}"


def _judge(folder: Path, ends: list[RankEnd], count: int) -> UserError:
    """The failure that came first: not what the others say once one is gone, nor the SIGTERM that ended them then."""
    killed = next((one for one in ends if one.exit_code < 0 and -one.exit_code != signal.SIGTERM), None)
    said = _read(folder)
    own = [one for one in said if not _COLLATERAL.search(one["problem"])]
    if own:
        first = own[0]
        return UserError(first["code"], f"Process {first['rank']} of {count}: {first['problem']}", first["advice"])
    if killed:
        name = signal.Signals(-killed.exit_code).name
        return UserError(
            "rank-killed",
            f"Process {killed.rank} of {count} was ended by {name} from outside.",
            "Out of memory is the usual cause of a SIGKILL: take a smaller batch or a shorter data.max_length."
            if name == "SIGKILL"
            else "Its last output may say why.",
        )
    if said:
        first = said[0]
        return UserError(first["code"], f"Process {first['rank']} of {count}: {first['problem']}", first["advice"])
    end = ends[0] if ends else RankEnd(0, 1)
    return UserError(
        "rank-failed",
        f"Process {end.rank} of {count} ended with exit code {end.exit_code}.",
        "Its last output may say why.",
    )


def _read(folder: Path) -> list[dict[str, Any]]:
    """What the ranks left, the first one first."""
    found = []
    for file in folder.glob("*.json"):
        found.append({**json.loads(file.read_text("utf-8")), "rank": int(file.stem)})
    return sorted(found, key=lambda one: one["timeNs"])
