"""What silently goes wrong in sensitivity analysis and does not here: missing and constant outputs, groups, small samples."""

import numpy as np
import pytest
from SALib.analyze import delta as salib_delta
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from scipy import stats

from experiments.sweep.designs import METHODS
from experiments.sweep.indices import estimates, least, sides
from experiments.sweep.indices_given_data import class_deltas, class_shares, classes, finer_classes, slide_distances
from experiments.sweep.indices_morris import elementary_effects
from tests.experiments.sweep.analysis_functions import design, ishigami, noisy

pytestmark = pytest.mark.unit
SIZES = {"morris": 6, "sobol": 32, "fast": 65, "pawn": 64, "delta": 64, "lhs": 64, "grid": 4, "oat": 4}
GAP = (np.nan, np.inf)


def made(method, **more):
    plan = design(method, 3, SIZES[method], **more)
    return plan, noisy(ishigami(np.nan_to_num(plan.unit, nan=0.4)), 2, 1.0, 0.5, 0)


def numbers(found):
    """Estimates by (parameter, index)."""
    return {row[:2]: row[2] for row in found.rows}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("outputs", ["constant", "rounding", "difference of large numbers"])
def test_a_constant_output_is_told_and_not_zero(method, outputs):
    plan, _ = made(method)
    jitter = np.random.default_rng(0).normal(size=(len(plan.unit), 2))
    flat = {"constant": 0.3 + 0 * jitter, "rounding": 1e6 + 1e-9 * jitter, "difference of large numbers": 1e-11 * jitter}[outputs]
    found = estimates(plan, flat, 0, 10)
    assert found.rows
    assert np.isnan([row[2:] for row in found.rows]).all()
    assert "does not vary" in " ".join(found.notes)


def test_a_sobol_design_whose_base_points_do_not_vary_has_no_indices():
    """Indices are shares of the variance over the first and last rows of base samples: SALib gives 0 when these are equal."""
    plan, _ = made("sobol")
    outputs = np.zeros((len(plan.unit), 1))
    outputs[1::5] = 1.0
    assert np.isnan([row[2] for row in estimates(plan, outputs, 0, 10).rows]).all()


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("fast", "grid", "oat")])
@pytest.mark.parametrize("gap", GAP)
def test_one_failed_run_costs_its_own_rows_only(method, gap):
    """In SALib it makes every Sobol index 0, and those of Morris, PAWN and delta missing."""
    plan, outputs = made(method)
    whole = numbers(estimates(plan, outputs, 0, 10))
    outputs[len(outputs) // 2, 1] = gap
    found = estimates(plan, outputs, 0, 10)
    estimate = numbers(found)
    assert estimate.keys() == whole.keys()
    assert np.isfinite(list(estimate.values())).all()
    assert any("1 of" in note and "left out" in note and ("tolerable" in note or "more than a tenth" in note) for note in found.notes)
    assert found.points < len(outputs)
    assert max(abs(estimate[key] - whole[key]) / (1 + abs(whole[key])) for key in whole) < 0.7  # and not nought throughout
    assert any(estimate.values())


def test_a_base_sample_goes_as_a_whole_and_the_rest_is_as_if_it_had_never_been():
    plan, outputs = made("sobol")
    outputs[-2] = np.nan
    fewer = design("sobol", 3, 32)
    shorter = estimates(type(fewer)("sobol", fewer.names, fewer.unit[:-5], 31, 0), outputs[:-5], 0, 10)
    assert estimates(plan, outputs, 0, 10).rows == shorter.rows


def test_many_missing_base_samples_are_called_a_part():
    plan, outputs = made("sobol")
    outputs[:20] = np.nan
    assert any(note.startswith("4 of 32 base samples") and "more than a tenth" in note for note in estimates(plan, outputs, 0, 10).notes)


@pytest.mark.parametrize("gap", GAP)
def test_fast_cannot_leave_out_a_point_and_says_so(gap):
    plan, outputs = made("fast")
    outputs[3, 0] = gap
    found = estimates(plan, outputs, 0, 10)
    assert found.rows == ()
    assert "FAST cannot leave out a point" in found.notes[0]


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn", "delta", "lhs"])
def test_too_few_points_give_no_indices_and_a_note_with_the_number_needed(method):
    plan, outputs = made(method)
    length = {"morris": 4, "sobol": 5}.get(method, 1)
    outputs[(least(plan) - 1) * length :] = np.nan
    found = estimates(plan, outputs, 0, 10)
    assert found.rows == ()
    assert f"{least(plan)} are needed" in found.notes[-1]
    outputs = made(method)[1]
    outputs[least(plan) * length :] = np.nan
    assert estimates(plan, outputs, 0, 10).rows


@pytest.mark.parametrize("size", range(32, 90))
def test_pawn_has_indices_at_every_size(size):
    """SALib's PAWN fails for 6 and 9 slides."""
    plan = design("pawn", 2, size)
    assert np.isfinite(list(numbers(estimates(plan, plan.unit[:, :1], 0, 2)).values())).all()


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_groups_have_indices_by_their_names(method):
    plan = design(method, 4, 32, groups=("b", "a", "b", "c"))
    found = estimates(plan, plan.unit @ np.array([[1.0], [2.0], [3.0], [0.0]]), 0, 10)
    assert sides(plan) == ("b", "a", "c")
    assert {row[0] for row in found.rows} == {"a", "b", "c"}
    estimate = numbers(found)
    if method == "sobol":
        shares = np.array([10, 4, 0]) / 14  # variances of a sum are in proportion to squared coefficients
        assert np.allclose([estimate[name, "ST"] for name in "bac"], shares, atol=0.15)
    else:
        assert estimate["a", "mu_star"] == pytest.approx(2)
        assert 2 <= estimate["b", "mu_star"] <= 4  # 3 +- 1
        assert np.isnan(estimate["b", "sigma"]) and np.isnan(estimate["b", "mu"])
        assert estimate["a", "mu"] == pytest.approx(2)
        assert any("group of several" in note for note in found.notes)


def test_second_order_indices_name_their_pair():
    plan, outputs = made("sobol", second_order=True)
    assert [row[0] for row in estimates(plan, outputs, 0, 10).rows if row[1] == "S2"] == ["x1 × x2", "x1 × x3", "x2 × x3"]


@pytest.mark.parametrize("groups", [(), ("a", "b", "a")])
def test_elementary_effects_are_those_of_salib(groups):
    plan = design("morris", 3, 9, groups=groups)
    means = ishigami(plan.unit)
    effects, single = elementary_effects(plan, means)
    told = salib_morris.analyze(plan.problem, plan.unit, means, num_resamples=2)
    assert np.allclose(np.abs(effects).mean(axis=0), np.ma.filled(told["mu_star"], np.nan))
    assert np.allclose(effects.mean(axis=0)[single], np.ma.filled(told["mu"], np.nan)[single])


@pytest.mark.parametrize("points", [32, 33, 200, 1100])
@pytest.mark.parametrize("digits", [0, 12])  # 0: many equal outputs
def test_statistics_of_given_data_are_those_of_salib_for_samples_and_resamples(points, digits):
    rng = np.random.default_rng(points)
    unit = rng.random((points, 2))
    outputs = np.round(5 * unit[:, 0] + rng.normal(size=points), digits)
    for chosen in (np.arange(points), rng.integers(points, size=points)):
        sample, means = unit[chosen], outputs[chosen]
        places, edges, finer = np.linspace(means.min(), means.max(), 100), classes(points), finer_classes(points)
        assert np.allclose(class_deltas(sample, means, places, edges), [salib_delta.calc_delta(means, places, one, edges) for one in sample.T])
        assert np.allclose(class_shares(sample, means, finer), [salib_delta.sobol_first(means, one, finer) for one in sample.T])
        told = salib_pawn.analyze({"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}, sample, means, S=4)
        distances = slide_distances(sample, means, 4)
        assert np.allclose(told["median"], [np.median(one) for one in distances])
        assert np.allclose(told["maximum"], [one.max() for one in distances])


def test_classes_of_delta_are_as_many_as_in_salib():
    """Plischke et al. 2013: 2/(7 + tanh((1500 - n)/500)) is the exponent, 48 the most."""
    assert [len(classes(points)) - 1 for points in (64, 500, 1000, 3000)] == [3, 5, 6, 15]


def test_partial_rank_correlation_of_one_parameter_is_spearmans():
    plan = design("lhs", 1, 50)
    outputs = np.exp(plan.unit[:, 0]) + np.random.default_rng(0).normal(0, 0.3, 50)
    expected = stats.spearmanr(plan.unit[:, 0], outputs).statistic
    assert numbers(estimates(plan, outputs[:, None], 0, 10))["x1", "prcc"] == pytest.approx(expected)
    assert numbers(estimates(plan, plan.unit**3, 0, 10))["x1", "prcc"] == pytest.approx(1)


def test_one_at_a_time_effects_are_paired_by_seed():
    plan = design("oat", 2, 5)
    unit = np.nan_to_num(plan.unit, nan=0.5)
    common = np.array([[-7.0, 0.0, 9.0]])
    found = {row[:2]: row[2:] for row in estimates(plan, unit @ np.array([[4.0], [-2.0]]) + common, 0, 10).rows}
    assert found["x1", "range"] == pytest.approx((4, 4, 4))  # what a seed does to all points cancels
    assert found["x1", "low"] == pytest.approx((-2, -2, -2))
    assert found["x1", "high"] == pytest.approx((2, 2, 2))
    assert found["x2", "low"] == pytest.approx((1, 1, 1))


def test_one_at_a_time_interval_is_students_over_replications_and_missing_with_one():
    plan, _ = made("oat")
    outputs = np.random.default_rng(1).normal(size=(13, 4))
    change = outputs[4] - outputs[0]
    expected = stats.t.interval(0.95, 3, change.mean(), stats.sem(change))
    rows = {row[:2]: row[2:] for row in estimates(plan, outputs, 0, 10).rows}
    assert rows["x1", "high"] == pytest.approx((change.mean(), *expected))
    assert [np.isnan(value) for value in next(iter(estimates(plan, outputs[:, :1], 0, 10).rows))[2:]] == [False, True, True]


def test_one_at_a_time_effects_that_need_a_missing_point_are_missing_with_a_note():
    plan, outputs = made("oat")
    outputs[1] = np.nan  # x1 at its lowest
    found = estimates(plan, outputs, 0, 10)
    assert [key for key, value in numbers(found).items() if np.isnan(value)] == [("x1", "low")]
    assert any("without a value" in note for note in found.notes)
    outputs[0] = np.nan  # the service
    assert {index for (_, index), value in numbers(estimates(plan, outputs, 0, 10)).items() if np.isnan(value)} == {"low", "high"}


def test_range_in_a_grid_is_over_the_means_of_levels():
    plan = design("grid", 2, 3)
    outputs = 4 * plan.unit[:, :1] + 0 * plan.unit[:, 1:]
    outputs = outputs + np.where(plan.unit[:, 1:] == 0.5, 6.0, 0.0)
    estimate = numbers(estimates(plan, np.repeat(outputs, 2, axis=1), 0, 10))
    assert estimate == pytest.approx({("x1", "range"): 4, ("x2", "range"): 6})


def test_a_parameter_that_shows_in_runs_of_one_seed_only_has_no_noise_free_index_and_that_is_told():
    """All products of different seeds are 0 then, and so are those of every resample: 0 (0 to 0) would say that it does nothing."""
    plan = design("sobol", 3, 64)
    outputs = np.repeat(ishigami(plan.unit * [1, 1, 0])[:, None], 2, axis=1)
    outputs[:, 0] += 3 * (plan.unit[:, 2] > 0.9)
    found = estimates(plan, outputs, 0, 20)
    rows = {row[:2]: row[2:] for row in found.rows}
    assert np.isnan(rows["x3", "ST_noise_free"]).all() and np.isnan(rows["x3", "S1_noise_free"]).all() and rows["x3", "ST"][0] > 0.001
    assert all(np.isfinite(rows[name, "ST_noise_free"]).all() for name in ("x1", "x2"))
    assert any(note.startswith("no noise-free index of x3") and "single seeds" in note for note in found.notes)


def test_a_parameter_that_does_nothing_at_all_has_a_noise_free_index_of_exactly_nothing():
    plan = design("sobol", 3, 64)
    rows = {row[:2]: row[2:] for row in estimates(plan, noisy(ishigami(plan.unit * [1, 1, 0]), 2, 1.0, 0.0, 0), 0, 20).rows}
    assert rows["x3", "ST_noise_free"] == pytest.approx((0, 0, 0))
