"""`method.type: distill`: a teacher's probabilities beside the labels."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.tokenizer import load_own_tokenizer
from tuning_fork.torch_trainer.prepared import IGNORED

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig
    from tuning_fork.torch_trainer.models.locate import ModelPlace

# Where a student's outputs carry what its teacher says of the same rows.
TEACHER_LOGITS = "teacher_logits"


class DistillationLoss:
    """α·T²·KL(teacher ‖ student) + (1 − α)·CE, and plain CE of outputs without a teacher's logits, as evaluations are.

    Both terms are means over rows (classification) or over tokens that count (causal LM). T² keeps the gradients of the two
    comparable whatever the temperature (Hinton et al. 2015, §2).
    """

    def __init__(self, temperature: float, alpha: float, *, causal: bool) -> None:
        """`causal`: whether the logits at a token are about the next one."""
        self._temperature = temperature
        self._alpha = alpha
        self._causal = causal

    def __call__(
        self, outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | int | None = None
    ) -> torch.Tensor:
        """The loss of a batch.

        Args:
            outputs: of the student, with `logits` of shape `[rows, classes]` or `[rows, tokens, vocabulary]`.
            labels: `[rows]` or `[rows, tokens]`; −100 does not count.
            num_items_in_batch: rows or tokens of the whole optimizer step; given, this is the batch's share of the mean.
        """
        taught = outputs.get(TEACHER_LOGITS)
        student, labels, teacher = self._counted(outputs["logits"], labels, taught)
        items = labels.numel() if num_items_in_batch is None else num_items_in_batch
        if labels.numel() == 0:
            return student.sum() * 0.0  # a batch without answers still has to have a gradient
        loss = cross_entropy(student, labels, reduction="sum")
        if teacher is not None:
            heat = self._temperature
            softened = kl_div(log_softmax(student / heat, dim=-1), softmax(teacher / heat, dim=-1), reduction="sum")
            loss = self._alpha * heat**2 * softened + (1 - self._alpha) * loss
        return loss / items

    def _counted(
        self, student: torch.Tensor, labels: torch.Tensor, teacher: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """Logits of what counts, in fp32, one row each."""
        if self._causal:
            student, labels = student[:, :-1], labels[:, 1:]
            teacher = None if teacher is None else teacher[:, :-1]
        counts = labels.to(student.device) != IGNORED
        # Padding of an output layer to a round size is no token.
        width = student.shape[-1] if teacher is None else min(student.shape[-1], teacher.shape[-1])
        kept = student[counts][:, :width].float()
        return kept, labels.to(student.device)[counts], None if teacher is None else teacher[counts][:, :width].float()


def attach_teacher(student: Any, teacher: Any, columns: list[int] | None) -> None:
    """Has the student's outputs carry the teacher's logits of the same rows whenever the student is in training mode.

    Args:
        columns: the teacher's class for each of the student's; None where they are in the same order.
    """
    names = set(inspect.signature(teacher.forward).parameters) - {"labels"}

    def ask(module: Any, _: tuple[Any, ...], inputs: dict[str, Any], outputs: Any) -> None:
        if not module.training:
            return
        given = {name: value for name, value in inputs.items() if name in names and torch.is_tensor(value)}
        with torch.no_grad():
            logits = teacher(**given).logits
        outputs[TEACHER_LOGITS] = logits if columns is None else logits[..., columns]

    student.register_forward_hook(ask, with_kwargs=True)


def teacher_columns(teacher_config: Any, labels: list[str], shown: str) -> list[int] | None:
    """Which of the teacher's classes is which of ours; None when they are alike in number and order.

    Raises:
        UserError: the teacher tells other classes apart.
    """
    named = [str(teacher_config.id2label[index]) for index in range(teacher_config.num_labels)]
    unnamed = named == [f"LABEL_{index}" for index in range(len(named))]
    if len(named) == len(labels) and (unnamed or named == labels):
        return None
    if sorted(named) == sorted(labels):
        return [named.index(label) for label in labels]
    raise UserError(
        "teacher-labels",
        f"The teacher {shown} tells {_some(named)} apart, but the data has {_some(labels)}.",
        "Train the teacher on the same labels first, or name another in method.teacher.name_or_path.",
    )


def require_shared_vocabulary(config: ResolvedConfig, place: ModelPlace, tokenizer: Any) -> None:
    """Student and teacher see the same token ids. Raises `UserError` when these mean different tokens to them."""
    theirs = load_own_tokenizer(place, trust_remote_code=config["model"]["trust_remote_code"]).get_vocab()
    ours = tokenizer.get_vocab()
    if all(theirs.get(token) == index for token, index in ours.items()):
        return
    raise UserError(
        "teacher-vocabulary",
        f"The teacher {place.shown} has another vocabulary than the student: token ids would mean something else to it.",
        "Name a teacher of the same model family in method.teacher.name_or_path.",
    )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
