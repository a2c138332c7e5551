"""Step 4: notice, leaving, sickness and recruits (docs/odd.md, section 7.4).

Reads   people: link_worker, complexity, confidence; workers: workload, gap_share.
Writes  posts, workers (hours of the week too); people of a leaver: link_worker, trust, trust_ceiling,
        awaiting_call, change_week and counts of changes, handover_rank.
Draws   the streams below, by post; handover order by person.
"""

from __future__ import annotations

import numpy as np

from sim.parameters import WEEKS_PER_YEAR
from sim.people import COMPLEX, FOR_GOOD, NOT_YET, People
from sim.sharing import rank_in_group
from sim.streams import Stream
from sim.week import Week
from sim.workforce import NOT_SET, VACANT, LinkWorkers, Workforce

NOTICE = Stream("workforce.notice", "giving notice", index="post")
SICKNESS = Stream("workforce.sickness", "start of a sickness", index="post")
SICK_WEEKS = Stream("workforce.sick_weeks", "length of a sickness", index="post")
VACANCY = Stream("workforce.vacancy", "length of a vacancy", index="post")
VACANCY_ROUNDING = Stream("workforce.vacancy_rounding", "rounding of a vacancy to weeks", index="post")
HANDOVER_ORDER = Stream("handover.order", "random order of joint meetings")


def turn_over(people: People, workforce: Workforce, week: Week) -> None:
    """Let workers give notice, leave, fall ill and start; then open the week's diaries."""
    if not week.p.programme.enabled:
        return
    give_notice(people, workforce, week)
    last_days(people, workforce, week)
    fall_ill(workforce, week)
    recruit(workforce, week)
    open_diaries(workforce, week)


def strain(workers: LinkWorkers, rows: np.ndarray) -> np.ndarray:
    """Return workload above one."""
    return np.maximum(0, workers.workload[rows] - 1)


def give_notice(people: People, workforce: Workforce, week: Week) -> None:
    """Let workers give notice; a cancelled departure is one that would end in the named week."""
    q, workers = week.p.workforce, workforce.workers
    rows = workforce.in_post()
    rows = rows[workers.notice_week[rows] == NOT_SET]
    hazard = q.turnover / WEEKS_PER_YEAR * np.exp(q.turnover_workload * strain(workers, rows) + q.turnover_gaps * workers.gap_share[rows])
    leaving = rows[week.uniform(NOTICE, workers.post[rows]) < -np.expm1(-hazard)]
    if not len(leaving):
        return
    cancelled = q.cancel_departure
    posts = [cancelled[i] for i in range(0, len(cancelled), 2) if cancelled[i + 1] == week.number + q.notice_weeks]
    kept = np.isin(workers.post[leaving], posts)
    workforce.cancelled |= {(int(post), week.number + q.notice_weeks) for post in workers.post[leaving[kept]]}
    leaving = leaving[~kept]
    workers.notice_week[leaving] = week.number
    plan_handovers(people, leaving, workforce, week)


def plan_handovers(people: People, leaving: np.ndarray, workforce: Workforce, week: Week) -> None:
    """Rank the users of each leaver and plan joint meetings with the first of them over the notice."""
    q = week.p.handover
    rows = workforce.users_of(leaving, people)
    luck = week.uniform(HANDOVER_ORDER, rows)
    if q.order == "complex_first":
        luck = luck - (people.complexity[rows] == COMPLEX) - people.complexity[rows] / 2.0
    elif q.order == "low_confidence_first":
        luck = people.confidence[rows]
    worker = people.link_worker[rows]
    order = np.lexsort((rows, luck, worker))
    rows, worker = rows[order], worker[order]
    count = np.bincount(worker, minlength=workforce.workers.n)
    rank = rank_in_group(worker)
    planned = np.rint(q.managed_share * count).astype(int)
    people.handover_rank[rows] = np.where(rank < planned[worker], rank, NOT_YET)
    weeks = max(1, week.p.workforce.notice_weeks)
    workforce.workers.handover_quota[leaving] = -(-planned[leaving] // weeks)


def last_days(people: People, workforce: Workforce, week: Week) -> None:
    """Empty the posts of those whose notice is over; users not handed over are left without a worker."""
    workers, posts, q = workforce.workers, workforce.posts, week.p.workforce
    rows = workforce.in_post()
    notice = workers.notice_week[rows]
    rows = rows[(notice != NOT_SET) & (notice + q.notice_weeks <= week.number)]
    if not len(rows):
        return
    post = workers.post[rows]
    workers.left_week[rows] = week.number
    posts.worker[post] = VACANT
    mean = q.vacancy_weeks * (0.5 - 0.5 * np.log(week.uniform(VACANCY, post)))
    weeks = np.maximum(1, np.floor(mean + week.uniform(VACANCY_ROUNDING, post))).astype(int)
    posts.refill_week[post] = week.number + weeks
    users = workforce.users_of(rows, people)
    week.record("worker_left", users, people.link_worker[users])
    lose_worker(people, users, week)


def lose_worker(people: People, users: np.ndarray, week: Week) -> None:
    """Apply an unmanaged change to `users`: trust falls, and they wait for a call."""
    q = week.p.handover
    again = users[people.unmanaged_changes[users] > 0]
    people.trust_ceiling[again] *= q.ceiling_factor
    people.trust[users] *= q.trust_kept_unmanaged
    people.unmanaged_changes[users] += 1
    people.worker_changes[users] += 1
    people.changes_spell[users] += 1
    people.change_week[users] = week.number
    fresh = users[people.first_change_week[users] == NOT_YET]
    people.first_change_week[fresh] = week.number
    people.link_worker[users] = NOT_YET
    people.handover_rank[users] = NOT_YET
    people.handover_due[users] = False
    people.due_week[users] = FOR_GOOD
    people.awaiting_call[users] = True
    week.count("worker_changes", len(users))
    week.record("handover_unmanaged", users)


def fall_ill(workforce: Workforce, week: Week) -> None:
    """Let sicknesses start among those who are well; lengths are geometric."""
    q, workers = week.p.workforce, workforce.workers
    rows = workforce.in_post()
    rows = rows[workers.sick_left[rows] == 0]
    post = workers.post[rows]
    hit = week.uniform(SICKNESS, post) < np.minimum(1, q.sickness * np.exp(q.sickness_workload * strain(workers, rows)))
    if not hit.any():
        return
    rows, post = rows[hit], post[hit]
    length = np.ones(len(rows), dtype=int)
    if q.sickness_weeks > 1:
        length += np.floor(np.log(week.uniform(SICK_WEEKS, post)) / np.log1p(-1 / q.sickness_weeks)).astype(int)
    workers.sick_left[rows] = length


def recruit(workforce: Workforce, week: Week) -> None:
    """Fill the vacant posts whose time has come."""
    posts = workforce.posts
    due = ((posts.worker[: posts.n] == VACANT) & (posts.refill_week[: posts.n] <= week.number)).nonzero()[0]
    if len(due):
        workforce.fill(due, week.number, week.number, week.p, week.streams)


def open_diaries(workforce: Workforce, week: Week) -> None:
    """Set this week's diary hours of every worker: none for the sick and for those who have left."""
    q, workers = week.p.workforce, workforce.workers
    n = workers.n
    workers.hours_there[:n] = workers.hours_wanted[:n] = 0
    workers.contacts_week[:n] = workers.gaps_week[:n] = 0
    rows = workforce.in_post()
    well = rows[workers.sick_left[rows] == 0]
    workers.hours_there[well] = q.hours * q.diary_share * workforce.productivity(well, week.number, week.p)
    workers.hours_left[:n] = workers.hours_there[:n]
    week.count("available_hours", float(workers.hours_there[:n].sum()))
