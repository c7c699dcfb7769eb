"""The logger: what reaches the file, in whatever way its process ends, and that nothing of it disturbs a training."""

import json
import math
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from tuning_fork import journal as journal_module
from tuning_fork.journal import Journal

PYTHON = Path(__file__).parents[2] / "python"


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


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


@pytest.fixture
def journal(events: Path) -> Iterator[Journal]:
    opened = Journal(events, run="R", segment=2, from_step=7)
    yield opened
    opened.close()


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


class TestLines:
    def test_begins_with_the_segment(self, journal: Journal, events: Path) -> None:
        journal.flush()
        (head,) = lines_of(events)
        assert abs(head.pop("timeMs") - time.time() * 1000) < 10_000
        assert head == {"t": "journal", "version": 1, "writer": "trainer", "run": "R", "segment": 2, "fromStep": 7}

    def test_writes_every_kind(self, journal: Journal, events: Path) -> None:
        journal.write("start", total=10, epochs=None, facts={"device": "cpu", "path": Path("a/b")})
        journal.metrics(1, {"train/loss": 0.5})
        journal.progress(1, total=10, samples_per_second=3.5, phase="evaluating")
        journal.checkpoint(1, "checkpoints/1", 12, {"eval/loss": np.float32(0.5)}, best=True)
        journal.table("eval/samples", 1, ["text", "p"], [["ä", np.float64(0.25)], ("b", math.nan)])
        journal.alert("warning", "code", "A word.")
        journal.end("finished", 1, "Because.")
        found = [{name: value for name, value in line.items() if name != "timeMs"} for line in lines_of(events)[1:]]
        assert found == [
            {"t": "start", "total": 10, "facts": {"device": "cpu", "path": "a/b"}},
            {"t": "metrics", "step": 1, "values": {"train/loss": 0.5}},
            {"t": "progress", "step": 1, "total": 10, "samplesPerSecond": 3.5, "phase": "evaluating"},
            {
                "t": "checkpoint",
                "step": 1,
                "path": "checkpoints/1",
                "bytes": 12,
                "metrics": {"eval/loss": 0.5},
                "best": True,
            },
            {
                "t": "table",
                "name": "eval/samples",
                "step": 1,
                "columns": ["text", "p"],
                "rows": [["ä", 0.25], ["b", "NaN"]],
            },
            {"t": "alert", "level": "warning", "code": "code", "message": "A word."},
            {"t": "end", "outcome": "finished", "step": 1, "reason": "Because."},
        ]

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            # As JavaScript writes them: only such lines are packed by columns.
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e-05, "0.00001"),
            (-1.5e-06, "-0.0000015"),
            (1e-07, "1e-7"),
            (2.5e-10, "2.5e-10"),
            (1e16, "10000000000000000"),
            (1.2345e20, "123450000000000000000"),
            (1e21, "1e+21"),
            (5e-324, "5e-324"),
            (2**53 - 1, "9007199254740991"),
            (2**60, "1152921504606847000"),
            pytest.param(10**400, '"Infinity"', id="huge"),
            (True, "1"),
            (math.nan, '"NaN"'),
            (math.inf, '"Infinity"'),
            (-math.inf, '"-Infinity"'),
            (np.float32(0.5), "0.5"),
            (np.int64(3), "3"),
            (np.array(2.5), "2.5"),
        ],
    )
    def test_writes_numbers_as_javascript_does(
        self, journal: Journal, events: Path, value: float, written: str
    ) -> None:
        journal.metrics(1, {"m": value})
        journal.flush()
        line = events.read_text().splitlines()[-1]
        assert line.endswith(f',"step":1,"values":{{"m":{written}}}}}')

    def test_keeps_odd_names_apart(self, journal: Journal, events: Path) -> None:
        names = ["train/loss", 'a"b\\c', "größe 损失 🎯", "tab\there", "half \ud800"]
        journal.metrics(1, {name: index for index, name in enumerate(names)})
        journal.flush()
        assert of_kind(events, "metrics")[0]["values"] == {name: index for index, name in enumerate(names)}

    def test_takes_the_values_of_the_moment_of_the_call(self, journal: Journal, events: Path) -> None:
        values, total = {"loss": 1.0}, np.zeros(())
        journal.metrics(1, values)
        journal.metrics(2, {"total": total})
        values["loss"] = 2.0
        total += 5
        journal.flush()
        assert [line["values"] for line in of_kind(events, "metrics")] == [{"loss": 1}, {"total": 0}]

    def test_names_what_is_no_number_once(self, journal: Journal, events: Path) -> None:
        for step in range(3):
            journal.metrics(step, {"loss": 0.5, "note": "good", "none": None, "inner": {"f1": 1}})
        journal.metrics("first", {"loss": 1})
        journal.metrics(4, None)
        journal.write("start", facts=Unprintable())
        journal.flush()
        assert [line["values"] for line in of_kind(events, "metrics")] == [{"loss": 0.5, "inner/f1": 1}] * 3
        told = [line["message"] for line in of_kind(events, "alert")]
        assert told[0] == "note is no number but str, and is left out."
        assert [sentence.split(":")[0] for sentence in told[1:]] == [
            "Metrics were left out",
            "Metrics were left out",
            "An event start was left out",
        ]
        assert journal.error is None

    def test_ends_a_line_that_a_dead_process_left_torn(self, events: Path) -> None:
        events.write_text('{"t":"metrics","step":1,"val')
        Journal(events, run="R").close()
        torn, head = events.read_text().splitlines()
        assert torn == '{"t":"metrics","step":1,"val'
        assert json.loads(head)["t"] == "journal"


class Unprintable:
    def __str__(self) -> str:
        raise ValueError("no word")


class TestPace:
    def test_writes_rare_calls_at_once(self, journal: Journal, events: Path) -> None:
        waited = []
        for step in range(20):
            journal.metrics(step, {"loss": 1})
            called = time.monotonic()
            wait_for(lambda step=step: len(of_kind_so_far(events, "metrics")) > step)
            waited.append(time.monotonic() - called)
            time.sleep(0.02)
        # The wait of 200 ms for calls that are not rare would show in the middle of them.
        assert sorted(waited)[10] < 0.1

    def test_writes_many_calls_within_200_ms(self, journal: Journal, events: Path) -> None:
        for step in range(5000):
            journal.metrics(step, {"loss": 1})
        wait_for(lambda: len(of_kind_so_far(events, "metrics")) == 5000, 2)

    def test_costs_little(self, journal: Journal) -> None:
        spent = []
        for step in range(20_000):
            began = time.perf_counter()
            journal.metrics(step, {"train/loss": 0.25})
            spent.append(time.perf_counter() - began)
        # bench/logger.ts measures; here a busy machine must not fail and a call that waits for the disk must.
        assert sorted(spent)[len(spent) // 2] < 20e-6

    def test_loses_nothing_of_threads(self, journal: Journal, events: Path) -> None:
        def work(name: str) -> None:
            for step in range(1000):
                journal.metrics(step, {name: step})

        threads = [threading.Thread(target=work, args=(f"t{index}",)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        journal.flush()
        seen: dict[str, list[int]] = {}
        for line in of_kind(events, "metrics"):
            for name in line["values"]:
                seen.setdefault(name, []).append(line["step"])
        assert seen == {f"t{index}": list(range(1000)) for index in range(8)}

    def test_keeps_up_with_more_than_it_may_hold(
        self, journal: Journal, events: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(journal_module, "_HELD_LIMIT_BYTES", 1 << 16)
        for step in range(20_000):
            journal.metrics(step, {"loss": step})
        journal.flush()
        assert [line["step"] for line in of_kind(events, "metrics")] == list(range(20_000))


class TestEnds:
    """What is in the file after each way a process may end."""

    BUSY = "import os, signal, sys, time, tuning_fork\nfor _ in range(30000): tuning_fork.log({'loss': 0.5})\n"

    @pytest.mark.parametrize(
        ("last", "code"),
        [
            ("pass", 0),
            ("sys.exit(3)", 3),
            ("raise RuntimeError('no')", 1),
            ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)", -signal.SIGTERM),
            ("os.kill(os.getpid(), signal.SIGINT); time.sleep(30)", -signal.SIGINT),
        ],
    )
    def test_keeps_everything(self, tmp_path: Path, events: Path, last: str, code: int) -> None:
        run_script(tmp_path, self.BUSY + last, code)
        assert [line["step"] for line in of_kind(events, "metrics")] == list(range(1, 30_001))

    def test_leaves_a_handler_of_the_script_alone(self, tmp_path: Path, events: Path) -> None:
        own = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        for order in (own + "tuning_fork.log({'a': 1})\n", "tuning_fork.log({'a': 1})\n" + own):
            text = "import os, signal, sys, time, tuning_fork\n" + order
            run_script(tmp_path, text + "os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)", 5)
        assert len(of_kind(events, "metrics")) == 2

    def test_loses_nothing_of_rare_calls_to_sigkill(self, tmp_path: Path, events: Path) -> None:
        text = """
            import time, tuning_fork
            for step in range(1, 10**6):
                tuning_fork.log({"loss": 0.5}, step=step)
                time.sleep(0.02)
                print(step, flush=True)
        """
        for confirmed in (1, 7, 23):
            events.unlink(missing_ok=True)
            process = start_script(tmp_path, text)
            assert process.stdout is not None
            while int(process.stdout.readline()) < confirmed:
                pass
            process.kill()
            process.communicate(timeout=10)
            steps = [line["step"] for line in of_kind(events, "metrics")]
            assert steps[:confirmed] == list(range(1, confirmed + 1))

    def test_loses_at_most_a_moment_of_many_calls_to_sigkill(self, tmp_path: Path, events: Path) -> None:
        text = """
            import time, tuning_fork
            for step in range(1, 10**6):
                tuning_fork.log({"loss": 0.5}, step=step)
                if step % 1000 == 0: print(step, flush=True)
                time.sleep(0.0005)
        """
        process = start_script(tmp_path, text)
        assert process.stdout is not None
        process.stdout.readline()
        killed_ms = time.time() * 1000
        process.kill()
        process.communicate(timeout=10)
        whole = events.read_text().rpartition("\n")[0]
        last = json.loads(whole.splitlines()[-1])
        # 200 ms, and what a busy machine adds.
        assert killed_ms - last["timeMs"] < 1000

    def test_a_forked_child_writes_only_its_own(self, tmp_path: Path, events: Path) -> None:
        text = """
            import os, tuning_fork
            for step in range(5000): tuning_fork.log({"parent": 1}, step=step)
            children = []
            for child in range(3):
                pid = os.fork()
                if pid == 0:
                    for step in range(500): tuning_fork.log({f"child{child}": 1}, step=step)
                    os._exit(0)
                children.append(pid)
                tuning_fork.log({"parent": 1}, step=5000 + child)
            for pid in children: os.waitpid(pid, 0)
        """
        run_script(tmp_path, text)
        seen: dict[str, list[int]] = {}
        for line in of_kind(events, "metrics"):
            seen.setdefault(next(iter(line["values"])), []).append(line["step"])
        assert seen.pop("parent") == list(range(5003))
        assert seen == {f"child{child}": list(range(500)) for child in range(3)}
        assert len(of_kind(events, "journal")) == 1

    def test_workers_of_multiprocessing_keep_theirs(self, tmp_path: Path, events: Path) -> None:
        text = """
            import multiprocessing, sys, tuning_fork

            def work(step):
                tuning_fork.log({"worker": 1}, step=step)

            if __name__ == "__main__":
                for method in ("fork", "spawn"):
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        pool.map(work, range(50))
                        pool.close()
                        pool.join()
        """
        run_script(tmp_path, text)
        assert sorted(line["step"] for line in of_kind(events, "metrics")) == sorted([*range(50)] * 2)


class TestFullDisk:
    LIMIT = 1 << 16

    @pytest.fixture
    def full_after_64_kib(self) -> Iterator[Callable[[], None]]:
        """A limit on the size of files stands for a full disk; the returned function makes room."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.LIMIT, before[1]))
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def test_holds_what_it_cannot_write(
        self, journal: Journal, events: Path, full_after_64_kib: Callable[[], None]
    ) -> None:
        spent = []
        for step in range(5000):
            began = time.perf_counter()
            journal.metrics(step, {"loss": step})
            spent.append(time.perf_counter() - began)
        wait_for(lambda: journal.error)
        assert journal.error == (
            f"The journal {events} cannot be written (File too large). Events are held in memory until it can."
        )
        assert sorted(spent)[len(spent) // 2] < 20e-6
        began = time.monotonic()
        journal.flush()
        assert time.monotonic() - began < 2
        full_after_64_kib()
        journal.flush()
        assert journal.error is None
        assert [line["step"] for line in of_kind(events, "metrics")] == list(range(5000))

    def test_counts_what_it_cannot_hold(
        self,
        journal: Journal,
        events: Path,
        full_after_64_kib: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(journal_module, "_HELD_LIMIT_BYTES", 1 << 18)
        count = 20_000
        for step in range(count):
            journal.metrics(step, {"loss": step})
        wait_for(lambda: "dropped" in (journal.error or ""))
        full_after_64_kib()
        wait_for(lambda: of_kind_so_far(events, "alert"))
        journal.flush()
        kept = [line["step"] for line in of_kind(events, "metrics")]
        assert kept == sorted(kept)
        (gap,) = of_kind(events, "alert")
        assert gap["code"] == "journal-gap"
        assert gap["message"] == f"{count - len(kept)} events were dropped because the journal could not be written."
        assert journal.error == f"The journal {events} is not complete: {count - len(kept)} events were dropped."

    def test_a_folder_that_is_gone_is_no_error_of_the_training(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "gone" / "events.jsonl", run="R")
        journal.metrics(1, {"loss": 1})
        journal.flush()
        assert "No such file or directory" in (journal.error or "")
        (tmp_path / "gone").mkdir()
        journal.close()
        assert [line["t"] for line in lines_of(tmp_path / "gone" / "events.jsonl")] == ["journal", "metrics"]


def of_kind_so_far(file: Path, kind: str) -> list[dict]:
    """While lines are being written, the last may be torn, or there is no file yet."""
    try:
        return of_kind(file, kind)
    except (ValueError, OSError):
        return []


class TestScript:
    """`import tuning_fork` in a script that a runner started, or nobody."""

    def test_does_nothing_outside_of_a_run(self, tmp_path: Path) -> None:
        text = """
            import threading, tuning_fork
            tuning_fork.log({"loss": 1})
            tuning_fork.checkpoint("nowhere")
            tuning_fork.table("t", ["a"], [[1]])
            tuning_fork.progress(1, 2)
            tuning_fork.alert("hm")
            tuning_fork.flush()
            print(tuning_fork.should_stop(), dict(tuning_fork.params), tuning_fork.params.get("lr", 0.5))
            print(tuning_fork.resume_from, tuning_fork.output_dir, tuning_fork.run_id, threading.active_count())
        """
        none = {name: "" for name in ("TUNING_FORK_RUN_ID", "TUNING_FORK_RUN_DIR", "TUNING_FORK_EVENTS")}
        assert run_script(tmp_path, text, **none) == "False {} 0.5\nNone None None 1\n"
        assert [path.name for path in tmp_path.iterdir()] == ["script.py"]

    def test_only_the_first_rank_speaks(self, tmp_path: Path, events: Path) -> None:
        text = "import tuning_fork\ntuning_fork.log({'loss': 1})"
        run_script(tmp_path, text, RANK="1")
        assert not events.exists()
        run_script(tmp_path, text, RANK="0")
        assert len(of_kind(events, "metrics")) == 1

    def test_counts_steps_where_none_is_given(self, tmp_path: Path, events: Path) -> None:
        text = """
            import tuning_fork
            tuning_fork.log({"a": 1})
            tuning_fork.log({"a": 1}, step=20)
            tuning_fork.log({"a": 1})
            tuning_fork.log({"a": 1}, step=30.0)
            tuning_fork.log({"a": 1}, step="later")
        """
        run_script(tmp_path, text, TUNING_FORK_FROM_STEP="7")
        assert [line["step"] for line in of_kind(events, "metrics")] == [8, 20, 21, 30, 31]
        (told,) = of_kind(events, "alert")
        assert told["message"].startswith("A step was no number, and counted as the next:")

    def test_params_are_a_mapping_with_types(self, tmp_path: Path) -> None:
        text = """
            from tuning_fork import params
            print(params["lr"], params.epochs, params.shuffle, params.get("depth"), "depth" in params, len(params))
            try: params.width
            except AttributeError as error: print(error)
        """
        given = '{"lr": 2e-5, "epochs": 3, "shuffle": true, "depth": null}'
        out = run_script(tmp_path, text, TUNING_FORK_PARAMS=given)
        assert out.splitlines() == [
            "2e-05 3 True None True 4",
            "There is no script.params.width; there is: lr, epochs, shuffle, depth.",
        ]
        assert (
            run_script(tmp_path, "import tuning_fork\nprint(len(tuning_fork.params))", TUNING_FORK_PARAMS="{") == "0\n"
        )

    def test_records_checkpoints_with_their_size(
        self, tmp_path: Path, events: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        text = """
            import os, tuning_fork
            os.makedirs("out/deep"); open("out/a", "wb").write(b"12345"); open("out/deep/b", "wb").write(b"123")
            tuning_fork.log({"loss": 1}, step=5)
            tuning_fork.checkpoint("out", metrics={"eval/loss": 0.5}, best=True)
            tuning_fork.checkpoint("out/a", step=6)
            tuning_fork.checkpoint(os.environ["ELSEWHERE"], step=7)
            tuning_fork.checkpoint("nowhere")
        """
        elsewhere = tmp_path_factory.mktemp("elsewhere") / "w"
        elsewhere.write_bytes(b"1")
        run_script(tmp_path, text, ELSEWHERE=str(elsewhere))
        found = [(line["step"], line["path"], line["bytes"], line["best"]) for line in of_kind(events, "checkpoint")]
        assert found == [(5, "out", 8, True), (6, "out/a", 5, False), (7, str(elsewhere), 1, False)]
        assert of_kind(events, "checkpoint")[0]["metrics"] == {"eval/loss": 0.5}
        (told,) = of_kind(events, "alert")
        assert told["message"].startswith("A checkpoint was not recorded:") and "nowhere" in told["message"]

    def test_hears_of_a_stop(self, tmp_path: Path, events: Path) -> None:
        text = """
            import time, tuning_fork
            for step in range(1, 4000):
                tuning_fork.log({"loss": 1}, step=step)
                tuning_fork.progress(step, 4000)
                if tuning_fork.should_stop(): print("saved"); break
                time.sleep(0.005)
        """
        process = start_script(tmp_path, text)
        wait_for(lambda: events.exists() and events.stat().st_size > 1000)
        (tmp_path / "stop-requested").write_text("{}")
        out, errors = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "saved\n"), errors
        steps = len(of_kind(events, "metrics"))
        assert len(of_kind(events, "progress")) < steps / 10
        assert len(of_kind(events, "stop-aware")) == 1

    def test_needs_nothing_but_the_standard_library(self, tmp_path: Path) -> None:
        text = f"import sys; sys.path.insert(0, {str(PYTHON)!r}); import tuning_fork; tuning_fork.log({{'a': 1}})"
        # -I and -S: neither the environment's packages nor its variables.
        done = subprocess.run([sys.executable, "-I", "-S", "-c", text], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


def test_python_3_10_reads_the_logger() -> None:
    """The oldest Python that is promised; of another one than ours only the grammar can be asked for."""
    import ast

    for name in ("journal.py", "script.py", "__init__.py"):
        ast.parse((PYTHON / "tuning_fork" / name).read_text("utf-8"), feature_version=(3, 10))
