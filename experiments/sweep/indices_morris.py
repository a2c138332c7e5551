"""Elementary effects: Morris screening.

On the unit cube the effect of one step is per unit of position, so that `mu_star` is how much the measure changes, on average,
when the parameter goes over its whole range. Sources: Morris 1991, Technometrics 33: 161-174; Campolongo, Cariboni and
Saltelli 2007, Environmental Modelling and Software 22: 1509-1518.
"""

from __future__ import annotations

import numpy as np

from experiments.sweep.designs import Design
from experiments.sweep.indices_shared import CLOSE, PERCENTILES, Result, salib_seed, sides


def morris(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `mu_star`, `mu` and `sigma`, (3, parameters) each: estimate, low, high; and why any is missing.

    Estimates are SALib's. Intervals are percentiles over bootstrap resamples of trajectories; SALib has one for `mu_star` only. They hold the noise
    of the seeds that is independent between trajectories, but noise also moves estimates: `mu_star` and `sigma` upwards.
    A group of several factors has neither `mu` nor `sigma`, as its factors move in different directions at once.
    """
    from SALib.analyze import morris as salib

    means = outputs.mean(axis=1)
    # Its own interval is not used, hence two resamples.
    told = salib.analyze(design.problem, design.unit, means, num_resamples=2, scaled=False, num_levels=design.levels, seed=salib_seed(seed))
    effects, single = elementary_effects(design, means)
    count = len(effects)
    drawn = effects[np.random.default_rng(seed).integers(count, size=(resamples, count))]
    spread = {"mu_star": np.abs(drawn).mean(axis=1), "mu": drawn.mean(axis=1), "sigma": drawn.std(axis=1, ddof=1)}
    found = {}
    for index, values in spread.items():
        found[index] = np.vstack([np.ma.filled(told[index], np.nan).astype(float), np.quantile(values, PERCENTILES, axis=0)])
        if index != "mu_star":
            found[index][:, ~single] = np.nan
    why = "a group of several parameters has no mu and no sigma, as they move in different directions at once"
    return found, {"mu": why, "sigma": why}


def elementary_effects(design: Design, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the effect of each parameter or group in each trajectory, (trajectories, parameters), and which of them are single factors.

    The effect of a single factor has its sign; that of a group is the change itself, per unit of position.
    """
    names = sides(design)
    of = np.array([names.index(name) for name in design.groups or design.names])
    single = np.bincount(of) == 1
    step = np.diff(design.unit.reshape(-1, len(names) + 1, len(of)), axis=1)
    change = np.diff(means.reshape(-1, len(names) + 1), axis=1)
    column = np.abs(step).argmax(axis=2)  # a factor that moves in each step
    length = np.take_along_axis(step, column[:, :, None], axis=2)[:, :, 0]
    side = of[column]
    effects = np.empty_like(change)
    np.put_along_axis(effects, side, change / np.where(single[side], length, np.abs(length)), axis=1)
    return effects, single


def check_trajectories(rows: np.ndarray, members: np.ndarray) -> None:
    """Raise `ValueError` unless each step of each trajectory moves one parameter or group, and each is moved once.

    `rows` is (trajectories, rows, factors), `members` (factors, parameters or groups).
    """
    moved = (np.abs(np.diff(rows, axis=1)) > CLOSE) @ members
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise ValueError("each step of a trajectory must move one parameter or group, and each must be moved once, as SALib orders them")
