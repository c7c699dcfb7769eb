"""Which metrics a task has and which of them a config asks for: src/config/metrics.ts and evaluator.ts in Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuning_fork.errors import UserError
from tuning_fork.metrics.task_metrics import METRICS_OF_TASK

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

_LOWER_IS_BETTER = re.compile(r"(?:^|[_/])(?:loss|perplexity|error|mse|mae|rmse)$")


@dataclass(frozen=True)
class MetricChoice:
    """What is logged, and what decides which checkpoint is best. Names without prefix."""

    # In the order they are shown, `loss` first.
    logged: list[str]
    deciding: str
    greater_is_better: bool


def higher_is_better(metric: str) -> bool:
    """Whether more is better: everything but losses and what is made of them."""
    return _LOWER_IS_BETTER.search(metric) is None


def choose_metrics(config: ResolvedConfig) -> MetricChoice:
    """The metrics of a config, checked. Raises `UserError` for one the task does not have."""
    task = config["task"]
    known = METRICS_OF_TASK[task]
    best = config["checkpoint"]["metric_for_best_model"]
    asked = config["eval"]["metrics"]
    unknown = next((name for name in [*asked, best] if _bare(name) not in known), None)
    if unknown is not None:
        raise UserError(
            "metric-unknown",
            f"The metric {unknown} is not measured for {task}.",
            f"Choose among {', '.join(known)}.",
        )
    listed = {"loss", *(_bare(name) for name in asked)}
    deciding = _bare(best)
    return MetricChoice([name for name in known if name in listed], deciding, higher_is_better(deciding))


def _bare(name: str) -> str:
    return re.sub(r"^eval[/_]", "", name)
