"""TRL's DPO trainer with the corrections and the record of ours."""

from __future__ import annotations

from typing import Any

import torch
from trl.trainer.dpo_trainer import DPOTrainer

from tuning_fork.torch_trainer.tasks.dpo.rewards import pair_rewards
from tuning_fork.torch_trainer.trainer import RecordedTrainer

# Ours, by TRL's names of what it measures while training.
TRAIN_METRICS = {"rewards/accuracies": "reward_accuracy", "rewards/margins": "reward_margin"}


class PreferenceTrainer(RecordedTrainer, DPOTrainer):
    """Trains on pairs of answers.

    The loss of a step is the mean over all its pairs, over accumulation and processes; TRL's is a mean of means. Adapters
    keep their precision, and their reference is the base model: no second copy of them is made or saved.
    """

    def __init__(self, *args: Any, model: Any, **kwargs: Any) -> None:
        kwargs.pop("compute_loss_func", None)  # the loss is TRL's
        trained = {name: one.data for name, one in model.named_parameters() if one.requires_grad}
        self._pairs_in_step: torch.Tensor | int = 1
        # Of the batches since the last record: pairs, and TRL's means over them.
        self._batches: list[tuple[int, dict[str, float]]] = []
        super().__init__(*args, model=model, **kwargs)
        for name, one in model.named_parameters():
            if name in trained:
                one.data = trained[name]  # TRL rounds the adapters of a quantised model to bf16
        if "ref" in getattr(model, "peft_config", {}):
            # With new adapters the reference is the model without them, so TRL's copy of them is of no use.
            model.delete_adapter("ref")

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        """Rows come as tokens already: read, cut and counted as every task of ours does."""
        return dataset

    def rows_of(self, inputs: dict[str, Any]) -> int:
        """Pairs in a batch, which has the chosen answers and then the rejected ones."""
        return int(inputs["input_ids"].shape[0]) // 2

    # ---- the loss of a step ----

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> tuple[list[Any], Any]:
        """Counts the pairs of the whole optimizer step."""
        batches, items = super().get_batch_samples(*args, **kwargs)
        count = torch.tensor(sum(self.rows_of(one) for one in batches), device=self.args.device)
        self._pairs_in_step = self.accelerator.gather(count).sum()
        return batches, items

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """This batch's share of the mean over all pairs of the step."""
        loss = super().compute_loss(model, inputs, return_outputs=False)
        means = self._metrics["train"]
        pairs = self.rows_of(inputs)
        self._batches.append((pairs, {ours: means[theirs][-1] for theirs, ours in TRAIN_METRICS.items()}))
        means.clear()
        # The Trainer divides by the number of batches and takes the mean of the processes.
        shares = self.current_gradient_accumulation_steps * self.accelerator.num_processes
        return loss * (pairs * shares / self._pairs_in_step)

    def extra_train_metrics(self) -> dict[str, float]:
        """Rewards of the pairs since the last record."""
        pairs = sum(count for count, _ in self._batches)
        found = {
            name: sum(count * means[name] for count, means in self._batches) / pairs
            for name in TRAIN_METRICS.values()
            if pairs
        }
        self._batches = []
        return found

    # ---- evaluation ----

    def predict_batch(self, model: Any, inputs: dict[str, Any]) -> dict[str, torch.Tensor]:
        """The rewards of chosen and rejected answers, `[pairs]` each."""
        return pair_rewards(model, self.accelerator.unwrap_model(self.model), self.ref_model, inputs)
