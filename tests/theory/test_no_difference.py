"""Identical scenarios differ by exactly nothing: the zero against which every effect is measured."""

from __future__ import annotations

import pytest

from sim import Parameters, SocialPrescribingService

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", [1, 501])
def test_difference_of_a_scenario_with_itself_is_exactly_zero(seed):
    """Paired differences of every headline measure, in every group of people: 0, not nearly 0."""
    p = Parameters().replace({"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 5})
    again = Parameters.from_dict(p.as_dict())
    one, two = (SocialPrescribingService(q, seed=seed, weeks=60).run().summary_table for q in (p, again))
    assert list(one.measure) == list(two.measure)
    measured = one.value.notna()
    assert measured.sum() > 50
    assert (measured == two.value.notna()).all()
    assert (two.value[measured] - one.value[measured] == 0).all()
