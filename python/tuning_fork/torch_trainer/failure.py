"""Any error as one that a person can act on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.failures.device import DEVICE
from tuning_fork.torch_trainer.failures.known import explain, first_line
from tuning_fork.torch_trainer.failures.packages import explain_import_error
from tuning_fork.torch_trainer.failures.processes import PROCESSES, explain_system_error

# Failures worth an alert of their own beside the run's end.
ALERTS = frozenset({"nan-loss", "disk-full", "out-of-memory"})


@dataclass(frozen=True)
class Sizes:
    """What a failure for want of memory belongs to."""

    batch_size: int
    max_length: int


def not_finite(step: int, rate: float, what: str, value: float) -> UserError:
    """A loss or gradient that is no finite number: from here on nothing can be learned."""
    shown = {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, "NaN")
    return UserError(
        "nan-loss",
        f"The {what} became {shown} at step {step} with learning rate {rate:.3g}.",
        "Lower train.learning_rate, or warm up longer (train.warmup); then start again or fork an earlier checkpoint.",
    )


_MEMORY = re.compile(
    r"out of memory|DefaultCPUAllocator: (?:can't|not enough)|CUBLAS_STATUS_ALLOC_FAILED|MemoryError", re.IGNORECASE
)


def as_user_error(error: BaseException, sizes: Sizes | None = None) -> UserError:
    """What went wrong as one sentence with advice. Out of memory gets advice for this run's sizes; the families of `failures`
    have their own; what nobody foresaw is said in one sentence that points to the log with its details."""
    if isinstance(error, UserError):
        return error
    if is_memory_error(error):
        with_sizes = f" with batches of {sizes.batch_size} rows of up to {sizes.max_length} tokens" if sizes else ""
        return UserError(
            "out-of-memory",
            f"The trainer ran out of memory{with_sizes}.",
            "Halve train.per_device_train_batch_size and double train.gradient_accumulation_steps, or lower "
            "data.max_length.",
        )
    known = (
        explain(DEVICE, error)
        or explain_import_error(error)
        or explain(PROCESSES, error)
        or explain_system_error(error)
    )
    if known is not None:
        return known
    text = first_line(f"{type(error).__name__}: {error}")
    return UserError(
        "trainer-defect",
        f"The trainer failed unexpectedly: {text}.",
        "The details stand at the end of output.log; this is a defect worth reporting.",
    )


def is_memory_error(error: BaseException) -> bool:
    """How Python, torch and CUDA say that memory ran out."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _MEMORY.search(f"{type(error).__name__}: {error}") is not None
    )
