"""One service with geometric stays, sure starts and no misses is a Markov chain whose law is known exactly.

A run holds many services, each with a queue of its own: with no knowledge beyond one candidate, each
referral goes to a service drawn at random, so arrivals at each are independent Poisson streams.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim import SocialPrescribingService
from tests.theory.plain import quiet
from tests.theory.weekly_queue import WeeklyQueue, erlang_c

pytestmark = pytest.mark.theory

SURE_TO_MEET = {"contact__attend_logit": 10, "contact__attend_setback": 0, "contact__attend_depressed": 0, "contact__attend_first": 0}
NO_HOURS = {f"contact__{name}_hours": 0 for name in ("first", "follow_up", "check_in", "setback", "instrumental", "gap", "accompaniment")}
MET_ONCE = {"contact__interval_weeks": (104,), "contact__interval_until": (), "contact__accompaniment_share": 0}
# goal 1 of everybody is lifestyle, which every service serves; the other goals find no service
ONE_GOAL = {
    "contact__personalised": False,
    "contact__unpersonalised_motivation": 0,
    "contact__unpersonalised_logit": 0,
    "community__mix": (1, 0, 0, 0, 0, 0, 0, 0),
}
SURE_TO_START = {
    "activity__offer_probability": 1, "activity__start_logit": 10, "activity__start_barrier": 0, "activity__start_per_week_queued": 0,
    "activity__shortest_wait_weeks": 0, "activity__queue_limit_weeks": 520, "community__knowledge": 0,
}  # fmt: skip
NO_MISSES = {"activity__attend_logit": 10, "activity__attend_motivation": 0, "activity__attend_barrier": 0, "activity__misses_to_leave": 52}
GEOMETRIC_STAY = {"community__course_share": 0, "activity__open_group_habit": 0}
ALONE = SURE_TO_MEET | NO_HOURS | MET_ONCE | ONE_GOAL | SURE_TO_START | NO_MISSES | GEOMETRIC_STAY

PLACES = 5


def watch(services: int, inflow: float, leave: float, burn_in: int, weeks: int, seed: int) -> np.ndarray:
    """Return how many attend and queue at each service at each week's end, (weeks, services, 2)."""
    p = quiet(
        referrals__first_year=52 * inflow * services, referrals__later_years=52 * inflow * services, workforce__posts=2,
        community__services=services, community__places_min=PLACES, community__places_max=PLACES, activity__open_group_leave=leave, **ALONE,
    )  # fmt: skip
    model = SocialPrescribingService(p, seed=seed, weeks=burn_in + weeks, events=False, panel=False)
    seen = []
    while model.week < model.weeks:
        model.step()
        seen.append(np.stack((model.community.attending(model.people), model.community.queued(model.people)), axis=1))
    return np.array(seen)[burn_in:]


SERVICES, INFLOW, LEAVE, BURN_IN, WEEKS = 120, 1.4, 0.4, 120, 240


@pytest.fixture(scope="module")
def queue():
    return WeeklyQueue(PLACES, INFLOW, LEAVE, most=120)


@pytest.fixture(scope="module")
def seen():
    return watch(SERVICES, INFLOW, LEAVE, BURN_IN, WEEKS, seed=601)


@pytest.mark.scale
@pytest.mark.parametrize(("what", "narrow"), [("all taken", 0.025), ("empty", 0.02), ("in the service or its queue", 0.3), ("queue", 0.25)])
def test_long_run_law_of_one_service_is_that_of_the_weekly_chain(queue, seen, what, narrow):
    """Means over weeks and services, with the spread the chain itself gives: 99.9% each, error rate 0.004 over the four."""
    total, state = seen.sum(axis=2), np.arange(queue.most + 1)
    queued = np.maximum(0, state - PLACES)
    value = {"all taken": state >= PLACES, "empty": state == 0, "in the service or its queue": state, "queue": queued}[what].astype(float)
    half_width = 3.29 * queue.spread_of_mean(value, WEEKS) / np.sqrt(SERVICES)
    assert half_width < narrow
    assert abs(value[total].mean() - queue.stationary() @ value) < half_width


def test_every_week_of_a_service_follows_the_chain_from_the_week_before(queue, seen):
    """Standardised steps have mean 0 and variance 1 if the chain's means and variances are right: error rate 0.002."""
    total, state = seen.sum(axis=2), np.arange(queue.most + 1)
    mean = queue.step @ state
    variance = queue.step @ state**2 - mean**2
    z = (total[1:] - mean[total[:-1]]) / np.sqrt(variance[total[:-1]])
    assert 3.29 / np.sqrt(z.size) < 0.04
    assert abs(z.mean()) < 3.29 / np.sqrt(z.size)
    assert abs((z**2).mean() - 1) < 3.29 * (z**2).std() / np.sqrt(z.size)


def test_a_service_with_a_queue_has_no_free_place_before_the_week_ends(seen):
    """Places free at a week's end are those of this week's leavers: the queue of one week fills them in the next."""
    attending, queued = seen[..., 0], seen[..., 1]
    waited = queued[:-1] >= PLACES  # enough queue to fill every place
    assert waited.sum() > 50
    assert attending.max() == PLACES
    # all five places were taken at placement; what is missing at the end left since
    left = PLACES - attending[1:][waited]
    assert abs(left.mean() - PLACES * LEAVE) < 3.29 * np.sqrt(PLACES * LEAVE * (1 - LEAVE) / waited.sum())


def test_the_weekly_chain_tends_to_erlang_c_as_stays_grow_long():
    """The chain's chance that all places are taken nears M/M/c's in proportion to 1/stay."""
    load, gaps = 3.0, []
    for leave in (0.2, 0.1, 0.05, 0.025, 0.0125):
        chain = WeeklyQueue(PLACES, load * leave, leave, most=120)
        gaps.append(abs(chain.stationary()[PLACES:].sum() - erlang_c(PLACES, load)))
    assert all(1.8 < wide / close < 2.2 for wide, close in zip(gaps, gaps[1:], strict=False))
    assert gaps[-1] < 0.01


def test_a_service_with_long_stays_waits_as_erlang_c_says():
    """Stays of 50 weeks; 99.9% interval with the chain's own spread, error rate 0.001."""
    load, leave, services, weeks = 2.5, 0.02, 300, 100
    seen = watch(services, load * leave, leave, burn_in=300, weeks=weeks, seed=602)
    chain = WeeklyQueue(PLACES, load * leave, leave, most=60)
    full = (np.arange(chain.most + 1) >= PLACES).astype(float)
    half_width = 3.29 * chain.spread_of_mean(full, weeks) / np.sqrt(services)
    assert half_width < 0.05
    assert abs(full[seen.sum(axis=2)].mean() - erlang_c(PLACES, load)) < half_width
