"""Survival curves and cumulative incidences: against closed forms, against examples worked by hand, and as parts of one whole."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.length.survival import CAUSES, OPEN, at_risk, band, curve, half_left, usual_weeks

pytestmark = pytest.mark.unit


def spells(*rows):
    """Rows of (weeks, cause, people), with a seed where it is given as a fourth."""
    return pd.DataFrame([(*row, 1)[:4] for row in rows], columns=["weeks", "cause", "people", "seed"])


lives = st.lists(st.tuples(st.integers(0, 40), st.sampled_from((*CAUSES, OPEN)), st.integers(1, 9)), min_size=1, max_size=15)


def test_a_constant_weekly_hazard_gives_a_geometric_curve_and_shares_causes_out_in_proportion():
    """Of a million people half leave each week, three in four of them by goals: whole numbers of people, so that nothing is rounded."""
    rows, there = [], 4**10
    for week in range(1, 9):
        there //= 2
        rows += [(week, "goals_met", 3 * there // 4), (week, "lost_other", there // 4)]
    found = curve(spells(*rows, (8, OPEN, there)), 8)
    assert found.engaged == pytest.approx(0.5**found.weeks)
    assert found.left["goals_met"] == pytest.approx(0.75 * (1 - 0.5**found.weeks))
    assert found.left["lost_other"] == pytest.approx(0.25 * (1 - 0.5**found.weeks))


def test_an_example_worked_by_hand_with_people_followed_less_long():
    """Ten start: 2 leave by goals in week 2, 2 are followed no longer in week 3, 3 of the 6 left drop out in week 5."""
    found = curve(spells((2, "goals_met", 2), (3, OPEN, 2), (5, "lost_other", 3), (6, OPEN, 3)), 6)
    assert found.engaged == pytest.approx([1, 1, 0.8, 0.8, 0.8, 0.4, 0.4])
    assert found.left["goals_met"] == pytest.approx([0, 0, 0.2, 0.2, 0.2, 0.2, 0.2])
    assert found.left["lost_other"] == pytest.approx([0, 0, 0, 0, 0, 0.4, 0.4])


def test_an_incidence_is_below_one_less_the_kaplan_meier_curve_of_its_cause_alone():
    """Of four, one leaves by goals, then one drops out: the other cause censored, drop-out would read 1/3, and is 1/4."""
    found = curve(spells((1, "goals_met", 1), (2, "lost_other", 1), (3, OPEN, 2)), 3)
    naive = curve(spells((1, OPEN, 1), (2, "lost_other", 1), (3, OPEN, 2)), 3)
    assert 1 - naive.engaged[2] == pytest.approx(1 / 3)
    assert found.left["lost_other"][2] == pytest.approx(1 / 4)


def test_who_leaves_in_the_week_in_which_another_is_last_followed_leaves_first():
    assert curve(spells((4, "gone", 1), (4, OPEN, 1)), 4).engaged[4] == pytest.approx(0.5)


@settings(deadline=None)
@given(lives)
def test_incidences_of_all_causes_and_those_still_there_add_up_to_one(rows):
    found = curve(spells(*rows), 45)
    whole = found.engaged + sum(found.left.values())
    last = max(week for week, _, _ in rows)
    followed = (found.weeks <= last) | ((last, OPEN) not in [(week, cause) for week, cause, _ in rows])
    assert whole[followed] == pytest.approx(1)
    assert np.isnan(whole[~followed]).all()
    assert all((np.diff(share[followed]) >= -1e-12).all() for share in found.left.values())


@settings(max_examples=30, deadline=None)
@given(lives, st.integers(2, 9))
def test_a_row_of_many_people_is_as_many_rows_of_one_and_the_number_of_people_alone_changes_nothing(rows, times):
    once = curve(spells(*rows), 40)
    apart = curve(spells(*((week, cause, 1) for week, cause, people in rows for _ in range(people))), 40)
    more = curve(spells(*((week, cause, people * times) for week, cause, people in rows)), 40)
    for other in (apart, more):
        assert other.engaged == pytest.approx(once.engaged, nan_ok=True, abs=1e-12)
        assert all(other.left[cause] == pytest.approx(once.left[cause], nan_ok=True, abs=1e-12) for cause in CAUSES)


@settings(deadline=None)
@given(lives)
def test_those_at_risk_those_who_left_and_those_followed_less_long_are_everybody(rows):
    table = at_risk(spells(*rows), (0, 10, 50))
    assert (table[["at_risk", "left", "open"]].sum(axis=1) == sum(people for _, _, people in rows)).all()
    assert table.at_risk.is_monotonic_decreasing and table.at_risk.iloc[-1] == 0


def test_nobody_followed_less_long_makes_the_curve_the_plain_share_of_those_at_risk():
    some = spells((0, "lost_other", 5), (3, "goals_met", 20), (10, "time_limit", 75))
    table = at_risk(some, range(11))
    assert curve(some, 10).engaged == pytest.approx(table.at_risk / 100)


def test_once_everybody_has_left_the_curve_stays_at_zero_and_incidences_stay_where_they_are():
    found = curve(spells((2, OPEN, 1), (3, "goals_met", 1), (3, "gone", 1)), 6)
    assert found.engaged == pytest.approx([1, 1, 1, 0, 0, 0, 0])
    assert found.left["gone"] == pytest.approx([0, 0, 0, 0.5, 0.5, 0.5, 0.5])


def test_nobody_is_no_curve_and_a_cause_that_is_not_known_is_refused():
    assert np.isnan(curve(spells((3, "gone", 0)), 5).engaged).all()
    with pytest.raises(ValueError, match="not known.*moved"):
        curve(spells((3, "moved", 1)), 5)


def test_the_band_is_a_students_interval_of_the_runs_own_curves():
    """Runs keep 8, 7 and 9 of 10 in week 1: mean 0.8, standard deviation 0.1, t of 2 degrees of freedom 4.3027."""
    found = band(spells(*(row for seed, left in ((1, 2), (2, 3), (3, 1)) for row in ((1, "gone", left, seed), (2, OPEN, 10 - left, seed)))), 2)
    assert found.runs == 3 and found.mean[1] == pytest.approx(0.8)
    assert found.high[1] - found.mean[1] == pytest.approx(min(0.2, 4.302653 * 0.1 / np.sqrt(3)))
    assert found.mean[1] - found.low[1] == pytest.approx(4.302653 * 0.1 / np.sqrt(3))
    assert np.isnan(band(spells((1, "gone", 1)), 1).low).all()


def test_the_half_left_week_is_the_first_with_half_or_fewer_still_there():
    assert half_left(curve(spells((2, "gone", 1), (3, "gone", 1), (9, OPEN, 2)), 9)) == 3
    assert half_left(curve(spells((2, "gone", 1), (9, OPEN, 2)), 9)) is None


def test_a_curve_is_told_at_half_a_year_and_at_whole_years():
    assert usual_weeks(160) == (0, 26, 52, 104, 156)
    assert usual_weeks(20) == (0,)
