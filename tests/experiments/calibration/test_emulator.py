"""Emulators say what they know: luck apart, points left out predicted as if they had been, new points inside the interval as often as said."""

import numpy as np
import pytest
from scipy.linalg import solve
from scipy.special import expit

from experiments.calibration.emulator import fitted, transformed
from experiments.calibration.waves import sobol

pytestmark = pytest.mark.unit
LUCK = 0.2


def surface(unit):
    return 2 * unit[:, 0] - np.sin(3 * unit[:, 1]) + unit[:, 0] * unit[:, 1]


@pytest.fixture(scope="module")
def emulator():
    unit = sobol(3, 64, 5)
    values = surface(unit)[:, None] + np.random.default_rng(1).normal(0, LUCK, (64, 3))
    return fitted("T4", False, unit, values)


def test_luck_is_the_spread_between_seeds(emulator):
    """128 degrees of freedom: within 20% at the fixed seed (probability of missing it by luck 0.002)."""
    assert emulator.luck == pytest.approx(LUCK, rel=0.2)


def test_new_points_lie_within_two_standard_deviations_as_often_as_they_should(emulator):
    """0.954 of 500; at the fixed seed between 0.90 and 1."""
    unit = sobol(3, 500, 77)
    mean, sd = emulator.predict(unit)
    assert 0.9 <= (np.abs(mean - surface(unit)) <= 2 * sd).mean() <= 1
    assert np.sqrt(((mean - surface(unit)) ** 2).mean()) < LUCK


def test_a_run_has_its_luck_besides_the_doubt_of_the_emulator(emulator):
    unit = sobol(3, 5, 3)
    (mean, sd), (same, more) = emulator.predict(unit), emulator.of_a_run(unit)
    assert (same == mean).all() and more == pytest.approx(np.hypot(sd, emulator.luck))


def test_errors_at_points_left_out_are_those_of_an_emulator_without_the_point(emulator):
    """The formula (Rasmussen and Williams 2006, 5.12) against leaving the point out by hand."""
    full = np.linalg.inv(emulator.inverse)
    target = full @ emulator.weights
    for place in (0, 17, 63):
        rest = np.arange(64) != place
        weights = solve(full[np.ix_(rest, rest)], full[rest, place])
        mean, variance = weights @ target[rest], full[place, place] - weights @ full[rest, place]
        assert emulator.errors[place] == pytest.approx((target[place] - mean) / variance**0.5, rel=1e-4)


def test_a_share_is_predicted_between_0_and_1():
    unit = sobol(2, 32, 5)
    emulator = fitted("T1", True, unit, expit(8 * unit[:, :1] - 2 + np.random.default_rng(2).normal(0, 0.1, (32, 2))))
    mean, sd = emulator.predict(sobol(2, 200, 9))
    assert ((expit(mean - 3 * sd) > 0) & (expit(mean + 3 * sd) < 1)).all() and expit(mean).max() > 0.95


def test_a_share_of_nobody_has_log_odds_all_the_same():
    assert np.isfinite(transformed(np.array([[0.0, 1.0]]), True, np.array([[12.0, 12.0]]))).all()
    assert np.isnan(transformed(np.array([[np.nan]]), True, np.array([[np.nan]]))).all()


def test_points_without_a_value_are_left_out_and_too_few_make_no_emulator():
    unit = sobol(2, 20, 5)
    values = np.repeat(surface(np.c_[unit, unit])[:, None], 2, axis=1)
    values[:8] = np.nan
    assert len(fitted("T4", False, unit, values).unit) == 12
    values[:11] = np.nan
    assert fitted("T4", False, unit, values) is None
