"""Elementary effects: Morris screening.

On the unit cube the effect of one step is per unit of position, so that `mu_star` is how much the measure changes, on average,
when the parameter goes over its whole range. The step of a parameter with few values in an order is the change from one value to another, as a share of
that from its lowest to its highest. Values of a choice have no order: the effect is the change of the measure itself.
Sources: Morris 1991, Technometrics 33: 161-174; Campolongo, Cariboni and Saltelli 2007, Environmental Modelling and Software 22: 1509-1518.
"""

from __future__ import annotations

import numpy as np

from experiments.sweep.designs import Design, value_places
from experiments.sweep.indices_shared import CLOSE, PERCENTILES, Result, sides

GROUP = "a group of several parameters has no mu and no sigma, as they move in different directions at once"
CHOICE = "{} can take values that have no order: mu_star is there the mean size of the change from one value to another, and there is no mu"
STATISTICS = {  # of effects (trajectories, ..., parameters)
    "mu_star": lambda effects: np.abs(effects).mean(axis=0),
    "mu": lambda effects: effects.mean(axis=0),
    "sigma": lambda effects: effects.std(axis=0, ddof=1),
}


def morris(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `mu_star`, `mu` and `sigma`, (3, parameters) each: estimate, low, high; and why any is missing.

    Intervals are percentiles over bootstrap resamples of trajectories. They hold the noise of the seeds that is independent between
    trajectories, but noise also moves estimates: `mu_star` and `sigma` upwards. A group of several factors has neither `mu` nor `sigma`, as its
    factors move in different directions at once; a choice has no `mu`, as its values have no order.
    """
    effects, single = elementary_effects(design, outputs.mean(axis=1))
    count = len(effects)
    drawn = effects[np.random.default_rng(seed).integers(count, size=(resamples, count))]
    found = {}
    for index, statistic in STATISTICS.items():
        found[index] = np.vstack([statistic(effects), np.quantile(statistic(np.moveaxis(drawn, 1, 0)), PERCENTILES, axis=0)])
        if index != "mu_star":
            found[index][:, ~single] = np.nan
    choices = [name in design.unordered for name in sides(design)]
    found["mu"][:, choices] = np.nan
    why = {"sigma": GROUP, "mu": CHOICE.format(", ".join(design.unordered)) if any(choices) else GROUP}
    return found, why


def elementary_effects(design: Design, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the effect of each parameter or group in each trajectory, (trajectories, parameters), and which of them are single factors.

    The effect of a single factor has its sign (of a choice, from the earlier of its declared values to the later); that of a group is the change
    itself, per mean distance of its factors.
    """
    names, side = sides(design), sides_moved(design)
    change = np.diff(means.reshape(-1, len(names) + 1), axis=1)
    by_side = np.empty_like(change)
    np.put_along_axis(by_side, side, change, axis=1)
    single = np.array([(design.groups or design.names).count(name) == 1 for name in names])
    length = lengths(design)
    return by_side / np.where(single, length, np.abs(length)), single


def sides_moved(design: Design) -> np.ndarray:
    """Return which parameter or group moves in each step of each trajectory, (trajectories, parameters)."""
    names = sides(design)
    of = np.array([names.index(name) for name in design.groups or design.names])
    step = np.diff(design.unit.reshape(-1, len(names) + 1, len(of)), axis=1)
    return of[np.abs(step).argmax(axis=2)]


def lengths(design: Design) -> np.ndarray:
    """Return how far each parameter or group moves in each trajectory, with its sign, (trajectories, parameters).

    1 is a parameter's whole range, or from one value of a choice to any other. Of a group it is the mean distance of its factors.
    """
    names, whole = sides(design), design.unit.reshape(-1, len(sides(design)) + 1, len(design.names))
    moves = whole[:, -1] - whole[:, 0]  # each factor moves once
    for column, (name, count) in enumerate(zip(design.names, design.few, strict=True)):
        if count:
            before, after = (value_places(whole[:, row, column], count) for row in (0, -1))
            moves[:, column] = np.sign(after - before) if name in design.unordered else (after - before) / (count - 1)
    of = np.array([names.index(name) for name in design.groups or design.names])
    single = np.bincount(of) == 1
    return np.stack([moves[:, of == side].sum(axis=1) if single[side] else np.abs(moves[:, of == side]).mean(axis=1) for side in range(len(names))], axis=1)


def check_trajectories(rows: np.ndarray, members: np.ndarray) -> None:
    """Raise `ValueError` unless each step of each trajectory moves one parameter or group, and each is moved once.

    `rows` is (trajectories, rows, factors), `members` (factors, parameters or groups).
    """
    moved = (np.abs(np.diff(rows, axis=1)) > CLOSE) @ members
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise ValueError("each step of a trajectory must move one parameter or group, and each must be moved once, as SALib orders them")
