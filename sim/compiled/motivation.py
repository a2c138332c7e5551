"""Compiled form of `sim.processes.motivation`: motivation and confidence drift to their set points."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled.tables import columns, numbers
from sim.people import People
from sim.week import Week


def settle(people: People, week: Week) -> None:
    """Move motivation and confidence of everybody a little towards their set points."""
    drift(columns(people), people.n, numbers(week.p))


@njit(cache=True)
def drift(people, n, p):
    """Do so for the first `n` of `people`."""
    q = p[0].motivation
    setback = np.float32(q.setback)
    for i in range(n):
        set_point = people.motivation_base[i] - q.depressed * people.depressed[i]
        set_point -= setback * people.severity[i]
        motivation = people.motivation[i] + (set_point - people.motivation[i]) * q.relaxation
        people.motivation[i] = min(max(motivation, 0.0), 1.0)
        confidence = people.confidence[i]
        confidence += q.confidence_relaxation * (people.confidence_baseline[i] - confidence)
        people.confidence[i] = min(max(confidence, 0.0), 1.0)
