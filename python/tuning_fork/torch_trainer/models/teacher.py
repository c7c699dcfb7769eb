"""Loading of a distillation's teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.distillation import require_shared_vocabulary, teacher_columns
from tuning_fork.torch_trainer.models.locate import ModelPlace, locate_model
from tuning_fork.torch_trainer.models.precision import DTYPES, Precision
from tuning_fork.torch_trainer.models.trained import is_adapter, load_trained, saved_labels

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig, Teacher

KEY = "method.teacher.name_or_path"


def load_teacher(
    config: ResolvedConfig,
    base_dir: Path,
    *,
    labels: list[str] | None,
    tokenizer: Any,
    device: str,
    precision: Precision,
) -> tuple[Any, list[int] | None]:
    """The teacher, in evaluation mode and without gradients, in the format that is computed in.

    Its name may be a checkpoint of a run: a model, or an adapter, whose base is found by what the adapter says.

    Returns:
        The model, and which of its classes is which of ours (None = the same).

    Raises:
        UserError: it cannot be loaded, is not trained, or knows other classes or tokens than the student.
    """
    place = locate_model(_named(config)["name_or_path"], base_dir, KEY)
    require_shared_vocabulary(config, place, tokenizer)
    # Loading an adapter's base draws a head that the adapter then replaces; the student's numbers stay as without it.
    with torch.random.fork_rng(devices=[]):
        model = load_trained(
            place,
            config,
            dtype=DTYPES[precision],
            labels=saved_labels(place) or labels,
            tokenizer=tokenizer,
            base=None,
        )
    if is_adapter(place):
        model = model.merge_and_unload()
    columns = None if labels is None else teacher_columns(model.config, labels, place.shown)
    _require_embeddings(model, tokenizer, place)
    if hasattr(model.config, "use_cache"):
        model.config.use_cache = False
    model.requires_grad_(False)
    return model.to(device).eval(), columns


def _named(config: ResolvedConfig) -> Teacher:
    teacher = config["method"]["teacher"]
    if teacher is not None:
        return teacher
    raise UserError(
        "teacher-missing", "method.type is distill, but no teacher is named.", f"Name a folder or an id in {KEY}."
    )


def _require_embeddings(model: Any, tokenizer: Any, place: ModelPlace) -> None:
    rows = model.get_input_embeddings().num_embeddings
    if rows < len(tokenizer):
        raise UserError(
            "teacher-vocabulary",
            f"The teacher {place.shown} has {rows:,} embeddings, but the tokenizer has {len(tokenizer):,} tokens.",
            f"Name a teacher of the same model family in {KEY}.",
        )
