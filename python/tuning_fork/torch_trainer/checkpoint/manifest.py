"""`tuning-fork.json`, what a checkpoint says of itself; the embedded trainer's format."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, cast

from tuning_fork.errors import UserError

MANIFEST = "tuning-fork.json"
# How names of folders begin that are being written or removed.
TEMPORARY = ".tmp-"


def checkpoint_name(step: int) -> str:
    return f"step-{step}"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a checkpoint folder; None when it has none."""
    try:
        value = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("step"), int) else None


def require_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the checkpoint a segment goes on from. Raises `UserError` when it is none of ours."""
    manifest = read_manifest(folder)
    if manifest is not None and _is_json(folder / "trainer_state.json"):
        return manifest
    missing = MANIFEST if manifest is None else "trainer_state.json"
    raise UserError(
        "checkpoint-incomplete",
        f"{folder} is no whole checkpoint of a PyTorch run: {missing} is missing or not whole.",
        "Resume or fork from another checkpoint.",
    )


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes it whole or not at all."""
    temporary = folder / f"{MANIFEST}.tmp"
    temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8")
    os.replace(temporary, folder / MANIFEST)


def json_numbers(metrics: dict[str, float]) -> dict[str, float | str]:
    """NaN and the infinities as the strings that readers of ours understand."""

    def one(value: float) -> float | str:
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value

    return cast("dict[str, float | str]", {name: one(value) for name, value in metrics.items()})
