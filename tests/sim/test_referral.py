"""Referrals arrive."""

import numpy as np
import pytest

from sim import Parameters, SocialPrescribingService
from sim.parameters import ParameterError
from sim.people import USUAL_CARE, WAITING
from sim.processes import referral

pytestmark = pytest.mark.unit


def arrivals(changes=None, weeks=520, seed=1):
    return SocialPrescribingService(Parameters().replace(changes or {}), seed=seed, weeks=weeks).arrivals


def test_weekly_counts_are_poisson_at_the_first_years_rate_and_then_at_the_later_one():
    """z = 4 on mean and variance of 468 weeks: a false alarm in 8,000."""
    counts = np.concatenate([arrivals({"referrals.first_year": 1100, "referrals.later_years": 1565}, seed=seed) for seed in (1, 2)])
    first, later = np.concatenate((counts[:52], counts[520:572])), np.concatenate((counts[52:520], counts[572:]))
    for sample, rate in ((first, 1100 / 52), (later, 1565 / 52)):
        assert abs(sample.mean() - rate) < 4 * np.sqrt(rate / len(sample))
        assert abs(sample.var() / rate - 1) < 4 * np.sqrt(2 / len(sample))


def test_no_referrals_is_a_valid_service():
    model = SocialPrescribingService(Parameters().replace({"referrals.first_year": 0, "referrals.later_years": 0}), weeks=4)
    assert model.run().weekly.referrals.sum() == 0


def test_a_users_own_counts_replace_the_flow():
    counts = [3, 0, 7, 2]
    results = SocialPrescribingService(Parameters().replace({"referrals.counts": counts}), weeks=4).run()
    assert results.weekly.referrals.tolist() == counts
    assert results.people.referred_week.value_counts().sort_index().to_dict() == {0: 3, 2: 7, 3: 2}


def test_too_few_counts_are_refused():
    with pytest.raises(ParameterError, match="has 4 weeks but the run has 9"):
        SocialPrescribingService(Parameters().replace({"referrals.counts": [1, 2, 3, 4]}), weeks=9)


def test_a_longer_horizon_leaves_earlier_weeks_as_they_were():
    np.testing.assert_array_equal(arrivals(weeks=260)[:100], arrivals(weeks=100))


def test_people_join_the_list_or_usual_care(scene):
    for enabled, state in ((True, WAITING), (False, USUAL_CARE)):
        s = scene(people=3, changes={"programme.enabled": enabled})
        s.people.n = 1
        referral.refer(s.people, 2, s.week)
        assert s.people.n == 3 and (s.people.state[1:3] == state).all() and (s.people.referred_week[1:3] == 50).all()
        assert (s.people.listed_week[1:3] == (50 if enabled else -1)).all()
