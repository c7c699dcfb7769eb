"""What computes, and how many processes share the work."""

from __future__ import annotations

import os

import torch


def choose_device() -> str:
    """`cuda` (ROCm too), `mps` or `cpu`; which GPUs are seen was decided by the runner."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def world_size() -> int:
    """Processes that share a step."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def device_facts(device: str, precision: str) -> dict[str, object]:
    """What of the machine decides figures: they are shown with the run and compared between runs."""
    facts: dict[str, object] = {
        "backend": f"torch {torch.__version__}",
        "device": device,
        "precision": precision,
        "threads": torch.get_num_threads(),
        "processes": world_size(),
    }
    if device == "cuda":
        facts["gpu"] = torch.cuda.get_device_name()
        facts["cuda"] = torch.version.cuda
    return facts
