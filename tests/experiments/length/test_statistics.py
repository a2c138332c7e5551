"""Tables from runs with a known answer: needed lengths, paired differences, gain per hour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.length.measures import PRIMARY, TOTAL, WORK
from experiments.length.statistics import FEWEST, NONE, differences_table, lengths_table, marginal_table, needed, needed_tables

pytestmark = pytest.mark.unit
LENGTHS = ("13", "52", "104", "open")


def runs_of(values: dict[str, dict[str, list[float]]], mode: str = "fixed") -> pd.DataFrame:
    """Return runs of plain lengths: `values[measure][length]` holds one number a seed."""
    rows = [
        (mode, "", length, 22, seed, "all", measure, value, 100.0)
        for measure, by_length in values.items()
        for length, numbers in by_length.items()
        for seed, value in enumerate(numbers, start=1)
    ]
    return pd.DataFrame(rows, columns=["mode", "policy", "length", "posts", "seed", "group", "measure", "value", "people"])


@pytest.mark.parametrize(("gains", "answer"), [([0.5, 0.9, 1.0, 1.0], 1), ([0.5, 0.8, 0.89, 1.0], 3), ([2.0, 0.1, 0.1, 1.0], 0), ([1.0, 1.0, 1.0, 0.0], 4)])
def test_the_needed_length_is_the_first_at_ninety_percent_of_the_open_ended_one(gains: list[float], answer: int) -> None:
    assert needed(np.array(gains)) == answer


def test_without_luck_the_needed_length_is_certain() -> None:
    table, shares = needed_tables(runs_of({PRIMARY: {"13": [0.3] * 5, "52": [0.92] * 5, "104": [0.97] * 5, "open": [1.0] * 5}}), LENGTHS)
    assert table[["needed", "low", "high", "share_of_bootstrap"]].iloc[0].tolist() == ["52", "52", "52", 1.0]
    assert shares.set_index("length").share.to_dict() == {"13": 0.0, "52": 1.0, "104": 0.0, "open": 0.0, NONE: 0.0}


def test_luck_that_all_lengths_of_a_seed_share_does_not_widen_the_needed_length() -> None:
    luck = np.array([0.5, 1.0, 1.5, 2.0, 4.0])
    shared = {length: list(part * luck) for length, part in zip(LENGTHS, (0.3, 0.85, 0.95, 1.0), strict=True)}
    table, _ = needed_tables(runs_of({PRIMARY: shared}), LENGTHS)
    assert table[["needed", "low", "high"]].iloc[0].tolist() == ["104"] * 3


def test_a_length_near_the_line_is_told_as_a_range_whose_shares_add_up_to_one() -> None:
    """Fixed seed; a gain at exactly 90% on average falls to either side in about half of the bootstrap samples."""
    luck = np.random.default_rng(1).normal(0, 0.05, 10)
    near = {"13": [0.2] * 10, "52": list(0.9 + luck - luck.mean()), "104": [1.0] * 10, "open": [1.0] * 10}
    table, shares = needed_tables(runs_of({PRIMARY: near}), LENGTHS)
    assert table[["low", "high"]].iloc[0].tolist() == ["52", "104"]
    assert 0.3 < shares.set_index("length").share["52"] < 0.7
    assert shares.share.sum() == pytest.approx(1)


def test_there_is_no_needed_length_where_the_open_ended_programme_gives_nothing_and_none_is_told_without_it() -> None:
    nothing = {length: [-0.1, -0.2, -0.1] for length in LENGTHS}
    assert needed_tables(runs_of({PRIMARY: nothing}), LENGTHS)[0].needed.tolist() == [NONE]
    timed = {length: nothing[length] for length in LENGTHS[:3]}
    assert [len(table) for table in needed_tables(runs_of({PRIMARY: timed}), LENGTHS[:3])] == [0, 0]


@pytest.mark.parametrize(("runs", "ranged"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_runs_have_a_needed_length_but_no_range_and_no_share(runs: int, ranged: bool) -> None:
    table, shares = needed_tables(runs_of({PRIMARY: {"13": [0.3] * runs, "52": [0.92] * runs, "104": [1.0] * runs, "open": [1.0] * runs}}), LENGTHS)
    assert table.needed.tolist() == ["52"]
    assert table[["low", "high", "share_of_bootstrap"]].notna().all(axis=None) == ranged == shares.share.notna().all()


def test_differences_are_paired_by_seed() -> None:
    luck = np.array([0.0, 3.0, -5.0, 1.0])
    told = differences_table(runs_of({PRIMARY: {"52": list(1 + luck), "104": list(1.25 + luck)}}), "104")
    assert told[["length", "against", "replications"]].iloc[0].tolist() == ["52", "104", 4]
    assert told[["difference", "ci_low", "ci_high", "share_of_runs_better"]].iloc[0].tolist() == pytest.approx([-0.25, -0.25, -0.25, 0.0])


def test_a_mean_has_students_interval_and_a_missing_value_is_no_run() -> None:
    told = lengths_table(runs_of({PRIMARY: {"13": [1.0, 2.0, 3.0, np.nan]}})).iloc[0]
    assert (told.value, told.replications, told.people) == (2.0, 3, 100.0)
    assert told.ci_high - told.value == pytest.approx(4.302653 / np.sqrt(3), rel=1e-5)  # t(2, 0.975) x 1 / sqrt(3)


def marginal(gain: list[float], hours: list[float]) -> pd.Series:
    """Return what is told of a step from a length that has gain 10 and hours 100 in every run."""
    zero = {"13": [10.0] * len(gain)}
    runs = runs_of({TOTAL: zero | {"52": [10 + more for more in gain]}, WORK: {"13": [100.0] * len(hours), "52": [100 + more for more in hours]}})
    return marginal_table(runs, ("13", "52")).iloc[0]


def test_gain_per_hour_is_the_ratio_of_the_two_changes() -> None:
    told = marginal([4.0, 6.0, 5.0], [50.0, 50.0, 50.0])
    assert told.gain_per_hour == pytest.approx(0.1)
    assert 0.08 <= told.ci_low < 0.1 < told.ci_high <= 0.12
    assert told.note == ""


def test_no_ratio_is_told_where_hours_do_not_clearly_differ_and_a_loss_is_named() -> None:
    unclear = marginal([4.0, 6.0, 5.0], [50.0, -60.0, 10.0])
    assert np.isnan(unclear.gain_per_hour)
    assert unclear.note.startswith("not told")
    assert marginal([-4.0, -6.0, -5.0], [50.0, 50.0, 51.0]).note == "less gain for more hours"
