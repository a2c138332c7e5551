"""Compiled forms of the queueing rules of `sim.sharing`: hours wanted, fitted into diaries and spent."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def within_hours(worker, hours, hours_left):
    """Return which requests fit, in the order given, up to each worker's first that does not (`sim.sharing.within_hours`)."""
    start = np.zeros(len(hours_left) + 1, np.int64)
    for w in worker:
        start[w + 1] += 1
    for w in range(len(hours_left)):
        start[w + 1] += start[w]
    place = start[:-1].copy()
    order = np.empty(len(worker), np.int64)
    for k in range(len(worker)):  # the requests to each worker together, in the order given
        w = worker[k]
        order[place[w]] = k
        place[w] += 1
    fits = np.empty(len(worker), np.bool_)
    total = 0.0
    for w in range(len(hours_left)):
        limit = total + hours_left[w] + 1e-9  # on top of what the requests to earlier workers add up to
        for k in order[start[w] : start[w + 1]]:
            total += hours[k]
            fits[k] = total <= limit
    return fits


@njit(cache=True)
def spend(hours_left, worker, hours):
    """Take `hours` from the diaries `hours_left` of `worker` (one entry a request), never below zero by rounding."""
    taken = added_up(len(hours_left), worker, hours)
    for w in range(len(hours_left)):
        hours_left[w] = max(hours_left[w] - taken[w], 0.0)


@njit(cache=True)
def want(hours_wanted, worker, hours):
    """Add `hours` to the `hours_wanted` of `worker`, given or not."""
    hours_wanted += added_up(len(hours_wanted), worker, hours)


@njit(cache=True)
def added_up(n, worker, hours):
    """Return the sum of `hours` of each of `n` workers, added in the order given, as numpy's bincount does."""
    total = np.zeros(n)
    for k in range(len(worker)):
        total[worker[k]] += hours[k]
    return total
