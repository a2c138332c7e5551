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


@njit(cache=True)
def by_kind(events, kinds):
    """Return the events of a list kind by kind, each kind in the order of happening: rows, other numbers, and how many of each of the `kinds`."""
    counts = np.zeros(kinds, np.int64)
    for place in range(0, len(events), WIDTH):
        counts[events[place]] += 1
    here = counts.cumsum() - counts
    rows, others = np.empty(len(events) // WIDTH, np.int64), np.empty(len(events) // WIDTH, np.int64)
    for place in range(0, len(events), WIDTH):
        kind = events[place]
        rows[here[kind]], others[here[kind]] = events[place + 1], events[place + 2]
        here[kind] += 1
    return rows, others, counts


def record(week: Week, kinds: tuple[str, ...], events: tuple[np.ndarray, np.ndarray, np.ndarray], other: str = "services") -> None:
    """Write what `by_kind` gave into the week's log; `other` says what the other number is: "services" or "workers".

    Kind after kind is the order of the numpy form, where one is done for everybody before the next begins.
    """
    rows, others, counts = events
    if not len(rows):
        return
    start = 0
    for kind, count in zip(kinds, counts.tolist(), strict=True):
        if count:
            part = slice(start, start + count)
            week.record(kind, rows[part], **{other: others[part]})
            start += count
