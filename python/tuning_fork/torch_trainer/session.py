"""One segment of a run in this process: everything is loaded, brought to its starting point, and trained to an end."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import transformers
from transformers import set_seed

from tuning_fork.context import RunContext, read_base_dir, read_config
from tuning_fork.errors import UserError
from tuning_fork.metrics.names import MetricChoice, choose_metrics
from tuning_fork.torch_trainer.arguments import training_arguments
from tuning_fork.torch_trainer.best import BestTracker
from tuning_fork.torch_trainer.checkpoint.keeper import CheckpointKeeper, KeeperSettings
from tuning_fork.torch_trainer.checkpoint.states import StartingPoint, starting_point
from tuning_fork.torch_trainer.devices import choose_device, device_facts, world_size
from tuning_fork.torch_trainer.failure import Sizes
from tuning_fork.torch_trainer.filling import shared_rows
from tuning_fork.torch_trainer.fit_batch import fitting_plan
from tuning_fork.torch_trainer.models.precision import resolve_precision
from tuning_fork.torch_trainer.pace import Pace
from tuning_fork.torch_trainer.plan import TrainingPlan, training_plan
from tuning_fork.torch_trainer.prepared import Prepared, Setup
from tuning_fork.torch_trainer.recorder import Recorder
from tuning_fork.torch_trainer.sharding import sharding_arguments
from tuning_fork.torch_trainer.stop import StopRequest
from tuning_fork.torch_trainer.tasks import task_for
from tuning_fork.torch_trainer.trainer import NothingLeft, Parts, RecordedTrainer

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig


@dataclass(frozen=True)
class End:
    """How a segment ended; what went wrong comes as an error instead."""

    outcome: str
    # Why it ended before the plan, when early stopping ended it.
    reason: str | None = None
    code: str | None = None


class Session:
    """Trains one segment of a run."""

    def __init__(self, context: RunContext, recorder: Recorder, stop: StopRequest) -> None:
        self._context = context
        self._recorder = recorder
        self._stop = stop
        self._trainer: RecordedTrainer | None = None
        # Sizes to give advice on, once they are known.
        self.sizes: Sizes | None = None

    @property
    def step(self) -> int:
        """Optimizer steps done so far, counted from the start of the run."""
        return self._trainer.state.global_step if self._trainer else self._context.from_step

    def run(self) -> End:
        """Loads, trains and tells how it ended."""
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        config = read_config(self._context.run_dir)
        device = choose_device()
        precision = resolve_precision(config, device)
        prepared = self._prepare(config, device, precision)
        if self._stop.agreed():
            return End("stopped")
        trainer = self._assemble(config, prepared, device, precision)
        self._trainer = trainer
        parts = trainer.parts
        try:
            folder = parts.start.folder
            trainer.train(resume_from_checkpoint=str(folder) if folder else None)
        except NothingLeft:
            pass
        return self._end(parts)

    def _prepare(self, config: ResolvedConfig, device: str, precision: str) -> Prepared:
        recorder = self._recorder
        setup = Setup(
            config=config,
            base_dir=read_base_dir(self._context.run_dir),
            device=device,
            precision=precision,
            enter=recorder.enter,
            alive=recorder.update,
            seed=lambda: set_seed(config["run"]["seed"]),
            alert=lambda level, code, message: recorder.alert(level, code, message, None),
        )
        return task_for(config["task"])(setup)

    def _assemble(self, config: ResolvedConfig, prepared: Prepared, device: str, precision: str) -> RecordedTrainer:
        context, recorder = self._context, self._recorder
        plan = training_plan(config, prepared.train_rows, world_size())
        if config["train"]["per_device_train_batch_size"] == "auto":
            recorder.enter("finding the largest batch that fits")
            plan = fitting_plan(
                plan,
                prepared,
                device=device,
                precision=precision,
                resume_from=context.resume_from,
                alert=lambda level, code, message: recorder.alert(level, code, message, None),
            )
        self.sizes = Sizes(plan.batch_size, config["data"]["max_length"])
        choice = choose_metrics(config)
        settings = _settings(config, plan, choice)
        start = starting_point(context.resume_from, context.run, settings, plan.total)
        _require_within_plan(plan, start)
        for message in start.remarks:
            recorder.alert("warning", "state-not-restored", message, start.step)
        best = BestTracker(choice.greater_is_better, config["eval"]["early_stopping_patience"])
        if start.best is not None:
            best.load(start.best)
        evaluates = prepared.eval_rows > 0 and config["eval"]["strategy"] != "no"
        keeper = CheckpointKeeper(self._keeper_settings(config, prepared, plan, settings), recorder, start.saved_step)
        sharding = sharding_arguments(
            config, prepared.model, int(str(prepared.facts.get("totalParameters", 0))), device
        )
        arguments = training_arguments(
            config,
            plan,
            output_dir=context.run_dir,
            precision=precision,
            device=device,
            evaluates=evaluates,
            greater_is_better=choice.greater_is_better,
            extra={**sharding, **prepared.arguments_extra},
            **({"kind": prepared.arguments_class} if prepared.arguments_class else {}),
        )
        parts = Parts(
            prepared=prepared,
            plan=plan,
            recorder=recorder,
            keeper=keeper,
            stop=self._stop,
            best=best,
            choice=choice,
            start=start,
            evaluates=evaluates,
            save_optimizer=config["checkpoint"]["save_optimizer"],
            pace=Pace(prepared.eval_rows if evaluates else 0),
            method=config["method"]["type"],
        )
        trainer = (prepared.trainer_class or RecordedTrainer)(
            parts=parts,
            model=prepared.model,
            args=arguments,
            train_dataset=shared_rows(prepared, plan.world_size),
            eval_dataset=prepared.eval if evaluates else None,
            data_collator=prepared.collate,
            processing_class=prepared.tokenizer,
            compute_loss_func=prepared.loss,
            **prepared.trainer_kwargs,
        )
        recorder.start(
            plan.total,
            plan.total / plan.steps_per_epoch if plan.steps_per_epoch else None,
            plan.steps_per_epoch,
            {
                **prepared.facts,
                **device_facts(device, precision),
                **({"accelerate": sharding} if sharding else {}),
                "stepsPerEpoch": plan.steps_per_epoch,
                "effectiveBatch": plan.effective_batch,
                "perDeviceBatch": plan.batch_size,
                "accumulation": plan.accumulation,
                "warmupSteps": plan.warmup,
            },
        )
        return trainer

    def _keeper_settings(
        self, config: ResolvedConfig, prepared: Prepared, plan: TrainingPlan, settings: dict[str, Any]
    ) -> KeeperSettings:
        context = self._context
        output = config["run"]["output_dir"]
        place = context.run_dir if output is None else read_base_dir(context.run_dir) / Path(output).expanduser()
        text = json.dumps(config, sort_keys=True, ensure_ascii=False)
        return KeeperSettings(
            run_dir=context.run_dir,
            folder=place / "checkpoints",
            limit=config["checkpoint"]["save_total_limit"],
            writes=int(os.environ.get("RANK", "0")) == 0,
            segment=context.segment,
            fixed={
                "version": 1,
                "run": context.run,
                "total": plan.total,
                "configHash": hashlib.sha256(text.encode()).hexdigest(),
                "labels": list(prepared.labels),
                "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
                "settings": settings,
            },
        )

    def _end(self, parts: Parts) -> End:
        if parts.start.stopped:
            return End("stopped")
        best, total = parts.best, parts.plan.total
        if not best.exhausted or self.step >= total:
            return End("finished")
        where = f", the best is {best.value} at step {best.step}" if best.step is not None else ""
        return End(
            "finished",
            f"Stopped early at step {self.step} of {total}: eval/{parts.choice.deciding} has not become better in "
            f"{best.bad_evaluations} evaluations{where}.",
            "early-stopping",
        )


def _settings(config: ResolvedConfig, plan: TrainingPlan, choice: MetricChoice) -> dict[str, Any]:
    """Settings that decide whether another run can take the state over."""
    train = config["train"]
    return {
        "framework": "torch",
        "seed": config["run"]["seed"],
        "optim": train["optim"],
        "scheduler": train["lr_scheduler_type"],
        "metric": choice.deciding,
        "learning_rate": train["learning_rate"],
        "warmup": plan.warmup,
        "total": plan.total,
        "batch": [plan.batch_size, plan.accumulation, plan.world_size],
    }


def _require_within_plan(plan: TrainingPlan, start: StartingPoint) -> None:
    if start.step > plan.total:
        raise UserError(
            "beyond-plan",
            f"The checkpoint stands at step {start.step} and the plan ends at step {plan.total}.",
            "Fork it with a larger train.num_train_epochs or train.max_steps to train on.",
        )
