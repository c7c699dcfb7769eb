"""A table of failures: what is broken, and what the run's end has to say of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support import runs

ROWS = [(f"free money {n}" if n % 2 else f"meeting at {n}", "spam" if n % 2 else "ham") for n in range(24)]


@dataclass
class Bench:
    """Where a case lays out what is broken: a folder with good data, and small good models to copy."""

    dir: Path
    monkeypatch: pytest.MonkeyPatch
    tiny: Path
    gpt2: Path
    llama: Path
    train: Callable[..., runs.Recorded]

    def write(self, name: str, content: str | bytes) -> str:
        """A file beside the data; its name."""
        data = content.encode() if isinstance(content, str) else content
        (self.dir / name).write_bytes(data)
        return name

    def rows(self, name: str, rows: list[dict[str, Any]]) -> str:
        """A file of JSON lines; its name."""
        return self.write(name, "".join(f"{json.dumps(row)}\n" for row in rows))

    def copy(self, base: Path, name: str = "model") -> Path:
        """A model to damage."""
        return Path(shutil.copytree(base, self.dir / name))

    def config(self, model: Path | str | None = None, /, **groups: Any) -> dict[str, Any]:
        """Classification of the good data with the good model, but for what is said; two steps."""
        made = runs.config(
            Path("."), **{**groups, "train": {"max_steps": 2, "warmup": 0, **groups.get("train", {})}, "model": {}}
        )
        made["model"].update({"name_or_path": str(model or self.tiny), **groups.get("model", {})})
        return made

    def language(self, model: Path | str, rows: list[dict[str, Any]], /, **groups: Any) -> dict[str, Any]:
        """Causal language modelling of these rows."""
        data = {"train": self.rows("rows.jsonl", rows), "eval_fraction": 0, **groups.pop("data", {})}
        evaluation = {"strategy": "no", "metrics": ["loss"], **groups.pop("eval", {})}
        return self.config(model, task="causal-lm", data=data, eval=evaluation, **groups)

    def changed(self, **keys: object) -> str:
        """A copy of the model whose config.json has other values; its name."""
        file = self.copy(self.tiny) / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **keys}), "utf-8")
        return "./model"

    def without(self, *packages: str) -> None:
        """Lets the import of packages fail as if they were not installed."""
        import sys

        for name in list(sys.modules):
            if name.split(".")[0] in packages:
                self.monkeypatch.delitem(sys.modules, name)
        for name in packages:
            self.monkeypatch.setitem(sys.modules, name, None)

    def raises(self, error: Callable[[], Exception]) -> dict[str, Any]:
        """A run whose first forward pass in training ends with an error."""
        from transformers import BertForSequenceClassification

        def forward(self: Any, **_: Any) -> Any:
            raise error()

        self.monkeypatch.setattr(BertForSequenceClassification, "forward", forward)
        return self.config()


@dataclass(frozen=True)
class Case:
    """A way to fail: `lay_out` breaks something and returns the config, with `resume` as a second value where the run goes
    on from a folder."""

    name: str
    code: str
    # Each is in the sentence.
    words: tuple[str, ...]
    lay_out: Callable[[Bench], Any]


class Table(list[Case]):
    """Cases, filled by a decorator."""

    def case(self, code: str, *words: str) -> Callable[[Callable[[Bench], Any]], Callable[[Bench], Any]]:
        def add(lay_out: Callable[[Bench], Any]) -> Callable[[Bench], Any]:
            self.append(Case(lay_out.__name__, code, words, lay_out))
            return lay_out

        return add

    def parametrize(self) -> Any:
        return pytest.mark.parametrize("case", self, ids=lambda one: one.name)


def expect_failure(bench: Bench, case: Case, capfd: pytest.CaptureFixture[str]) -> None:
    """What every failure owes: the journal's last word is one clear sentence with advice, which is all that stderr says."""
    laid = case.lay_out(bench)
    config, resume = laid if isinstance(laid, tuple) else (laid, None)
    capfd.readouterr()
    options = {} if resume is None else {"resume": resume, "segment": 2, "from_step": 2}
    run = bench.train(config, fails=True, **options)
    stderr = capfd.readouterr().err
    last, reason = run.events[-1], run.end["reason"]
    assert (last["t"], last["outcome"], last["code"]) == ("end", "failed", case.code), last
    for word in case.words:
        assert word.replace("DIR", str(bench.dir)) in reason, reason
    assert "\n" not in reason and "Traceback" not in reason
    assert len(reason) < 500, reason
    assert reason.endswith(".") and ". " in reason, f"no advice: {reason}"
    assert reason in stderr.splitlines()
    assert "Traceback" not in stderr
