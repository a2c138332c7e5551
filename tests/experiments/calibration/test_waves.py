"""Waves go where room is left, and the first grows without losing a point."""

import numpy as np
import pytest

from experiments.calibration import waves
from experiments.calibration.emulator import fitted
from experiments.calibration.likelihoods import terms_of
from experiments.calibration.waves import snapped
from tests.experiments.calibration.known import question, target

pytestmark = pytest.mark.unit
NAMES = ("contact.ask_base", "dropout.hazard")


def anywhere(_):
    return True


@pytest.fixture(scope="module")
def asked():
    return question(NAMES, [target("T4", value=20, low=19, high=21)])


def test_a_larger_first_wave_begins_with_the_points_of_a_smaller_one(asked):
    small, large = (waves.first(asked.factors, points, 1, anywhere).unit for points in (12, 40))
    assert (large[:12] == small).all() and len(np.unique(large, axis=0)) == 40


def test_points_whose_values_contradict_one_another_are_passed_over(asked):
    found = waves.first(asked.factors, 16, 1, lambda unit: unit[0] < 0.5).unit
    assert len(found) == 16 and (found[:, 0] < 0.5).all()


def emulators(asked, slope=20.0):
    unit = waves.first(asked.factors, 32, 1, anywhere).unit
    return {"T4": fitted("T4", False, unit, (10 + slope * unit[:, :1]) + np.random.default_rng(0).normal(0, 0.1, (32, 2)))}


def test_the_next_wave_leaves_out_what_is_ruled_out(asked):
    """The line passes 20 at a half, with 0.51 for a standard deviation: three of them end 0.077 to each side, 15% of the prior."""
    found = waves.following(asked.factors, 32, 1, asked.terms, emulators(asked), anywhere)
    assert found.reached and found.left == pytest.approx(2 * 3 * np.hypot(1 / 1.96, 0.1) / 20, rel=0.05)
    assert (np.abs(found.unit[:, 0] - 0.5) < 0.085).all() and found.unit[:, 1].std() > 0.2


def test_where_everything_is_ruled_out_the_least_implausible_points_are_taken_and_that_is_told(asked):
    found = waves.following(asked.factors, 16, 1, asked.terms, emulators(asked, slope=2.0), anywhere)
    assert not found.reached and found.left == 0
    assert (found.unit[:, 0] > 0.95).all()


def test_positions_that_stand_for_one_whole_number_are_one_position():
    whole = question(["contact.setback_return_weeks"], [target("T4", value=20, low=19, high=21)])
    (factor,), unit = whole.factors, np.linspace(0, 1, 101)[:, None]
    places = snapped(whole.factors, unit)[:, 0]
    assert len(np.unique(places)) == int(factor.high - factor.low) + 1
    assert [factor.value(u) for u in places] == [factor.value(u) for u in unit[:, 0]]


def test_a_figure_far_from_the_model_is_implausible_and_a_near_one_is_not():
    terms, _ = terms_of([target("T4", value=20, low=19, high=21)])
    found = terms[0].implausibility(np.array([[20.0], [25.0]]), np.array([[0.2], [0.2]]))[:, 0]
    assert found[0] == 0 and found[1] > 3
