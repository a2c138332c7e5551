"""Events that happen inside a compiled loop: put on a list there, handed to the week's log afterwards."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.week import Week

WIDTH = 3  # of an event on the list: place of its kind among the process's kinds, row of the person, number of a service or of a worker


@njit(cache=True)
def none():
    """Return an empty list of whole numbers."""
    return [0 for _ in range(0)]


@njit(cache=True)
def put(events, kind, row, other):
    """Put an event on the list: `kind` is a place in the process's tuple of kinds, `other` a service or a worker, or -1."""
    events.append(kind)
    events.append(row)
    events.append(other)


def record(week: Week, kinds: tuple[str, ...], events: np.ndarray, other: str = "services") -> None:
    """Write the `events` of a loop into the week's log, kind after kind in the order of `kinds`, each in the order of happening.

    `other` says what their last number is: "services" or "workers". That is the order in which the numpy form writes them, where one kind is done for everybody before the next begins.
    """
    if not len(events):
        return
    happened = events.reshape(-1, WIDTH)
    place = happened[:, 0]
    happened = happened[place.argsort(kind="stable")]
    start = 0
    for kind, count in zip(kinds, np.bincount(place, minlength=len(kinds)).tolist(), strict=True):
        if count:
            rows = happened[start : start + count]
            week.record(kind, rows[:, 1], **{other: rows[:, 2]})
            start += count
