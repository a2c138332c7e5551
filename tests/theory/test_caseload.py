"""Open caseload = inflow x mean stay (Little); without a cap it is Poisson (M/G/infinity).

Stays here end by drop-out at a constant hazard or by the programme's limit, whichever is first. The
record is taken at the end of a week, after exits, so a stay of k weeks is seen k-1 times.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import SocialPrescribingService
from tests.theory.plain import CONSTANT_DROPOUT, quiet

pytestmark = pytest.mark.theory

INFLOW, LENGTH, HAZARD, WEEKS, SEEDS = 40, 20, 0.02, 201, range(201, 206)
CONSTANT = {key.replace(".", "__"): value for key, value in CONSTANT_DROPOUT.items()}


@pytest.fixture(scope="module")
def runs():
    p = quiet(
        referrals__first_year=52 * INFLOW, referrals__later_years=52 * INFLOW, workforce__posts=20,
        dropout__hazard=HAZARD, programme__open_ended=False, programme__length_weeks=LENGTH, programme__max_extensions=0, **CONSTANT,
    )  # fmt: skip
    return [SocialPrescribingService(p, seed=seed, weeks=WEEKS, events=False, panel=False).run() for seed in SEEDS]


@pytest.fixture(scope="module")
def snapshots(runs):
    """Open caseloads a programme's length apart: no person is in two of them, so they are independent."""
    return np.concatenate([run.weekly.open_caseload.to_numpy()[LENGTH::LENGTH] for run in runs])


def mean_stay() -> float:
    """Return the mean number of week ends at which a person is in the service."""
    return float(np.exp(-HAZARD * np.arange(1, LENGTH + 1)).sum())


def test_mean_open_caseload_is_inflow_times_mean_stay(snapshots):
    """The sum of independent Poisson numbers is Poisson: exact two-sided test, error rate 0.001."""
    total, expected = snapshots.sum(), len(snapshots) * INFLOW * mean_stay()
    low, high = stats.chi2.ppf(0.0005, 2 * total) / 2, stats.chi2.ppf(0.9995, 2 * total + 2) / 2
    assert (high - low) / 2 < 0.02 * expected  # half-width: 2% of the caseload
    assert low <= expected <= high


def test_open_caseload_without_a_cap_is_poisson_in_spread(snapshots):
    """Index of dispersion against chi-square, two-sided, error rate 0.001."""
    index = ((snapshots - snapshots.mean()) ** 2).sum() / snapshots.mean()
    p = stats.chi2.cdf(index, len(snapshots) - 1)
    assert 0.0005 < p < 0.9995


def test_weekly_caseloads_add_up_to_the_weeks_people_were_in_service(runs):
    """Little's law without chance: the area under the caseload is the sum of all stays, exactly."""
    for run in runs:
        assert run.weekly.open_caseload.sum() == run.people.weeks_in_service.sum()
