"""Care use and money: pure functions that change nothing else."""

import numpy as np
import pytest

from sim import economics
from sim.measures import visit_gp
from sim.parameters.economics import Economics

pytestmark = pytest.mark.unit
PRICES = Economics()


def test_a_year_of_a_filled_post_costs_salary_and_overhead_and_an_empty_one_overhead():
    year = 52 * economics.staff_cost(np.array([10, 10]), np.array([10, 7]), 37.5, PRICES)
    np.testing.assert_allclose(year, [36_428 * 12.5, 36_428 * (7 + 2.5)])


def test_a_place_costs_40_pounds_a_month_occupied_or_not(outcome):
    assert 4.345 * economics.place_cost(np.array([1.0]), PRICES)[0] == pytest.approx(40)
    nobody_goes = outcome({"activity.offer_probability": 0, "community.closure_rate": 0}).weekly
    assert nobody_goes.attending.max() == 0 and nobody_goes.cost_places.min() > 0


def test_care_is_visits_emergency_departments_and_admissions():
    assert economics.care_cost(np.array([3]), np.array([2]), PRICES)[0] == pytest.approx(3 * 42 + 2 * (1.75 * 165 + 2500))


def test_money_and_wellbeing_are_discounted_by_the_year():
    np.testing.assert_allclose(economics.discount(np.array([0, 52, 520]), 0.035), [1, 1 / 1.035, 1 / 1.035**10])
    assert economics.discount(np.array([520]), 0.0)[0] == 1


def test_wellbys_follow_star_points_and_the_family_share_and_are_priced_in_one_year():
    assert economics.wellbys(10.0, PRICES) == pytest.approx(1.0)
    assert economics.wellbys(10.0, Economics(family_spillover=0.2)) == pytest.approx(1.2)
    assert economics.wellby_worth(2.0, PRICES) == pytest.approx(2 * 13_000 * 1.12)


@pytest.mark.parametrize(("columns", "yearly"), [({}, 6), ({"ltcs": 7}, 6 * 1.24), ({"latent_sum": 38}, 6 * 0.8), ({"alive": False}, 0)])
def test_gp_visits_rise_with_conditions_and_fall_with_wellbeing(scene, columns, yearly):
    """z = 4 on a Poisson count of 20,000 person-weeks: a false alarm in 16,000."""
    s = scene(people=20_000).put(**{"latent_sum": 28} | columns)
    visit_gp(s.people, s.week)
    assert abs(52 * s.people.gp_visits.mean() - yearly) <= 52 * 4 * np.sqrt(yearly / 52 / 20_000)


def test_prices_and_care_use_change_nothing_else(outcome):
    """All tables but costs and visits are equal to the last digit."""
    changes = {"economics.gp_visits": 20.0, "economics.worker_cost": 1.0, "economics.wellby_value": 1.0, "economics.place_month": 500.0}
    base, other = outcome(), outcome(changes)
    assert other.people.drop(columns="gp_visits").equals(base.people.drop(columns="gp_visits"))
    money = ["cost", "cost_staff", "cost_places", "cost_care", "gp_visits"]
    assert other.weekly.drop(columns=money, errors="ignore").equals(base.weekly.drop(columns=money, errors="ignore"))
    assert other.people.gp_visits.sum() > 2 * base.people.gp_visits.sum()
    assert not np.allclose(other.weekly.cost, base.weekly.cost)


def test_a_part_time_post_costs_its_share_of_a_full_one():
    whole, part = (economics.staff_cost(np.array([4]), np.array([4]), hours, PRICES) for hours in (37.5, 5))
    np.testing.assert_allclose(part, whole * 5 / 37.5)


def test_weeks_are_discounted_one_by_one_and_a_rate_of_nothing_is_a_plain_sum():
    amounts = np.array([10.0, 0.0, 7.0, 5.0])
    assert economics.discounted(amounts, 0.0) == pytest.approx(22)
    assert economics.discounted(amounts, 0.035) == pytest.approx(10 + 7 / 1.035 ** (2 / 52) + 5 / 1.035 ** (3 / 52))


def test_qalys_are_wellbys_by_the_assumed_exchange():
    assert economics.qalys(12.0, PRICES) == pytest.approx(2.0)
    assert economics.qalys(12.0, Economics(wellbys_per_qaly=8.0)) == pytest.approx(1.5)


@pytest.mark.parametrize(("cost", "worth", "factor"), [(50, 100, 0.5), (-50, -100, 0.5), (0, 100, 0)])
def test_worth_counted_at_the_break_even_factor_equals_cost(cost, worth, factor):
    assert economics.break_even(cost, worth) == factor


@pytest.mark.parametrize(("cost", "worth"), [(50, -100), (-50, 100), (50, 0), (0, 0)])
def test_no_factor_breaks_even_where_cost_and_worth_pull_one_way(cost, worth):
    assert np.isnan(economics.break_even(cost, worth))
