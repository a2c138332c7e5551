"""The screening: which parameters go on to the second step, which do not, and why."""

import numpy as np
import pandas as pd
import pytest

from experiments.sweep.analysis import INDEX_COLUMNS
from experiments.sweep.factors import chosen
from experiments.sweep.screening import COLUMNS, screened
from sim import Parameters

pytestmark = pytest.mark.unit
NAMES = ("workforce.posts", "workforce.turnover", "handover.managed_share", "contact.trust_gain")
FACTORS = chosen(NAMES, Parameters(), {})[0]


def indices(effects):
    """A table of indices from `{measure: {parameter: (mu_star, upper end)}}`, with others beside that must not count."""
    rows = []
    for measure, of in effects.items():
        for name, (value, high) in of.items():
            rows.append(("morris", measure, name, "mu_star", value, value - (high - value), high))
            rows.append(("morris", measure, name, "sigma", 100.0, 90.0, 110.0))
    return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))


def of_one(**values):
    return indices({"wait_p90": {name: (value, 1.2 * value) for name, value in zip(NAMES, values["at"], strict=True)}})


def kept(table):
    return list(table.parameter[table.kept])


def test_what_is_below_a_tenth_of_the_leading_effect_in_every_measure_is_dropped():
    table, on = screened(of_one(at=(10.0, 0.99, 1.0, 0.0)), FACTORS, 8)
    assert kept(table) == ["workforce.posts", "handover.managed_share"] == [f.name for f in on]
    assert list(table.columns) == list(COLUMNS) and list(table["rank"]) == [1, 2, 3, 4]
    why = table.set_index("parameter").why
    assert why["workforce.posts"] == "kept: 100% of the leading effect on wait_p90"
    assert why["workforce.turnover"].startswith("dropped: below 10% of the leading effect in every measure")
    assert "the upper end of its interval, 12%, does not rule it out: more trajectories would tell" in why["workforce.turnover"]
    assert "upper end" not in why["contact.trust_gain"]


def test_a_parameter_that_leads_in_one_measure_is_kept_whatever_its_effect_in_others_and_whatever_their_units():
    table, on = screened(
        indices({
            "wait_p90": {NAMES[0]: (1000.0, 1100), NAMES[1]: (1.0, 1.1), NAMES[2]: (2.0, 2.2), NAMES[3]: (1.0, 1.1)},
            "retention_52": {NAMES[0]: (0.0, 0.0), NAMES[1]: (0.001, 0.0011), NAMES[2]: (0.00005, 0.00006), NAMES[3]: (0.0, 0.0)},
        }), FACTORS, 8,
    )  # fmt: skip
    assert [f.name for f in on] == ["workforce.posts", "workforce.turnover"]
    row = table.set_index("parameter").loc["workforce.turnover"]
    assert (row.measure, row.mu_star, row.mu_star_high, row.score) == ("retention_52", 0.001, 0.0011, 1.0)


def test_ranks_are_by_the_lower_end_of_the_interval_so_that_a_stray_trajectory_lets_none_in():
    effects = {"wait_p90": dict(zip(NAMES, [(10.0, 11.0), (6.0, 12.0), (5.0, 5.5), (4.0, 4.4)], strict=True))}
    table, on = screened(indices(effects), FACTORS, 2)
    assert kept(table) == ["workforce.posts", "handover.managed_share"] == [f.name for f in on]
    assert table.set_index("parameter").score_low["workforce.turnover"] == 0


def test_no_more_than_asked_for_go_on_and_the_others_are_told_so():
    table, on = screened(of_one(at=(4.0, 10.0, 8.0, 6.0)), FACTORS, 2)
    assert kept(table) == ["workforce.turnover", "handover.managed_share"]
    assert [f.name for f in on] == ["workforce.turnover", "handover.managed_share"], "in the order of the factors, not of rank"
    assert table.why[3] == "dropped: 40% of the leading effect on wait_p90, but at rank 4, and survivors=2 go on at most"


def test_a_tie_for_the_last_place_is_settled_by_order_and_never_lets_in_more():
    first = screened(of_one(at=(5.0, 10.0, 5.0, 5.0)), FACTORS, 2)
    assert kept(first[0]) == ["workforce.turnover", "workforce.posts"]
    assert first[0].equals(screened(of_one(at=(5.0, 10.0, 5.0, 5.0)), FACTORS, 2)[0])


def test_constant_measures_say_nothing():
    effects = {"retention_52": dict.fromkeys(NAMES, (np.nan, np.nan)), "wait_p90": dict.fromkeys(NAMES[:2], (1.0, 1.1))}
    table, on = screened(indices(effects), FACTORS, 8)
    assert [f.name for f in on] == list(NAMES[:2]) and set(table.measure[table.kept]) == {"wait_p90"}
    assert list(table.why[2:]) == ["dropped: no measure varied at all"] * 2


def test_a_measure_in_which_no_parameter_has_an_effect_does_not_count():
    effects = {"retention_52": dict.fromkeys(NAMES, (0.0, 0.0)), "wait_p90": dict(zip(NAMES, [(2.0, 3.0), (1.0, 1.5), (0.0, 0.0), (0.1, 0.2)], strict=True))}
    table, on = screened(indices(effects), FACTORS, 8)
    assert [f.name for f in on] == ["workforce.posts", "workforce.turnover"]
    assert len(table) == len(FACTORS) and not table.score.isna().any()


def test_when_nothing_varies_everything_is_dropped_and_says_so():
    table, on = screened(indices({"retention_52": dict.fromkeys(NAMES, (np.nan, np.nan))}), FACTORS, 8)
    assert on == () and list(table.why) == ["dropped: no measure varied at all"] * 4 and list(table["rank"]) == [1, 2, 3, 4]


def test_with_one_parameter_far_ahead_the_second_goes_on_too():
    effects = {"retention_52": {NAMES[0]: (0.9, 1.1), NAMES[1]: (0.02, 0.03), NAMES[2]: (0.005, 0.01)}}
    table, on = screened(indices(effects), FACTORS, 8)
    assert [f.name for f in on] == list(NAMES[:2]) and table.why.iloc[2].startswith("dropped: below 10%")
