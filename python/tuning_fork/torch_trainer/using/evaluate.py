"""A checkpoint judged by the rows of a file, as an evaluation of its run would."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.measure import as_numpy
from tuning_fork.torch_trainer.using.request import Loaded, Progress, Request
from tuning_fork.torch_trainer.using.rows import Rows, load_rows


def evaluate(loaded: Loaded, request: Request, progress: Progress) -> dict[str, Any]:
    """Metrics and tables of the request's file, named as in a journal."""
    if request.data is None:
        raise UserError("request-not-understood", "No data file is named.", "Name one with --data.")
    progress("reading the data", 0, 0)
    rows = load_rows(loaded, request.data, lambda: progress("reading the data", 0, 0))
    measured = _measure(loaded, rows, progress)
    return {
        "metrics": {f"eval/{name}": value for name, value in measured.metrics.items()},
        "tables": [{"name": name, "columns": columns, "rows": cells} for name, columns, cells in measured.tables],
        "rows": rows.count,
        "judgedRows": len(rows.items),
        "files": rows.files,
    }


def _measure(loaded: Loaded, rows: Rows, progress: Progress) -> Any:
    trained, size, total = loaded.trained, loaded.batch_size, len(rows.items)
    for begin in range(0, total, size):
        progress("evaluating", begin, total)
        inputs = on_device(rows.collate(rows.items[begin : begin + size]), trained.device)
        with torch.no_grad(), trained.autocast():
            outputs = rows.forward(inputs) if rows.forward else _outputs(trained.model, inputs)
        judged = rows.evaluation.judge(inputs, outputs)
        rows.evaluation.add({name: np.asarray(as_numpy(value)) for name, value in judged.items()})
    progress("evaluating", total, total)
    with trained.autocast():
        return rows.evaluation.result()


def _outputs(model: Any, inputs: dict[str, Any]) -> Any:
    # No evaluation takes the model's own loss.
    return model(**{name: value for name, value in inputs.items() if name != "labels"})


def on_device(batch: Any, device: str) -> dict[str, Any]:
    """A collator's batch where the model is."""
    return {name: value.to(device) for name, value in batch.items()}
