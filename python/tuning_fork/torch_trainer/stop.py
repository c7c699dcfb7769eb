"""Whether the trainer is asked to stop: by the file `stop-requested` in the run's folder, or by a signal."""

from __future__ import annotations

import signal
from pathlib import Path


class StopRequest:
    """A request to save and end. With several processes all of them hear of it at the same step."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "stop-requested"
        self._asked = False

    def listen(self) -> None:
        """Treats SIGTERM and SIGINT as a request to stop instead of dying of them."""
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: self._ask())

    def _ask(self) -> None:
        self._asked = True

    @property
    def here(self) -> bool:
        """Whether this process has been asked."""
        if not self._asked and self._path.exists():
            self._asked = True
        return self._asked

    def agreed(self) -> bool:
        """The same answer in every process of the group; each of them must ask at the same point."""
        import torch
        from torch import distributed

        if not distributed.is_available() or not distributed.is_initialized():
            return self.here
        device = "cuda" if distributed.get_backend() == "nccl" else "cpu"
        flag = torch.tensor([int(self.here)], device=device)
        distributed.all_reduce(flag, op=distributed.ReduceOp.MAX)
        return bool(flag.item())
