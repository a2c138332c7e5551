"""Step 7: onward referral to community services at this week's contacts (docs/odd.md, section 7.7).

Reads   people met this week: goals, severity, traits; services; workers: weeks in post.
Writes  people: goal_stage, goal_service, goal_since, goal_barriers, onward_referrals (case progress where
        the worker stands in for a missing service); workers: hours_left, hours_wanted, gaps_week.
Draws   the streams below, by person (candidates: by person and candidate).
"""

from __future__ import annotations

import numpy as np

from sim.community import Community
from sim.goals import advance_case, first_goal
from sim.people import GOALS, OPEN, QUEUED, SERIOUS, People, is_case
from sim.sharing import spend, want, within_hours
from sim.streams import Stream
from sim.week import Week
from sim.workforce import Workforce

OFFER = Stream("onward_referral.offer", "an open goal is taken up at a contact")
CANDIDATE = Stream("onward_referral.candidate", "which services the worker knows", index="person x candidate")
RESOLVE = Stream("onward_referral.resolve", "a full case is resolved by the worker standing in", index="goal")

MOST_CANDIDATES = 8
FAR_OFF = 1000  # score of a candidate the worker does not know


def refer_on(people: People, workforce: Workforce, community: Community, week: Week) -> None:
    """At each contact with an open goal: refer to the best service known, or fill the gap."""
    if not week.p.programme.enabled:
        return
    rows, goals = offers(people, week)
    if not len(rows):
        return
    area = people.flat("goal_area")[goals]
    by_area, start, count = open_services(community)
    served = count[area] > 0
    fill_gaps(people, workforce, goals[~served], week)
    rows, goals, area = rows[served], goals[served], area[served]
    if not len(rows):
        return
    known = candidates_known(people, workforce, rows, week)
    place = np.arange(known.max())
    pick = (week.uniform(CANDIDATE, rows[:, None] * MOST_CANDIDATES + place) * count[area][:, None]).astype(int)
    candidate = by_area[start[area][:, None] + pick]
    barriers = community.barriers(people, rows[:, None], candidate, week.p)
    s = community.services
    full = community.held(people)[candidate] >= s.places[candidate]
    score = 2 * barriers + full + FAR_OFF * (place >= known[:, None])
    best = np.arange(len(rows)), score.argmin(axis=1)
    chosen = candidate[best]
    people.flat("goal_stage")[goals] = QUEUED
    people.flat("goal_service")[goals] = chosen
    people.flat("goal_barriers")[goals] = barriers[best]
    people.flat("goal_since")[goals] = week.number
    people.onward_referrals[rows] += 1
    week.count("onward_referrals", len(rows))
    week.record("onward_referral", rows, people.link_worker[rows], chosen)


def offers(people: People, week: Week) -> tuple[np.ndarray, np.ndarray]:
    """Return the people met this week who take up an open goal, and that goal (flat)."""
    rows = (people.last_contact_week[: people.n] == week.number).nonzero()[0]
    rows = rows[people.is_engaged(rows) & people.met[rows] & (people.severity[rows] < SERIOUS)]
    chance = 1.0 if week.p.contact.schedule == "signposting" else week.p.activity.offer_probability
    rows = rows[week.uniform(OFFER, rows) < chance]
    fits = (people.goal_stage.take(rows, axis=0) == OPEN) & (people.goal_blocked_until.take(rows, axis=0) <= week.number)
    goal = first_goal(rows, fits)
    taken = (goal >= 0).nonzero()[0]
    return rows[taken], goal[taken]


def open_services(community: Community) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the open services sorted by area, where each area starts in that list, and how many it has."""
    s = community.services
    rows = (s.open[: s.n] & (s.places[: s.n] > 0)).nonzero()[0]
    area = s.area[rows]
    count = np.bincount(area, minlength=8)
    return rows[area.argsort(kind="stable")], count.cumsum() - count, count


def candidates_known(people: People, workforce: Workforce, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return how many services each person's worker knows: one, and more with weeks in post."""
    weeks = workforce.weeks_in_post(people.link_worker[rows], week.number)
    share = np.minimum(1.0, weeks / week.p.workforce.experience_weeks)
    return 1 + np.rint(week.p.community.knowledge * share).astype(int)


def fill_gaps(people: People, workforce: Workforce, goals: np.ndarray, week: Week) -> None:
    """Where no service serves the goal's area the worker stands in, if hours are left; a case moves on."""
    if not len(goals):
        return
    workers, rows = workforce.workers, goals // GOALS
    worker, hours = people.link_worker[rows], np.full(len(goals), week.p.contact.gap_hours)
    want(workers, worker, hours)
    given = within_hours(worker, hours, workers.hours_left[: workers.n])
    spend(workers, worker[given], hours[given])
    workers.gaps_week[: workers.n] += np.bincount(worker, minlength=workers.n)
    week.count("gaps", len(goals))
    week.count("gaps_filled", int(given.sum()))
    week.count("contact_hours", float(hours[given].sum()))
    week.count("hours_unmet", float(hours[~given].sum()))
    cases = goals[given & is_case(people, goals)]
    advance_case(people, cases, week.p.contact.instrumental_progress, RESOLVE, week)
