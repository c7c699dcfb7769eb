"""How many steps a run has: the arithmetic of Hugging Face's Trainer, as `src/config/arithmetic.ts` has it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# What `per_device_train_batch_size: auto` begins with.
AUTO_BATCH = 8


@dataclass(frozen=True)
class TrainingPlan:
    """The course of a run, in optimizer steps counted from 1."""

    seed: int
    total: int
    warmup: int
    # None for a stream, whose length nobody knows.
    steps_per_epoch: int | None
    # Rows of a forward pass on one device, forward passes of a step, processes that share a step.
    batch_size: int
    accumulation: int
    world_size: int
    # Optimizer steps between evaluation points; the last step is one too.
    evaluate_every: int

    @property
    def effective_batch(self) -> int:
        """Rows of a full optimizer step."""
        return self.batch_size * self.accumulation * self.world_size

    def is_evaluation_point(self, step: int) -> bool:
        return step == self.total or step % self.evaluate_every == 0

    def evaluations_left(self, step: int) -> int:
        """Evaluation points after `step`."""
        if step >= self.total:
            return 0
        return (self.total - 1) // self.evaluate_every - step // self.evaluate_every + 1

    def epoch(self, step: int) -> float | None:
        """Epochs done after `step`, with fraction."""
        return None if self.steps_per_epoch is None else step / self.steps_per_epoch

    def halved(self) -> TrainingPlan:
        """The same steps from half the rows at a time."""
        return replace(
            self,
            batch_size=self.batch_size // 2,
            accumulation=self.accumulation * 2,
        )


def training_plan(config: ResolvedConfig, train_rows: int | None, world_size: int) -> TrainingPlan:
    """The plan of a config for so many training rows; None = a stream, which has `train.max_steps`."""
    train = config["train"]
    size = train["per_device_train_batch_size"]
    batch = AUTO_BATCH if size == "auto" else size
    accumulation = train["gradient_accumulation_steps"]
    steps_per_epoch = None
    if train_rows is not None:
        batches = math.ceil(train_rows / (batch * world_size))
        steps_per_epoch = max(1, math.ceil(batches / accumulation))
    max_steps = train["max_steps"]
    if max_steps is None:
        if steps_per_epoch is None:
            raise ValueError("a stream needs train.max_steps")
        max_steps = math.ceil(train["num_train_epochs"] * steps_per_epoch)
    every = config["eval"]["steps"] if config["eval"]["strategy"] == "steps" else None
    return TrainingPlan(
        seed=config["run"]["seed"],
        total=max_steps,
        warmup=warmup_steps(train["warmup"], max_steps),
        steps_per_epoch=steps_per_epoch,
        batch_size=batch,
        accumulation=accumulation,
        world_size=world_size,
        evaluate_every=every or steps_per_epoch or max_steps,
    )


def warmup_steps(warmup: str | float, total: int) -> int:
    """Steps of warm-up: a percentage is of all steps, rounded up as the Trainer does it (7 % of 100 are 8)."""
    if isinstance(warmup, str):
        return math.ceil(total * (float(warmup.rstrip("%")) / 100))
    return int(warmup)
