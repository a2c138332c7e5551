"""Renewal theory of posts: the share occupied, and the chance that a person's link worker changes."""

from __future__ import annotations

import numpy as np
import pytest

from sim import SocialPrescribingService
from tests.theory.plain import NO_FEEDBACK, binomial_interval, chi_square_tail, quiet

pytestmark = pytest.mark.theory

ALONE = {key.replace(".", "__"): value for key, value in NO_FEEDBACK.items()} | {"handover__managed_share": 0}


def occupied(turnover: float, notice: int, vacancy: float) -> float:
    """Return (T+n)/(T+n+v) with T = 1/(1-e^-h) weeks from starting to giving notice."""
    tenure = 1 / -np.expm1(-turnover / 52)
    return (tenure + notice) / (tenure + notice + vacancy)


@pytest.mark.parametrize(("turnover", "notice", "vacancy"), [(5, 6, 10), (5, 0, 20), (10, 12, 5)])
def test_share_of_posts_occupied_is_tenure_and_notice_over_the_whole_cycle(turnover, notice, vacancy):
    """Posts are independent, so the number occupied in a late week is binomial: exact interval, error rate 0.001.

    Week 200 is six cycles or more after opening: what is left of the start is far below the interval.
    """
    posts = 25_000
    p = quiet(referrals__first_year=0, referrals__later_years=0, workforce__posts=posts, workforce__turnover=turnover,
        workforce__notice_weeks=notice, workforce__vacancy_weeks=vacancy, **ALONE)  # fmt: skip
    weekly = SocialPrescribingService(p, seed=301, weeks=200, events=False, panel=False).run().weekly
    low, high = binomial_interval(weekly.posts_filled.iloc[-1], posts)
    assert high - low < 0.022
    assert low <= occupied(turnover, notice, vacancy) <= high


def test_posts_stay_filled_without_turnover():
    p = quiet(referrals__first_year=0, referrals__later_years=0, workforce__posts=100, **ALONE)
    weekly = SocialPrescribingService(p, seed=302, weeks=52).run().weekly
    assert (weekly.posts_filled == 100).all()


TURNOVER, NOTICE, WEEKS = 1.0, 6, 105


@pytest.fixture(scope="module")
def weeks_to_change():
    """Weeks from the start to the first change of worker, one person a worker (infinite when none)."""
    people = 20_000
    p = quiet(referrals__counts=(people,) + (0,) * (WEEKS - 1), workforce__posts=people, workforce__turnover=TURNOVER, workforce__notice_weeks=NOTICE, **ALONE)
    table = SocialPrescribingService(p, seed=303, weeks=WEEKS, events=False, panel=False).run().people
    taken = table[table.start_week.notna()]
    assert len(taken) > 0.999 * people
    return taken.first_change_week.to_numpy(float, na_value=np.inf) - taken.start_week.to_numpy(float)


def test_chance_of_a_change_of_worker_by_week_t_is_one_minus_exp_of_minus_hazard_times_t_less_notice(weeks_to_change):
    """Exact 99.9% binomial intervals at four times: error rate 0.004."""
    for t in (13, 26, 52, 104):
        low, high = binomial_interval((weeks_to_change <= t).sum(), len(weeks_to_change))
        assert high - low < 0.025
        assert low <= -np.expm1(-TURNOVER / 52 * (t - NOTICE)) <= high


def test_nobody_loses_a_worker_within_the_notice(weeks_to_change):
    """Notice is given a week after the start at the earliest, and runs its length."""
    assert weeks_to_change.min() == NOTICE + 1


def test_weeks_to_a_change_of_worker_are_geometric_after_the_notice(weeks_to_change):
    """Chi-square of all weeks, error rate 0.001."""
    p = -np.expm1(-TURNOVER / 52)
    k = np.arange(1, WEEKS - NOTICE)
    expected = np.append(p * (1 - p) ** (k - 1), (1 - p) ** k[-1]) * len(weeks_to_change)
    after = np.minimum(weeks_to_change - NOTICE, k[-1] + 1).astype(int)
    assert chi_square_tail(np.bincount(after, minlength=k[-1] + 2)[1:], expected) > 0.001
