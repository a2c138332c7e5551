"""Compiled form of `sim.processes.contact`: one loop finds the meetings due, one holds them.

What happens once in a while (colleagues who stand in, former users who phone) is left to the numpy form.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled import sharing, star
from sim.compiled.draws import Keys, unit
from sim.compiled.goals import advance_case, first_case, restart
from sim.compiled.tables import choice, columns, numbers
from sim.parameters.contact import Contact
from sim.people import FOR_GOOD, GOALS, LAST_ENGAGED, MAINTENANCE, NOT_YET, People
from sim.processes import contact as plain
from sim.week import Week
from sim.workforce import Workforce

SIGNPOSTING = choice(Contact, "schedule", "signposting")
DUE_LUCK = Keys(plain.CALLED, plain.PHONES, plain.PROMPT_CALL)
CALLED, PHONES, PROMPT_CALL = range(3)
MEETING_LUCK = Keys(plain.ATTENDS, plain.REPLAN, plain.RESTART, plain.RESOLVE)
ATTENDS, REPLAN, RESTART, RESOLVE = range(4)


def meet(people: People, workforce: Workforce, week: Week) -> None:
    """Hold the week's meetings: the most pressing first, as far as each diary reaches."""
    if not week.p.programme.enabled:
        return
    workers, calendar, p = workforce.workers, week.calendar, numbers(week.p)
    due = plain.Due(*meetings_due(columns(people), people.n, week.number, DUE_LUCK.of(week), p, calendar.interval_in_week, calendar.least_in_state))
    order = (-due.priority).argsort(kind="stable")  # ties by person number
    left = hold(people, workforce, due, order, week)
    if (workers.sick_weeks[: workers.n] >= week.p.workforce.cover_after_weeks).any():
        left = left[~plain.stand_in(people, workforce, due.take(left), week)]
    week.count("hours_unmet", float(due.hours[left].sum()))
    fade(columns(people), people.n, week.number, p)
    if week.p.contact.check_ins_after_exit:
        plain.check_in(people, workforce, week)


@njit(cache=True)
def meetings_due(people, n, week, keys, p, interval_in_week, least_in_state):
    """Return rows, workers, hours, priorities and cases (flat goals, or -1) of the meetings due; set intervals, find each other."""
    rows = rows_due(people, n, week, keys, p, interval_in_week, least_in_state)
    worker, case = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    hours, priority = np.empty(len(rows)), np.empty(len(rows))
    q = p[0].contact
    for k in range(len(rows)):
        i = rows[k]
        first, slot = not people.met[i], first_case(people, i)
        worker[k], case[k] = people.link_worker[i], i * GOALS + slot if slot >= 0 else -1
        urgent = (week - people.last_contact_week[i]) / people.interval[i] + q.priority_first * first + q.priority_handover * people.handover_due[i]
        priority[k] = urgent + np.float32(q.priority_setback) * people.severity[i]
        hours[k] = meeting_hours(people, i, first, slot >= 0, p)
    return rows, worker, hours, priority, case


@njit(cache=True)
def rows_due(people, n, week, keys, p, interval_in_week, least_in_state):
    """Return the rows of those with whom a meeting is due; set the intervals wanted, and let users and new workers find each other."""
    users, due, awaiting, count = np.empty(n, np.int64), np.empty(n, np.int64), people.awaiting_call, 0
    state, met, worker, severity = people.state, people.met, people.link_worker, people.severity
    spell_start, interval, last_contact_week = people.spell_start, people.interval, people.last_contact_week
    due_week, not_before_week, routine = people.due_week, people.not_before_week, p[0].contact.schedule != SIGNPOSTING
    for i in range(n):  # without branches, as in the last loop: they would often be foretold wrongly
        users[count] = i
        count += state[i] <= LAST_ENGAGED
    users = users[:count]
    for i in users:
        wanted = max(interval_in_week[min(week - spell_start[i], len(interval_in_week) - 1)], least_in_state[state[i]])
        interval[i] = max(wanted / 2, min(wanted, 2.0)) if severity[i] > 0 else wanted
        if awaiting[i] and worker[i] >= 0:
            find_each_other(people, i, week, keys, p)
    count = 0
    for i in users:
        due[count] = i
        now = ~met[i] | routine & ((week - last_contact_week[i] >= interval[i]) | (due_week[i] <= week))
        count += now & (worker[i] >= 0) & ~awaiting[i] & (not_before_week[i] <= week)
    return due[:count]


@njit(cache=True)
def find_each_other(people, i, week, keys, p):
    """After an unmanaged change: the new worker of person `i` calls, or the user dares to phone."""
    q, number = p[0].handover, people.number[i]
    found = unit(keys[CALLED], number) < q.call_per_week or unit(keys[PHONES], number) < q.phone_per_week * (people.confidence[i] * people.confidence[i])
    if found or (people.covered_week[i] == week and unit(keys[PROMPT_CALL], number) < q.call_within_week):
        people.awaiting_call[i] = False
        people.handover_due[i] = True
        people.due_week[i] = week


@njit(cache=True)
def meeting_hours(people, i, first, with_case, p):
    """Return the diary time of a meeting with person `i`, with the extra of setbacks and instrumental support."""
    q = p[0].contact
    if q.schedule == SIGNPOSTING:
        return q.check_in_hours
    hours = q.first_hours if first else q.check_in_hours if people.state[i] == MAINTENANCE else q.follow_up_hours
    hours += q.setback_hours * (people.severity[i] > 0)
    return hours + q.instrumental_hours * with_case


@njit(cache=True)
def fade(people, n, week, p):
    """Let the trust of those engaged who were not met this week fade."""
    kept = 1 - p[0].contact.trust_decay
    state, trust, last_contact_week = people.state, people.trust, people.last_contact_week
    for i in range(n):  # without a branch, so that many are done at a time
        trust[i] *= kept if (state[i] <= LAST_ENGAGED) & (last_contact_week[i] < week) else 1.0


def hold(people: People, workforce: Workforce, due: plain.Due, order: np.ndarray, week: Week) -> np.ndarray:
    """Hold the meetings of `due` in `order`, as far as hours reach: those who come gain, the others are rebooked; return those not held."""
    workers = workforce.workers
    held, left, came, achieved, restarted, reviewed, marks = hold_each(
        columns(people), columns(workers), workers.n, due.rows, due.worker, due.hours, due.case, order, week.number, MEETING_LUCK.of(week), numbers(week.p)
    )
    rows, worker, away = due.rows[held], due.worker[held], ~came
    week.count("contact_hours", float(due.hours[held].sum()))
    week.count("no_shows", int(away.sum()))
    week.record("missed_contact", rows[away], worker[away])
    week.record("goal_achieved", achieved)
    week.record("restart", restarted)
    star.record(people, reviewed, marks, week)
    rows = rows[came]
    week.count("contacts", len(rows))
    week.record("contact", rows, worker[came])
    return left


@njit(cache=True)
def hold_each(people, workers, n, rows, worker, hours, case, order, week, keys, p):
    """Hold a meeting with each of `rows` in `order`, as far as each worker's hours reach.

    Return the places (in `rows`) of the meetings held and of those not, who came (a flag for each held), the rows of those whose
    case was resolved, who restarted a goal and who have a review due, and the numbers of these reviews.
    """
    sharing.want(workers.hours_wanted[:n], worker, hours)
    fits = sharing.within_hours(worker[order], hours[order], workers.hours_left[:n])
    held = order[fits]
    sharing.spend(workers.hours_left[:n], worker[held], hours[held])
    came, found, marks = np.empty(len(held), np.bool_), np.empty((3, len(held)), np.int64), np.empty(len(held), np.int64)
    achieved = restarted = reviewed = 0
    for k in range(len(held)):
        i, j = rows[held[k]], worker[held[k]]
        came[k] = unit(keys[ATTENDS], people.number[i]) < attend_probability(people, i, p)
        if not came[k]:
            people.not_before_week[i] = week + p[0].contact.rebook_weeks
            continue
        workers.contacts_week[j] += 1
        if p[0].contact.schedule != SIGNPOSTING:
            gain(people, i, quality(workers, j, week, p), p)
            if case[held[k]] >= 0 and advance_case(people, i, case[held[k]] % GOALS, keys[RESOLVE], week, p):
                found[0, achieved] = i
                achieved += 1
            if unit(keys[REPLAN], people.number[i]) < p[0].contact.replan_probability:
                replan(people, i, week)
            if unit(keys[RESTART], people.number[i]) < p[0].contact.restart_factor * people.motivation[i] and restart(people, i, week):
                found[1, restarted] = i
                restarted += 1
            weeks_in = week - people.spell_start[i]
            if weeks_in >= people.next_review[i] * p[0].wellbeing.review_weeks:
                found[2, reviewed] = i
                marks[reviewed] = weeks_in // p[0].wellbeing.review_weeks if people.met[i] else 0
                reviewed += 1
        note_contact(people, i, week)
    return held, order[~fits], came, found[0, :achieved].copy(), found[1, :restarted].copy(), found[2, :reviewed].copy(), marks[:reviewed]


@njit(cache=True)
def attend_probability(people, i, p):
    """Return the chance that person `i` comes to the meeting."""
    q = p[0].contact
    logit = q.attend_logit + (people.confidence[i] - 0.45) + (people.motivation[i] - 0.5)
    logit -= np.float32(q.attend_setback) * people.severity[i] + q.attend_depressed * people.depressed[i] + q.attend_first * (not people.met[i])
    return 1 / (1 + np.exp(-logit))


@njit(cache=True)
def quality(workers, j, week, p):
    """Return the contact quality of worker `j`: skill x experience x what workload leaves of it."""
    w = p[0].workforce
    experience = w.experience_start + (1 - w.experience_start) * min(1.0, (week - workers.started_week[j]) / w.experience_weeks)
    strain = min(max(workers.workload[j] - 1, 0.0), 1.0)
    return workers.skill[j] * experience * (1 - p[0].contact.quality_workload * strain)


@njit(cache=True)
def gain(people, i, quality, p):
    """Raise trust, confidence and motivation of person `i`; more emotional support when low."""
    q = p[0].contact
    low = people.depressed[i] or people.severity[i] > 0
    share = min(1.0, q.trust_gain * quality * (q.emotional_factor if low else 1.0))
    people.trust[i] += share * max(0.0, people.trust_ceiling[i] - people.trust[i])
    people.confidence[i] += (q.confidence_gain + q.emotional_confidence * low) * (1 - people.confidence[i])
    people.motivation[i] += min(1.0, q.motivation_gain * quality) * (1 - people.motivation[i])


@njit(cache=True)
def replan(people, i, week):
    """Lift the block from the first goal of person `i` that is blocked for good."""
    for k in range(GOALS):
        if people.goal_blocked_until[i, k] == FOR_GOOD:
            people.goal_blocked_until[i, k] = week
            return


@njit(cache=True)
def note_contact(people, i, week):
    """Write down that person `i` was met this week."""
    people.met[i] = True
    people.last_contact_week[i] = week
    people.contacts[i] += 1
    people.contacts_spell[i] += 1
    people.handover_due[i] = False
    people.due_week[i] = FOR_GOOD
    if people.first_contact_week[i] == NOT_YET:
        people.first_contact_week[i] = week
