"""Compiled form of `sim.processes.engagement`: drop-out, maintenance, completion, the time limit, extension and re-entry."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled import star
from sim.compiled.draws import Keys, unit
from sim.compiled.episodes import leave
from sim.compiled.events import by_kind, no_events, put, record
from sim.compiled.tables import columns, numbers
from sim.episodes import REASON
from sim.people import ACTIVE, COMPLETED, DISENGAGED, GOALS, LAST_ENGAGED, MAINTENANCE, RESOLVED, SERIOUS, TIME_LIMITED, WAITING, People
from sim.processes.engagement import (
    ATTRIBUTION_WEEKS,
    COMPLETES,
    DROPS_OUT,
    EXTENDED,
    MAINTAINS,
    NEEDY_CONDITIONS,
    RETURNS,
)
from sim.programme import NO_LIMIT
from sim.records import Log
from sim.week import Week

EVENTS = ("disengaged", "reactivated", "maintenance", "extended", "completed", "time_limited")
LEFT, SLIPPED, SETTLED, LONGER, MET_GOALS, AT_LIMIT = range(len(EVENTS))
KINDS = len(EVENTS)
MOST_A_PERSON = 3  # events in a week
LUCK = Keys(DROPS_OUT, MAINTAINS, COMPLETES, EXTENDED, RETURNS)
GOALS_MET, TIME_LIMIT = REASON["goals_met"], REASON["time_limit"]
LOST_CHANGE, LOST_SETBACK, LOST_OTHER = REASON["lost_worker_change"], REASON["lost_setback"], REASON["lost_other"]
F4 = np.float32
SERIOUS_4 = F4(SERIOUS)
MOST_LATE = 4.0


def engage(people: People, week: Week, episodes: Log) -> None:
    """Move people between active, maintenance and their exits, and bring some back."""
    if not week.p.programme.enabled:
        return
    signposting = week.p.contact.schedule == "signposting"
    c, p = columns(people), numbers(week.p)
    counts, leavers, states, reasons, reviewed, marks, events = engage_all(c, people.n, p, week.number, LUCK.of(week), signposting)
    record(week, EVENTS, events, "workers")
    for name, count in zip(("disengaged", "completed", "time_limited"), counts, strict=True):
        week.count(name, count)
    if not len(leavers):
        return
    star.record(people, reviewed, marks, week)
    leave(people, leavers, states, reasons, week, episodes)
    tell(c, reviewed, leavers[counts[0] + counts[1] :], p, signposting)


@njit(cache=True)
def engage_all(people, n, p, week, luck, signposting):
    """Do so for the first `n` of `people`.

    Return how many drop out, leave with goals met and leave at the limit; these people in this order,
    their new states and their reasons; who has a last Star review, and its number; and the events.
    """
    drops_out, maintains, completes, extended, returns = luck
    events = no_events(MOST_A_PERSON * n)
    come_back(people, n, p, week, returns)  # first: whoever leaves this week does not return in the same
    rows, dropped, reasons = drop_out(people, n, p, week, drops_out, events)
    maintain(people, rows, p, week, maintains, events)
    met_goals, at_limit = planned_exits(people, rows, p, week, completes, extended, signposting, events)
    counts = len(dropped), len(met_goals), len(at_limit)
    leavers = np.concatenate((dropped, met_goals, at_limit))
    states, reviewed, marks, reviews = np.empty(len(leavers), np.int64), np.empty(len(leavers), np.int64), np.empty(len(leavers), np.int64), 0
    for place, i in enumerate(leavers):
        if place < counts[0]:
            states[place] = DISENGAGED
            continue
        states[place], reasons[place] = (COMPLETED, GOALS_MET) if place < counts[0] + counts[1] else (TIME_LIMITED, TIME_LIMIT)
        if people.met[i] and not signposting:
            reviewed[reviews], marks[reviews] = i, (week - people.spell_start[i]) // p[0].wellbeing.review_weeks
            reviews += 1
    return counts, leavers, states, reasons[: len(leavers)].copy(), reviewed[:reviews].copy(), marks[:reviews].copy(), by_kind(events, KINDS)


@njit(cache=True)
def come_back(people, n, p, week, key):
    """Let former users return to the list after this week's setback or mood relapse."""
    setback_week, relapse_week, episode, alive = people.setback_week, people.relapse_week, people.episode, people.alive
    state, listed_week, calls, number = people.state, people.listed_week, people.calls, people.number
    for i in range(n):
        if (setback_week[i] == week or relapse_week[i] == week) and episode[i] > 0 and alive[i]:
            left = state[i] == COMPLETED or state[i] == TIME_LIMITED or state[i] == DISENGAGED
            if left and unit(key, number[i]) < p[0].programme.reentry:
                state[i] = WAITING
                listed_week[i] = week
                calls[i] = 0


@njit(cache=True)
def drop_out(people, n, p, week, key, events):
    """Return who of the engaged stays, who drops out, and each one's reason: a change of worker, a setback, or neither."""
    q = p[0].dropout
    state, number, met, interval = people.state, people.number, people.met, people.interval
    last_contact, spell_start, change_week = people.last_contact_week, people.spell_start, people.change_week
    severity, link_worker = people.severity, people.link_worker
    share_change, share_setback = people.dropout_share_change, people.dropout_share_setback
    # a probability is at most its hazard: whoever would stay with the rest at its worst needs no closer look
    worst = q.depressed + 0.45 * q.confidence + q.awaiting_call + q.setback + 1e-9
    highest = q.hazard * np.exp(q.lateness * MOST_LATE + q.early + worst + 1e-9)
    rows, dropped, reasons = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    stay = out = 0
    for i in range(n):
        if state[i] > LAST_ENGAGED:
            continue
        luck = unit(key, number[i])
        rows[stay] = i
        stay += 1
        if luck >= highest:
            continue
        since = (week - last_contact[i]) / interval[i] if met[i] else (week - spell_start[i]) / 2
        logs = q.lateness * min(max(since - 1.5, 0.0), MOST_LATE) + q.early * np.exp((spell_start[i] - week) / 5)
        if luck >= q.hazard * np.exp(logs + worst) or luck >= -np.expm1(-drop_out_hazard(people, i, logs, p)):
            continue
        stay -= 1
        share_change[i] = -np.expm1(-q.awaiting_call * people.awaiting_call[i])
        share_setback[i] = -np.expm1(F4(-q.setback) * severity[i])
        by_change = week - change_week[i] <= ATTRIBUTION_WEEKS and change_week[i] >= spell_start[i]
        dropped[out] = i
        reasons[out] = LOST_CHANGE if by_change else LOST_SETBACK if severity[i] > 0 else LOST_OTHER
        out += 1
        put(events, LEFT, i, link_worker[i])
    return rows[:stay], dropped[:out], reasons


@njit(cache=True)
def drop_out_hazard(people, i, logs, p):
    """Return the hazard of person `i`, of whom `logs` is what lateness and the first weeks add to its logarithm."""
    q, progress = p[0].dropout, people.goal_progress
    logs += q.depressed * people.depressed[i]
    logs -= q.trust * people.trust[i]
    logs -= q.confidence * (people.confidence[i] - 0.45)
    logs -= F4(q.progress / GOALS) * (progress[i, 0] + progress[i, 1] + progress[i, 2])
    logs += q.awaiting_call * people.awaiting_call[i] + F4(q.setback) * people.severity[i]
    hazard = q.hazard * np.exp(logs)
    return hazard * q.maintenance_factor if people.state[i] == MAINTENANCE else hazard


@njit(cache=True)
def maintain(people, rows, p, week, key, events):
    """Move those of the engaged `rows` whose goals go well to maintenance, and those who slip back to active."""
    q = p[0].programme
    state, severity, lapses, spell_start = people.state, people.severity, people.lapses_in_maintenance, people.spell_start
    progress, habit, stage = people.goal_progress, people.goal_habit, people.goal_stage
    trust, confidence, number, link_worker = people.trust, people.confidence, people.number, people.link_worker
    from_week, enough, firm = min(q.maintenance_from_week, 0.4 * q.length_weeks), F4(q.maintenance_progress), F4(q.maintenance_habit)
    for i in rows:
        if state[i] == MAINTENANCE:
            if severity[i] >= SERIOUS_4 or lapses[i] >= q.reactivation_lapses:
                state[i] = ACTIVE
                lapses[i] = 0
                put(events, SLIPPED, i, link_worker[i])
        elif week - spell_start[i] > from_week:
            good = 0
            for k in range(GOALS):
                good += progress[i, k] > enough or stage[i, k] == RESOLVED
            if good < 2 or severity[i] >= SERIOUS_4 or max(max(habit[i, 0], habit[i, 1]), habit[i, 2]) <= firm:
                continue
            if unit(key, number[i]) < 1 - q.dependency_slowing * (trust[i] * (1 - confidence[i])):
                state[i] = MAINTENANCE
                lapses[i] = 0
                put(events, SETTLED, i, link_worker[i])


@njit(cache=True)
def planned_exits(people, rows, p, week, completes, extended, signposting, events):
    """Return who of the engaged `rows` leaves with goals met and who at the time limit; extend some with need."""
    q = p[0].programme
    state, met, spell_start, limit_week = people.state, people.met, people.spell_start, people.limit_week
    number, link_worker = people.number, people.link_worker
    from_week = min(q.completion_from_week, 0.5 * q.length_weeks)
    met_goals, ended = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    a = b = 0
    for i in rows:
        at_limit = week >= limit_week[i] or (signposting and met[i])
        if state[i] == MAINTENANCE:
            if at_limit or (unit(completes, number[i]) < q.completion and week - spell_start[i] > from_week):
                met_goals[a] = i
                a += 1
                put(events, MET_GOALS, i, link_worker[i])
        elif at_limit:
            if unit(extended, number[i]) < q.discretion and may_be_extended(people, i, p) and not (signposting and met[i]):
                limit_week[i] = min(NO_LIMIT, limit_week[i] + q.extension_weeks)
                people.extensions_spell[i] += 1
                people.extensions[i] += 1
                put(events, LONGER, i, link_worker[i])
            else:
                ended[b] = i
                b += 1
                put(events, AT_LIMIT, i, link_worker[i])
    return met_goals[:a], ended[:b]


@njit(cache=True)
def tell(people, reviewed, at_limit, p, signposting):
    """Keep the last Star of a first spell of those `reviewed`; surprise those who did not know of the limit that ended their spell."""
    q = p[0].programme
    for i in reviewed:
        if people.episode[i] == 1:
            people.star_exit[i] = people.review_areas[i].sum()
    if signposting:  # one contact is no programme whose end could surprise
        return
    for i in at_limit:
        if not people.knows_limit[i]:
            people.confidence[i] = max(0.0, people.confidence[i] - q.untold_confidence)
            people.motivation[i] = max(0.0, people.motivation[i] - q.untold_motivation)


@njit(cache=True)
def may_be_extended(people, i, p):
    """Return whether person `i`, active at the limit, has need and may be extended once more."""
    need = people.severity[i] > 0 or people.depressed[i] or people.insecure_housing[i] or people.ltcs[i] >= NEEDY_CONDITIONS
    return need and people.extensions_spell[i] < p[0].programme.max_extensions
