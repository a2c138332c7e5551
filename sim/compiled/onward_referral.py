"""Compiled form of `sim.processes.onward_referral`: who takes up an open goal, and the best service the worker knows.

Where no service serves the area, the worker stands in by the numpy form.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.community import OLDER_GROUP_AGE, Community
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import choice, columns, numbers
from sim.parameters.contact import Contact
from sim.people import ATTENDING, GOALS, LAST_ENGAGED, LIFESTYLE, OPEN, QUEUED, SERIOUS, People
from sim.processes import onward_referral as plain
from sim.processes.onward_referral import MOST_CANDIDATES
from sim.week import Week
from sim.workforce import Workforce

AREAS = 8
SIGNPOSTING = choice(Contact, "schedule", "signposting")
LUCK = Keys(plain.OFFER, plain.CANDIDATE)
OFFER, CANDIDATE = range(2)
TOO_ILL = np.float32(SERIOUS)


def refer_on(people: People, workforce: Workforce, community: Community, week: Week) -> None:
    """At each contact with an open goal: refer to the best service known, or fill the gap."""
    if not week.p.programme.enabled:
        return
    c, s, luck, p = columns(people), columns(community.services), LUCK.of(week), numbers(week.p)
    goals = offers(c, people.n, week.number, luck, p)
    if not len(goals):
        return
    rows, chosen, gaps = choose(c, people.n, columns(workforce.workers), s, community.services.n, goals, week.number, luck, p)
    plain.fill_gaps(people, workforce, gaps, week)
    week.count("onward_referrals", len(rows))
    week.record("onward_referral", rows, people.link_worker[rows], chosen)


@njit(cache=True)
def offers(people, n, week, keys, p):
    """Return the flat goals that people met this week take up, one a person."""
    rows, met, count = np.empty(n, np.int64), 0, 0
    last_contact_week, state = people.last_contact_week, people.state
    chance = 1.0 if p[0].contact.schedule == SIGNPOSTING else p[0].activity.offer_probability
    for i in range(n):  # without a branch, which would often be foretold wrongly
        rows[met] = i
        met += (last_contact_week[i] == week) & (state[i] <= LAST_ENGAGED)
    for i in rows[:met]:
        if not people.met[i] or people.severity[i] >= TOO_ILL or unit(keys[OFFER], people.number[i]) >= chance:
            continue
        for k in range(GOALS):
            if people.goal_stage[i, k] == OPEN and people.goal_blocked_until[i, k] <= week:
                rows[count] = i * GOALS + k
                count += 1
                break
    return rows[:count].copy()


@njit(cache=True)
def choose(people, n, workers, services, n_services, goals, week, keys, p):
    """Let each of the flat `goals` queue for the best of the services that the worker knows.

    Return the rows referred, their services, and the goals that no service serves.
    """
    by_area, start = open_services(services, n_services)
    held = places_held(people, n, n_services)
    rows, chosen, gaps = np.empty(len(goals), np.int64), np.empty(len(goals), np.int64), np.empty(len(goals), np.int64)
    referred = gap = 0
    for goal in goals:
        i, k = goal // GOALS, goal % GOALS
        first, last = start[people.goal_area[i, k]], start[people.goal_area[i, k] + 1]
        if first == last:
            gaps[gap] = goal
            gap += 1
            continue
        service, in_the_way = best_known(people, workers, services, i, by_area[first:last], held, week, keys, p)
        people.goal_stage[i, k] = QUEUED
        people.goal_service[i, k] = service
        people.goal_barriers[i, k] = in_the_way
        people.goal_since[i, k] = week
        people.onward_referrals[i] += 1
        rows[referred], chosen[referred] = i, service
        referred += 1
    return rows[:referred].copy(), chosen[:referred].copy(), gaps[:gap].copy()


@njit(cache=True)
def best_known(people, workers, services, i, serving, held, week, keys, p):
    """Return the best service for person `i` of those in `serving` that the worker knows (the first of equals), and its barriers."""
    share = min(1.0, (week - workers.started_week[people.link_worker[i]]) / p[0].workforce.experience_weeks)
    known = 1 + int(np.rint(p[0].community.knowledge * share))
    best = least = score = 0
    for place in range(known):
        service = serving[int(unit(keys[CANDIDATE], people.number[i] * MOST_CANDIDATES + place) * len(serving))]
        count = barriers(people, i, services, service, p)
        badness = 2 * count + (held[service] >= services.places[service])
        if place == 0 or badness < score:
            best, least, score = service, count, badness
    return best, least


@njit(cache=True)
def open_services(services, n):
    """Return the open services sorted by area, and where each area starts in that list (one entry more for its end)."""
    start = np.zeros(AREAS + 1, np.int64)
    by_area, here = np.empty(n, np.int64), np.empty(AREAS, np.int64)
    for s in range(n):
        start[services.area[s] + 1] += services.open[s] and services.places[s] > 0
    for area in range(AREAS):
        here[area] = start[area]
        start[area + 1] += start[area]
    for s in range(n):
        if services.open[s] and services.places[s] > 0:
            by_area[here[services.area[s]]] = s
            here[services.area[s]] += 1
    return by_area, start


@njit(cache=True)
def places_held(people, n, services):
    """Return how many people attend or queue at each of `services`."""
    held, goals, count = np.zeros(services, np.int64), np.empty(GOALS * n, np.int64), 0
    stage, service = people.goal_stage.reshape(-1), people.goal_service.reshape(-1)
    for goal in range(GOALS * n):
        goals[count] = goal
        count += (stage[goal] == QUEUED) | (stage[goal] == ATTENDING)
    for goal in goals[:count]:
        held[service[goal]] += 1
    return held


@njit(cache=True)
def barriers(people, i, services, s, p):
    """Return how many barriers stand between person `i` and service `s` (`Community.barriers`)."""
    apart, transport, evening = abs(people.neighbourhood[i] - services.neighbourhood[s]), people.transport[i], services.evening[s]
    travel = (apart > p[0].community.travel_limit and not transport) or (apart > 0 and people.burden[i])
    timing = not evening if people.employed[i] else evening and not transport
    age_mix = people.age[i] < OLDER_GROUP_AGE and services.older[s]
    culture = people.minority[i] and not services.adapted[s]
    no_women_only = people.needs_women_only[i] and services.area[s] == LIFESTYLE and not services.women_only[s]
    return int(travel) + int(timing) + int(age_mix) + int(culture) + int(no_women_only) + int(services.unsafe[s])
