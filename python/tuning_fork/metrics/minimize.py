"""L-BFGS, as src/trainers/tfjs/baselines/minimize.ts has it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

# Value and gradient of a smooth function at a point.
Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]

MEMORY = 10
SUFFICIENT_DECREASE = 1e-4
# The largest gradient component at which it ends: the tolerance of scikit-learn's logistic regression.
TOLERANCE = 1e-4


def minimize(objective: Objective, size: int, iterations: int) -> np.ndarray:
    """Minimises a smooth convex function of `size` numbers from 0.

    L-BFGS (Nocedal & Wright, Numerical Optimization, algorithm 7.4) with halving of the step until the function
    decreases enough. Deterministic.
    """
    point = np.zeros(size)
    value, gradient = objective(point)
    history: list[tuple[np.ndarray, np.ndarray, float]] = []
    for _ in range(iterations):
        if float(np.abs(gradient).max(initial=0.0)) <= TOLERANCE:
            break
        direction = _descent_direction(gradient, history)
        slope = float(direction @ gradient)
        length = 1.0 if history else min(1.0, 1 / math.sqrt(-slope))
        following, next_value, next_gradient = point, math.inf, gradient
        while length > 1e-10:
            following = point + length * direction
            next_value, next_gradient = objective(following)
            if next_value <= value + SUFFICIENT_DECREASE * length * slope:
                break
            length /= 2
        if not next_value < value:
            break
        step, change = following - point, next_gradient - gradient
        curvature = float(step @ change)
        if curvature > 1e-12:
            history = [*history[1 - MEMORY :], (step, change, curvature)]
        point, gradient, value = following, next_gradient, next_value
    return point


def _descent_direction(gradient: np.ndarray, history: list[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """-H·gradient with the inverse Hessian H that the last steps suggest."""
    direction = -gradient
    weights: list[float] = []
    for step, change, curvature in reversed(history):
        weight = float(step @ direction) / curvature
        weights.append(weight)
        direction -= weight * change
    if history:
        _, change, curvature = history[-1]
        direction *= curvature / float(change @ change)
    for step, change, curvature in history:
        direction += (weights.pop() - float(change @ direction) / curvature) * step
    return direction
