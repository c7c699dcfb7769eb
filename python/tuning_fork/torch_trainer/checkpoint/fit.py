"""Whether a checkpoint's weights belong to the model that goes on from them; what cannot be read of it as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import safe_open

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.failure import is_memory_error
from tuning_fork.torch_trainer.failures.known import first_line

_ANOTHER = "Resume or fork from another checkpoint."
_WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")


@contextmanager
def taking_up(folder: Path) -> Iterator[None]:
    """Explains errors of what is read from a checkpoint: Transformers, torch and safetensors each have their own."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if is_memory_error(error):
            raise
        text = str(error)
        if "size mismatch for" in text:
            raise _foreign(
                folder, next(line.strip() for line in text.splitlines() if "size mismatch" in line)
            ) from error
        raise UserError(
            "checkpoint-unreadable",
            f"The checkpoint {folder} cannot be taken up: {type(error).__name__}: {first_line(text)}.",
            _ANOTHER,
        ) from error


def require_fitting_weights(folder: Path, model: Any, method: str) -> None:
    """Raises `UserError` when the weights in a checkpoint are not those of this model.

    Transformers loads what has a name that the model knows and warns of the rest: of another architecture that is nothing,
    and the run would go on from random weights.

    Args:
        model: a PreTrainedModel or PeftModel.
        method: `method.type` of the config.
    """
    holds_adapter = (folder / "adapter_config.json").is_file()
    wants_adapter = hasattr(model, "peft_config")
    if holds_adapter != wants_adapter and (holds_adapter or _files(folder)):
        what = "an adapter" if holds_adapter else "a whole model"
        raise UserError(
            "checkpoint-foreign",
            f"The checkpoint {folder} holds {what}, and method.type: {method} goes on from "
            f"{'adapters' if wants_adapter else 'a whole model'}.",
            f"Set method.type to what it was trained with, or name the checkpoint in model.name_or_path. {_ANOTHER}"
            if not holds_adapter
            else f"Set method.type to what it was trained with. {_ANOTHER}",
        )
    if holds_adapter:
        return
    files = _files(folder)
    if not files:
        raise UserError("checkpoint-unreadable", f"The checkpoint {folder} has no weights.", _ANOTHER)
    if any(file.suffix != ".safetensors" for file in files):
        return
    own = {name: list(value.shape) for name, value in model.state_dict().items()}
    saved = {name: shape for file in files for name, shape in _shapes(file).items()}
    known = [name for name in saved if name in own]
    if len(known) * 2 < len(saved):
        raise _foreign(folder, f"{len(saved) - len(known)} of its {len(saved)} weights are unknown here")
    other = next((name for name in known if saved[name] != own[name]), None)
    if other is not None:
        raise _foreign(folder, f"{other} has the shape {saved[other]} there and {own[other]} here")


def _files(folder: Path) -> list[Path]:
    return sorted(file for pattern in _WEIGHTS for file in folder.glob(pattern))


def _shapes(file: Path) -> dict[str, list[int]]:
    with safe_open(file, framework="pt") as weights:
        return {name: list(weights.get_slice(name).get_shape()) for name in weights.keys()}  # noqa: SIM118


def _foreign(folder: Path, why: str) -> UserError:
    return UserError(
        "checkpoint-foreign",
        f"The checkpoint {folder} is of another model than this config builds: {why}.",
        f"Correct model.name_or_path. {_ANOTHER}",
    )
