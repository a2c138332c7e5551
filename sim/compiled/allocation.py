"""Compiled form of `sim.processes.allocation`: the waiting list is called in one loop.

Joint meetings, cover after a change and goals imposed on people are rarer and left to the numpy form.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled import sharing
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.episodes import REASON
from sim.people import ACTIVE, COMPLEX, DECLINED, FOR_GOOD, GOALS, LAPSED, LAST_ENGAGED, LEFT_LIST, NOT_YET, OPEN, RESOLVED, WAITING, People
from sim.processes import allocation as plain
from sim.sharing import open_slots
from sim.week import Week
from sim.workforce import NOT_SET, VACANT, Workforce, caseload_weights

HEADS = np.ones(COMPLEX + 1)
AREAS = 8
CALL_LUCK = Keys(plain.REACHED, plain.ACCEPTS)
REACHED, ACCEPTS = range(2)
LEAVING_LUCK = Keys(plain.LEAVES_LIST)


def allocate(people: People, workforce: Workforce, week: Week) -> None:
    """Hold joint meetings, give users without a worker a new one, then call the waiting list."""
    if not week.p.programme.enabled:
        return
    plain.hand_over(people, workforce, week)
    weights = caseload_weights(week.p)
    weights = HEADS if weights is None else weights
    waiting, load, uncovered = look_over(columns(people), people.n, workforce.workers.n, weights)
    if uncovered:
        plain.cover(people, workforce, week)
        waiting, load, _ = look_over(columns(people), people.n, workforce.workers.n, weights)
    call_list(people, workforce, waiting, load, float(weights.max()), week)
    left = who_leaves(columns(people), people.n, LEAVING_LUCK.of(week), numbers(week.p))
    turn_down(people, left, "left_list", week)


@njit(cache=True)
def look_over(people, n, workers, weights):
    """Return the rows of those waiting, the caseload of each worker by `weights`, and whether somebody engaged has no worker."""
    waiting, users, n_waiting, n_users = np.empty(n, np.int64), np.empty(n, np.int64), 0, 0
    state, worker, complexity = people.state, people.link_worker, people.complexity
    for i in range(n):  # without a branch, which would often be foretold wrongly
        waiting[n_waiting] = users[n_users] = i
        n_waiting += state[i] == WAITING
        n_users += state[i] <= LAST_ENGAGED
    load = np.zeros(workers + 1)
    for i in users[:n_users]:
        load[worker[i] + 1] += weights[complexity[i]]  # the first are those without a worker (-1)
    return waiting[:n_waiting].copy(), load[1:].copy(), load[0] > 0


def call_list(people: People, workforce: Workforce, waiting: np.ndarray, load: np.ndarray, heaviest: float, week: Week) -> None:
    """Call people on the list in order, one call each, until intake, caps or hours are used up."""
    if not len(waiting):
        return
    workers, p = workforce.workers, numbers(week.p)
    to, load, productivity, room, most = room_for(columns(workforce.posts), workforce.posts.n, columns(workers), load, heaviest, week.number, p)
    if not len(to):
        return
    rows = in_order(people, waiting, week)
    rows = rows[: int(min(most.sum(), len(rows)))]
    slots = open_slots(load, productivity, room, len(rows))  # more than accept: workers out of time for calls drop out
    called, declined, not_reached, accepted, caller = call_each(
        columns(people), columns(workers), workers.n, rows, to, slots, most, week.number, CALL_LUCK.of(week), p
    )
    week.count("contact_hours", float(np.full(called, week.p.allocation.call_hours).sum()))
    turn_down(people, declined, "declined", week)
    turn_down(people, not_reached, "not_reached", week)
    take_on(people, accepted, own_worker_first(columns(people), accepted, caller, workers.n), week)


@njit(cache=True)
def room_for(posts, n, workers, load, heaviest, week, p):
    """Return workers who may take users, with their load, productivity, room (this week's intake) and most calls their diary holds."""
    w, call_hours = p[0].workforce, p[0].allocation.call_hours
    to = np.empty(n, np.int64)
    count = 0
    for post in range(n):
        j = posts.worker[post]
        if j != VACANT and workers.sick_left[j] == 0 and workers.notice_week[j] == NOT_SET:
            to[count] = j
            count += 1
    to = to[:count]
    productivity, room, most = np.empty(count), np.empty(count), np.empty(count)
    for k in range(count):
        j = to[k]
        productivity[k] = w.ramp_start + (1 - w.ramp_start) * min(1.0, (week - workers.started_week[j]) / w.ramp_weeks)
        most[k] = np.floor(workers.hours_left[j] / call_hours + 1e-9) if call_hours > 0 else np.inf
        free = (w.caseload_cap * productivity[k] - load[j]) / heaviest
        room[k] = min(min(free, np.floor(w.intake_per_week * productivity[k] + 1e-9)), most[k])  # each slot takes a call at least
    return to, load[to], productivity, room, most


def in_order(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the waiting `rows` in order of listing, or complex people first; direct returns at their head."""
    keys = [people.listed_week[rows]]
    if week.p.allocation.list_order == "complexity":
        keys.append(COMPLEX - people.complexity[rows])
    if week.p.programme.reentry_route == "direct":
        keys.append(people.episode[rows] == 0)
    return rows[np.lexsort(keys)]


@njit(cache=True)
def call_each(people, workers, n, rows, to, slots, most, week, keys, p):
    """Call `rows` one by one: the worker whose slot is next makes the calls until somebody accepts.

    A worker whose diary has no time for another call drops out, with all further slots. Return how many were called, the rows of
    those who decline and of those given up, and who accept, with their callers.
    """
    q = p[0].allocation
    caller, taken = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    declined, given_up, accepted = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    called = n_declined = n_given_up = n_accepted = slot = 0
    for i in rows:
        while slot < len(slots) and most[slots[slot]] < 1:
            slot += 1
        if slot == len(slots):
            break
        most[slots[slot]] -= 1
        caller[called] = to[slots[slot]]
        called += 1
        people.calls[i] += 1
        if unit(keys[REACHED], people.number[i]) >= q.reached_probability:
            if people.calls[i] >= q.call_tries:
                given_up[n_given_up] = i
                n_given_up += 1
        elif unit(keys[ACCEPTS], people.number[i]) < accept_probability(people, i, week, p):
            accepted[n_accepted], taken[n_accepted] = i, caller[called - 1]
            n_accepted += 1
            slot += 1
        else:
            declined[n_declined] = i
            n_declined += 1
    hours = np.full(called, q.call_hours)
    sharing.spend(workers.hours_left[:n], caller[:called], hours)
    sharing.want(workers.hours_wanted[:n], caller[:called], hours)
    return called, declined[:n_declined].copy(), given_up[:n_given_up].copy(), accepted[:n_accepted].copy(), taken[:n_accepted].copy()


@njit(cache=True)
def accept_probability(people, i, week, p):
    """Return the chance that person `i`, once reached, accepts."""
    q = p[0].allocation
    waited = min(10, week - people.listed_week[i])
    return 1 / (1 + np.exp(-(q.accept_logit - q.accept_per_week_waited * waited + people.confidence[i] - 0.45)))


@njit(cache=True)
def who_leaves(people, n, keys, p):
    """Return the rows of those waiting who leave the list by themselves."""
    rows, left, waiting, count = np.empty(n, np.int64), p[0].allocation.leave_list, 0, 0
    state, number = people.state, people.number
    for i in range(n):
        rows[waiting] = i
        waiting += state[i] == WAITING
    for i in rows[:waiting]:
        rows[count] = i
        count += unit(keys[0], number[i]) < left
    return rows[:count].copy()


def turn_down(people: People, rows: np.ndarray, reason: str, week: Week) -> None:
    """Take `rows` off the list for good: declined, not reached, or left; those who came back return to how they were."""
    if not len(rows):
        return
    take_off(columns(people), rows, LEFT_LIST if reason == "left_list" else DECLINED, REASON[reason], week.number)
    week.count("left_list" if reason == "left_list" else "declined", len(rows))
    week.record(reason, rows)


@njit(cache=True)
def take_off(people, rows, state, reason, week):
    """Write down that `rows` are off the list."""
    for i in rows:
        if people.episode[i] > 0:
            people.state[i] = people.exit_state[i]
            continue
        people.state[i] = state
        people.uptake[i] = 0
        people.exit_reason[i] = reason
        people.end_week[i] = week


@njit(cache=True)
def own_worker_first(people, rows, workers, n):
    """Return the `workers` dealt out so that those who come back get their own, where it is among them (of `n` ever in post)."""
    there, dealt = np.zeros(n, np.int64), np.full(len(rows), NOT_YET)
    for worker in workers:
        there[worker] += 1
    kept = there.copy()  # of each worker's places, those for others
    for k in range(len(rows)):
        own = people.last_worker[rows[k]]
        if own >= 0 and kept[own] > 0:
            kept[own] -= 1
            dealt[k] = own
    given, k = there - kept, 0
    for worker in workers:
        if given[worker] > 0:  # the first places are those of the worker's own
            given[worker] -= 1
            continue
        while dealt[k] != NOT_YET:
            k += 1
        dealt[k] = worker
    return dealt


def take_on(people: People, rows: np.ndarray, workers: np.ndarray, week: Week) -> None:
    """Begin a spell in the service for `rows` with `workers`."""
    if not len(rows):
        return
    c, p, fresh = columns(people), numbers(week.p), people.episode[rows] == 0
    first, back = rows[fresh], rows[~fresh]
    replace_achieved_goals(c, back, p)
    if not week.p.contact.personalised:
        plain.impose_goals(people, first, week)
    begin_spells(c, rows, workers, week.number, week.calendar.limit(week.number), p)
    week.count("started", len(first))
    week.count("reentered", len(back))
    week.record("uptake", rows, workers)
    week.record("reentered", back, workers[~fresh])


@njit(cache=True)
def replace_achieved_goals(people, rows, p):
    """Give those who come back new goals, in the lowest other areas, for those they achieved and kept."""
    q = p[0].wellbeing
    habit_weight, progress_weight = np.float32(q.habit_weight), np.float32(1 - q.habit_weight)
    wanting = np.empty(AREAS, np.float32)
    for i in rows:
        for area in range(AREAS):
            wanting[area] = people.latent[i, area]
        for k in range(GOALS):
            wanting[people.goal_area[i, k]] = np.inf
        for k in range(GOALS):  # the lowest of the areas that are no goal is for the first goal, and so on, used or not
            lowest = wanting.argmin()
            wanting[lowest] = np.inf
            resolved, habit = people.goal_stage[i, k] == RESOLVED, habit_weight * people.goal_habit[i, k] + progress_weight * people.goal_progress[i, k]
            people.goal_achieved[i, k] &= people.goal_stage[i, k] != LAPSED
            if resolved or people.goal_achieved[i, k]:
                people.star_baseline[i, people.goal_area[i, k]] += np.float32(q.case_effect) if resolved else np.float32(q.goal_effect) * habit
                begin_goal(people, i, k, lowest)


@njit(cache=True)
def begin_goal(people, i, k, area):
    """Begin the goal in slot `k` of person `i` anew, in `area`."""
    people.goal_area[i, k] = area
    people.goal_stage[i, k] = OPEN
    people.goal_progress[i, k] = people.goal_habit[i, k] = people.goal_peers[i, k] = 0
    people.goal_service[i, k] = NOT_YET
    people.goal_achieved[i, k] = False


@njit(cache=True)
def begin_spells(people, rows, workers, week, limit, p):
    """Write down that a spell begins for each of `rows` with `workers`."""
    q = p[0].programme
    for k in range(len(rows)):
        i = rows[k]
        if people.episode[i] == 0:
            people.uptake[i] = 1
            people.start_week[i] = week
        else:
            people.trust[i] = people.trust_stored[i] * (q.reentry_trust_same if workers[k] == people.last_worker[i] else q.reentry_trust_other)
            people.reentries[i] += 1
        people.state[i] = ACTIVE
        people.link_worker[i] = workers[k]
        people.episode[i] += 1
        people.spell_start[i] = people.last_contact_week[i] = people.covered_week[i] = week
        people.limit_week[i] = limit
        people.met[i] = people.awaiting_call[i] = people.handover_due[i] = False
        people.due_week[i] = FOR_GOOD
        people.not_before_week[i] = people.next_review[i] = 0
        people.calls[i] = people.extensions_spell[i] = people.contacts_spell[i] = people.changes_spell[i] = 0
        people.lapses_in_maintenance[i] = 0
