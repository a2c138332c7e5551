"""Effects of levels: what a measure does from one value of a parameter to another, in a full grid or one parameter at a time.

Not sensitivity indices of a distribution, but differences in the units of the measure. Points of a sweep share their
seeds, so that intervals are those of paired differences (Student's t over replications): they tell of the seeds' luck, not of
other points. Source: Law 2015, Simulation Modeling and Analysis, §10.2.
"""

from __future__ import annotations

import numpy as np

from experiments.sweep.designs import Design
from experiments.sweep.indices_shared import Result
from experiments.whatif.differences import halfwidth, means

DIGITS = 9  # positions that agree to so many decimals are one level
NO_VALUE = "an effect that needs a point without a value is missing"


def grid(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `range`, (3, parameters): largest less smallest mean over a parameter's levels, low, high; and why any is missing.

    The mean at a level is over all values of the other parameters. Where points have no value (missing rows) it is over those that do, and
    levels then differ in their company too. `seed` and `resamples` are not used: nothing is drawn.
    """
    return {"range": np.array([widest(levels(column, outputs)) for column in design.unit.T]).T}, {"range": NO_VALUE}


def oat(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `range`, `low` and `high`, (3, parameters) each: estimate, low, high; and why any is missing.

    `low` and `high` are the mean at the lowest and the highest value less the mean in the service as it is, the first row, in which
    every position is missing; of a choice, whose values have no order, at those of the least and the largest mean. `seed` and
    `resamples` are not used: nothing is drawn.
    """
    found: dict[str, list[tuple[float, float, float]]] = {"range": [], "low": [], "high": []}
    for name, column in zip(design.names, design.unit.T, strict=True):
        varied = ~np.isnan(column)
        at = levels(column[varied], outputs[varied])
        low, high = least_and_largest(at) if name in design.unordered else (0, -1)
        found["range"].append(widest(at))
        found["low"].append(paired(at[low] - outputs[0]))
        found["high"].append(paired(at[high] - outputs[0]))
    return {index: np.array(values).T for index, values in found.items()}, dict.fromkeys(found, NO_VALUE)


def least_and_largest(at: np.ndarray) -> tuple[int, int]:
    """Return at which of the levels (levels, replications) the mean is least and at which it is largest; the first and last where none has a value."""
    mean = at.mean(axis=1)
    return (int(np.nanargmin(mean)), int(np.nanargmax(mean))) if np.isfinite(mean).any() else (0, -1)


def levels(column: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the mean output at each level of a factor, in order, (levels, replications); missing at a level without a value."""
    where = np.unique(column.round(DIGITS), return_inverse=True)[1]
    return np.array([means(outputs[where == level]) for level in range(where.max() + 1)])


def widest(at: np.ndarray) -> tuple[float, float, float]:
    """Return the difference between the levels (levels, replications) of largest and smallest mean, with its interval; missing below two levels.

    The two levels are those of the largest difference, chosen by the same runs: where nothing but luck parts them, the interval is too high.
    """
    at = at[np.isfinite(at).all(axis=1)]
    if len(at) < 2:
        return np.nan, np.nan, np.nan
    order = at.mean(axis=1)
    return paired(at[order.argmax()] - at[order.argmin()])


def paired(change: np.ndarray) -> tuple[float, float, float]:
    """Return mean, low and high (95%, Student's t) of paired differences (replications,); no interval from one."""
    mean, half = float(change.mean()), float(halfwidth(change[:, None])[0])
    return mean, mean - half, mean + half
