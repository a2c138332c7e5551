"""Compiled form of `sim.processes.allocation`: joint meetings, and the waiting list called in one loop.

Cover after a change of worker and goals imposed on people are rarer and left to the numpy form.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled import sharing
from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.compiled.workforce import productivity_of
from sim.episodes import REASON
from sim.people import ACTIVE, COMPLEX, DECLINED, FOR_GOOD, GOALS, LAPSED, LAST_ENGAGED, LEFT_LIST, NOT_YET, OPEN, RESOLVED, WAITING, People
from sim.processes import allocation as plain
from sim.week import Week
from sim.workforce import NOT_SET, VACANT, Workforce, caseload_weights

HEADS = np.ones(COMPLEX + 1)
DECLINES, NOT_REACHED, LEAVES = REASON["declined"], REASON["not_reached"], REASON["left_list"]
CALL_LUCK = Keys(plain.REACHED, plain.ACCEPTS)
REACHED, ACCEPTS = range(2)
LEAVING_LUCK = Keys(plain.LEAVES_LIST)


def allocate(people: People, workforce: Workforce, week: Week) -> None:
    """Hold joint meetings, give users without a worker a new one, then call the waiting list."""
    if not week.p.programme.enabled:
        return
    workers, posts, p, weights = workforce.workers, workforce.posts, numbers(week.p), caseload_weights(week.p)
    given = (columns(people), people.n, columns(workers), workers.n, columns(posts), posts.n, HEADS if weights is None else weights, week.number, p)
    planned, uncovered, load, waiting, *takers = look_over(*given)
    if planned:
        hand_over(people, workforce, load, week)
    if uncovered:
        plain.cover(people, workforce, week)
    if planned or uncovered:
        _, _, _, waiting, *takers = look_over(*given)
    if len(waiting) and len(takers[0]):
        call_list(people, workforce, in_order(people, waiting, week), takers, week)
    left = leave_list(columns(people), people.n, week.number, LEAVING_LUCK.of(week), p)
    week.count("left_list", len(left))
    week.record("left_list", left)


@njit(cache=True)
def look_over(people, n, workers, n_workers, posts, n_posts, weights, week, p):
    """Look at everybody.

    Return whether there are users whose joint meeting is planned, and users without a worker, the load of every worker ever,
    the rows of those waiting, and who may take them (`room_for`).
    """
    waiting, users, n_waiting, n_users, planned = np.empty(n, np.int64), np.empty(n, np.int64), 0, 0, 0
    state, worker, complexity, handover_rank = people.state, people.link_worker, people.complexity, people.handover_rank
    for i in range(n):  # without a branch, which would often be foretold wrongly
        waiting[n_waiting] = users[n_users] = i
        n_waiting += state[i] == WAITING
        n_users += state[i] <= LAST_ENGAGED
        planned += handover_rank[i] >= 0
    load = np.zeros(n_workers + 1)
    for i in users[:n_users]:
        load[worker[i] + 1] += weights[complexity[i]]  # the first are those without a worker (-1)
    to, productivity, room, most = room_for(posts, n_posts, workers, load[1:], weights.max(), week, p)
    return planned > 0, load[0] > 0, load[1:], waiting[:n_waiting].copy(), to, load[1:][to], productivity, room, most


def hand_over(people: People, workforce: Workforce, load: np.ndarray, week: Week) -> None:
    """Hold this week's joint meetings of workers on notice, as far as both diaries allow."""
    workers, c, p, weights = workforce.workers, columns(people), numbers(week.p), caseload_weights(week.p)
    rows = whose_turn(c, people.n, columns(workers), week.number)
    if not len(rows):
        return
    rows = rows[np.lexsort((people.handover_rank[rows], people.link_worker[rows]))]
    heaviest = 1.0 if weights is None else float(weights.max())
    rows, receiver = meet_jointly(c, columns(workers), workers.n, columns(workforce.posts), workforce.posts.n, rows, load, heaviest, week.number, p)
    week.count("contact_hours", 2 * float(np.full(len(rows), week.p.handover.meeting_hours).sum()))
    week.count("worker_changes", len(rows))
    week.record("handover_managed", rows, receiver)


@njit(cache=True)
def whose_turn(people, n, workers, week):
    """Return the rows of those whose joint meeting is planned for this week or was for an earlier one."""
    rows, planned, turns, handover_rank = np.empty(n, np.int64), 0, 0, people.handover_rank
    for i in range(n):
        rows[planned] = i
        planned += handover_rank[i] >= 0
    for i in rows[:planned]:
        j = people.link_worker[i]
        rows[turns] = i
        turns += handover_rank[i] < workers.handover_quota[j] * (week - workers.notice_week[j] + 1)
    return rows[:turns].copy()


@njit(cache=True)
def meet_jointly(people, workers, n, posts, n_posts, rows, load, heaviest, week, p):
    """Hold the joint meetings of `rows`, in order, as far as the diaries of the leaver and of receivers reach; return who was handed to whom."""
    q, leaver, hours = p[0].handover, np.empty(len(rows), np.int64), np.full(len(rows), p[0].handover.meeting_hours)
    for k in range(len(rows)):
        leaver[k] = people.link_worker[rows[k]]
    sharing.want(workers.hours_wanted[:n], leaver, hours)
    fits = sharing.within_hours(leaver, hours, workers.hours_left[:n])
    rows, leaver = rows[fits], leaver[fits]
    to, productivity, room = receivers(posts, n_posts, workers, load, heaviest, week, p)
    load, place, receiver, count = load[to], np.zeros(len(to)), np.empty(len(rows), np.int64), 0
    for i in rows:
        k = least_laden(load, productivity, room, place)
        if k < 0:
            break
        place[k] += 1
        receiver[count] = to[k]
        count += 1
        change_worker(people, i, to[k], week, q)
    rows, leaver, receiver = rows[:count].copy(), leaver[:count], receiver[:count].copy()
    for side in (leaver, receiver):
        sharing.spend(workers.hours_left[:n], side, hours[:count])
    sharing.want(workers.hours_wanted[:n], receiver, hours[:count])
    return rows, receiver


@njit(cache=True)
def receivers(posts, n, workers, load, heaviest, week, p):
    """Return the workers who may receive a leaver's users in a joint meeting, with their productivity and room."""
    w, q = p[0].workforce, p[0].handover
    to, productivity, room, count = np.empty(n, np.int64), np.empty(n), np.empty(n), 0
    for post in range(n):
        j = posts.worker[post]
        if j == VACANT or workers.sick_left[j] > 0 or workers.notice_week[j] != NOT_SET or week - workers.started_week[j] < q.receiver_weeks:
            continue
        to[count] = j
        productivity[count] = productivity_of(workers, j, week, p)
        free = (w.caseload_cap * q.receiver_cap_factor * productivity[count] - load[j]) / heaviest
        meetings = np.floor(workers.hours_left[j] / q.meeting_hours + 1e-9)
        room[count] = np.floor(min(free, meetings) + 1e-9)
        count += 1
    return to[:count], productivity[:count], room[:count]


@njit(cache=True)
def change_worker(people, i, receiver, week, q):
    """Write down that person `i` was handed over to `receiver` in a joint meeting."""
    people.trust[i] *= q.trust_kept_managed
    people.link_worker[i] = receiver
    people.handover_rank[i] = NOT_YET
    people.worker_changes[i] += 1
    people.changes_spell[i] += 1
    people.worker_changes_managed[i] += 1
    people.change_week[i] = people.covered_week[i] = week
    if people.first_change_week[i] == NOT_YET:
        people.first_change_week[i] = week
    people.handover_due[i] = True
    people.due_week[i] = min(people.due_week[i], week + q.managed_due_weeks)


@njit(cache=True)
def room_for(posts, n, workers, load, heaviest, week, p):
    """Return workers who may take users, with their productivity, room (this week's intake) and most calls their diary holds.

    With weighted caseloads a worker takes a user only while there is room for a complex one, the `heaviest`.
    """
    w, call_hours = p[0].workforce, p[0].allocation.call_hours
    to, productivity, room, most, count = np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n), 0
    for post in range(n):
        j = posts.worker[post]
        if j == VACANT or workers.sick_left[j] > 0 or workers.notice_week[j] != NOT_SET:
            continue
        to[count] = j
        productivity[count] = productivity_of(workers, j, week, p)
        most[count] = np.floor(workers.hours_left[j] / call_hours + 1e-9) if call_hours > 0 else np.inf
        free = (w.caseload_cap * productivity[count] - load[j]) / heaviest
        intake = np.floor(w.intake_per_week * productivity[count] + 1e-9)
        room[count] = np.floor(min(free, intake, most[count]) + 1e-9)  # each slot takes a call at least
        count += 1
    return to[:count], productivity[:count], room[:count], most[:count]


def call_list(people: People, workforce: Workforce, rows: np.ndarray, takers: list[np.ndarray], week: Week) -> None:
    """Call `rows`, the list in order, one call each, until intake, caps or hours of the `takers` are used up."""
    workers, c, p = workforce.workers, columns(people), numbers(week.p)
    called, declined, not_reached, accepted, caller = call_each(c, columns(workers), workers.n, rows, *takers, week.number, CALL_LUCK.of(week), p)
    week.count("contact_hours", float(np.full(called, week.p.allocation.call_hours).sum()))
    week.count("declined", len(declined) + len(not_reached))
    week.record("declined", declined)
    week.record("not_reached", not_reached)
    if not len(accepted):
        return
    fresh, caller = take_on(c, accepted, caller, workers.n, week.number, week.calendar.limit(week.number), p)
    first, back = accepted[fresh], accepted[~fresh]
    if not week.p.contact.personalised:
        plain.impose_goals(people, first, week)
    week.count("started", len(first))
    week.count("reentered", len(back))
    week.record("uptake", accepted, caller)
    week.record("reentered", back, caller[~fresh])


def in_order(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the waiting `rows` in order of listing, or complex people first; direct returns at their head."""
    keys = [people.listed_week[rows]]
    if week.p.allocation.list_order == "complexity":
        keys.append(COMPLEX - people.complexity[rows])
    if week.p.programme.reentry_route == "direct":
        keys.append(people.episode[rows] == 0)
    return rows[np.lexsort(keys)]


@njit(cache=True)
def call_each(people, workers, n, rows, to, load, productivity, room, most, week, keys, p):
    """Call `rows` one by one: the worker with the lowest load over productivity makes the calls until somebody accepts.

    A worker whose diary has no time for another call drops out. Return how many were called, the rows of those who decline
    and of those given up, and who accept, with their callers.
    """
    q = p[0].allocation
    caller, taken = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    declined, given_up, accepted = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    called = n_declined = n_given_up = n_accepted = 0
    place, next_one = np.zeros(len(to)), least_laden(load, productivity, room, np.zeros(len(to)))
    for i in rows:
        while next_one >= 0 and most[next_one] < 1:
            room[next_one] = 0
            next_one = least_laden(load, productivity, room, place)
        if next_one < 0:
            break
        most[next_one] -= 1
        caller[called] = to[next_one]
        called += 1
        people.calls[i] += 1
        if unit(keys[REACHED], people.number[i]) >= q.reached_probability:
            if people.calls[i] >= q.call_tries:
                given_up[n_given_up] = i
                n_given_up += 1
        elif unit(keys[ACCEPTS], people.number[i]) < accept_probability(people, i, week, p):
            accepted[n_accepted], taken[n_accepted] = i, to[next_one]
            n_accepted += 1
            place[next_one] += 1
            next_one = least_laden(load, productivity, room, place)
        else:
            declined[n_declined] = i
            n_declined += 1
    take_off(people, declined[:n_declined], DECLINED, DECLINES, week)
    take_off(people, given_up[:n_given_up], DECLINED, NOT_REACHED, week)
    hours = np.full(called, q.call_hours)
    sharing.spend(workers.hours_left[:n], caller[:called], hours)
    sharing.want(workers.hours_wanted[:n], caller[:called], hours)
    return called, declined[:n_declined].copy(), given_up[:n_given_up].copy(), accepted[:n_accepted].copy(), taken[:n_accepted].copy()


@njit(cache=True)
def least_laden(load, productivity, room, place):
    """Return which worker takes the next user: lowest load over productivity, ties to the lower number; -1 when no room is left.

    `place` is how many each has taken this week, of at most `room`.
    """
    best, least = NOT_YET, np.inf
    for k in range(len(load)):
        if place[k] < room[k] and (load[k] + place[k]) / productivity[k] < least:
            best, least = k, (load[k] + place[k]) / productivity[k]
    return best


@njit(cache=True)
def accept_probability(people, i, week, p):
    """Return the chance that person `i`, once reached, accepts."""
    q = p[0].allocation
    waited = min(10, week - people.listed_week[i])
    return 1 / (1 + np.exp(-(q.accept_logit - q.accept_per_week_waited * waited + people.confidence[i] - 0.45)))


@njit(cache=True)
def leave_list(people, n, week, keys, p):
    """Let people leave the list by themselves; return their rows."""
    rows, left, waiting, count = np.empty(n, np.int64), p[0].allocation.leave_list, 0, 0
    state, number = people.state, people.number
    for i in range(n):
        rows[waiting] = i
        waiting += state[i] == WAITING
    for i in rows[:waiting]:
        rows[count] = i
        count += unit(keys[0], number[i]) < left
    take_off(people, rows[:count], LEFT_LIST, LEAVES, week)
    return rows[:count].copy()


@njit(cache=True)
def take_off(people, rows, state, reason, week):
    """Take `rows` off the list for good; those who came back return to how they were."""
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


@njit(cache=True)
def take_on(people, rows, workers, n, week, limit, p):
    """Begin a spell for `rows` with `workers`, dealt out anew; return who is new to the service (flags), and the workers."""
    workers = own_worker_first(people, rows, workers, n)
    fresh = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        fresh[k] = people.episode[rows[k]] == 0
        if not fresh[k]:
            replace_achieved_goals(people, rows[k], p)
        begin_spell(people, rows[k], workers[k], week, limit, p)
    return fresh, workers


@njit(cache=True)
def replace_achieved_goals(people, i, p):
    """Give person `i`, who comes back, new goals, in the lowest other areas, for those achieved and kept."""
    q = p[0].wellbeing
    habit_weight, progress_weight = np.float32(q.habit_weight), np.float32(1 - q.habit_weight)
    wanting = people.latent[i].copy()
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
def begin_spell(people, i, worker, week, limit, p):
    """Write down that a spell of person `i` with `worker` begins."""
    q = p[0].programme
    if people.episode[i] == 0:
        people.uptake[i] = 1
        people.start_week[i] = week
    else:
        people.trust[i] = people.trust_stored[i] * (q.reentry_trust_same if worker == people.last_worker[i] else q.reentry_trust_other)
        people.reentries[i] += 1
    people.state[i] = ACTIVE
    people.link_worker[i] = worker
    people.episode[i] += 1
    people.spell_start[i] = people.last_contact_week[i] = people.covered_week[i] = week
    people.limit_week[i] = limit
    people.met[i] = people.awaiting_call[i] = people.handover_due[i] = False
    people.due_week[i] = FOR_GOOD
    people.not_before_week[i] = people.next_review[i] = 0
    people.calls[i] = people.extensions_spell[i] = people.contacts_spell[i] = people.changes_spell[i] = 0
    people.lapses_in_maintenance[i] = 0
