"""History matching: where the next wave of runs goes, all points that are implausible by what is known being ruled out.

After Vernon, Goldstein and Bower 2010 (Bayesian Analysis 5: 619-670): a point is implausible when a published figure lies more than three standard
deviations of all doubt (the figure's own, the emulator's, the luck of a run) from what the emulator gives there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from experiments.calibration.emulator import Emulator
from experiments.calibration.likelihoods import Term
from experiments.sweep.factors import Factor

IMPLAUSIBLE = 3.0
BLOCK, BLOCKS = 2**13, 16  # points looked at together, and blocks at most
ENOUGH = 4  # times the points of a wave that must be left before no more are looked at


@dataclass(frozen=True)
class Wave:
    """Where the points of a wave are: `unit` (points, parameters), positions between 0 and 1, and the share of the prior that was not ruled out before it."""

    unit: np.ndarray
    left: float
    reached: bool = True  # whether any point that was looked at is not implausible


def snapped(factors: Sequence[Factor], unit: np.ndarray) -> np.ndarray:
    """Return positions in which all that stand for one whole number are the same: the middle of its part."""
    found = np.array(unit, float)
    for place, factor in enumerate(factors):
        if isinstance(factor.default, int):
            count = int(factor.high - factor.low) + 1
            found[:, place] = (np.minimum((found[:, place] * count).astype(int), count - 1) + 0.5) / count
    return found


def sobol(parameters: int, count: int, seed: int, skip: int = 0) -> np.ndarray:
    """Return `count` points of a Sobol sequence after the first `skip`: a longer one begins with a shorter one."""
    sequence = qmc.Sobol(parameters, scramble=True, rng=np.random.default_rng([seed, parameters]))
    size = 1 << max(0, skip + count - 1).bit_length()  # whole powers of two, in which the sequence is balanced
    return sequence.random(size)[skip : skip + count]


def first(factors: Sequence[Factor], points: int, seed: int, allowed: Callable[[np.ndarray], bool]) -> Wave:
    """Return the first wave: over all of the prior, but for points whose values contradict one another."""
    size, unit = points, np.empty((0, len(factors)))
    while len(unit) < points and size <= BLOCK * BLOCKS:
        tried = sobol(len(factors), size, seed)
        unit = np.array([row for row in tried if allowed(row)]).reshape(-1, len(factors))[:points]
        size *= 2
    return Wave(snapped(factors, unit), 1.0)


def following(
    factors: Sequence[Factor], points: int, seed: int, terms: Sequence[Term], emulators: Mapping[str, Emulator], allowed: Callable[[np.ndarray], bool]
) -> Wave:
    """Return the next wave: spread evenly over what is not implausible. Where everything is, the least implausible points are taken."""
    kept, best, looked, left = [], [], 0, 0
    for block in range(BLOCKS):
        unit = snapped(factors, sobol(len(factors), BLOCK, seed + 1, block * BLOCK))
        worst = implausibility(unit, terms, emulators).max(axis=1)
        looked += len(unit)
        left += int((worst <= IMPLAUSIBLE).sum())
        kept += list(unit[worst <= IMPLAUSIBLE])
        best += sorted(zip(worst, map(tuple, unit), strict=True))[:points]
        if left >= ENOUGH * points:
            break
    chosen = []
    for row in [*kept, *(np.array(row) for worst, row in sorted(best) if worst > IMPLAUSIBLE)]:
        if len(chosen) == points:
            break
        if allowed(row):
            chosen.append(row)
    return Wave(np.array(chosen).reshape(-1, len(factors)), left / looked, left > 0)


def implausibility(unit: np.ndarray, terms: Sequence[Term], emulators: Mapping[str, Emulator]) -> np.ndarray:
    """Return the implausibility of each target at each point, (points, targets), in the order of the terms."""
    return np.concatenate([term.implausibility(*emulated(term, unit, emulators)) for term in terms], axis=1)


def emulated(term: Term, unit: np.ndarray, emulators: Mapping[str, Emulator]) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of what one run gives for each target of a term, (points, targets)."""
    found = [emulators[name].of_a_run(unit) for name in term.ids]
    return np.stack([mean for mean, _ in found], axis=1), np.stack([sd for _, sd in found], axis=1)
