"""Who is referred. The sampling error of each share or mean is allowed for at z = 4: a false alarm in 16,000."""

import numpy as np
import pytest
from scipy.stats import beta

from sim import Parameters, traits
from sim.people import COMPLEX, LIFESTYLE, NEUTRAL, SELF_CARE, SIMPLE, SUPPORTIVE, SYMPTOMS, UNSUPPORTIVE, People
from sim.streams import Streams

pytestmark = pytest.mark.unit
N = 20_000


def draw(changes=None, count=N, seed=5):
    people = People(count)
    traits.draw(people, count, Parameters().replace(changes or {}), Streams(seed))
    people.n = count
    return people


@pytest.fixture(scope="module")
def crowd():
    return draw()


def assert_share(hits, expected):
    assert abs(np.mean(hits) - expected) < 4 * np.sqrt(np.mean(expected * (1 - expected)) / len(hits))


def assert_mean(values, expected):
    assert abs(np.mean(values) - expected) < 4 * np.std(values) / np.sqrt(len(values))


def logistic(x):
    return 1 / (1 + np.exp(-x))


def test_ages_are_whole_years_from_40_to_74_spread_as_a_beta(crowd):
    assert (crowd.age.min(), crowd.age.max()) == (40, 74)
    for age in (50, 62, 70):
        assert_share(crowd.age < age, beta.cdf((age - 40) / 35, 2.2, 1.2))


def test_conditions_are_one_and_a_poisson_of_three_at_most_ten(crowd):
    assert (crowd.ltcs.min(), crowd.ltcs.max()) == (1, 10)
    assert_share(crowd.ltcs == 1, np.exp(-3))
    assert_share(crowd.ltcs <= 2, 4 * np.exp(-3))


def test_mental_health_conditions_go_with_physical_ones(crowd):
    for ltcs in (1, 4, 7):
        assert_share(crowd.mental_health[crowd.ltcs == ltcs], logistic(0.78 + 0.35 * (ltcs - 4)))


def test_complexity_is_defined_by_conditions_and_mental_health(crowd):
    np.testing.assert_array_equal(crowd.complexity == SIMPLE, (crowd.ltcs <= 2) & ~crowd.mental_health)
    np.testing.assert_array_equal(crowd.complexity == COMPLEX, (crowd.ltcs >= 4) & crowd.mental_health)


@pytest.mark.parametrize(("column", "share"), [("deprived", 0.7), ("minority", 0.18), ("isolated", 0.45), ("transport", 0.6), ("insecure_housing", 0.06)])
def test_circumstances_have_their_shares(crowd, column, share):
    assert_share(getattr(crowd, column), share)


def test_few_work_after_66(crowd):
    assert_share(crowd.employed[crowd.age < 66], 0.13)
    assert_share(crowd.employed[crowd.age >= 66], 0.02)


def test_households_split_35_35_30(crowd):
    for household, share in ((SUPPORTIVE, 0.35), (NEUTRAL, 0.35), (UNSUPPORTIVE, 0.30)):
        assert_share(crowd.household == household, share)


def test_two_in_five_minority_women_and_nobody_else_need_women_only_sessions(crowd):
    eligible = crowd.minority & crowd.female
    assert_share(crowd.needs_women_only[eligible], 0.4)
    assert not crowd.needs_women_only[~eligible].any()


def test_confidence_is_lower_with_a_mental_health_condition_and_in_isolation(crowd):
    for ill in (False, True):
        for isolated in (False, True):
            group = crowd.confidence[(crowd.mental_health == ill) & (crowd.isolated == isolated)]
            mean = 0.55 - 0.13 * ill - 0.06 * isolated
            assert_mean(group, mean)
            assert np.std(group) == pytest.approx(np.sqrt(mean * (1 - mean) / 7), rel=0.05)


def test_willpower_is_beta_4_4(crowd):
    assert_mean(crowd.willpower, 0.5)
    assert np.std(crowd.willpower) == pytest.approx(1 / 6, rel=0.03)


def test_burden_rises_with_conditions_and_mental_health(crowd):
    for ltcs, ill in ((2, False), (4, True), (6, True)):
        assert_share(crowd.burden[(crowd.ltcs == ltcs) & (crowd.mental_health == ill)], logistic(-2 + 0.3 * (ltcs - 1) + 0.8 * ill))


def test_habits_take_66_days_in_the_median_and_18_to_254_at_most(crowd):
    days = 7 * np.log(0.05) / np.log(1 - crowd.habit_rate.astype(float))
    assert_share(days < 66, 0.5)
    assert days.min() == pytest.approx(18, rel=1e-3) and days.max() == pytest.approx(254, rel=1e-3)


def test_usual_wellbeing_falls_with_conditions_above_four_and_with_a_mental_health_condition(crowd):
    inside = draw({"population.star_mean": 3.0, "population.star_person_sd": 0.1, "population.star_area_sd": 0.1})  # away from the ends of the scale
    for ltcs, ill in ((3, False), (4, True), (7, True)):
        level = inside.star_baseline[(inside.ltcs == ltcs) & (inside.mental_health == ill)].mean(axis=1)
        assert_mean(level, 3.0 - 0.1 * max(ltcs - 4, 0) - 0.3 * (ill - 0.67))
    assert crowd.star_baseline.min() >= 1 and crowd.star_baseline.max() <= 5


def test_people_are_referred_in_a_dip_of_mean_2_6_points(crowd):
    assert_mean(crowd.dip_at_referral, 2.6)
    assert draw({"population.dip_mean": 0}, 50).dip.max() == 0


def test_half_of_those_with_a_mental_health_condition_start_depressed(crowd):
    assert_share(crowd.depressed[crowd.mental_health], 0.5)
    assert not crowd.depressed[~crowd.mental_health].any()


def test_goals_are_in_three_distinct_areas_and_the_low_ones(crowd):
    assert (np.diff(np.sort(crowd.goal_area, axis=1), axis=1) > 0).all()
    chosen = np.take_along_axis(crowd.latent, crowd.goal_area.astype(int), axis=1).mean()
    assert chosen < crowd.latent.mean() - 0.4


def test_goals_lean_to_lifestyle_self_care_and_symptoms_by_their_amounts():
    """Without noise and with equal areas the leaning alone decides."""
    people = draw({"population.star_area_sd": 0, "population.goal_noise": 0}, 50)
    off_the_ends = (people.latent.min(axis=1) > 1) & (people.latent.max(axis=1) < 5)
    assert (people.goal_area[off_the_ends] == (LIFESTYLE, SYMPTOMS, SELF_CARE)).all()
    even = draw({"population.goal_lean_lifestyle": 0, "population.goal_lean_selfcare": 0, "population.goal_lean_symptoms": 0})
    assert_share((even.goal_area == LIFESTYLE).any(axis=1), 3 / 8)


def test_a_service_that_sets_the_goals_sets_none_before_anybody_has_met_it(crowd):
    imposed = draw({"contact.personalised": False})
    np.testing.assert_array_equal(imposed.goal_area, crowd.goal_area)
    np.testing.assert_array_equal(imposed.motivation, crowd.motivation)


def test_policies_leave_traits_as_they_are(crowd):
    other = draw({"workforce.posts": 3, "programme.enabled": False, "community.services": 2, "contact.schedule": "intensive"})
    for name, column in People.columns.items():
        if column.static:
            np.testing.assert_array_equal(getattr(other, name), getattr(crowd, name), name)


def test_more_people_leave_earlier_people_as_they_were(crowd):
    few = draw(count=300)
    for name in ("age", "confidence", "star_baseline", "goal_area", "habit_rate", "knows_limit"):
        np.testing.assert_array_equal(getattr(few, name), getattr(crowd, name)[:300], name)


def test_neighbours_share_one_environment(crowd):
    assert len(np.unique(crowd.environment)) == 10
    assert all(np.ptp(crowd.environment[crowd.neighbourhood == place]) == 0 for place in range(10))


def test_the_share_told_of_the_limit_nests():
    """A larger share tells the same people and more."""
    some, more = draw({"programme.tell_limit_share": 0.3}), draw({"programme.tell_limit_share": 0.6})
    assert_share(some.knows_limit, 0.3)
    assert (more.knows_limit | ~some.knows_limit).all()


def test_poisson_counts_follow_their_law_and_more_luck_is_never_fewer():
    u = np.linspace(0.0005, 0.9995, 1000)
    k = traits.poisson(u, 3.0)
    assert (np.diff(k) >= 0).all()
    assert k.mean() == pytest.approx(3.0, abs=0.01)
    assert not traits.poisson(u, 0).any()
