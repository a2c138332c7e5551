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


def test_what_is_met_needs_no_reason_and_a_miss_always_has_one():
    assert judged("T7", {"": [0.85, 0.86]}).reason == ""
    assert judged("T7", {"": [0.99, 0.98]}).reason


def test_numbers_keep_their_sign_and_never_read_as_zero_when_they_are_not():
    told = {0.0: "0.00", -0.004: "−0.004", 0.00042: "0.0004", 0.8049: "0.80", -12.34: "−12.3", 1565.4: "1,565", 99.96: "100", float("nan"): "–"}
    assert {x: judge.number(x) for x in told} == told
