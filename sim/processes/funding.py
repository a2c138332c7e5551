"""Step 2: community services close, open and lose places (docs/odd.md, section 7.2).

Reads   services; people: goal_stage, goal_service, goal_since.
Writes  services: open, closed_week, places; people: goal_stage, goal_service, goal_peers, goal_since.
Draws   funding.closure, funding.sudden_loss (by service), funding.openings, funding.opening_area (by week).
"""

from __future__ import annotations

from math import expm1

import numpy as np

from sim.community import Community
from sim.parameters import WEEKS_PER_YEAR, Parameters
from sim.people import ATTENDING, IS_CASE_AREA, LAPSED, NOT_YET, OPEN, QUEUED, People, is_case
from sim.sharing import rank_in_group
from sim.streams import Stream
from sim.traits import poisson
from sim.week import Week

CLOSURE = Stream("funding.closure", "closure of a service", index="service")
SUDDEN_LOSS = Stream("funding.sudden_loss", "which services a sudden loss closes", index="service")
OPENINGS = Stream("funding.openings", "number of openings", index="week")
OPENING_AREA = Stream("funding.opening_area", "area a new service serves", index="opening")


def fund(people: People, community: Community, week: Week) -> None:
    """Close services, cut places under austerity, and open new ones."""
    close(people, community, closing(community, week), week)
    if austerity_runs(week.p, week.number):
        cut_places(people, community, week)
    open_new(community, week)


def austerity_runs(p: Parameters, week: int) -> bool:
    """Return whether cuts are under way in `week`."""
    return p.community.austerity and week >= p.community.austerity_from_week


def closing(community: Community, week: Week) -> np.ndarray:
    """Return the services that close this week: by the yearly hazard, or in a sudden loss."""
    q, s = week.p.community, community.services
    rate = q.austerity_closure_rate if austerity_runs(week.p, week.number) else q.closure_rate
    open_now = s.open[: s.n]
    hit = open_now & (week.uniform_all(CLOSURE, s.n) < -expm1(-rate / WEEKS_PER_YEAR))
    if q.sudden_loss_share > 0 and week.number == q.sudden_loss_week:
        still = (open_now & ~hit).nonzero()[0]
        order = still[np.argsort(week.uniform(SUDDEN_LOSS, still), kind="stable")]
        hit[order[: round(q.sudden_loss_share * len(still))]] = True
    return hit.nonzero()[0]


def close(people: People, community: Community, services: np.ndarray, week: Week) -> None:
    """Close `services`: who attends lapses, who queues has an open goal again."""
    if not len(services):
        return
    s = community.services
    s.open[services] = False
    s.closed_week[services] = week.number
    closed = np.zeros(s.n, bool)
    closed[services] = True
    service = people.flat("goal_service")
    attending, queued = (goals[closed[service[goals]]] for goals in (people.goals_in(ATTENDING), people.goals_in(QUEUED)))
    lose_place(people, attending, week)
    people.flat("goal_stage")[queued] = OPEN
    service[queued] = NOT_YET


def lose_place(people: People, goals: np.ndarray, week: Week) -> None:
    """End the activity of flat `goals` from outside: a habit goal lapses, a case goal reopens."""
    people.flat("goal_stage")[goals] = np.where(is_case(people, goals), OPEN, LAPSED)
    people.flat("goal_since")[goals] = week.number
    people.flat("goal_peers")[goals] *= week.p.activity.peer_kept
    week.record("left_activity", goals // 3, services=people.flat("goal_service")[goals])
    people.flat("goal_service")[goals] = NOT_YET


def cut_places(people: People, community: Community, week: Week) -> None:
    """Lower places along the straight path of cuts; the latest to join lose theirs."""
    q, s = week.p.community, community.services
    path = min(1.0, (week.number - q.austerity_from_week) / q.austerity_weeks)
    cut = q.austerity_cut * path * np.where(IS_CASE_AREA[s.area[: s.n]], q.austerity_advice_factor, 1.0)
    s.places[: s.n] = np.rint(s.places_at_start[: s.n] * (1 - np.minimum(cut, 1.0)))
    over = community.attending(people) > s.places[: s.n]
    if not over.any():
        return
    goals = people.goals_in(ATTENDING)
    goals = goals[over[people.flat("goal_service")[goals]]]
    order = goals[np.lexsort((goals, people.flat("goal_since")[goals], people.flat("goal_service")[goals]))]
    service = people.flat("goal_service")[order]
    lose_place(people, order[rank_in_group(service) >= s.places[service]], week)


def open_new(community: Community, week: Week) -> None:
    """Open as many services as ordinary closures are expected to take."""
    q = week.p.community
    mean = q.closure_rate * q.services / WEEKS_PER_YEAR
    count = int(poisson(week.uniform_one(OPENINGS), mean))
    if count:
        mix = np.array(q.mix, float)
        area = np.searchsorted(np.cumsum(mix / mix.sum()), week.uniform_all(OPENING_AREA, count) * (1 - 1e-12))
        community.start(area, week.number, week.p, week.streams)
