"""How often contacts are wanted, and when the time limit falls: the programme's calendar."""

from __future__ import annotations

import numpy as np

from sim.parameters import Parameters
from sim.people import MAINTENANCE, STATES, People

FULL_LENGTH = 104  # weeks: phases shrink with shorter programmes
NO_LIMIT = 2**30
NHS_LIGHT = ((1, 2), (4,))  # weekly for four weeks, then fortnightly: 6-12 contacts in about three months


class Calendar:
    """The calendar of one set of parameters: `interval_in_week[w]` is the interval wanted in week w of a spell."""

    def __init__(self, p: Parameters) -> None:
        self.p = p
        intervals, until = phases(p)
        weeks = np.arange(int(np.ceil(until[-1])) + 1 if len(until) else 1)
        self.interval_in_week = intervals[np.searchsorted(until, weeks, side="right")]
        self.least_in_state = np.zeros(len(STATES))
        self.least_in_state[MAINTENANCE] = p.contact.maintenance_interval

    def limit(self, week: int) -> int:
        """Return the week in which the limit falls for a spell that begins in `week`."""
        return NO_LIMIT if self.p.programme.open_ended else week + self.p.programme.length_weeks

    def wanted_interval(self, people: People, rows: np.ndarray, week: int) -> np.ndarray:
        """Return the weeks wanted between contacts: by phase, longer in maintenance, halved in a setback."""
        weeks_in = np.minimum(week - people.spell_start[rows], len(self.interval_in_week) - 1)
        interval = np.maximum(self.interval_in_week[weeks_in], self.least_in_state[people.state[rows]])
        ill = (people.severity[rows] > 0).nonzero()[0]
        interval[ill] = np.maximum(interval[ill] / 2, np.minimum(interval[ill], 2))
        return interval


def phases(p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the intervals wanted (weeks) and the weeks at which each phase but the last ends."""
    if p.contact.schedule == "nhs_light":
        return np.array(NHS_LIGHT[0], float), np.array(NHS_LIGHT[1], float)
    intervals, until = np.array(p.contact.interval_weeks, float), np.array(p.contact.interval_until, float)
    if p.contact.schedule == "intensive":
        intervals = np.maximum(1, intervals / 2)
    if not p.programme.open_ended:
        until = until * min(1.0, p.programme.length_weeks / FULL_LENGTH)
    return intervals, until
