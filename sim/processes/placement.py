"""Step 8: places from the services' queues, and starting alone (docs/odd.md, section 7.8).

Reads   people: goals, motivation, confidence, severity, depressed; services: places; workers: hours_left.
Writes  people: goal_stage and activity columns, motivation; workers: hours_left, hours_wanted; community.waits.
Draws   the streams below, by goal. First come, first served; ties by person number.
"""

from __future__ import annotations

import numpy as np

from sim.community import Community
from sim.goals import count_up
from sim.people import ATTENDING, GOALS, NOT_YET, OPEN, PRACTISING, QUEUED, People, is_case
from sim.sharing import rank_in_group, spend, want, within_hours
from sim.streams import Stream, logistic
from sim.week import Week
from sim.workforce import Workforce

ACCOMPANIED = Stream("placement.accompanied", "the worker offers to go along", index="goal")
STARTS = Stream("placement.starts", "starts the activity", index="goal")
SELF_START = Stream("placement.self_start", "takes up a habit goal alone", index="goal")


def place(people: People, workforce: Workforce, community: Community, week: Week) -> None:
    """Give free places to those who queue, and let people start by themselves."""
    queue = people.goals_in(QUEUED)
    waited = week.number - people.flat("goal_since")[queue]
    too_long = waited > week.p.activity.queue_limit_weeks
    give_up_queue(people, queue[too_long])
    goals = places_offered(people, community, queue[~too_long & (waited >= week.p.activity.shortest_wait_weeks)], week)
    if len(goals):
        start(people, workforce, community, goals, week)
    start_alone(people, week)


def give_up_queue(people: People, goals: np.ndarray) -> None:
    """Reopen `goals`, which have queued for too long."""
    people.flat("goal_stage")[goals] = OPEN
    people.flat("goal_service")[goals] = NOT_YET


def places_offered(people: People, community: Community, goals: np.ndarray, week: Week) -> np.ndarray:
    """Return which of the queued flat `goals` have their turn, within the free places of each service."""
    s = community.services
    free = s.places[: s.n] - community.attending(people)
    goals = goals[(free[people.flat("goal_service")[goals]] > 0) & (people.flat("goal_blocked_until")[goals] <= week.number)]
    goals = goals[people.flat("goal_since")[goals].argsort(kind="stable")]  # ties by person number
    service = people.flat("goal_service")[goals]
    return goals[rank_in_group(service) < free[service]]


def start(people: People, workforce: Workforce, community: Community, goals: np.ndarray, week: Week) -> None:
    """Let those offered a place start or not; whoever does not has an open goal again."""
    q, rows = week.p.activity, goals // GOALS
    queued = week.number - people.flat("goal_since")[goals]
    offer_luck, start_luck = week.uniforms((ACCOMPANIED, STARTS), goals)
    logit = q.start_logit + q.start_accompanied * accompany(people, workforce, rows, offer_luck, week)
    logit -= q.start_barrier * people.flat("goal_barriers")[goals] + q.start_depressed * people.depressed[rows]
    logit += people.confidence[rows] - 0.45 - q.start_setback * people.severity[rows] - q.start_per_week_queued * queued
    logit -= week.p.contact.unpersonalised_logit * (not week.p.contact.personalised)
    starts = start_luck < logistic(logit)
    service = people.flat("goal_service")
    begun, beginners, declined, decliners = goals[starts], rows[starts], goals[~starts], rows[~starts]
    community.waits.append((service[begun], queued[starts]))
    people.flat("goal_stage")[begun] = ATTENDING
    people.flat("goal_since")[begun] = week.number
    for name in ("goal_misses", "goal_due", "goal_attended"):
        people.flat(name)[begun] = 0
    count_up(people.activity_starts[: people.n], beginners)
    week.record("placed", beginners, services=service[begun])
    week.record("not_started", decliners, services=service[declined])
    people.flat("goal_stage")[declined] = OPEN
    service[declined] = NOT_YET
    count_up(people.activity_not_started[: people.n], decliners)
    people.motivation[decliners] = np.maximum(0, people.motivation[decliners] - q.not_started_motivation)  # once a person: repeats write the same
    week.count("activity_starts", len(begun))
    week.count("activity_not_started", len(declined))


def accompany(people: People, workforce: Workforce, rows: np.ndarray, luck: np.ndarray, week: Week) -> np.ndarray:
    """Return with whom the worker goes along: a share of those still engaged, as far as hours are left."""
    given = np.zeros(len(rows), bool)
    worker = people.link_worker[rows]
    offered = (worker >= 0) & (luck < week.p.contact.accompaniment_share)
    offered = (offered & ~people.awaiting_call[rows]).nonzero()[0]  # a new worker first has to call
    if not len(offered):
        return given
    workers, worker = workforce.workers, worker[offered]
    hours = np.full(len(offered), week.p.contact.accompaniment_hours)
    want(workers, worker, hours)
    fits = within_hours(worker, hours, workers.hours_left[: workers.n])
    spend(workers, worker[fits], hours[fits])
    week.count("contact_hours", float(hours[fits].sum()))
    week.count("hours_unmet", float(hours[~fits].sum()))
    given[offered] = fits
    return given


def start_alone(people: People, week: Week) -> None:
    """Let anybody, with or without the service, take up an open habit goal straight as self-practice."""
    most = 2 * week.p.activity.self_start
    goals = people.goals_in(OPEN)
    if most == 0 or not len(goals):
        return
    luck = week.uniform(SELF_START, goals)
    near = (luck < most).nonzero()[0]  # only these can start: motivation is at most 1
    goals, luck = goals[near], luck[near]
    rows = goals // GOALS
    chance = most * people.motivation[rows] * (1 - people.severity[rows]) * (1 - 0.5 * people.depressed[rows])
    able = (people.flat("goal_blocked_until")[goals] <= week.number) & ~is_case(people, goals)
    goals = goals[able & (luck < chance)]
    people.flat("goal_stage")[goals] = PRACTISING
    people.flat("goal_since")[goals] = week.number
