"""Ranks with ties, which areas under curves and rank correlations are made of."""

from __future__ import annotations

import numpy as np


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each number from 1; equal numbers share the mean of their places (as `scipy.stats.rankdata` gives them)."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: np.ndarray = (last - counts + 1 + last) / 2
    return means[places.reshape(-1)]
