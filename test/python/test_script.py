"""`import tuning_fork` in a script that a runner started, or nobody."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.journals import PYTHON, of_kind, run_script, start_script, wait_for


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
