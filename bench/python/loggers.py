"""What a log call of ten metrics costs with several loggers, and what of it is left after SIGKILL.

usage: loggers.py cost <logger> <folder> <calls> <pause in ms>   prints JSON: microseconds of each call
       loggers.py live <logger> <folder>                         logs 50 times a second, prints each step after its call
       loggers.py left <logger> <folder>                         prints how many steps can be read
"""

import json
import os
import random
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

METRICS = [f"train/metric_{index}" for index in range(10)]

Log = Callable[[int, dict[str, float]], None]


def tuning_fork(folder: Path) -> Log:
    os.environ["TUNING_FORK_EVENTS"] = str(folder / "events.jsonl")
    import tuning_fork

    return lambda step, values: tuning_fork.log(values, step=step)


def json_lines(folder: Path) -> Log:
    file = (folder / "lines.jsonl").open("a")

    def log(step: int, values: dict[str, float]) -> None:
        file.write(json.dumps({"step": step, **values}) + "\n")

    return log


def json_lines_flushed(folder: Path) -> Log:
    file = (folder / "lines.jsonl").open("a")

    def log(step: int, values: dict[str, float]) -> None:
        file.write(json.dumps({"step": step, **values}) + "\n")
        file.flush()

    return log


def tensorboard(folder: Path) -> Log:
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(str(folder))

    def log(step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            writer.add_scalar(name, value, step)

    return log


def wandb_offline(folder: Path) -> Log:
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=str(folder))
    import wandb

    wandb.init(project="bench")
    return lambda step, values: wandb.log(values, step=step)


def trackio(folder: Path) -> Log:
    os.environ.update(TRACKIO_DIR=str(folder), HF_HUB_OFFLINE="1")
    import trackio

    trackio.init(project="bench")
    return lambda step, values: trackio.log(values, step=step)


LOGGERS: dict[str, Callable[[Path], Log]] = {
    "tuning-fork": tuning_fork,
    "json-lines": json_lines,
    "json-lines-flushed": json_lines_flushed,
    "tensorboardx": tensorboard,
    "wandb": wandb_offline,
    "trackio": trackio,
}


def values() -> dict[str, float]:
    return {name: random.random() for name in METRICS}


def cost(log: Log, calls: int, pause_ms: float) -> list[float]:
    costs = []
    for step in range(1, calls + 1):
        row = values()
        if pause_ms > 0:
            time.sleep(pause_ms / 1000)
        began = time.perf_counter_ns()
        log(step, row)
        costs.append((time.perf_counter_ns() - began) / 1000)
    return costs


def live(log: Log) -> None:
    for step in range(1, 1_000_000):
        log(step, values())
        time.sleep(0.02)
        print(step, flush=True)


def left(logger: str, folder: Path) -> int:
    """Steps whose ten metrics can be read."""
    if logger == "wandb":
        return len({step for file in folder.rglob("*.wandb") for step in wandb_steps(file)})
    if logger == "trackio":
        return trackio_steps(folder)
    if logger == "tensorboardx":
        return sum(records(file) for file in folder.rglob("events.out.tfevents.*")) // len(METRICS)
    steps = set()
    for file in folder.glob("*.jsonl"):
        for line in file.read_text().splitlines():
            try:
                steps.add(json.loads(line).get("step"))
            except ValueError:
                continue  # torn
    return len(steps - {None})


def records(file: Path) -> int:
    """Whole records of a TFRecord file but the first, which names the version: length, its checksum, data, its checksum."""
    data = file.read_bytes()
    at = count = 0
    while at + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        at += 12 + length + 4
        count += at <= len(data)
    return max(0, count - 1)


def wandb_steps(file: Path) -> Iterator[int]:
    from wandb.proto import wandb_internal_pb2

    for data in leveldb_records(file.read_bytes()[WANDB_HEAD:]):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") == "history":
            yield record.history.step.num


# Of a `.wandb` file, a log in LevelDB's format behind a head of its own: blocks, and in them pieces of records with
# checksum, length and kind (1 whole, 2 first, 3 middle, 4 last).
WANDB_HEAD, BLOCK = 7, 32768


def leveldb_records(data: bytes) -> Iterator[bytes]:
    at, parts = 0, b""
    while at + 7 <= len(data):
        # Blocks count from the beginning of the file, the head included.
        if BLOCK - (at + WANDB_HEAD) % BLOCK < 7:
            at += BLOCK - (at + WANDB_HEAD) % BLOCK
            continue
        length, kind = struct.unpack_from("<HB", data, at + 4)
        piece = data[at + 7 : at + 7 + length]
        if len(piece) < length or kind not in (1, 2, 3, 4):
            return
        at += 7 + length
        parts = piece if kind in (1, 2) else parts + piece
        if kind in (1, 4):
            yield parts


def trackio_steps(folder: Path) -> int:
    import sqlite3

    count = 0
    for file in folder.rglob("*.db"):
        with sqlite3.connect(file) as database:
            count += database.execute("SELECT count(DISTINCT step) FROM metrics").fetchone()[0]
    return count


def main() -> None:
    mode, logger, folder, *rest = sys.argv[1:]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    if mode == "left":
        print(left(logger, place))
        return
    log = LOGGERS[logger](place)
    if mode == "live":
        live(log)
        return
    costs = cost(log, int(rest[0]), float(rest[1]))
    print(json.dumps(costs), flush=True)
    # Costs of the end are not asked about, and some loggers take long over it.
    os._exit(0)


if __name__ == "__main__":
    main()
