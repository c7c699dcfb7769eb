"""`per_device_train_batch_size: auto`: the longest batch is tried before the training, which it leaves as it was."""

from __future__ import annotations

from collections.abc import Callable, Sized
from heapq import nlargest
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.checkpoint.manifest import read_manifest
from tuning_fork.torch_trainer.devices import world_size
from tuning_fork.torch_trainer.failure import is_memory_error
from tuning_fork.torch_trainer.plan import TrainingPlan
from tuning_fork.torch_trainer.prepared import Prepared

# (level, code, message)
Alert = Callable[[str, str, str], None]

AUTOCAST = {"fp16": torch.float16, "bf16": torch.bfloat16}
# Rows of a stream that are looked at.
PEEK = 256
# AdamW keeps two averages of each trained number.
OPTIMIZER_STATES = 2


def fitting_plan(
    plan: TrainingPlan, prepared: Prepared, *, device: str, precision: str, resume_from: Path | None, alert: Alert
) -> TrainingPlan:
    """The plan with the largest batch that fits: halved, and accumulation doubled, until the longest rows fit.

    The rows of an optimizer step, and with them every figure of the run, stay what they are, unless rows are compared with
    those of their own forward pass, which is said then. A segment that goes on from a checkpoint takes the batch that was
    found for it, so that its losses are those of an uninterrupted run.
    """
    found = _as_before(plan, resume_from)
    if found is not None:
        return found
    rows = _longest(prepared, plan.batch_size)
    model = prepared.model
    if device != "cpu" and getattr(model, "quantization_method", None) is None:
        model.to(device)
    while not _agreed(_fits(prepared, rows[: plan.batch_size], device, precision), device):
        smaller = plan.halved()
        if smaller.batch_size < prepared.smallest_batch:
            least = "one row at a time fits" if plan.batch_size == 1 else f"{plan.batch_size} rows at a time fit"
            raise UserError(
                "out-of-memory",
                f"Not even {least} into memory.",
                "Lower data.max_length, turn on train.gradient_checkpointing, or take method.type: lora or qlora.",
            )
        _tell(alert, plan, smaller, prepared.compares_rows)
        plan = smaller
    return plan


def _tell(alert: Alert, plan: TrainingPlan, smaller: TrainingPlan, compares_rows: bool) -> None:
    consequence = (
        f"a step still has {plan.effective_batch} rows, but each is compared with the {smaller.batch_size} of its batch alone, "
        "so that losses are not those of the larger one."
        if compares_rows
        else f"the effective batch stays {plan.effective_batch}."
    )
    alert(
        "warning" if compares_rows else "info",
        "batch-halved",
        f"A batch of {plan.batch_size} rows does not fit into memory. It is {smaller.batch_size} now, and "
        f"gradient_accumulation_steps {smaller.accumulation}: {consequence}",
    )


def _longest(prepared: Prepared, count: int) -> list[Any]:
    """The longest training rows; of a stream, those of its beginning."""
    train = list(islice(prepared.train, PEEK)) if prepared.train_rows is None else prepared.train
    places = nlargest(count, range(len(train)), key=lambda at: _size(train[at]))
    return [train[at] for at in places]


def _size(row: dict[str, Any]) -> int:
    """Numbers in all lists of a row, which grow with its tokens."""
    return sum(len(value) for value in row.values() if isinstance(value, Sized))


def _as_before(plan: TrainingPlan, resume_from: Path | None) -> TrainingPlan | None:
    manifest = read_manifest(resume_from) if resume_from else None
    before = (manifest or {}).get("settings", {}).get("batch")
    if not isinstance(before, list) or len(before) != 3:
        return None
    while plan.batch_size > before[0]:
        plan = plan.halved()
    return plan


def _agreed(fits: bool, device: str) -> bool:
    """Whether it fits in every process: all of them must take the same batch."""
    if world_size() == 1:
        return fits
    from accelerate import PartialState
    from torch import distributed

    PartialState(cpu=device == "cpu")
    flag = torch.tensor([int(fits)], device="cuda" if distributed.get_backend() == "nccl" else "cpu")
    distributed.all_reduce(flag, op=distributed.ReduceOp.MIN)
    return bool(flag.item())


def _fits(prepared: Prepared, rows: list[Any], device: str, precision: str) -> bool:
    """Goes forward and backward once, with room for the optimizer's state. Weights and generators stay as they were."""
    model = prepared.model
    was_training = model.training
    devices = list(range(torch.cuda.device_count())) if device == "cuda" else []
    batch = {
        name: value.to(device) if torch.is_tensor(value) else value for name, value in prepared.collate(rows).items()
    }
    try:
        with torch.random.fork_rng(devices=devices):
            model.train()
            with torch.autocast(device, dtype=AUTOCAST.get(precision), enabled=precision in AUTOCAST):
                loss = _loss(prepared, batch)
            loss.backward()
            trained = [one for one in model.parameters() if one.requires_grad]
            states = [torch.empty_like(one, dtype=torch.float32) for one in trained for _ in range(OPTIMIZER_STATES)]
            del states
        return True
    except Exception as error:
        if not is_memory_error(error):
            raise
        return False
    finally:
        model.zero_grad(set_to_none=True)
        model.train(was_training)
        if device == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()


def _loss(prepared: Prepared, batch: dict[str, Any]) -> torch.Tensor:
    if prepared.trial_loss is not None:
        return prepared.trial_loss(batch)
    assert prepared.loss is not None  # one of them is there
    labels = batch.pop("labels")
    return prepared.loss(prepared.model(**batch), labels)
