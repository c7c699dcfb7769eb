"""What `model.name_or_path` and `method.teacher.name_or_path` mean; the rule of `src/models/locate.ts`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tuning_fork.errors import UserError

_LOOKS_LIKE_PATH = re.compile(r"^(?:\.{1,2}(?:[/\\]|$)|[/\\~]|[A-Za-z]:[/\\])")
_HUB_ID = re.compile(r"^([\w.-]+(?:/[\w.-]+)?)(?:@([\w./-]+))?$", re.ASCII)


@dataclass(frozen=True)
class ModelPlace:
    """A model's folder on this machine, or its id on the Hugging Face hub."""

    # For `from_pretrained`: an absolute folder, or `org/name`.
    path: str
    # Branch, tag or commit of a hub id; None for a folder.
    revision: str | None
    is_folder: bool
    # The folder that relative paths of the config start from.
    base_dir: Path
    # The key that names the model, for messages.
    key: str = "model.name_or_path"

    @property
    def arguments(self) -> dict[str, str]:
        """Arguments of every `from_pretrained` beside the path."""
        return {} if self.revision is None else {"revision": self.revision}

    @property
    def shown(self) -> str:
        """The place as a sentence names it."""
        return self.path if self.revision in (None, "main") else f"{self.path}@{self.revision}"


def locate_model(name: str, base_dir: Path, key: str = "model.name_or_path") -> ModelPlace:
    """Reads a model's name: a folder when it starts with `./`, `../`, `/` or `~` or such a folder exists, else a hub id with
    an optional `@revision`.

    Args:
        base_dir: where relative paths start.
        key: the config's key that has the name, for messages.

    Raises:
        UserError: the folder does not exist, the name is neither, or the model is one of the embedded trainer's own.
    """
    if name.startswith("builtin:"):
        raise UserError(
            "model-builtin",
            f"{name} is a model of the embedded trainer, which PyTorch cannot load.",
            f"Set model.framework to tfjs, or name a folder or an id of the Hugging Face hub in {key}.",
        )
    folder = base_dir / Path(os.path.expanduser(name) if re.match(r"~(?=$|[/\\])", name) else name)
    if _is_folder(folder):
        return ModelPlace(os.path.abspath(folder), None, True, base_dir, key)
    if _LOOKS_LIKE_PATH.match(name):
        raise UserError(
            "model-folder-missing",
            f"There is no model folder {os.path.abspath(folder)}.",
            f"Correct {key}; relative paths start at the config's folder.",
        )
    found = _HUB_ID.match(name)
    if found is None or ".." in name:
        raise UserError(
            "model-name",
            f'"{name}" is neither a folder nor the id of a model.',
            f"Write a folder (./model) or an id from the Hugging Face hub (org/name or org/name@revision) in {key}.",
        )
    return ModelPlace(found[1], found[2] or "main", False, base_dir, key)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False  # what cannot be looked at is no folder to start from
