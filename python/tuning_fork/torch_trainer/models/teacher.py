"""Loading of a distillation's teacher."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.distillation import require_shared_vocabulary, teacher_columns
from tuning_fork.torch_trainer.models.kinds import auto_class
from tuning_fork.torch_trainer.models.loading import DTYPE_ARGUMENT, loading, read_model_config, require_package
from tuning_fork.torch_trainer.models.locate import ModelPlace, locate_model
from tuning_fork.torch_trainer.models.pooling import POOLING_KEY, pool_classifier
from tuning_fork.torch_trainer.models.precision import DTYPES, Precision

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
        UserError: it cannot be loaded, or knows other classes or tokens than the student.
    """
    named = _named(config)
    place = locate_model(named["name_or_path"], base_dir, KEY)
    require_shared_vocabulary(config, place, tokenizer)
    # Nothing of a whole checkpoint starts random; should something, the student's numbers stay as they are without it.
    with torch.random.fork_rng(devices=[]):
        model = _load(config, place, labels, DTYPES[precision])
    columns = None if labels is None else teacher_columns(model.config, labels, place.shown)
    _require_embeddings(model, tokenizer, place)
    model.requires_grad_(False)
    return model.to(device).eval(), columns


def _named(config: ResolvedConfig) -> Teacher:
    teacher = config["method"]["teacher"]
    if teacher is not None:
        return teacher
    raise UserError(
        "teacher-missing", "method.type is distill, but no teacher is named.", f"Name a folder or an id in {KEY}."
    )


def _load(config: ResolvedConfig, place: ModelPlace, labels: list[str] | None, dtype: torch.dtype) -> Any:
    kind = auto_class(config["task"])
    trust = config["model"]["trust_remote_code"]
    adapter = Path(place.path) / "adapter_config.json"
    if not (place.is_folder and adapter.is_file()):
        model_config = read_model_config(place, trust_remote_code=trust)
        return _model(kind, place, model_config, trust, dtype)
    peft = require_package("peft", f"the teacher {place.shown}")
    named = json.loads(adapter.read_text("utf-8"))
    base = locate_model(str(named["base_model_name_or_path"]), place.base_dir, KEY)
    model_config = read_model_config(base, trust_remote_code=trust)
    if labels is not None:
        known = _labels_of(place) or labels
        model_config.id2label = dict(enumerate(known))
        model_config.label2id = {label: index for index, label in enumerate(known)}
    if labels is not None and config["model"]["pooling"] != "auto":
        setattr(model_config, POOLING_KEY, config["model"]["pooling"])
    model = _model(kind, base, model_config, trust, dtype)
    adapted = loading(place, lambda: peft.PeftModel.from_pretrained(model, place.path))
    return adapted.merge_and_unload()


def _model(kind: Any, place: ModelPlace, model_config: Any, trust: bool, dtype: torch.dtype) -> Any:
    model = loading(
        place,
        lambda: kind.from_pretrained(
            place.path, config=model_config, trust_remote_code=trust, **{DTYPE_ARGUMENT: dtype}, **place.arguments
        ),
    )
    pooling: Any = getattr(model_config, POOLING_KEY, "auto")
    if pooling != "auto":
        pool_classifier(model, pooling, 0.0)
    return model


def _labels_of(place: ModelPlace) -> list[str] | None:
    """The labels of a checkpoint of ours."""
    try:
        labels = json.loads((Path(place.path) / "tuning-fork.json").read_text("utf-8")).get("labels")
    except (OSError, ValueError):
        return None
    return [str(label) for label in labels] if isinstance(labels, list) and labels else None


def _require_embeddings(model: Any, tokenizer: Any, place: ModelPlace) -> None:
    rows = model.get_input_embeddings().num_embeddings
    if rows < len(tokenizer):
        raise UserError(
            "teacher-vocabulary",
            f"The teacher {place.shown} has {rows:,} embeddings, but the tokenizer has {len(tokenizer):,} tokens.",
            f"Name a teacher of the same model family in {KEY}.",
        )
