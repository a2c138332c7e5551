"""Noise: the two-way layout's shares, their interval, and the advice on replications."""

import math

import numpy as np
import pytest

from experiments.sweep.analysis import analyse
from experiments.sweep.designs import Design
from experiments.sweep.noise import COLUMNS, advice, noise, replications_for
from tests.experiments.sweep.analysis_functions import design, noisy

pytestmark = pytest.mark.theory
LINEAR = np.array([3.0, 2.0, 1.0])  # of uniform positions: the variance is 14/12


def sampled(seed, points=128, replications=4, common=1.0, own=1.0):
    plan = design("lhs", 3, points, seed)
    return plan, noisy(plan.unit @ LINEAR, replications, common, own, seed)


def test_shares_are_those_of_the_analysis_of_variance():
    """By hand: means of points 0 and 4, of seeds 1 and 3, remainder +-1/2: MSp = 16, MSs = 4, MSe = 1; variances 7.5, 1.5 and 1."""
    outputs = np.array([[-0.5, 0.5], [2.5, 5.5]])
    told, _ = noise(Design("lhs", ("x1",), np.array([[0.2], [0.8]]), 2, 0), outputs, 0, 10)
    expected = {"mean": 2, "sd_parameters": 7.5**0.5, "sd_seed": 2.5**0.5, "share_parameters": 0.75, "share_seed": 0.25}
    expected |= {"share_seed_common": 0.15, "share_seed_left": 1 / 16, "points": 2, "replications": 2}
    assert {name: told[name] for name in expected} == pytest.approx(expected)


def test_the_share_left_is_within_its_interval_as_often_as_it_says():
    """60 fixed seeds at 95%: fewer than 51 would come of a right interval once in 1,300 times."""
    truth = (1 / 4) / (14 / 12 + 1 / 4)
    inside = 0
    for seed in range(60):
        told, _ = noise(*sampled(seed), seed, 200)
        inside += told["share_seed_left_low"] <= truth <= told["share_seed_left_high"]
    assert inside >= 51


def test_the_parts_of_the_variance_are_found():
    """Means over 40 fixed seeds; tolerances are four standard errors or more, so that a right estimate fails in fewer than 1 in 1,000."""
    table = [noise(*sampled(seed, common=2.0), seed, 2)[0] for seed in range(40)]
    assert np.mean([told["sd_parameters"] ** 2 for told in table]) == pytest.approx(14 / 12, rel=0.05)
    assert np.mean([told["sd_seed"] ** 2 for told in table]) == pytest.approx(5, rel=0.5)


def test_what_a_seed_does_to_all_points_is_not_left_in_the_means():
    plan, outputs = sampled(0, common=30.0, own=0.0)
    told, notes = noise(plan, outputs, 0, 50)
    assert told["share_seed"] > 0.9
    assert told["share_seed_common"] == pytest.approx(told["share_seed"])
    assert (told["share_seed_left"], told["share_seed_left_high"]) == pytest.approx((0, 0), abs=1e-12)
    assert told["swamped"] is False
    assert notes == ()


def test_noise_that_swamps_the_indices_is_warned_of_with_the_replications_that_mend_it():
    plan, outputs = sampled(1, replications=2, own=3.0)
    found = analyse(plan, {"retention": outputs}, resamples=20)
    left = found.noise.share_seed_left[0]
    warning = next(note for note in found.notes if "swamps" in note)
    assert found.noise.swamped[0]
    assert warning.startswith("retention: ")
    assert f"about {math.ceil(2 * 9 * left / (1 - left))} replications" in warning


def test_the_advised_replications_bring_the_share_to_a_tenth():
    needed = int(advice(0.5, 4).split("about ")[1].split()[0])
    assert needed == 36  # var e / 4 = var f, so var e / 36 = var f / 9
    assert "no effect" in advice(1.0, 4)


def test_one_replication_tells_nothing_of_noise_and_that_is_said():
    plan, outputs = sampled(0)
    found = analyse(plan, {"y": outputs[:, :1]}, resamples=10)
    assert found.noise[[name for name in COLUMNS if "share" in name or name.startswith("sd") or name == "swamped"]].isna().all(axis=None)
    assert any("one replication" in note for note in found.notes)


def test_points_without_a_value_are_left_out_of_the_noise():
    plan, outputs = sampled(0)
    broken = outputs.copy()
    broken[5, 2], broken[7, 0] = np.nan, np.inf
    kept = np.delete(np.arange(len(outputs)), [5, 7])
    told, _ = noise(plan, broken, 0, 10)
    expected, _ = noise(design("lhs", 3, 126), outputs[kept], 0, 10)
    assert told == expected
    assert noise(plan, np.full_like(outputs, np.nan), 0, 10)[0]["points"] == 0


def test_a_constant_measure_has_no_shares():
    plan, outputs = sampled(0)
    told, notes = noise(plan, np.full_like(outputs, 0.1), 0, 10)
    assert told["mean"] == pytest.approx(0.1)
    assert all(math.isnan(told[name]) for name in COLUMNS if "share" in name)
    assert told["swamped"] is None
    assert notes == ()


def test_a_measure_that_the_parameters_do_not_move_is_all_seed():
    plan, outputs = sampled(0)
    told, _ = noise(plan, outputs * 0 + np.array([1.0, 2.0, 4.0, 7.0]), 0, 10)
    assert (told["share_seed"], told["share_seed_common"], told["share_parameters"]) == (1, 1, 0)
    assert math.isnan(told["share_seed_left"])


@pytest.mark.parametrize(("left", "told"), [(1.0, None), (1 - 1e-12, None), (0.0, None), (0.5, 18), (0.1, 2)])
def test_replications_are_named_only_where_so_many_can_be_made(left, told):
    assert replications_for(left, 2) == told
