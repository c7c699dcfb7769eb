"""One pass over the evaluation rows: each row once, whatever the batch size and the number of processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tuning_fork.torch_trainer.prepared import Evaluation, Measured


def measure(
    trainer: Any,
    evaluation: Evaluation,
    *,
    give_up: Callable[[], bool],
    alive: Callable[[], None],
) -> Measured | None:
    """Runs the model over the trainer's evaluation rows; None when asked to give up.

    Rows are gathered from all processes without those that fill up the last round (Transformers' own `eval_loss` counts
    them twice), and only what `Evaluation.judge` keeps of a batch stays in memory.
    """
    dataloader = trainer.get_eval_dataloader()
    model = trainer.model
    was_training = model.training
    model.eval()
    gather = trainer.accelerator.gather_for_metrics
    pad = trainer.accelerator.pad_across_processes
    try:
        for batch in dataloader:
            inputs = trainer._prepare_inputs(batch)
            with torch.no_grad(), trainer.compute_loss_context_manager():
                outputs = trainer.predict_batch(model, inputs)
            judged = evaluation.judge(inputs, outputs)
            gathered = {
                name: gather(pad(value, dim=1, pad_index=-100) if value.dim() > 1 else value)
                for name, value in judged.items()
            }
            evaluation.add({name: as_numpy(value) for name, value in gathered.items()})
            alive()
            if give_up():
                return None
        # Some tasks ask the model for more here, so it is still in evaluation mode.
        with trainer.compute_loss_context_manager():
            return evaluation.result()
    finally:
        model.train(was_training)


def as_numpy(value: torch.Tensor) -> Any:
    """An array of it; numpy has no bf16, so that all fractions are fp32 at least."""
    value = value.detach()
    if value.is_floating_point():
        value = value.float()
    return value.cpu().numpy()
