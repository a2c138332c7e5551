"""How many runs are enough: the first number at which every headline difference is narrow, and stays narrow for a few more.

Hoad, Robinson and Davies 2010, Journal of the Operational Research Society 61: 1632-1644 (confidence-interval method
with look-ahead), applied to paired differences.
"""

from __future__ import annotations

import numpy as np

from experiments.whatif.differences import halfwidth, means, met

LOOK_AHEAD = 5  # further runs in which the interval must stay narrow, up to 100 runs; then in proportion


def look_ahead(runs: int) -> int:
    """Return for how many runs more than `runs` the interval must stay narrow."""
    return max(LOOK_AHEAD, LOOK_AHEAD * runs // 100)


def narrow(change: np.ndarray, margins: list[float], precision: float) -> np.ndarray:
    """Return, for each column of `change` (runs, measures), whether the interval over all its runs is narrow enough.

    A measure without a value in any run cannot be waited for: it counts as narrow.
    """
    half, mean = halfwidth(change), means(change)
    told = [met(*case, precision) for case in zip(half, mean, margins, strict=True)]
    return np.array([answer is not False and not (answer is None and np.isfinite(m)) for answer, m in zip(told, mean, strict=True)])


def enough(change: np.ndarray, margins: list[float], precision: float, least: int) -> int | None:
    """Return the number of runs to use: the first from `least` on at which all is narrow, with its look-ahead; None when more are needed.

    The answer depends on the runs in their order, never on how many more there are.
    """
    since = None
    for runs in range(least, len(change) + 1):
        if not narrow(change[:runs], margins, precision).all():
            since = None
            continue
        since = since or runs
        if runs >= since + look_ahead(since):
            return runs
    return None


def wanted(change: np.ndarray, margins: list[float], precision: float, most: int) -> int:
    """Return how many runs to have before asking again: a guess from the widest interval, so that few rounds are needed."""
    half, mean = halfwidth(change), means(change)
    target = np.maximum(precision * np.abs(mean), np.array(margins) / 2)
    ratio = float(np.nanmax(np.append(half / target, 1.0)))
    guess = len(change) * min(ratio, 1.4) ** 2  # at most twice as many: early intervals mislead
    return min(most, max(len(change) + 2, int(np.ceil(guess)) + (look_ahead(len(change)) if ratio > 1 else 0)))
