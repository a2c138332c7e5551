"""Variance-based indices: Sobol (with those freed of the seed's noise) and FAST.

Let the output at point p and seed s be Y_ps = f_p + g_s + e_ps: what the parameters do, what a seed does to all points
alike, and what it does to one point. Indices are made of means over R seeds. g only shifts them all. With nu the
share of e in the variance of these means, and e independent from point to point,

    S1 of the means = V_i / (V + var(e)/R)                       = (1 - nu) S1
    ST of the means = (E (f_A - f_ABi)^2 / 2 + var(e)/R) / (V + var(e)/R) = (1 - nu) ST + nu

because the total index by Jansen's estimator is half the mean square of a difference between two points, and e is in both:
noise passes for an interaction of every parameter. Under common random numbers e is not always independent, however: a
parameter that does nothing leaves e as it was, the difference is nought, and (ST - nu)/(1 - nu) would fall below nought. The
noise-free indices are therefore made of products of *different* seeds: E[x_s y_t] over s != t has no noise in it
whatever the dependence between points of one seed, as seeds are independent. That is the product of the means less
the covariance over seeds / R. It agrees with the two formulas where these hold.

Sources: Saltelli et al. 2010, Computer Physics Communications 181: 259-270; Jansen 1999, Computer Physics Communications
117: 35-43; Saltelli, Tarantola and Chan 1999, Technometrics 41: 39-56.
"""

from __future__ import annotations

import numpy as np

from experiments.sweep.designs import Design
from experiments.sweep.indices_shared import CLOSE, NORMAL, Result, around, salib_seed, sides, undisturbed

FAST_RESAMPLES = 100  # more do not mend what is wrong with its intervals
NOT_TOLD = 0.05  # share of resamples without variance beyond the noise above which nothing free of noise is told
HARMONICS = 4  # of FAST, in design and analysis
ROUNDING = 1e-9  # beside the largest change, or its square: what is less is nothing
UNTOLD = "no noise-free indices: it takes two replications a point or more, and outputs in which the parameters show above the seed's noise"
ONE_SEED = "no noise-free index of {}: what it does shows in runs of single seeds only, so that luck cannot be told from it; more replications would tell"


def sobol(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `S1`, `ST`, `S1_noise_free`, `ST_noise_free` and perhaps `S2`, each (3, parameters): estimate, low, high; and why any is missing.

    Intervals are normal, from the standard deviation over bootstrap resamples of base samples. They hold the noise of the
    seeds as far as that is independent between base samples, not what a seed does to all points alike. Estimates
    below 0 or above 1 are sampling error, and kept. With few base samples some columns of a Sobol sequence pair badly: of a
    function of eight parameters, intervals of small S1 at 256 base samples held the truth 85% of the time; S2 is some 0.01 too high at 128.
    """
    from SALib.analyze import sobol as salib

    with undisturbed():
        told = salib.analyze(
            design.problem, outputs.mean(axis=1), calc_second_order=design.second_order, num_resamples=resamples, seed=salib_seed(seed)
        )  # fmt: skip
    found = {index: around(told[index], told[f"{index}_conf"]) for index in ("S1", "ST")}
    if design.second_order:
        upper = np.triu_indices(len(told["S1"]), 1)
        found["S2"] = around(told["S2"][upper], told["S2_conf"][upper])
    first, total = noise_free(outputs.reshape(design.size, -1, outputs.shape[1]), len(told["S1"]), seed, resamples)
    gone = [name for name, estimate in zip(sides(design), total[0], strict=True) if np.isnan(estimate)]
    why = UNTOLD if len(gone) == len(total[0]) else ONE_SEED.format(", ".join(gone))
    return found | {"S1_noise_free": first, "ST_noise_free": total}, {"S1_noise_free": why, "ST_noise_free": why}


def noise_free(blocks: np.ndarray, parameters: int, seed: int, resamples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices, (3, parameters) each, without the seed's noise: see the module.

    `blocks` is (base samples, rows of a base sample, replications). All missing with one replication, or when the variance between
    points is no more than the seed's noise accounts for, in the sample or in more than `NOT_TOLD` of the resamples.
    """
    count, _, replications = blocks.shape
    missing = np.full((3, parameters), np.nan)
    if replications < 2:
        return missing, missing.copy()
    blocks = blocks - blocks.mean(axis=(0, 1))  # takes out what a seed does to all points
    first, last = blocks[:, :1], blocks[:, -1:]
    change = blocks[:, 1 : parameters + 1] - first
    ends = np.concatenate([first, last], axis=1)
    parts = (across(last, change), across(change, change) / 2, across(ends, ends).mean(axis=1), ends.mean(axis=1))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(count, np.full(count, 1 / count), size=resamples) / count
    (one, all_), (ones, alls) = ratios(np.full((1, count), 1 / count), *parts), ratios(weights, *parts)
    if not np.isfinite(one).all() or np.isnan(ones[:, 0]).mean() > NOT_TOLD:
        return missing, missing.copy()
    found = around(one[0], NORMAL * np.nanstd(ones, axis=0, ddof=1)), around(all_[0], NORMAL * np.nanstd(alls, axis=0, ddof=1))
    for each in found:
        each[:, in_one_seed(change, parts[1])] = np.nan
    return found


def in_one_seed(change: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Return which parameters change the output (base samples, parameters, replications) at no base sample in more than one seed, (parameters,).

    All `products` of different seeds are 0 then, and so is their spread over resamples: an index of 0 with an interval of 0 would say that they do nothing.
    """
    size = np.abs(change).max(axis=(0, 2))
    return (size > ROUNDING * size.max()) & (np.abs(products).max(axis=0) <= ROUNDING * size**2)


def across(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the mean product of values of different seeds (the last axis): unbiased for the product of what has no noise in it."""
    count = one.shape[-1]
    return (one.sum(axis=-1) * other.sum(axis=-1) - (one * other).sum(axis=-1)) / (count * (count - 1))


def ratios(weights: np.ndarray, first: np.ndarray, total: np.ndarray, square: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices, (resamples, parameters) each, for weights (resamples, base samples); missing where no variance is left."""
    centre = weights @ mean
    variance = weights @ square - across(centre, centre)
    variance = np.where(variance > 0, variance, np.nan)[:, None]
    return weights @ first / variance, weights @ total / variance


def fast(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `S1` and `ST`, (3, parameters) each: estimate, low, high; and why any is missing.

    Intervals are SALib's, normal from parts of the search curve. They are a rough guide only (SALib issue 649), and hold
    no bias of the estimate.
    """
    from SALib.analyze import fast as salib

    with undisturbed():
        told = salib.analyze(design.problem, outputs.mean(axis=1), M=HARMONICS, num_resamples=min(resamples, FAST_RESAMPLES), seed=salib_seed(seed))
    return {index: around(np.array(told[index]), np.array(told[f"{index}_conf"])) for index in ("S1", "ST")}, {}


def check_blocks(rows: np.ndarray, members: np.ndarray) -> None:
    """Raise `ValueError` unless row j of each base sample differs from its first row in parameter or group j alone, as in SALib's order.

    `rows` is (base samples, rows, factors), `members` (factors, parameters or groups).
    """
    for side in range(members.shape[1]):
        others = ~members[:, side]
        if np.abs(rows[:, side + 1, others] - rows[:, 0, others]).max(initial=0) > CLOSE:
            raise ValueError(f"row {side + 1} of each base sample must differ from its first row in parameter or group {side + 1} alone, as SALib orders them")
