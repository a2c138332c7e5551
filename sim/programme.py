"""How often contacts are wanted, and when the time limit falls: the programme's calendar."""

from __future__ import annotations

import numpy as np

from sim.parameters import Parameters
from sim.people import MAINTENANCE, People
from sim.week import Week

FULL_LENGTH = 104  # weeks: phases shrink with shorter programmes
NO_LIMIT = 2**30
SCHEDULES = {"nhs_light": ((1, 2), (4,))}


def phases(p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the intervals wanted (weeks) and the weeks at which each phase but the last ends."""
    if p.contact.schedule in SCHEDULES:
        intervals, until = (np.array(part, float) for part in SCHEDULES[p.contact.schedule])
        return intervals, until
    intervals, until = np.array(p.contact.interval_weeks, float), np.array(p.contact.interval_until, float)
    if p.contact.schedule == "intensive":
        intervals = np.maximum(1, intervals / 2)
    if not p.programme.open_ended:
        until = until * min(1.0, p.programme.length_weeks / FULL_LENGTH)
    return intervals, until


def programme_limit(week: Week) -> int:
    """Return the week in which the limit falls for a spell that begins now."""
    return NO_LIMIT if week.p.programme.open_ended else week.number + week.p.programme.length_weeks


def wanted_interval(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the weeks wanted between contacts: by phase, longer in maintenance, halved in a setback."""
    intervals, until = phases(week.p)
    interval = intervals[np.searchsorted(until, week.number - people.spell_start[rows], side="right")]
    interval = np.where(people.state[rows] == MAINTENANCE, np.maximum(interval, week.p.contact.maintenance_interval), interval)
    return np.where(people.severity[rows] > 0, np.maximum(interval / 2, np.minimum(interval, 2)), interval)
