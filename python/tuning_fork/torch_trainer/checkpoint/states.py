"""What a checkpoint holds beside its manifest, written and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from tuning_fork.torch_trainer.checkpoint.manifest import require_manifest

# Settings that decide which of a checkpoint's states another run can take over.
SCHEDULE_SETTINGS = ("scheduler", "metric", "learning_rate", "warmup", "total")
OPTIMIZER_SETTINGS = ("optim",)


@dataclass
class StartingPoint:
    """Where training goes on, and what of a checkpoint it takes over.

    The run's own checkpoint is a resume: all of the state is taken over, and the losses that follow are those of a run
    that was never interrupted. Another run's checkpoint is a fork: weights, step and therewith place in data and schedule
    are taken over; the optimizer's averages where the optimizer is the same; the generators' states where the seed is;
    the schedule's memory where its settings are. Which evaluation was best starts anew: it must be one of the run itself.
    """

    # Optimizer steps behind us.
    step: int = 0
    folder: Path | None = None
    # Whether the step still lacks its evaluation.
    evaluation_due: bool = False
    # The step whose checkpoint in the run's own folder holds these weights.
    saved_step: int | None = None
    same_seed: bool = True
    same_optimizer: bool = True
    same_schedule: bool = True
    best: dict[str, Any] | None = None
    # What could not be taken over, one sentence each.
    remarks: list[str] = field(default_factory=list)
    # Whether the segment ended by a stop.
    stopped: bool = False


def starting_point(folder: Path | None, run: str, settings: dict[str, Any], total: int) -> StartingPoint:
    """Reads where a checkpoint stands. Raises `UserError` when the folder is no checkpoint."""
    if folder is None:
        return StartingPoint()
    manifest = require_manifest(folder)
    before, state = manifest.get("settings", {}), manifest.get("state", {})
    own = manifest.get("run") == run
    step = manifest["step"]

    def same(*names: str) -> bool:
        return own or all(before.get(name) == settings.get(name) for name in names)

    point = StartingPoint(
        step=step,
        folder=folder,
        # A fork of the last checkpoint has nothing to train, but its own evaluation and checkpoint to make.
        evaluation_due=bool(state.get("evaluationDue")) if own else step == total,
        saved_step=step if own else None,
        same_seed=same("seed"),
        same_optimizer=same(*OPTIMIZER_SETTINGS),
        same_schedule=same(*SCHEDULE_SETTINGS),
        best=state if own else None,
    )
    if not (folder / "optimizer.pt").is_file() and not list(folder.glob("optimizer*")):
        point.remarks.append(
            "The checkpoint was saved without the optimizer's state, so its averages start anew: losses will differ from an "
            "uninterrupted run's."
        )
    elif not point.same_optimizer:
        point.remarks.append(
            f"The optimizer changed from {before.get('optim')} to {settings.get('optim')}, so its state starts anew."
        )
    return point


def save_states(trainer: Any, folder: Path, *, save_optimizer: bool) -> None:
    """Weights, tokenizer, optimizer, schedule, loss scale, generators and Transformers' own state into a folder."""
    trainer.save_model(str(folder), _internal_call=True)
    if save_optimizer:
        trainer._save_optimizer_and_scheduler(str(folder))
        trainer._save_scaler(str(folder))
    trainer._save_rng_state(str(folder))
    if trainer.args.should_save:
        trainer.state.save_to_json(str(folder / "trainer_state.json"))
        # A pickle, which nobody should load; the run's record has the settings as JSON.
        (folder / "training_args.bin").unlink(missing_ok=True)
        trainer.parts.prepared.complete(folder)


def load_states(trainer: Any, checkpoint: str, start: StartingPoint) -> bool:
    """Takes over the parts of a fork's checkpoint that fit; False when all of it fits and Transformers may load it."""
    if start.same_optimizer and start.same_schedule:
        return False
    folder = Path(checkpoint)
    options = [
        {name: value for name, value in group.items() if name != "params"} for group in trainer.optimizer.param_groups
    ]
    file = folder / "optimizer.pt"
    if start.same_optimizer and file.is_file():
        saved = torch.load(file, map_location=trainer.args.device, weights_only=True)
        shapes = [len(group["params"]) for group in saved["param_groups"]]
        if shapes == [len(group["params"]) for group in trainer.optimizer.param_groups]:
            trainer.optimizer.load_state_dict(saved)
            for group, own in zip(trainer.optimizer.param_groups, options, strict=True):
                group.update(own)  # rates and decay are the fork's
        else:
            start.remarks.append(
                "Other parameters are trained than in the parent run, so the optimizer's state starts anew."
            )
    _forward_schedule(trainer, start.step)
    return True


def _forward_schedule(trainer: Any, step: int) -> None:
    """Brings a fresh schedule to a step: its rate is a function of the step alone."""
    scheduler = trainer.lr_scheduler
    if not hasattr(scheduler, "lr_lambdas"):
        return  # a plateau's memory starts anew
    scheduler.last_epoch = step
    rates = [base * rate(step) for base, rate in zip(scheduler.base_lrs, scheduler.lr_lambdas, strict=True)]
    for group, rate in zip(trainer.optimizer.param_groups, rates, strict=True):
        group["lr"] = rate
    scheduler._last_lr = rates
