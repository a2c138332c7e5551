"""Step 6: contacts within diary hours, with Star reviews (docs/odd.md, section 7.6).

Reads   people: schedule columns, trust, confidence, motivation, severity, depressed; workers: hours, quality.
Writes  people: trust, confidence, motivation, contact columns, goal progress, blocks and restarts;
        workers: hours_left, hours_wanted, contacts_week.
Draws   the streams below, by person (case goals and restarts: by goal).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import star
from sim.goals import advance_case, first_goal, restart
from sim.people import FOR_GOOD, IS_CASE_AREA, LAPSED, MAINTENANCE, NOT_YET, RESOLVED, People
from sim.sharing import one_by_one, spend, want, within_hours
from sim.streams import Stream, logistic
from sim.week import Week
from sim.workforce import Workforce

CALLED = Stream("contact.called", "the new worker calls after an unmanaged change")
PROMPT_CALL = Stream("contact.prompt_call", "the new worker calls in the first week")
PHONES = Stream("contact.phones", "the user dares to phone the new worker")
ATTENDS = Stream("contact.attends", "attends the meeting")
REPLAN = Stream("contact.replan", "a goal blocked for good is replanned")
RESTART = Stream("contact.restart", "a lapsed goal is restarted at a contact")
RESOLVE = Stream("contact.resolve", "a full case is resolved at a contact", index="goal")
PHONES_AFTER_EXIT = Stream("contact.phones_after_exit", "a former user phones at a setback")


@dataclass
class Due:
    """The meetings due this week: who, with whom, how long, how pressing, about which case (flat goal, or -1)."""

    rows: np.ndarray
    worker: np.ndarray
    hours: np.ndarray
    priority: np.ndarray
    case: np.ndarray

    def take(self, which: np.ndarray) -> Due:
        """Return the meetings of the numbers `which`."""
        return Due(self.rows[which], self.worker[which], self.hours[which], self.priority[which], self.case[which])


def meet(people: People, workforce: Workforce, week: Week) -> None:
    """Hold the week's meetings: the most pressing first, as far as each diary reaches."""
    if not week.p.programme.enabled:
        return
    workers = workforce.workers
    engaged = people.engaged()
    people.interval[engaged] = week.calendar.wanted_interval(people, engaged, week.number)
    find_each_other(people, engaged, week)
    due = meetings_due(people, engaged, week)
    want(workers, due.worker, due.hours)
    due = due.take((-due.priority).argsort(kind="stable"))  # ties by person number
    held = within_hours(due.worker, due.hours, workers.hours_left[: workers.n])
    hold(people, workforce, due.take(held.nonzero()[0]), week)
    left = due.take((~held).nonzero()[0])
    if (workers.sick_weeks[: workers.n] >= week.p.workforce.cover_after_weeks).any():
        left = left.take((~stand_in(people, workforce, left, week)).nonzero()[0])
    week.count("hours_unmet", float(left.hours.sum()))
    alone = engaged[people.last_contact_week[engaged] < week.number]
    people.trust[alone] *= 1 - week.p.contact.trust_decay
    if week.p.contact.check_ins_after_exit:
        check_in(people, workforce, week)


def find_each_other(people: People, engaged: np.ndarray, week: Week) -> None:
    """After an unmanaged change: the new worker calls, or the user dares to phone. Needs cover."""
    rows = engaged[people.awaiting_call[engaged]]
    rows = rows[people.link_worker[rows] >= 0]
    if not len(rows):
        return
    q = week.p.handover
    called, phones, prompt = week.uniforms((CALLED, PHONES, PROMPT_CALL), rows)
    found = (called < q.call_per_week) | (phones < q.phone_per_week * people.confidence[rows] ** 2)
    found |= (people.covered_week[rows] == week.number) & (prompt < q.call_within_week)
    found = rows[found]
    people.awaiting_call[found] = False
    people.handover_due[found] = True
    people.due_week[found] = week.number


def meetings_due(people: People, engaged: np.ndarray, week: Week) -> Due:
    """Return the meetings due: by interval, first meetings, those asked for, and after a change of worker."""
    q = week.p.contact
    since, interval = week.number - people.last_contact_week[engaged], people.interval[engaged]
    first = ~people.met[engaged]
    now = first if q.schedule == "signposting" else first | (since >= interval) | (people.due_week[engaged] <= week.number)
    now = now.nonzero()[0]
    rows = engaged[now]
    worker = people.link_worker[rows]
    possible = ((worker >= 0) & ~people.awaiting_call[rows] & (people.not_before_week[rows] <= week.number)).nonzero()[0]
    now, rows, worker = now[possible], rows[possible], worker[possible]
    first, severity, handover = first[now], people.severity[rows], people.handover_due[rows]
    priority = since[now] / interval[now] + q.priority_first * first + q.priority_handover * handover + q.priority_setback * severity
    case = first_goal(rows, open_cases(people, rows))
    return Due(rows, worker, meeting_hours(people, rows, first, case, week), priority, case)


def meeting_hours(people: People, rows: np.ndarray, first: np.ndarray, case: np.ndarray, week: Week) -> np.ndarray:
    """Return the diary time of each meeting, with the extra of setbacks and instrumental support."""
    q = week.p.contact
    if q.schedule == "signposting":
        return np.full(len(rows), q.check_in_hours)
    hours = np.where(first, q.first_hours, np.where(people.state[rows] == MAINTENANCE, q.check_in_hours, q.follow_up_hours))
    hours += q.setback_hours * (people.severity[rows] > 0)
    hours += q.instrumental_hours * (case >= 0)
    return hours


def open_cases(people: People, rows: np.ndarray) -> np.ndarray:
    """Return which goals of each of `rows` are cases not yet resolved, one column a goal."""
    return IS_CASE_AREA.take(people.goal_area.take(rows, axis=0)) & (people.goal_stage.take(rows, axis=0) != RESOLVED)


def attend_probability(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the chance that each of `rows` comes to the meeting."""
    q = week.p.contact
    logit = q.attend_logit + (people.confidence[rows] - 0.45) + (people.motivation[rows] - 0.5)
    logit -= q.attend_setback * people.severity[rows] + q.attend_depressed * people.depressed[rows] + q.attend_first * ~people.met[rows]
    return logistic(logit)


def hold(people: People, workforce: Workforce, due: Due, week: Week, own: bool = True) -> None:
    """Hold the meetings of `due`: all use their hours; those who come gain, the others are rebooked."""
    if not len(due.rows):
        return
    spend(workforce.workers, due.worker, due.hours)
    week.count("contact_hours", float(due.hours.sum()))
    luck = week.uniforms((ATTENDS, REPLAN, RESTART), due.rows)
    came = luck[0] < attend_probability(people, due.rows, week)
    came, stayed_away = came.nonzero()[0], (~came).nonzero()[0]
    missed = due.rows[stayed_away]
    people.not_before_week[missed] = week.number + week.p.contact.rebook_weeks
    week.count("no_shows", len(missed))
    week.record("missed_contact", missed, due.worker[stayed_away])
    rows, worker = due.rows[came], due.worker[came]
    if not len(rows):
        return
    workforce.workers.contacts_week[: workforce.workers.n] += np.bincount(worker, minlength=workforce.workers.n)
    quality = workforce.quality(worker, week.number, week.p)
    if week.p.contact.schedule != "signposting":
        gain(people, rows, quality, own, week)
        support(people, rows, due.case[came], luck[1:, came], week)
        reviewed = star.due(people, rows, week)
        star.record(people, rows[reviewed], week)
    note_contact(people, rows, worker, week)


def gain(people: People, rows: np.ndarray, quality: np.ndarray, own: bool, week: Week) -> None:
    """Raise trust (in one's own worker only), confidence and motivation; more emotional support when low."""
    q = week.p.contact
    low = people.depressed[rows] | (people.severity[rows] > 0)
    if own:
        share = np.minimum(1, q.trust_gain * quality * np.where(low, q.emotional_factor, 1))
        trust = people.trust[rows]
        people.trust[rows] = trust + share * np.maximum(0, people.trust_ceiling[rows] - trust)
    confidence, motivation = people.confidence[rows], people.motivation[rows]
    people.confidence[rows] = confidence + (q.confidence_gain + q.emotional_confidence * low) * (1 - confidence)
    people.motivation[rows] = motivation + np.minimum(1, q.motivation_gain * quality) * (1 - motivation)


def support(people: People, rows: np.ndarray, case: np.ndarray, luck: np.ndarray, week: Week) -> None:
    """Give instrumental support with each one's `case`, and appraisal: with `luck` replan a blocked goal, restart a lapsed one."""
    q = week.p.contact
    advance_case(people, case[case >= 0], q.instrumental_progress, RESOLVE, week)
    replan_luck, restart_luck = luck
    lucky = rows[replan_luck < q.replan_probability]
    blocked = first_goal(lucky, people.goal_blocked_until.take(lucky, axis=0) == FOR_GOOD)
    people.flat("goal_blocked_until")[blocked[blocked >= 0]] = week.number
    willing = rows[restart_luck < q.restart_factor * people.motivation[rows]]
    lapsed = first_goal(willing, people.goal_stage.take(willing, axis=0) == LAPSED)
    restart(people, lapsed[lapsed >= 0], week)


def note_contact(people: People, rows: np.ndarray, worker: np.ndarray, week: Week) -> None:
    """Write down that `rows` were met this week."""
    people.met[rows] = True
    people.last_contact_week[rows] = week.number
    people.contacts[rows] += 1
    people.contacts_spell[rows] += 1
    people.handover_due[rows] = False
    people.due_week[rows] = FOR_GOOD
    fresh = rows[people.first_contact_week[rows] == NOT_YET]
    people.first_contact_week[fresh] = week.number
    week.count("contacts", len(rows))
    week.record("contact", rows, worker)


def spare_slots(workforce: Workforce, hours: float, wanted: int) -> np.ndarray:
    """Return workers with `hours` to spare, the one with most first, one entry a meeting that fits."""
    left = workforce.workers.hours_left[: workforce.workers.n]
    count = np.minimum(np.floor(left / hours + 1e-9).astype(int), wanted)
    worker, place = one_by_one(count)
    return worker[np.lexsort((worker, -(left[worker] - place * hours)))][:wanted]


def stand_in(people: People, workforce: Workforce, left: Due, week: Week) -> np.ndarray:
    """Let colleagues' spare hours see the latest users of long-sick workers; return which meetings were held."""
    q, workers = week.p.contact, workforce.workers
    held = np.zeros(len(left.rows), bool)
    long_sick = (workers.sick_left[left.worker] > 0) & (workers.sick_weeks[left.worker] >= week.p.workforce.cover_after_weeks)
    wanting = long_sick.nonzero()[0]
    if not len(wanting):
        return held
    longest = max(q.first_hours, q.follow_up_hours, q.check_in_hours) + q.setback_hours + q.instrumental_hours
    slots = spare_slots(workforce, max(longest, 0.01), len(wanting))
    taken = wanting[: len(slots)]  # `left` is in order of priority
    held[taken] = True
    meetings = left.take(taken)
    meetings.worker = slots
    hold(people, workforce, meetings, week, own=False)
    return held


def check_in(people: People, workforce: Workforce, week: Week) -> None:
    """Give former users who phone at a setback one short contact, from spare hours."""
    q, n = week.p.contact, people.n
    former = (people.setback_week[:n] == week.number) & people.alive[:n] & (people.episode[:n] > 0)
    rows = former.nonzero()[0]
    rows = rows[~people.is_engaged(rows)]
    rows = rows[week.uniform(PHONES_AFTER_EXIT, rows) < q.phone_after_exit * np.sqrt(people.confidence[rows])]
    slots = spare_slots(workforce, max(q.check_in_hours, 0.01), len(rows))
    week.count("hours_unmet", q.check_in_hours * (len(rows) - len(slots)))
    rows = rows[: len(slots)]
    if not len(rows):
        return
    hours = np.full(len(rows), q.check_in_hours)
    spend(workforce.workers, slots, hours)
    want(workforce.workers, slots, hours)
    week.count("contact_hours", float(hours.sum()))
    quality = workforce.quality(slots, week.number, week.p)
    gain(people, rows, quality, False, week)
    support(people, rows, first_goal(rows, open_cases(people, rows)), week.uniforms((REPLAN, RESTART), rows), week)
    people.contacts[rows] += 1
    week.count("check_ins", len(rows))
    week.record("check_in", rows, slots)
