"""Events that happen inside a compiled loop: put on a list there, handed to the week's log afterwards."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.week import Week

PLACE, PERSON, OTHER = range(3)  # columns of the list: place of the kind among the process's kinds, row of the person, number of a service or a worker


@njit(cache=True)
def no_events(most):
    """Return an empty list with room for the `most` events there can be; its first line says how many there are."""
    events = np.empty((most + 1, 3), np.int64)  # memory that is never written to costs nothing
    events[0, 0] = 0
    return events


@njit(cache=True)
def put(events, kind, row, other):
    """Put an event on the list: `kind` is a place in the process's tuple of kinds, `other` a service or a worker, or -1."""
    events[0, 0] += 1
    line = events[0, 0]
    events[line, PLACE], events[line, PERSON], events[line, OTHER] = kind, row, other


@njit(cache=True)
def by_kind(events, kinds):
    """Return the events of a list kind by kind, each kind in the order of happening: rows, other numbers, and how many of each of the `kinds`."""
    total = events[0, 0]
    counts = np.zeros(kinds, np.int64)
    for line in range(1, total + 1):
        counts[events[line, PLACE]] += 1
    here = np.zeros(kinds, np.int64)
    for kind in range(1, kinds):
        here[kind] = here[kind - 1] + counts[kind - 1]
    rows, others = np.empty(total, np.int64), np.empty(total, np.int64)
    for line in range(1, total + 1):
        kind = events[line, PLACE]
        rows[here[kind]], others[here[kind]] = events[line, PERSON], events[line, OTHER]
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
