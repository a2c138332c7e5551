"""Users against others and against their own usual care: which groups and which years are compared."""

import numpy as np
import pytest

from experiments.flattery import care

pytestmark = pytest.mark.unit


def test_groups_that_differ_without_a_service_look_like_a_saving_of_one():
    usual, users = np.array([80.0, 80.0, 120.0, 120.0]), np.array([True, True, False, False])
    told = care.one(usual, usual, users)
    assert told["naive"] == told["selection"] == pytest.approx(80 / 120 - 1)
    assert told["own"] == told["itt"] == 0


def test_where_the_service_changes_nobody_else_the_reported_saving_is_selection_times_effect():
    usual, users = np.array([80.0, 100.0, 120.0, 140.0]), np.array([True, True, False, False])
    told = care.one(usual * np.where(users, 0.9, 1.0), usual, users)
    assert 1 + told["naive"] == pytest.approx((1 + told["selection"]) * (1 + told["own"]))
    assert told["own"] == pytest.approx(-0.1)


def test_without_others_there_is_no_comparison():
    amounts = np.array([1.0, 2.0])
    assert np.isnan(care.one(amounts, amounts, np.array([True, True]))["naive"])
