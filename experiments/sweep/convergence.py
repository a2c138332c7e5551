"""Convergence: indices made anew from smaller designs that are part of the design, to see whether they have settled.

The first base samples of a Sobol sequence, the first trajectories of Morris, and the first half of our Latin hypercube are designs
themselves. No part of a FAST curve, of a grid or of a set of single changes is one: they have the whole only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.sweep.designs import GIVEN_DATA, MORRIS, SOBOL, Design
from experiments.sweep.indices import Estimates, block, estimates, least

NESTED = (MORRIS, SOBOL)
COLUMNS = ("measure", "parameter", "index", "points", "estimate", "ci_low", "ci_high")
RESAMPLES = 100  # for intervals of the smaller designs


def sizes(design: Design) -> list[int]:
    """Return the sizes, in base samples, trajectories or points, of the smaller designs that a design holds, smallest first."""
    found = []
    if design.method in NESTED:
        size = least(design)
        while size < design.size:
            found.append(size)
            size *= 2
    elif design.method in GIVEN_DATA:
        size = len(design.unit)
        while size % 2 == 0 and size // 2 >= least(design):
            size //= 2
            found.append(size)
    return sorted(found)


def convergence(design: Design, outputs: np.ndarray, whole: Estimates, seed: int, resamples: int) -> list[tuple[str, str, int, float, float, float]]:
    """Return `(parameter, index, points, estimate, ci_low, ci_high)` for each smaller design and, last, the `whole` one.

    A smaller design of which too few points have a value has no rows. Fewer resamples are drawn for the smaller ones.
    """
    steps = []
    for size in sizes(design):
        count = size * block(design)
        smaller = replace(design, unit=design.unit[:count], size=size)
        steps.append(estimates(smaller, outputs[:count], seed, min(resamples, RESAMPLES)))
    return [(parameter, index, step.points, *numbers) for step in (*steps, whole) for parameter, index, *numbers in step.rows]
