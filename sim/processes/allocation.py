"""Step 5: who gets which link worker: handovers first, then the waiting list (docs/odd.md, section 7.5).

Reads   people: state, listed_week, calls, confidence, complexity, handover_rank; workers: capacity.
Writes  people: link_worker, state, uptake, spell columns, trust (at a change or return), counts;
        workers: hours_left, hours_wanted.
Draws   the streams below, by person.
"""

from __future__ import annotations

import numpy as np

from sim.episodes import REASON
from sim.people import (
    ACTIVE,
    COMPLEX,
    DECLINED,
    FOR_GOOD,
    GOALS,
    LAPSED,
    LEFT_LIST,
    LIFESTYLE,
    NOT_YET,
    OPEN,
    RESOLVED,
    SELF_CARE,
    SYMPTOMS,
    People,
)
from sim.sharing import open_slots, rank_in_group, spend, want, within_hours
from sim.streams import Stream, logistic
from sim.week import Week
from sim.workforce import Workforce, caseload_weights

REACHED = Stream("allocation.reached", "a call reaches the person")
ACCEPTS = Stream("allocation.accepts", "the person accepts")
LEAVES_LIST = Stream("allocation.leaves_list", "leaves the waiting list")


def allocate(people: People, workforce: Workforce, week: Week) -> None:
    """Hold joint meetings, give users without a worker a new one, then call the waiting list."""
    if not week.p.programme.enabled:
        return
    hand_over(people, workforce, week)
    cover(people, workforce, week)
    call_list(people, workforce, week)
    leave_list(people, week)


def room_for(people: People, workforce: Workforce, week: Week, stretch: float) -> tuple[np.ndarray, ...]:
    """Return workers who may take users, with their load, productivity and room, in caseload units.

    With weighted caseloads a worker takes a user only while there is room for a complex one.
    """
    weights = caseload_weights(week.p)
    rows = workforce.in_post()
    rows = rows[workforce.available(rows)]
    load = workforce.caseload(people, weights)[rows]
    productivity = workforce.productivity(rows, week.number, week.p)
    room = week.p.workforce.caseload_cap * stretch * productivity - load
    return rows, load, productivity, room if weights is None else room / weights.max()


def receivers(people: People, workforce: Workforce, week: Week) -> tuple[np.ndarray, ...]:
    """Return the workers who may receive a leaver's users, as `room_for`."""
    rows, load, productivity, room = room_for(people, workforce, week, week.p.handover.receiver_cap_factor)
    ready = workforce.weeks_in_post(rows, week.number) >= week.p.handover.receiver_weeks
    return rows[ready], load[ready], productivity[ready], room[ready]


def hand_over(people: People, workforce: Workforce, week: Week) -> None:
    """Hold this week's joint meetings of workers on notice, as far as both diaries allow."""
    q, workers = week.p.handover, workforce.workers
    rows = (people.handover_rank[: people.n] >= 0).nonzero()[0]
    if not len(rows):
        return
    leaver = people.link_worker[rows]
    planned = workers.handover_quota[leaver] * (week.number - workers.notice_week[leaver] + 1)
    now = people.handover_rank[rows] < planned
    rows = rows[now][np.lexsort((people.handover_rank[rows[now]], leaver[now]))]
    leaver = people.link_worker[rows]
    meeting = np.full(len(rows), q.meeting_hours)
    want(workers, leaver, meeting)
    fits = within_hours(leaver, meeting, workers.hours_left[: workers.n])
    rows = rows[fits]
    to, load, productivity, room = receivers(people, workforce, week)
    if not len(rows) or not len(to):
        return
    meetings = np.floor(workers.hours_left[to] / q.meeting_hours + 1e-9)
    slots = open_slots(load, productivity, np.minimum(room, meetings), len(rows))
    rows, receiver = rows[: len(slots)], to[slots]
    leaver, meeting = people.link_worker[rows], meeting[: len(slots)]
    for side in (leaver, receiver):
        spend(workers, side, meeting)
    want(workers, receiver, meeting)
    week.count("contact_hours", 2 * float(meeting.sum()))
    people.trust[rows] *= q.trust_kept_managed
    people.link_worker[rows] = receiver
    people.handover_rank[rows] = NOT_YET
    people.worker_changes[rows] += 1
    people.changes_spell[rows] += 1
    people.worker_changes_managed[rows] += 1
    people.change_week[rows] = week.number
    fresh = rows[people.first_change_week[rows] == NOT_YET]
    people.first_change_week[fresh] = week.number
    people.covered_week[rows] = week.number
    people.handover_due[rows] = True
    people.due_week[rows] = np.minimum(people.due_week[rows], week.number + q.managed_due_weeks)
    week.count("worker_changes", len(rows))
    week.record("handover_managed", rows, receiver)


def cover(people: People, workforce: Workforce, week: Week) -> None:
    """Give engaged users without a worker a new one: the longest uncovered first."""
    rows = people.engaged()
    rows = rows[people.link_worker[rows] < 0]
    if not len(rows):
        return
    rows = rows[np.lexsort((rows, people.change_week[rows]))]
    to, load, productivity, room = receivers(people, workforce, week)
    slots = open_slots(load, productivity, room, len(rows)) if len(to) else np.empty(0, int)
    rows = rows[: len(slots)]
    people.link_worker[rows] = to[slots]
    people.covered_week[rows] = week.number
    week.record("allocated", rows, to[slots])


def call_list(people: People, workforce: Workforce, week: Week) -> None:
    """Call people on the list in order, one call each, until intake, caps or hours are used up."""
    q, workers = week.p.allocation, workforce.workers
    rows = list_in_order(people, week)
    to, load, productivity, room = room_for(people, workforce, week, 1.0)
    if not len(rows) or not len(to):
        return
    intake = np.floor(week.p.workforce.intake_per_week * productivity + 1e-9)
    most = np.floor(workers.hours_left[to] / q.call_hours + 1e-9) if q.call_hours > 0 else np.full(len(to), np.inf)
    room = np.minimum(np.minimum(room, intake), most)  # each slot takes a call at least
    rows = rows[: int(min(most.sum(), len(rows)))]
    reach_luck, accept_luck = week.uniforms((REACHED, ACCEPTS), rows)
    reached = reach_luck < q.reached_probability
    waited = np.minimum(10, week.number - people.listed_week[rows])
    accepts = reached & (accept_luck < logistic(q.accept_logit - q.accept_per_week_waited * waited + people.confidence[rows] - 0.45))
    slots = open_slots(load, productivity, room, len(rows))  # more than accept: workers out of time for calls drop out
    caller = callers(accepts, slots, most)
    called = caller >= 0
    rows, reached, accepts, caller = rows[called], reached[called], accepts[called], to[caller[called]]
    people.calls[rows] += 1
    hours = np.full(len(rows), q.call_hours)
    spend(workers, caller, hours)
    want(workers, caller, hours)
    week.count("contact_hours", float(hours.sum()))
    turn_down(people, rows[reached & ~accepts], "declined", week)
    turn_down(people, rows[~reached & (people.calls[rows] >= q.call_tries)], "not_reached", week)
    take_on(people, rows[accepts], own_worker_first(people, rows[accepts], caller[accepts]), week)


def list_in_order(people: People, week: Week) -> np.ndarray:
    """Return the waiting list: in order of listing, or complex people first; direct returns at its head."""
    rows = people.waiting()
    keys = [people.listed_week[rows]]
    if week.p.allocation.list_order == "complexity":
        keys.append(COMPLEX - people.complexity[rows])
    if week.p.programme.reentry_route == "direct":
        keys.append(people.episode[rows] == 0)
    return rows[np.lexsort(keys)]


def callers(accepts: np.ndarray, slots: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Return who calls each person of the list (-1: nobody), given the slots to be filled.

    The worker whose slot is next makes the calls until somebody accepts; a worker whose diary has
    no time for another call drops out, with all further slots.
    """
    caller = np.full(len(accepts), -1)
    start, most = 0, most.copy()
    while start < len(accepts) and len(slots):
        taken = accepts[start:].cumsum() - accepts[start:]
        reach = int(taken.searchsorted(len(slots)))
        part = slots[taken[:reach]]
        calls = np.bincount(part, minlength=len(most))
        if (calls <= most).all():
            caller[start : start + reach] = part
            break
        end = int((rank_in_group(part) >= most[part]).argmax())  # the first call for which there is no time
        caller[start : start + end] = part[:end]
        most -= np.bincount(part[:end], minlength=len(most))
        rest = slots[taken[end] :]
        slots = rest[most[rest] >= 1]
        start += end
    return caller


def own_worker_first(people: People, rows: np.ndarray, workers: np.ndarray) -> np.ndarray:
    """Return the workers dealt out so that those who come back get their own, where it is among them."""
    own = people.last_worker[rows]
    back = (own >= 0).nonzero()[0]
    if not len(back):
        return workers
    there = np.bincount(workers, minlength=int(max(own.max(), workers.max())) + 1)
    back = back[rank_in_group(own[back]) < there[own[back]]]
    dealt = np.full(len(rows), NOT_YET, workers.dtype)
    dealt[back] = own[back]
    used = np.bincount(own[back], minlength=len(there))
    dealt[dealt == NOT_YET] = workers[rank_in_group(workers) >= used[workers]]
    return dealt


def turn_down(people: People, rows: np.ndarray, reason: str, week: Week) -> None:
    """Take `rows` off the list for good: declined, not reached, or left; those who came back return to how they were."""
    if not len(rows):
        return
    fresh = rows[people.episode[rows] == 0]
    people.state[rows] = people.exit_state[rows]
    people.state[fresh] = LEFT_LIST if reason == "left_list" else DECLINED
    people.uptake[fresh] = 0
    people.exit_reason[fresh] = REASON[reason]
    people.end_week[fresh] = week.number
    week.count("left_list" if reason == "left_list" else "declined", len(rows))
    week.record(reason, rows)


def take_on(people: People, rows: np.ndarray, workers: np.ndarray, week: Week) -> None:
    """Begin a spell in the service for `rows` with `workers`."""
    q = week.p.programme
    fresh = people.episode[rows] == 0
    back = rows[~fresh]
    same = workers[~fresh] == people.last_worker[back]
    people.trust[back] = people.trust_stored[back] * np.where(same, q.reentry_trust_same, q.reentry_trust_other)
    people.reentries[back] += 1
    replace_achieved_goals(people, back, week)
    first = rows[fresh]
    if not week.p.contact.personalised:
        impose_goals(people, first, week)
    people.uptake[first] = 1
    people.start_week[first] = week.number
    people.state[rows] = ACTIVE
    people.link_worker[rows] = workers
    people.episode[rows] += 1
    people.spell_start[rows] = people.last_contact_week[rows] = people.covered_week[rows] = week.number
    people.limit_week[rows] = week.calendar.limit(week.number)
    people.met[rows] = people.awaiting_call[rows] = people.handover_due[rows] = False
    people.due_week[rows] = FOR_GOOD
    people.not_before_week[rows] = 0
    people.next_review[rows] = 0
    people.calls[rows] = people.extensions_spell[rows] = people.contacts_spell[rows] = people.changes_spell[rows] = 0
    people.lapses_in_maintenance[rows] = 0
    week.count("started", len(first))
    week.count("reentered", len(back))
    week.record("uptake", rows, workers)
    week.record("reentered", back, workers[~fresh])


def replace_achieved_goals(people: People, rows: np.ndarray, week: Week) -> None:
    """Give those who come back new goals, in the lowest other areas, for those they achieved and kept.

    What such a goal gave becomes part of the person's usual level; an achieved habit that has lapsed
    stays a goal, to be worked at again (docs/decisions/0004-mechanisms.md).
    """
    if not len(rows):
        return
    stage, q = people.goal_stage.take(rows, axis=0), week.p.wellbeing
    achieved = people.goal_achieved.take(rows, axis=0) & (stage != LAPSED)
    people.goal_achieved[rows] = achieved
    done = (stage == RESOLVED) | achieved
    some = done.any(axis=1).nonzero()[0]
    if not len(some):
        return
    rows, done, stage = rows[some], done[some], stage[some]
    area = people.goal_area.take(rows, axis=0).astype(int)
    habit = q.habit_weight * people.goal_habit.take(rows, axis=0) + (1 - q.habit_weight) * people.goal_progress.take(rows, axis=0)
    kept = np.where(stage == RESOLVED, q.case_effect, q.goal_effect * habit)
    level = people.star_baseline.take(rows, axis=0)
    here = np.arange(len(rows))[:, None]
    level[here, area] += np.where(done, kept, 0)
    people.star_baseline[rows] = level
    wanting = people.latent.take(rows, axis=0)
    wanting[here, area] = np.inf
    fresh = np.argsort(wanting, axis=1, kind="stable")[:, : area.shape[1]]
    set_goals(people, rows, done, fresh)


def impose_goals(people: People, rows: np.ndarray, week: Week) -> None:
    """Give everybody lifestyle goals, at a cost in motivation: what a service does that is not personal."""
    imposed = np.broadcast_to((LIFESTYLE, SELF_CARE, SYMPTOMS), (len(rows), 3))
    set_goals(people, rows, people.goal_area.take(rows, axis=0) != imposed, imposed)
    people.motivation[rows] = np.maximum(0, people.motivation[rows] - week.p.contact.unpersonalised_motivation)


def set_goals(people: People, rows: np.ndarray, which: np.ndarray, areas: np.ndarray) -> None:
    """Begin the goals `which` (one column a goal) of `rows` anew, in `areas`."""
    at, slot = which.nonzero()
    goals = rows[at] * GOALS + slot
    people.flat("goal_area")[goals] = areas[at, slot]
    for name, value in (("goal_stage", OPEN), ("goal_progress", 0), ("goal_habit", 0), ("goal_service", NOT_YET), ("goal_achieved", False), ("goal_peers", 0)):
        people.flat(name)[goals] = value


def leave_list(people: People, week: Week) -> None:
    """Let people leave the list by themselves."""
    rows = people.waiting()
    turn_down(people, rows[week.uniform(LEAVES_LIST, rows) < week.p.allocation.leave_list], "left_list", week)


