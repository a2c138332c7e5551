"""What the modules of sensitivity indices share: who has indices, intervals, and SALib without its surprises."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from experiments.sweep.designs import Design

# (3, parameters) by index: estimate, low and high of the 95% interval; and, by index, why values are missing.
Result = tuple[dict[str, np.ndarray], dict[str, str]]
NORMAL = 1.959963984540054  # half a 95% interval in standard errors
PERCENTILES = (0.025, 0.975)
CLOSE = 1e-9  # positions on the unit cube that differ by less are the same


def sides(design: Design) -> tuple[str, ...]:
    """Return what has indices: the factors, or their groups in order of first appearance."""
    return tuple(dict.fromkeys(design.groups)) or design.names


def around(estimate: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Return estimate, low and high of symmetric intervals, (3, parameters)."""
    return np.stack([estimate, estimate - half, estimate + half])


def salib_seed(seed: int) -> int:
    """Return a seed for SALib that is never 0, which most of its analyses take for no seed."""
    return 1 + seed % (2**32 - 1)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave numpy's global random state and the warnings as they were: some of SALib's analyses seed the one and change the other."""
    state, formatting = np.random.get_state(), warnings.formatwarning
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(state)
        warnings.formatwarning = formatting
