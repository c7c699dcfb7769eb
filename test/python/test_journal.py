"""The logger: what reaches the file, in whatever way its process ends, and that nothing of it disturbs a training."""

import json
import math
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from support.journals import lines_of, of_kind, of_kind_so_far, run_script, start_script, wait_for
from tuning_fork import journal as journal_module
from tuning_fork.journal import Journal


@pytest.fixture
def journal(events: Path) -> Iterator[Journal]:
    opened = Journal(events, run="R", segment=2, from_step=7)
    yield opened
    opened.close()


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
