"""What one wants of a checkpoint, and what is needed to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.locate import ModelPlace, locate_model
from tuning_fork.torch_trainer.models.positions import text_limit
from tuning_fork.torch_trainer.models.trained import TrainedModel, is_adapter
from tuning_fork.torch_trainer.plan import AUTO_BATCH

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# (phase, rows done, rows in all); 0 rows in all where nothing is counted.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Request:
    """A line of JSON, as src/runs/using/process.ts writes it."""

    # `evaluate` or `predict`.
    action: str
    run_dir: Path
    # Folder of the checkpoint.
    checkpoint: Path
    # Of `evaluate`: the file with the rows.
    data: Path | None
    # Of `predict`.
    texts: list[str]
    # How the run's rows are written (`messages`, `alpaca`…); None where that is not known.
    shape: str | None


@dataclass(frozen=True)
class Loaded:
    """A checkpoint in memory, and the config of its run."""

    trained: TrainedModel
    config: ResolvedConfig
    # The checkpoint's folder.
    place: ModelPlace
    # Where the model's own config lies: the checkpoint, or the base of an adapter.
    source: ModelPlace

    @property
    def max_length(self) -> int:
        """Tokens a text is cut to, as in training."""
        return text_limit(self.config, self.source)

    @property
    def batch_size(self) -> int:
        """Rows at a time: training with as many took more memory."""
        size = self.config["train"]["per_device_train_batch_size"]
        return AUTO_BATCH if size == "auto" else size


def read_request(given: object) -> Request:
    """Takes a request in. Raises `UserError` for what is none."""
    if not isinstance(given, Mapping) or given.get("action") not in ("evaluate", "predict"):
        raise _no_request()
    data, texts, shape = given.get("data"), given.get("texts"), given.get("shape")
    try:
        return Request(
            action=str(given["action"]),
            run_dir=Path(given["runDir"]),
            checkpoint=Path(given["checkpoint"]),
            data=None if data is None else Path(data),
            texts=[str(text) for text in texts or []],
            shape=shape if isinstance(shape, str) else None,
        )
    except (KeyError, TypeError):
        raise _no_request() from None


def places_of(request: Request, config: ResolvedConfig, base_dir: Path) -> tuple[ModelPlace, ModelPlace]:
    """The checkpoint, and where its model's config lies. Raises `UserError` when there is no such folder."""
    folder = request.checkpoint
    if not folder.is_dir():
        raise UserError(
            "checkpoint-missing", f"The checkpoint {folder} is not there.", "It was pruned or deleted; choose another."
        )
    place = ModelPlace(str(folder.resolve()), None, True, base_dir, "the checkpoint")
    return place, locate_model(config["model"]["name_or_path"], base_dir) if is_adapter(place) else place


def _no_request() -> UserError:
    return UserError(
        "request-not-understood",
        "The first line of the input is no request for a checkpoint.",
        "Use tuning-fork evaluate or tuning-fork predict.",
    )
