"""Checkpoints of runs in use, asked in this process."""

from __future__ import annotations

import json
from typing import Any

from support import runs


def use(run: runs.Recorded, step: int, /, **wanted: Any) -> dict[str, Any]:
    """The last line that a request is answered with, in this process."""
    from tuning_fork.torch_trainer.using.main import answer

    request = {"runDir": str(run.dir), "checkpoint": str(run.checkpoint(step)), **wanted}
    lines: list[Any] = []
    code = answer(json.dumps(request), lines.append)
    assert all(line["t"] == "progress" for line in lines[:-1])
    assert code == (0 if lines[-1]["t"] == "result" else 1), lines[-1]
    return lines[-1]


def same_figures(result: dict[str, Any], run: runs.Recorded, step: int) -> set[str]:
    """The metrics that both have, which have to agree; the run records no more than its config asks for."""
    shared = {name for name in result["metrics"] if step in run.series(name)}
    for name in shared:
        assert runs.close(result["metrics"][name], run.series(name)[step], 1e-5), name
    return shared
