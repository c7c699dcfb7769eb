"""Another method for one model, without another name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def extend(model: Any, methods: dict[str, Callable[..., Any]]) -> None:
    """Gives one model methods of its own.

    Its class keeps name and module, so that the saved config names the class that Transformers has and loads.
    """
    kind = type(model)
    names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    model.__class__ = type(kind.__name__, (kind,), {**names, **methods})
