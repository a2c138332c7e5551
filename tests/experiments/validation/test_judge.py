"""Verdicts: what counts as met, met in the mean only, missed and not answered."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.validation import judge
from experiments.validation.judge import IN_THE_MEAN, MET, MISSED, UNANSWERED
from experiments.validation.studies import AT_REST, BEFORE, OWN_CARE
from experiments.validation.targets import shipped

pytestmark = pytest.mark.unit


def runs(name, parts):
    """`parts`: values by seed, of each part."""
    rows = [(name, part, seed, float(value)) for part, values in parts.items() for seed, value in enumerate(values, start=1)]
    return pd.DataFrame(rows, columns=["id", "part", "seed", "value"])


def judged(name, parts):
    return judge.judge([shipped()[name]], runs(name, parts)).iloc[0]


def test_the_interval_is_students_t_over_seeds():
    values = [0.7, 0.75, 0.8, 0.78]
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    row = judged("T1", {"": values})
    assert (row["mean"], row.ci_low, row.ci_high) == pytest.approx((np.mean(values), low, high))
    assert row.replications == 4


def test_a_band_is_met_by_the_mean_whatever_the_interval():
    assert judged("T1", {"": [0.5, 1.0]}).verdict == MET
    assert judged("T1", {"": [0.81, 0.82]}).verdict == MISSED
    assert judged("T1", {"": [0.75]}).verdict == MET


def test_a_direction_needs_the_whole_interval_on_the_right_side():
    assert judged("T20b", {"": [0.1, 0.11, 0.12]}).verdict == MET
    assert judged("T20b", {"": [0.1, -0.05, 0.02]}).verdict == IN_THE_MEAN
    assert judged("T20b", {"": [-0.1, 0.05, -0.02]}).verdict == MISSED
    assert judged("T20c", {"": [-0.1, -0.11, -0.12]}).verdict == MET
    assert judged("T20b", {"": [0.5]}).verdict == IN_THE_MEAN  # one seed has no interval


def test_a_statistic_without_a_value_in_any_seed_is_not_answered_and_says_why():
    row = judged("T20b", {"": [np.nan, np.inf]})
    assert (row.verdict, row.replications) == (UNANSWERED, 0)
    assert "too short" in row.reason
    assert judge.judge([shipped()["T4"]], runs("T1", {"": [1]})).verdict[0] == UNANSWERED


def test_seeds_without_a_value_are_left_out():
    row = judged("T14b", {"": [3.0, np.inf, 3.2, np.nan]})
    assert row.replications == 2 and row["mean"] == pytest.approx(3.1)


def test_t12_is_the_ratio_of_mean_falls_not_the_mean_of_ratios():
    before, at_rest = [1.0, 2.0, 3.0], [0.5, 0.25, 0.75]
    row = judged("T12", {BEFORE: before, AT_REST: at_rest})
    assert row["mean"] == pytest.approx(4.0)
    residuals = np.array(before) - 4 * np.array(at_rest)
    half = stats.t.ppf(0.975, 2) * residuals.std(ddof=1) / 0.5 / np.sqrt(3)
    assert row.ci_high - row["mean"] == pytest.approx(half)
    assert "before maintenance 2.00" in row.detail and "in maintenance 0.50" in row.detail


@pytest.mark.parametrize(("own", "verdict"), [([-0.01, 0.01, 0.0], MET), ([-0.03, -0.031, -0.029], MISSED), ([0.03, 0.031, 0.029], MISSED)])
def test_t23_also_needs_that_users_against_their_own_usual_care_show_nothing(own, verdict):
    assert judged("T23", {"": [-0.2, -0.21, -0.19], OWN_CARE: own}).verdict == verdict


def test_t24_needs_all_four_signs():
    clear, open_, against = [0.1, 0.11, 0.12], [0.1, -0.05, 0.02], [-0.1, -0.11, -0.12]
    for fourth, verdict in ((clear, MET), (open_, IN_THE_MEAN), (against, MISSED)):
        parts = {"": np.min([clear, fourth], axis=0), "waits": clear, "starts": clear, "hours": clear, "engaged": fourth}
        assert judged("T24", parts).verdict == verdict


def test_t27_needs_the_sign_in_every_seed():
    assert judged("T27", {"": [0.1, 0.2, 0.001]}).verdict == MET
    assert judged("T27", {"": [0.1] * 9 + [-0.001]}).verdict == IN_THE_MEAN
    assert judged("T27", {"": [-0.1, 0.01]}).verdict == MISSED


def test_t20_also_needs_the_sign_in_nine_of_ten_seeds():
    clear = [0.3, 0.32, 0.28, 0.31, 0.29, 0.3, 0.33, 0.27]
    assert judged("T20b", {"": [*clear, 0.3, -0.01]}).verdict == MET
    row = judged("T20b", {"": [*clear, -0.01, -0.02]})
    assert row.ci_low > 0 and (row.verdict, row.seeds_right, row.replications) == (IN_THE_MEAN, 8, 10)


def test_t12_also_needs_a_greater_fall_with_low_confidence():
    falls = {BEFORE: [3.0, 3.1, 2.9], AT_REST: [1.0, 1.02, 0.98]}
    for low, verdict in (([0.7, 0.72, 0.71], MET), ([0.2, 0.6, 0.4], IN_THE_MEAN), ([0.1, 0.12, 0.11], MISSED)):
        assert judged("T12", falls | {judge.LOW_CONFIDENCE: low, judge.CONFIDENT: [0.35, 0.34, 0.36]}).verdict == verdict


def test_more_seeds_narrow_the_interval_of_the_mean_and_not_the_range_of_single_seeds():
    """2,000 seeds against 40, normal: the range of single seeds is within 25% of 3.92 standard deviations (over 4 standard errors of its ends)."""
    values = np.random.default_rng(3).normal(0.75, 0.02, 2000)
    few, many = judged("T1", {"": values[:40]}), judged("T1", {"": values})
    assert many.ci_high - many.ci_low < (few.ci_high - few.ci_low) / 5
    assert many.single_high - many.single_low == pytest.approx(3.92 * 0.02, rel=0.25)


def test_tapering_is_told_in_how_many_seeds_it_is_the_most_frequent_answer():
    rows = pd.concat([runs(name, {"": values}) for name, values in (("T10a", [0.5, 0.3]), ("T10b", [0.1, 0.1]), ("T10c", [0.1, 0.1]), ("T10d", [0.2, 0.4]))])
    assert judge.judge([shipped()["T10a"]], rows).detail[0] == "the most frequent of the four answers in 1 of 2 seeds"
    assert judged("T10a", {"": [0.5, 0.3]}).detail == ""


@pytest.mark.parametrize(
    ("name", "values", "near"),
    [
        ("T1", [0.76, 0.761], False),
        ("T1", [0.795, 0.796], True),
        ("T1", [0.74, 0.78], True),
        ("T20b", [0.3, 0.31, 0.32], False),
        ("T20b", [0.1, 0.2, 0.15, 0.055], True),
    ],
)
def test_what_is_met_only_just_is_marked(name, values, near):
    row = judged(name, {"": values})
    assert (row.verdict, row.near_edge) == (MET, near)


def test_a_sign_of_t24_that_is_clear_but_next_to_nothing_is_near_the_edge():
    big, small = [0.3, 0.31, 0.3], [0.011, 0.012, 0.011]
    assert judged("T24", {"": small, "waits": big, "hours": small}).near_edge and not judged("T24", {"": big, "waits": big, "hours": big}).near_edge


def test_reasons_of_the_default_service_say_so_for_another_one():
    rows = runs("T7", {"": [0.99, 0.98]})
    here, elsewhere = (judge.judge([shipped()["T7"]], rows, default).reason[0] for default in (True, False))
    assert elsewhere == f"In the default service: {here}"
    assert judge.reason("T1", MISSED, False, False) == judge.NO_REASON


def test_a_target_of_ones_own_shares_nothing_with_those_that_ship():
    own = type(shipped()["T10b"])(**{**vars(shipped()["T10b"]), "source": "Our interviews"})
    assert judged("T10b", {"": [0.1, 0.2]}).shared and judge.judge([own], runs("T10b", {"": [0.1, 0.2]})).shared[0] == ""


def test_what_is_met_needs_no_reason_and_a_miss_always_has_one():
    assert judged("T7", {"": [0.85, 0.86]}).reason == ""
    assert judged("T7", {"": [0.99, 0.98]}).reason


def test_numbers_keep_their_sign_and_never_read_as_zero_when_they_are_not():
    told = {0.0: "0.00", -0.004: "−0.004", 0.00042: "0.0004", 0.8049: "0.80", -12.34: "−12.3", 1565.4: "1,565", 99.96: "100", float("nan"): "–"}
    assert {x: judge.number(x) for x in told} == told
