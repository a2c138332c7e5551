"""A constant drop-out hazard makes stays geometric: P(still in after k weeks) = e^(-hk)."""

from __future__ import annotations

import numpy as np
import pytest

from sim import SocialPrescribingService
from tests.theory.plain import CONSTANT_DROPOUT, binomial_interval, chi_square_tail, quiet

pytestmark = pytest.mark.theory

PEOPLE, WEEKS = 20_000, 53
CONSTANT = {key.replace(".", "__"): value for key, value in CONSTANT_DROPOUT.items()}


def stays(hazard: float, seed: int) -> np.ndarray:
    """Return the whole weeks each person of one cohort stays, counting the week of leaving; more than WEEKS if still in."""
    p = quiet(referrals__counts=(PEOPLE,) + (0,) * (WEEKS - 1), workforce__posts=20, dropout__hazard=hazard, **CONSTANT)
    model = SocialPrescribingService(p, seed=seed, weeks=WEEKS, events=False, panel=False)
    spells = model.run().episodes
    assert (spells.start_week == 0).all()
    assert len(spells) > 0.999 * PEOPLE
    return spells.end_week.to_numpy(dtype=float, na_value=WEEKS) - spells.start_week.to_numpy() + 1


@pytest.mark.parametrize("hazard", [0.011, 0.1])
def test_share_still_in_the_service_falls_as_exp_of_minus_hazard_times_weeks(hazard):
    """Exact 99.9% binomial intervals at three times: error rate 0.003 for each hazard."""
    weeks = stays(hazard, seed=101)
    for k in (4, 13, 52):
        low, high = binomial_interval((weeks > k).sum(), len(weeks))
        assert high - low < 0.024  # a half-width below 0.012: a hazard wrong by a tenth would show
        assert low <= np.exp(-hazard * k) <= high


def test_weeks_in_the_service_are_geometric():
    """Chi-square of all lengths of stay against p(1-p)^(k-1), p = 1-e^(-h): error rate 0.001."""
    hazard = 0.1
    weeks = stays(hazard, seed=102)
    p = -np.expm1(-hazard)
    k = np.arange(1, WEEKS + 1)
    expected = np.append(p * (1 - p) ** (k - 1), (1 - p) ** WEEKS) * len(weeks)
    observed = np.bincount(weeks.astype(int), minlength=WEEKS + 2)[1:]
    assert chi_square_tail(observed, expected) > 0.001


def test_hazard_of_zero_keeps_everybody():
    assert (stays(0.0, seed=103) > WEEKS).all()
