"""Paired differences: Student's interval, pairs that lack a value, and which way is better."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from experiments.whatif.differences import COLUMNS, EXTRAS, halfwidth, met, paired
from experiments.whatif.measures import HIGHER, LOWER, MEASURES

pytestmark = pytest.mark.unit
ORDINARY = st.floats(-1e6, 1e6, allow_subnormal=False)


def runs(values, measure="uptake", group="all", first_seed=1):
    """One arm's long table of one measure."""
    seeds = range(first_seed, first_seed + len(values))
    return pd.DataFrame({"seed": list(seeds), "measure": measure, "group": group, "value": values, "people": 100.0})


def difference(before, after, measure="uptake", precision=0.25, margins=None):
    return paired("x", runs(before, measure), runs(after, measure), precision, margins or {}).iloc[0]


@given(st.integers(2, 40).flatmap(lambda n: st.tuples(*[arrays.arrays(float, n, elements=ORDINARY)] * 2)))
@settings(max_examples=40, deadline=None)
def test_the_interval_is_that_of_a_paired_t_test(both):
    before, after = both
    row = difference(before, after)
    change = after - before
    error = stats.sem(change)
    tolerance = 1e-9 * max(1.0, np.abs(both).max())
    low, high = stats.t.interval(0.95, len(change) - 1, loc=change.mean(), scale=error) if error > 0 else (change.mean(),) * 2
    assert (row.ci_low, row.ci_high) == pytest.approx((low, high), rel=1e-9, abs=tolerance)
    assert (row.difference, row.baseline_mean, row.scenario_mean) == pytest.approx((change.mean(), before.mean(), after.mean()), abs=tolerance)
    assert row.halfwidth == pytest.approx((row.ci_high - row.ci_low) / 2, abs=tolerance)
    assert row.replications == len(change)


@given(st.lists(st.tuples(ORDINARY | st.just(math.nan), ORDINARY | st.just(math.nan)), min_size=2, max_size=30))
@settings(max_examples=40, deadline=None)
def test_a_pair_that_lacks_a_value_counts_for_nothing(pairs):
    whole = [pair for pair in pairs if not any(map(math.isnan, pair))]
    found = difference(*map(list, zip(*pairs, strict=True)))
    assert found.replications == len(whole)
    if not whole:
        assert math.isnan(found.difference) and math.isnan(found.baseline_mean)
        return
    alone = difference(*map(list, zip(*whole, strict=True)))
    for name in ("difference", "baseline_mean", "scenario_mean", "halfwidth", "ci_low", "ci_high", "run_low", "run_high", "share_of_runs_better"):
        assert found[name] == pytest.approx(alone[name], rel=1e-9, abs=1e-6, nan_ok=True), name


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=20), st.integers(-(10**6), 10**6))
@settings(max_examples=40, deadline=None)
def test_differences_that_do_not_vary_have_an_interval_without_width(before, shift):
    row = difference([float(x) for x in before], [float(x + shift) for x in before])
    assert (row.difference, row.ci_low, row.ci_high, row.halfwidth) == (shift, shift, shift, 0)


def test_one_pair_gives_a_difference_and_no_interval():
    row = difference([1.0, math.nan], [3.0, 5.0])
    assert row.difference == 2 and row.replications == 1
    assert math.isnan(row.halfwidth) and math.isnan(row.ci_low)
    assert pd.isna(difference([1.0], [3.0], margins={"uptake": 0.02}).target_met)


def test_columns_are_those_of_the_file_and_then_the_extras():
    assert tuple(paired("x", runs([1.0, 2.0]), runs([2.0, 2.0]), 0.25, {}).columns) == COLUMNS + EXTRAS


def test_seeds_must_be_the_same_on_both_sides():
    with pytest.raises(ValueError, match="same seeds"):
        paired("x", runs([1.0, 2.0]), runs([1.0, 2.0], first_seed=2), 0.25, {})


def test_a_measure_that_one_side_lacks_has_no_difference():
    both = pd.concat([runs([1.0, 2.0]), runs([1.0, 2.0], "wait_mean")])
    assert list(paired("x", runs([1.0, 2.0]), both, 0.25, {}).measure) == ["uptake"]


WAYS = {way: [name for name, measure in MEASURES.items() if measure.better == way] for way in (HIGHER, LOWER, None)}


@pytest.mark.parametrize("measure", WAYS[HIGHER])
def test_more_of_what_should_be_high_is_better(measure):
    assert difference([0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 1.0, -1.0], measure).share_of_runs_better == 0.75


@pytest.mark.parametrize("measure", WAYS[LOWER])
def test_less_of_what_should_be_low_is_better(measure):
    assert difference([0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 1.0, -1.0], measure).share_of_runs_better == 0.25


@pytest.mark.parametrize("measure", [*WAYS[None], "no_such_measure"])
def test_what_has_no_better_is_in_no_run_better(measure):
    assert math.isnan(difference([0.0, 0.0], [1.0, 2.0], measure).share_of_runs_better)


def test_an_equal_run_is_not_a_better_one():
    assert difference([1.0, 1.0], [1.0, 2.0]).share_of_runs_better == 0.5
    assert difference([1.0, math.nan, 1.0, 1.0], [1.0, 5.0, math.nan, 2.0]).share_of_runs_better == 0.5  # of those that have a value


def test_the_directions_are_those_a_manager_would_give():
    assert {"uptake", "retention_52", "gain_over_usual_care_52", "net_benefit_per_person"} <= set(WAYS[HIGHER])
    assert {"wait_p90", "dropout", "changed_worker", "setbacks_per_year", "cost_per_person"} <= set(WAYS[LOWER])


def test_the_range_of_single_runs_holds_nine_in_ten_of_them():
    row = difference([0.0] * 101, [float(x) for x in range(101)])
    assert (row.run_low, row.run_high) == (5, 95)


@given(st.floats(0, 1e3), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(0.01, 2))
def test_an_interval_is_narrow_enough_against_the_difference_or_half_the_margin(half, change, margin, precision):
    assert met(half, change, margin, precision) == (half <= precision * abs(change) or half <= margin / 2)


@given(st.floats(0, 10), st.floats(-10, 10), st.floats(1e-3, 10))
def test_narrow_enough_always_says_something(half, change, margin):
    """With a precision below one, an interval that is narrow enough is clear of zero or lies within the margin."""
    if met(half, change, margin, 0.25):
        assert abs(change) > half or abs(change) + half <= margin * (1 + 1e-12)


def test_columns_do_not_disturb_each_other():
    change = np.array([[1.0, math.nan, 2.0], [2.0, 5.0, 2.0], [4.0, math.nan, 2.0]])
    together = halfwidth(change)
    assert together[0] == pytest.approx(stats.t.ppf(0.975, 2) * stats.sem([1.0, 2.0, 4.0]))
    assert math.isnan(together[1]) and together[2] == 0
