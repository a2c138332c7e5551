"""A service need not start empty: weeks before those asked for run like any other, and the summary leaves them out."""

import pandas as pd
import pytest

from sim import ParameterError, Parameters, SocialPrescribingService

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 300, "referrals.later_years": 500, "workforce.posts": 4, "community.services": 10}
WARM_UP, WEEKS = 60, 30


def run(weeks, **changes):
    p = Parameters().replace(SMALL | {f"referrals.{name}": value for name, value in changes.items()})
    return SocialPrescribingService(p, seed=3, weeks=weeks).run()


@pytest.fixture(scope="module")
def warm():
    return run(WEEKS, warm_up_weeks=WARM_UP)


@pytest.mark.parametrize("table", ["weekly", "people", "events", "episodes", "states", "link_workers"])
def test_the_warm_up_runs_before_the_weeks_asked_for_and_like_them(warm, table):
    """The same weeks asked for outright give the same tables to the last bit."""
    assert len(warm.weekly) == WARM_UP + WEEKS
    pd.testing.assert_frame_equal(getattr(warm, table), getattr(run(WARM_UP + WEEKS), table), check_exact=True)


def test_the_summary_leaves_out_the_warm_up_and_the_people_referred_in_it(warm):
    weekly, people = warm.weekly[WARM_UP:], warm.people[warm.people.referred_week >= WARM_UP]
    assert 0 < len(people) < len(warm.people)
    assert warm.summary["people_referred"] == len(people) == weekly.referrals.sum()
    assert warm.summary["people_started"] == people.start_week.notna().sum()
    assert warm.summary["wait_mean"] == pytest.approx(people.wait_weeks.mean())
    assert warm.summary["cost_service"] == pytest.approx(weekly.cost_staff.sum())
    assert warm.summary["waiting_mean"] == pytest.approx(weekly.waiting.mean())
    by_sex = warm.summary_table.query("measure == 'people_referred' and group.str.startswith('sex')").value
    assert by_sex.sum() == len(people)


def test_a_service_that_has_warmed_up_does_not_start_empty(warm):
    assert warm.weekly.open_caseload[WARM_UP] > 50
    assert run(WEEKS).weekly.open_caseload[0] < 50


def test_the_users_own_counts_begin_after_the_warm_up():
    """In the warm-up people come as they would without the counts."""
    counts = tuple(range(WEEKS))
    model = run(WEEKS, warm_up_weeks=WARM_UP, counts=counts)
    assert tuple(model.weekly.referrals[WARM_UP:]) == counts
    assert model.weekly.referrals[:WARM_UP].tolist() == run(WARM_UP).weekly.referrals.tolist()
    assert model.summary["people_referred"] == sum(counts)


def test_too_few_counts_are_refused_by_the_weeks_after_the_warm_up():
    with pytest.raises(ParameterError, match=f"has {WEEKS - 1} weeks but the run has {WEEKS}"):
        run(WEEKS, warm_up_weeks=WARM_UP, counts=(1,) * (WEEKS - 1))


@pytest.mark.parametrize("more", [{}, {"counts": (5,) * WEEKS}])
def test_a_waiting_list_at_the_start_comes_in_the_first_week_asked_for_and_once(more):
    with_list, without = (run(WEEKS, warm_up_weeks=WARM_UP, backlog=backlog, **more).weekly.referrals for backlog in (150, 0))
    assert (with_list - without).tolist() == [0] * WARM_UP + [150] + [0] * (WEEKS - 1)


def test_a_list_of_a_hundred_more_makes_those_referred_later_wait_longer():
    """Paired: the same seed, with and without the list; the arrival of the list itself is left out of the means."""
    long, short = (run(WEEKS, backlog=backlog).people.query("referred_week >= 1").wait_weeks.mean() for backlog in (100, 0))
    assert long > short
