"""The interval of a system's difference: hand-made answers, coverage, and pairs that are the same."""

import numpy as np
import pytest

from experiments.places.differences import difference, overall, share_better, table, values

pytestmark = pytest.mark.unit


def side(totals, per):
    """(places, runs, 2)."""
    return np.stack([np.asarray(totals, float), np.asarray(per, float)], axis=-1)


def test_a_ratio_is_that_of_sums_over_places_and_runs():
    before, after = side([[1, 3], [2, 2]], [[10, 10], [30, 30]]), side([[2, 4], [5, 5]], [[10, 10], [30, 30]])
    first, second, change, half = difference(before, after)
    assert (first, second) == (8 / 80, 16 / 80) and change == pytest.approx(0.1)
    assert half == 0.0  # each place changes by the same in both runs: luck has no part in it


def test_a_sum_is_the_mean_over_runs_of_the_sum_over_places():
    missing = [[np.nan, np.nan], [np.nan, np.nan]]
    first, second, change, half = difference(side([[1, 3], [10, 12]], missing), side([[1, 4], [10, 14]], missing))
    assert (first, second, change) == (13.0, 14.5, 1.5)
    assert half > 0


def test_two_sides_that_are_the_same_do_not_differ_at_all():
    rng = np.random.default_rng(1)
    same = side(rng.random((5, 2)), 1 + rng.random((5, 2)))
    assert difference(same, same)[2:] == (0.0, 0.0)


def test_one_run_gives_a_difference_and_no_interval():
    assert np.isnan(difference(side([[1]], [[2]]), side([[2]], [[2]]))[3])


def test_the_interval_holds_the_truth_in_95_of_100():
    """1,500 systems of 40 unlike places with 2 runs each: 93 to 97.5% (three standard errors and more about 95%, 1 in 1,000)."""
    rng = np.random.default_rng(2)
    size, held, trials = rng.uniform(50, 400, 40), 0, 1500
    rate, effect = rng.uniform(0.3, 0.8, 40), 0.05
    truth = (size * effect).sum() / size.sum()
    for _ in range(trials):
        per = np.broadcast_to(size[:, None], (40, 2))
        luck = rng.normal(0, 0.05, (40, 2))
        noise = rng.normal(0, 0.02, (40, 2)) * (1 + rate[:, None])
        before, after = side(per * (rate[:, None] + luck), per), side(per * (rate[:, None] + luck + effect + noise), per)
        _, _, change, half = difference(before, after)
        held += abs(change - truth) <= half
    assert 0.93 <= held / trials <= 0.975


def test_where_places_share_doubt_the_interval_is_over_runs_of_the_whole():
    """1,500 systems of 30 places with 10 runs that shift all places alike: 93 to 97.5% as above; taken as independent, far fewer hold."""
    rng, held, naive, trials = np.random.default_rng(3), 0, 0, 1500
    per = np.full((30, 10), 200.0)
    for _ in range(trials):
        shared, own = rng.normal(0, 0.05, (1, 10)), rng.normal(0, 0.02, (30, 10))
        before, after = side(per * 0.5, per), side(per * (0.55 + shared + own), per)
        _, _, change, half = difference(before, after, shared=True)
        held += abs(change - 0.05) <= half
        naive += abs(change - 0.05) <= difference(before, after)[3]
    assert 0.93 <= held / trials <= 0.975 and naive / trials < 0.6


def test_the_table_says_for_how_many_places_and_runs_a_scenario_is_better():
    before = np.array([[[[10, 100, 50]], [[10, 100, 50]]], [[[20, 100, 60]], [[20, 100, 60]]]], float)  # places, runs, keys, 3
    after = before.copy()
    after[0, :, 0, 0] += 5
    (row,) = table("idea", [("uptake", "all")], before, after, {"uptake": 0.02}).itertuples()
    assert (row.share_of_places_better, row.share_of_runs_better, row.places, row.replications) == (0.5, 1.0, 2, 2)
    assert row.difference == pytest.approx(0.025) and row.people == 110 and bool(row.target_met)
    assert values(before[:, :, 0]).tolist() == [0.1, 0.2] and overall(before[:, :, 0]).tolist() == [0.15, 0.15]


def test_of_a_measure_without_a_better_side_no_share_is_told():
    assert np.isnan(share_better(np.array([1.0]), np.array([2.0]), "months_in_service"))
    assert share_better(np.array([1.0, 1.0]), np.array([2.0, 0.5]), "wait_mean") == 0.5
