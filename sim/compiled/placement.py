"""Compiled form of `sim.processes.placement`: places from the queues, and starting alone."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.community import Community
from sim.compiled import sharing
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.people import ATTENDING, GOALS, IS_CASE_AREA, NOT_YET, OPEN, PRACTISING, QUEUED, People
from sim.processes import placement as plain
from sim.week import Week
from sim.workforce import Workforce

LUCK = Keys(plain.ACCOMPANIED, plain.STARTS, plain.SELF_START)
ACCOMPANIED, STARTS, SELF_START = range(3)


def place(people: People, workforce: Workforce, community: Community, week: Week) -> None:
    """Give free places to those who queue, and let people start by themselves."""
    s, workers, hours = community.services, workforce.workers, week.p.contact.accompaniment_hours
    rows, starts, service, queued, given, wanted = place_all(
        columns(people), people.n, columns(s), s.n, columns(workers), workers.n, week.number, LUCK.of(week), numbers(week.p)
    )
    if not len(rows):
        return
    if wanted:
        week.count("contact_hours", float(np.full(given, hours).sum()))
        week.count("hours_unmet", float(np.full(wanted - given, hours).sum()))
    begun, declined = starts.nonzero()[0], (~starts).nonzero()[0]
    community.waits.append((service[begun], queued[begun]))
    week.record("placed", rows[begun], services=service[begun])
    week.record("not_started", rows[declined], services=service[declined])
    week.count("activity_starts", len(begun))
    week.count("activity_not_started", len(declined))


@njit(cache=True)
def place_all(people, n, services, n_services, workers, n_workers, week, keys, p):
    """Do so; return the rows offered a place, whether each starts, the service, the weeks queued, and how many got company of how many who wanted it."""
    goals = places_offered(people, n, services, n_services, week, p)
    given, wanted = accompany(people, workers, n_workers, goals, keys, p)
    starts, service, queued = start_each(people, goals, given, week, keys, p)
    if p[0].activity.self_start > 0:
        start_alone(people, n, week, keys, p)
    return goals // GOALS, starts, service, queued, given.sum(), wanted


@njit(cache=True)
def places_offered(people, n, services, n_services, week, p):
    """Reopen goals that have queued for too long; return the flat goals that have their turn, within the free places of each service."""
    q = p[0].activity
    queue, attending, queued, attended = np.empty(GOALS * n, np.int64), np.empty(GOALS * n, np.int64), 0, 0
    stage, service, blocked_until = people.goal_stage.reshape(-1), people.goal_service.reshape(-1), people.goal_blocked_until.reshape(-1)
    since, free, turns = people.goal_since.reshape(-1), services.places[:n_services].copy(), 0
    for goal in range(GOALS * n):  # without a branch, which would often be foretold wrongly
        queue[queued] = attending[attended] = goal
        queued += stage[goal] == QUEUED
        attended += stage[goal] == ATTENDING
    for goal in attending[:attended]:
        free[service[goal]] -= 1
    for goal in queue[:queued]:
        waited = week - since[goal]
        if waited > q.queue_limit_weeks:
            stage[goal] = OPEN
            service[goal] = NOT_YET
        elif waited >= q.shortest_wait_weeks and free[service[goal]] > 0 and blocked_until[goal] <= week:
            queue[turns] = goal
            turns += 1
    offered = 0
    for goal in longest_waiting_first(queue[:turns], since, week, q.queue_limit_weeks):
        if free[service[goal]] > 0:
            free[service[goal]] -= 1
            queue[offered] = goal
            offered += 1
    return queue[:offered].copy()


@njit(cache=True)
def longest_waiting_first(goals, since, week, longest):
    """Return the flat `goals`, none of which has waited for more than `longest` weeks, in order of `since`, ties as they stand."""
    here = np.zeros(longest + 2, np.int64)
    for goal in goals:
        here[longest - (week - since[goal]) + 1] += 1
    for weeks in range(longest + 1):
        here[weeks + 1] += here[weeks]
    order = np.empty(len(goals), np.int64)
    for goal in goals:
        weeks = longest - (week - since[goal])
        order[here[weeks]] = goal
        here[weeks] += 1
    return order


@njit(cache=True)
def accompany(people, workers, n, goals, keys, p):
    """Return with whom the worker goes along, one flag a goal, and how many wanted it.

    A share of those still engaged, as far as hours are left; a new worker first has to call.
    """
    given, wanting, count = np.zeros(len(goals), np.bool_), np.empty(len(goals), np.int64), 0
    for place in range(len(goals)):
        i, k = goals[place] // GOALS, goals[place] % GOALS
        if people.link_worker[i] >= 0 and not people.awaiting_call[i]:
            wanting[count] = place
            count += unit(keys[ACCOMPANIED], people.number[i] * GOALS + k) < p[0].contact.accompaniment_share
    wanting = wanting[:count]
    worker, hours = np.empty(count, np.int64), np.full(count, p[0].contact.accompaniment_hours)
    for k in range(count):
        worker[k] = people.link_worker[goals[wanting[k]] // GOALS]
    sharing.want(workers.hours_wanted[:n], worker, hours)
    fits = sharing.within_hours(worker, hours, workers.hours_left[:n])
    sharing.spend(workers.hours_left[:n], worker[fits], hours[fits])
    given[wanting] = fits
    return given, count


@njit(cache=True)
def start_each(people, goals, given, week, keys, p):
    """Decide of each of `goals` whether the activity is started, and write it down; return that, the service, and the weeks queued."""
    starts, service, queued = np.empty(len(goals), np.bool_), np.empty(len(goals), np.int64), np.empty(len(goals), np.int64)
    lowered = np.empty(len(goals))
    for place in range(len(goals)):
        i, k = goals[place] // GOALS, goals[place] % GOALS
        service[place], queued[place] = people.goal_service[i, k], week - people.goal_since[i, k]
        luck = unit(keys[STARTS], people.number[i] * GOALS + k)
        starts[place] = luck < start_probability(people, i, k, given[place], queued[place], p)
        lowered[place] = max(0.0, people.motivation[i] - p[0].activity.not_started_motivation)
    for place in range(len(goals)):
        i, k = goals[place] // GOALS, goals[place] % GOALS
        if starts[place]:
            people.goal_stage[i, k] = ATTENDING
            people.goal_since[i, k] = week
            people.goal_misses[i, k] = people.goal_due[i, k] = people.goal_attended[i, k] = 0
            people.activity_starts[i] += 1
        else:
            people.goal_stage[i, k] = OPEN
            people.goal_service[i, k] = NOT_YET
            people.activity_not_started[i] += 1
            people.motivation[i] = lowered[place]  # once a person: repeats write the same
    return starts, service, queued


@njit(cache=True)
def start_probability(people, i, k, accompanied, queued, p):
    """Return the chance that person `i` starts the activity of the goal in slot `k`."""
    q = p[0].activity
    logit = q.start_logit + q.start_accompanied * accompanied
    logit -= q.start_barrier * people.goal_barriers[i, k] + q.start_depressed * people.depressed[i]
    logit += people.confidence[i] - 0.45 - np.float32(q.start_setback) * people.severity[i] - q.start_per_week_queued * queued
    logit -= p[0].contact.unpersonalised_logit * (not p[0].contact.personalised)
    return 1 / (1 + np.exp(-logit))


@njit(cache=True)
def start_alone(people, n, week, keys, p):
    """Let anybody, with or without the service, take up an open habit goal straight as self-practice."""
    most, rows, slots, count = 2 * p[0].activity.self_start, np.empty(GOALS * n, np.int32), np.empty(GOALS * n, np.int8), 0
    number, stage, key = people.number, people.goal_stage, keys[SELF_START]
    for i in range(n):  # without a branch, which would often be foretold wrongly
        for k in range(GOALS):
            rows[count], slots[count] = i, k
            count += (unit(key, number[i] * GOALS + k) < most) & (stage[i, k] == OPEN)
    for place in range(count):  # only these can start: motivation is at most 1
        i, k = rows[place], slots[place]
        chance = most * people.motivation[i] * (np.float32(1) - people.severity[i]) * (1 - 0.5 * people.depressed[i])
        if people.goal_blocked_until[i, k] > week or IS_CASE_AREA[people.goal_area[i, k]] or unit(key, number[i] * GOALS + k) >= chance:
            continue
        people.goal_stage[i, k] = PRACTISING
        people.goal_since[i, k] = week
