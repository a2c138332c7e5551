"""Noise: how much of the variance of a measure the seed makes, and how much of it is left in the means that indices are made of.

Two-way layout of points p and seeds s, every point with the same R seeds (common random numbers): Y_ps = f_p + g_s + e_ps.
By moments from its analysis of variance (Searle, Casella and McCulloch 1992, Variance Components, §4.4), with MSp, MSs and MSe the mean
squares of P points, R seeds and the remainder: var e = MSe, var g = (MSs - MSe)/P, var f = (MSp - MSe)/R; negative estimates are set to 0.
The share that is left in the means is (var e/R) / (var f + var e/R) = MSe/MSp.
"""

from __future__ import annotations

import math

import numpy as np

from experiments.sweep.designs import Design
from experiments.sweep.indices import block, constant
from experiments.sweep.indices_shared import PERCENTILES

SWAMPED = 0.2  # share of the seed in the variance of means above which indices are not to be read
ENOUGH = 0.1  # share that the advice on replications aims at
MOST_REPLICATIONS = 10_000  # that a sweep takes
COLUMNS = (
    "measure", "points", "replications", "mean", "sd_parameters", "sd_seed", "share_parameters", "share_seed", "share_seed_common",
    "share_seed_left", "share_seed_left_low", "share_seed_left_high", "swamped",
)  # fmt: skip


def noise(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the numbers of one measure (`COLUMNS` without the first) and notes; what cannot be told is missing.

    `outputs` is (points, replications); points with a missing value are left out. The interval of `share_seed_left` is of percentiles
    over bootstrap resamples of base samples, trajectories or points, effects of seeds held.
    """
    whole = np.isfinite(outputs).all(axis=1)
    values = outputs[whole]
    points, replications = values.shape
    told = dict.fromkeys(COLUMNS[1:], math.nan) | {"points": points, "replications": replications, "swamped": None}
    if not points:
        return told, ()
    told["mean"] = float(values.mean())
    if replications < 2:
        return told, ("there is one replication a point, so that noise cannot be told from the effects of parameters",)
    if points < 2:
        return told, ()
    told |= shares(values)
    if math.isnan(told["share_seed_left"]):
        return told, ()
    units = (np.arange(len(outputs)) // block(design))[whole]
    told["share_seed_left_low"], told["share_seed_left_high"] = interval(values, units, seed, resamples)
    told["swamped"] = told["share_seed_left"] > SWAMPED
    return told, (advice(told["share_seed_left"], replications),) if told["swamped"] else ()


def shares(values: np.ndarray) -> dict[str, float]:
    """Return standard deviations and shares of variance of complete (points, replications) of two each or more; missing where nothing varies."""
    points, replications = values.shape
    of_points, of_seeds, left = mean_squares(values)
    means = values.mean(axis=1)
    moves, shifts, jitters = not constant(means), not constant(values.mean(axis=0)), not constant(remainder(values))
    jitter = left if jitters else 0.0
    shift = max(of_seeds - left, 0.0) / points if shifts else 0.0
    effect = max(of_points - left, 0.0) / replications if moves else 0.0
    total = effect + shift + jitter
    behind = effect + jitter / replications
    return {
        "sd_parameters": math.sqrt(effect),
        "sd_seed": math.sqrt(shift + jitter),
        "share_parameters": effect / total if total else math.nan,
        "share_seed": (shift + jitter) / total if total else math.nan,
        "share_seed_common": shift / total if total else math.nan,
        "share_seed_left": jitter / replications / behind if behind else math.nan,
    }


def remainder(values: np.ndarray) -> np.ndarray:
    """Return what neither point nor seed accounts for, (points, replications)."""
    return values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()


def mean_squares(values: np.ndarray) -> tuple[float, float, float]:
    """Return the mean squares of points, seeds and the remainder."""
    points, replications = values.shape
    return (
        replications * float(values.mean(axis=1).var(ddof=1)),
        points * float(values.mean(axis=0).var(ddof=1)),
        float((remainder(values) ** 2).sum()) / ((points - 1) * (replications - 1)),
    )


def interval(values: np.ndarray, units: np.ndarray, seed: int, resamples: int) -> tuple[float, float]:
    """Return the 95% interval of the share of the seed that is left in the means; `units` says which points are drawn together."""
    replications = values.shape[1]
    means = values.mean(axis=1) - values.mean()
    squares = (remainder(values) ** 2).sum(axis=1) / (replications - 1)
    labels, where = np.unique(units, return_inverse=True)
    sums = np.array([np.bincount(where, weights=part) for part in (np.ones_like(means), means, means**2, squares)])
    drawn = np.random.default_rng(seed).multinomial(len(labels), np.full(len(labels), 1 / len(labels)), size=resamples)
    count, total, square, left = sums @ drawn.T
    of_points = replications * (square - total**2 / count)
    share = np.divide(left, of_points, out=np.ones_like(left), where=of_points > 0)
    low, high = np.quantile(np.minimum(share, 1), PERCENTILES)
    return float(low), float(high)


def replications_for(left: float, replications: int) -> int | None:
    """Return how many replications bring the share `left` in the means down to a tenth: R (1/0.1 - 1) nu/(1 - nu); None where none within reason do."""
    if not 0 < left < 1:
        return None
    needed = math.ceil(replications * (1 / ENOUGH - 1) * left / (1 - left))
    return needed if needed <= MOST_REPLICATIONS else None


def advice(left: float, replications: int) -> str:
    """Return the warning that noise swamps the indices, with the replications that would mend it."""
    told = f"noise swamps its indices: the seed makes {left:.0%} of the variance of the means over {replications} replications"
    needed = replications_for(left, replications)
    if needed is None:
        return f"{told}, and no effect of the parameters can be told from it"
    return f"{told}; about {needed} replications a point would bring that to {ENOUGH:.0%}"
