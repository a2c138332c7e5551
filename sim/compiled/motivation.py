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
    of_setback = np.float32(q.setback)
    motivation, confidence = people.motivation, people.confidence
    base, baseline, depressed, severity = people.motivation_base, people.confidence_baseline, people.depressed, people.severity
    for i in range(n):
        set_point = base[i] - q.depressed * depressed[i] - of_setback * severity[i]
        motivation[i] = min(max(motivation[i] + (set_point - motivation[i]) * q.relaxation, 0.0), 1.0)
        confidence[i] = min(max(confidence[i] + q.confidence_relaxation * (baseline[i] - confidence[i]), 0.0), 1.0)
