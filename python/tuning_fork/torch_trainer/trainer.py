"""Transformers' Trainer, recorded: when to log, evaluate, save and stop is decided here, in one place."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from packaging.version import Version
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback
from transformers.trainer_callback import DefaultFlowCallback, PrinterCallback, ProgressCallback

from tuning_fork.metrics.names import MetricChoice
from tuning_fork.torch_trainer.best import BestTracker
from tuning_fork.torch_trainer.checkpoint.fit import require_fitting_weights, taking_up
from tuning_fork.torch_trainer.checkpoint.keeper import CheckpointKeeper
from tuning_fork.torch_trainer.checkpoint.states import StartingPoint, load_states, save_states
from tuning_fork.torch_trainer.failure import not_finite
from tuning_fork.torch_trainer.filling import fill_last_batches
from tuning_fork.torch_trainer.measure import measure
from tuning_fork.torch_trainer.pace import Pace
from tuning_fork.torch_trainer.plan import TrainingPlan
from tuning_fork.torch_trainer.prepared import Measured, Prepared
from tuning_fork.torch_trainer.recorder import Recorder
from tuning_fork.torch_trainer.stop import StopRequest

# Transformers 4 rounds the loss that it logs to four decimals.
ROUNDS_LOSS = Version(transformers.__version__) < Version("5")


@dataclass
class Parts:
    """What the recorded trainer works with beside Transformers' own arguments."""

    prepared: Prepared
    plan: TrainingPlan
    recorder: Recorder
    keeper: CheckpointKeeper
    stop: StopRequest
    best: BestTracker
    choice: MetricChoice
    start: StartingPoint
    # Whether there is anything to evaluate.
    evaluates: bool
    save_optimizer: bool
    pace: Pace
    # `method.type`.
    method: str


class NothingLeft(Exception):
    """Raised out of `train` when the checkpoint stands at the end already."""


class RecordedTrainer(Trainer):
    """A Trainer that trains like Transformers' and writes what happens into the run's journal.

    Corrections to what it inherits (each has a test): the loss is the mean over all rows of an optimizer step, over
    accumulation and processes; `eval/loss` counts each row once; a stop saves at the last finished step and adds no
    evaluation; checkpoints are written whole or not at all.
    """

    parts: Parts

    def __init__(self, *args: Any, parts: Parts, **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(*args, **kwargs)
        # A forward with **kwargs makes Transformers believe that the model divides by num_items_in_batch.
        self.model_accepts_loss_kwargs = False
        for callback in (DefaultFlowCallback, PrinterCallback, ProgressCallback):
            self.remove_callback(callback)
        self.add_callback(_Flow(self))
        # Since the step began, and since the last log.
        self._step_rows = 0
        self._seen_rows = 0
        self._seen_tokens: torch.Tensor | int = 0
        self._handled_step = parts.start.step
        self._rate: float | None = None
        self._exact_loss: float | None = None
        self._began = 0.0
        self._since_log = 0.0
        self._log_every = 1
        self._first = True

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Transformers' own, whose last batches are filled up with rows that count nothing."""
        loader: DataLoader[Any] = super().get_train_dataloader()
        fill_last_batches(loader, self.parts.plan.world_size)
        return loader

    # ---- the way of a step ----

    def training_step(self, model: Any, inputs: dict[str, Any], *args: Any, **kwargs: Any) -> torch.Tensor:
        """Counts what a forward pass sees, then does what Transformers does."""
        mask, ids = inputs.get("attention_mask"), inputs.get("input_ids")
        self._step_rows += self.rows_of(inputs)
        if mask is not None:
            self._seen_tokens = self._seen_tokens + mask.sum()  # no sync with the GPU before it is logged
        elif ids is not None:
            self._seen_tokens = self._seen_tokens + ids.numel()
        return super().training_step(model, inputs, *args, **kwargs)

    def rows_of(self, inputs: dict[str, Any]) -> int:
        """Rows of the data in a batch."""
        return next((value.shape[0] for value in inputs.values() if torch.is_tensor(value)), 0)

    def begin_step(self) -> None:
        self._began = time.perf_counter()
        step, plan = self.state.global_step, self.parts.plan
        if isinstance(self.lr_scheduler, ReduceLROnPlateau) and step <= plan.warmup and plan.warmup > 0:
            # Torch's plateau schedule knows no warm-up.
            for group in self.optimizer.param_groups:
                group["lr"] = self.args.learning_rate * min(1.0, step / plan.warmup)

    def before_update(self) -> None:
        if self.optimizer is not None:
            self._rate = self.optimizer.param_groups[0]["lr"]

    def end_step(self) -> None:
        """Decides what is due after the step that has just been done; `after_step` does it."""
        seconds = time.perf_counter() - self._began
        world = self.parts.plan.world_size
        self.parts.pace.step(seconds, self._step_rows * world)
        self._seen_rows += self._step_rows
        self._step_rows = 0
        self._since_log += seconds
        step = self.state.global_step
        self._log_every = self._steps_between_logs(step)
        is_last = step >= self.parts.plan.total
        self.control.should_log = step % self._log_every == 0 or is_last or self.parts.plan.is_evaluation_point(step)
        self.control.should_evaluate = False
        self.control.should_save = False

    def _steps_between_logs(self, step: int) -> int:
        """On a CPU a point a step; reading a loss back from a GPU waits for it, so fast steps are logged in tens."""
        if self.args.device.type == "cpu" or step < 20:
            return 1
        speed = self.parts.pace.seconds_per_step
        return 10 if speed is not None and speed < 0.02 else self._log_every

    def _maybe_log_save_evaluate(self, tr_loss: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        """Logs as Transformers does; evaluates and saves as we do. Called after each step and again after each epoch."""
        steps = self.state.global_step - self._globalstep_last_logged
        if ROUNDS_LOSS and self.control.should_log and steps > 0:
            gather: Any = getattr(self, "_nested_gather")  # noqa: B009 - newer versions have no such method
            self._exact_loss = gather(tr_loss).mean().item() / steps
        super()._maybe_log_save_evaluate(tr_loss, *args, **kwargs)
        if self.state.global_step == self._handled_step:
            return
        self._handled_step = self.state.global_step
        self.after_step()

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """Records a step's figures; Transformers' own history is not kept, since the journal is."""
        if "loss" not in logs:
            return
        step = self.state.global_step
        values = {"train/loss": logs["loss"] if self._exact_loss is None else self._exact_loss}
        rate = self._rate if self._rate is not None else logs.get("learning_rate")
        if rate is not None:
            values["train/learning_rate"] = float(rate)
        if logs.get("grad_norm") is not None:
            values["train/grad_norm"] = float(logs["grad_norm"])
        values.update(self._speed())
        values.update(self._device_metrics())
        values.update({f"train/{name}": value for name, value in self.extra_train_metrics().items()})
        self.parts.recorder.metrics(step, values)
        scaler = getattr(self.accelerator, "scaler", None)
        if not math.isfinite(values["train/loss"]):
            raise not_finite(step, values.get("train/learning_rate", 0.0), "loss", values["train/loss"])
        norm = values.get("train/grad_norm", 0.0)
        if not math.isfinite(norm) and scaler is None:
            raise not_finite(step, values.get("train/learning_rate", 0.0), "gradient norm", norm)

    def extra_train_metrics(self) -> dict[str, float]:
        """What a task measures while it trains, since the last record; names without prefix."""
        return {}

    def _speed(self) -> dict[str, float]:
        seconds, world = self._since_log, self.parts.plan.world_size
        rows, tokens = self._seen_rows, int(self._seen_tokens)
        self._since_log, self._seen_rows, self._seen_tokens = 0.0, 0, 0
        if seconds <= 0:
            return {}
        speed = {"train/samples_per_second": rows * world / seconds}
        if tokens:
            speed["train/tokens_per_second"] = tokens * world / seconds
        return speed

    def _device_metrics(self) -> dict[str, float]:
        values: dict[str, float] = {}
        scaler = getattr(self.accelerator, "scaler", None)
        if scaler is not None and scaler.is_enabled():
            values["train/loss_scale"] = float(scaler.get_scale())
        if self.args.device.type == "cuda":
            values["train/peak_memory_allocated"] = float(torch.cuda.max_memory_allocated())
            values["train/peak_memory_reserved"] = float(torch.cuda.max_memory_reserved())
        return values

    # ---- evaluation points, stop, end ----

    def after_step(self) -> None:
        """What belongs to the step that has just been done."""
        parts, step = self.parts, self.state.global_step
        if self._first:
            self._first = False
            self._baselines()
        if parts.plan.is_evaluation_point(step):
            parts.start.evaluation_due = True
        self.settle()

    def settle(self) -> None:
        """Makes up for an evaluation that is due, saves, and ends the training when it is time."""
        parts, step = self.parts, self.state.global_step
        if parts.start.evaluation_due and not parts.stop.agreed():
            self._evaluation_point()
        if parts.stop.agreed() and (parts.start.evaluation_due or step < parts.plan.total):
            self.parts.start.stopped = True
            if step > 0 and parts.keeper.saved_step != step:
                self._save_point({}, best=False)
            self.control.should_training_stop = True
        elif parts.best.exhausted or step >= parts.plan.total:
            self.control.should_training_stop = True
        self._report()

    def _evaluation_point(self) -> None:
        """Evaluates and saves; leaves the evaluation due when a stop came in between."""
        parts, step = self.parts, self.state.global_step
        began = time.perf_counter()
        metrics: dict[str, float] = {}
        is_best = False
        if parts.evaluates:
            measured = self.measure(step)
            if measured is None:
                return
            metrics = {f"eval/{name}": value for name, value in measured.items() if name in parts.choice.logged}
            deciding = measured[parts.choice.deciding]
            is_best = parts.best.observe(step, deciding)
            if isinstance(self.lr_scheduler, ReduceLROnPlateau):
                self.lr_scheduler.step(deciding)
        parts.start.evaluation_due = False
        parts.recorder.enter("saving a checkpoint")
        self._save_point(metrics, best=is_best)
        parts.pace.evaluation(time.perf_counter() - began)
        parts.recorder.enter(None)

    def measure(self, step: int) -> dict[str, float] | None:
        """Measures the model and records what was found; None when a stop came in between."""
        parts = self.parts
        parts.recorder.enter("evaluating")
        found = self._with_smaller_batches(
            lambda: measure(
                self,
                parts.prepared.evaluation(),
                give_up=parts.stop.agreed,
                alive=parts.recorder.update,
            )
        )
        parts.recorder.enter(None)
        if found is None:
            return None
        logged = {f"eval/{name}": found.metrics[name] for name in parts.choice.logged if name in found.metrics}
        parts.recorder.metrics(step, logged)
        for name, columns, rows in found.tables:
            parts.recorder.table(step, name, columns, rows)
        return found.metrics

    def predict_batch(self, model: Any, inputs: dict[str, Any]) -> Any:
        """The model's outputs for a batch of evaluation rows. Where the loss is ours it is not computed twice."""
        left_out = {"row"} if self.compute_loss_func is None else {"row", "labels"}
        return model(**{name: value for name, value in inputs.items() if name not in left_out})

    def _with_smaller_batches(self, run: Callable[[], Measured | None]) -> Measured | None:
        """Runs an evaluation; out of memory halves its batches, which changes no figure of it."""
        while True:
            try:
                return run()
            except torch.OutOfMemoryError:
                size = self.args.per_device_eval_batch_size
                if size <= 1 or self.parts.plan.world_size > 1:
                    raise
                self.args.per_device_eval_batch_size = size // 2
                torch.cuda.empty_cache()
                message = f"An evaluation batch of {size} rows did not fit into memory; from here on it is {size // 2}."
                self.parts.recorder.alert("warning", "eval-batch-halved", message, self.state.global_step)

    def _save_point(self, metrics: dict[str, float], *, best: bool) -> None:
        parts, step = self.parts, self.state.global_step
        state = {
            **parts.best.state(),
            "evaluationDue": parts.start.evaluation_due,
            "epoch": parts.plan.epoch(step),
        }
        parts.keeper.save(
            step,
            state,
            metrics,
            best=best,
            best_step=parts.best.step,
            fill=lambda folder: save_states(self, folder, save_optimizer=parts.save_optimizer),
            barrier=self.accelerator.wait_for_everyone,
        )

    def _baselines(self) -> None:
        parts = self.parts
        # A resumed run has them in its journal already.
        if parts.evaluates and parts.start.saved_step is None and parts.recorder.active:
            for name, metrics in parts.prepared.baselines():
                values = {f"eval/{key}": value for key, value in metrics.items() if key in parts.choice.logged}
                parts.recorder.baseline(name, values)

    def _report(self) -> None:
        parts, step = self.parts, self.state.global_step
        left = parts.plan.total - step
        evaluations = parts.plan.evaluations_left(step) if parts.evaluates else 0
        figures = {
            "step": step,
            "total": parts.plan.total,
            "epoch": parts.plan.epoch(step),
            "samples_per_second": parts.pace.samples_per_second,
            "eta_ms": parts.pace.remaining_ms(left, evaluations),
        }
        if self.control.should_training_stop:
            parts.recorder.enter(None, **figures)  # the last figures are not left out for being too soon
        else:
            parts.recorder.update(**figures)

    # ---- going on from a checkpoint ----

    def _load_from_checkpoint(self, resume_from_checkpoint: str, *args: Any, **kwargs: Any) -> None:
        """The weights, which must be those of this model."""
        with taking_up(Path(resume_from_checkpoint)):
            if not self.is_fsdp_enabled and not self.is_deepspeed_enabled:
                require_fitting_weights(Path(resume_from_checkpoint), self.model, self.parts.method)
            super()._load_from_checkpoint(resume_from_checkpoint, *args, **kwargs)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        """Takes over what the checkpoint has and the settings allow; see `StartingPoint`."""
        if checkpoint is None:
            return
        with taking_up(Path(checkpoint)):
            if not load_states(self, checkpoint, self.parts.start):
                super()._load_optimizer_and_scheduler(checkpoint)

    def _load_rng_state(self, checkpoint: str | None) -> None:
        """The generators' states, unless a fork has another seed."""
        if checkpoint is None or not self.parts.start.same_seed:
            return
        with taking_up(Path(checkpoint)):
            super()._load_rng_state(checkpoint)

    def begin(self) -> None:
        """Everything is loaded; what is still due before the first step happens here."""
        parts, step = self.parts, self.state.global_step
        parts.recorder.enter(None, step=step, total=parts.plan.total, epoch=parts.plan.epoch(step))
        if parts.start.evaluation_due:
            self._load_rng_state(str(parts.start.folder))
            self.settle()
        if self.parts.stop.agreed() or parts.best.exhausted or step >= parts.plan.total:
            parts.start.stopped = parts.start.stopped or (parts.stop.here and step < parts.plan.total)
            raise NothingLeft


class _Flow(TrainerCallback):
    """Takes the place of Transformers' own callbacks and hands their moments to the trainer."""

    def __init__(self, trainer: RecordedTrainer) -> None:
        self._trainer = trainer

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._trainer.begin()

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self._trainer.begin_step()

    def on_pre_optimizer_step(self, *_: Any, **__: Any) -> None:
        self._trainer.before_update()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._trainer.end_step()
