"""Compiled form of `sim.processes.workforce`: the week's look at every post, and its diaries.

Notice, last days and recruits come a few times a year and are left to the numpy form.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.parameters import WEEKS_PER_YEAR
from sim.people import People
from sim.processes import workforce as plain
from sim.week import Week
from sim.workforce import NOT_SET, VACANT, Workforce

LUCK = Keys(plain.NOTICE, plain.SICKNESS, plain.SICK_WEEKS)
NOTICE, SICKNESS, SICK_WEEKS = range(3)


def turn_over(people: People, workforce: Workforce, week: Week) -> None:
    """Let workers give notice, leave, fall ill and start; then open the week's diaries."""
    if not week.p.programme.enabled:
        return
    posts, workers, n, luck, p = columns(workforce.posts), columns(workforce.workers), workforce.posts.n, LUCK.of(week), numbers(week.p)
    if some_give_notice(posts, n, workers, luck, p):
        plain.give_notice(people, workforce, week)
    if some_leave(posts, n, workers, week.number, p):
        plain.last_days(people, workforce, week)
    if fall_ill(posts, n, workers, week.number, luck, p):
        plain.recruit(workforce, week)
        workers = columns(workforce.workers)  # they may have grown
    open_diaries(posts, n, workers, workforce.workers.n, week.number, p)
    week.count("available_hours", float(workforce.workers.hours_there[: workforce.workers.n].sum()))


@njit(cache=True)
def strain(workers, j):
    """Return the workload of worker `j` above one."""
    return max(0.0, workers.workload[j] - 1)


@njit(cache=True)
def productivity_of(workers, j, week, p):
    """Return the productivity of worker `j`, which rises from `ramp_start` to 1 in `ramp_weeks`."""
    w = p[0].workforce
    return w.ramp_start + (1 - w.ramp_start) * min(1.0, (week - workers.started_week[j]) / w.ramp_weeks)


@njit(cache=True)
def some_give_notice(posts, n, workers, keys, p):
    """Return whether the luck of some worker is to give notice."""
    q = p[0].workforce
    for post in range(n):
        j = posts.worker[post]
        if j == VACANT or workers.notice_week[j] != NOT_SET:
            continue
        hazard = q.turnover / WEEKS_PER_YEAR * np.exp(q.turnover_workload * strain(workers, j) + q.turnover_gaps * workers.gap_share[j])
        if unit(keys[NOTICE], post) < -np.expm1(-hazard):
            return True
    return False


@njit(cache=True)
def some_leave(posts, n, workers, week, p):
    """Return whether the notice of some worker is over."""
    for post in range(n):
        j = posts.worker[post]
        if j != VACANT and workers.notice_week[j] != NOT_SET and workers.notice_week[j] + p[0].workforce.notice_weeks <= week:
            return True
    return False


@njit(cache=True)
def fall_ill(posts, n, workers, week, keys, p):
    """Let sicknesses start among those who are well, of geometric length; return whether a vacant post is to be filled."""
    q, due = p[0].workforce, False
    for post in range(n):
        j = posts.worker[post]
        if j == VACANT:
            due |= posts.refill_week[post] <= week
        elif workers.sick_left[j] == 0 and unit(keys[SICKNESS], post) < min(1.0, q.sickness * np.exp(q.sickness_workload * strain(workers, j))):
            more = np.floor(np.log(unit(keys[SICK_WEEKS], post)) / np.log1p(-1 / q.sickness_weeks)) if q.sickness_weeks > 1 else 0.0
            workers.sick_left[j] = 1 + int(more)
    return due


@njit(cache=True)
def open_diaries(posts, n, workers, n_workers, week, p):
    """Set this week's diary hours of every worker: none for the sick and for those who have left."""
    q = p[0].workforce
    for j in range(n_workers):
        workers.hours_there[j] = workers.hours_wanted[j] = 0.0
        workers.contacts_week[j] = workers.gaps_week[j] = 0
    for post in range(n):
        j = posts.worker[post]
        if j != VACANT and workers.sick_left[j] == 0:
            workers.hours_there[j] = q.hours * q.diary_share * productivity_of(workers, j, week, p)
    for j in range(n_workers):
        workers.hours_left[j] = workers.hours_there[j]
