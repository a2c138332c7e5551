"""Switches, choices and whole numbers with few values: known answers, whatever the order in which a choice's values are declared."""

from collections import Counter
from itertools import combinations, islice, permutations
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.sweep.analysis import analyse
from experiments.sweep.designs import DELTA, LHS, MORRIS, OAT, PAWN, make, pairs_of_values, value_places
from experiments.sweep.evppi import curves_of
from experiments.sweep.findings import without_influence
from experiments.sweep.indices import estimates
from tests.experiments.sweep.analysis_functions import of
from tests.experiments.sweep.made import factors_of, outputs

pytestmark = pytest.mark.unit
NAMES = ("number", "few", "switch", "choice")
FACTORS = (
    SimpleNamespace(name="number", levels=(), default=0.5),
    SimpleNamespace(name="few", levels=(), default=2, low=1, high=3),
    SimpleNamespace(name="switch", levels=(False, True), default=False),
    SimpleNamespace(name="choice", levels=("a", "b", "c", "d"), default="a"),
)
NUMBER, FEW, SWITCH, CHOICE = range(4)


def values(design, column):
    """Which of its values a factor has at each point."""
    return value_places(design.unit[:, column], design.counts[column])


def response(design, effects=(0, 1, 0, 1)):
    """1 for the whole range of the number, 2 for that of the whole number, 1 for the switch, `effects` for the choice."""
    return design.unit[:, NUMBER] + values(design, FEW) + values(design, SWITCH) + np.array(effects, float)[values(design, CHOICE)]


def index(design, means, name):
    """One index by factor: (estimate, low, high)."""
    found = {row[0]: row[2:] for row in estimates(design, means[:, None], 0, 200).rows if row[1] == name}
    return [found[factor] for factor in NAMES]


@pytest.mark.parametrize("effects", sorted(set(permutations((0, 1, 0, 1)))))
def test_a_choice_is_found_by_morris_whatever_the_order_of_its_values(effects):
    """Of the six pairs of values four differ, by 1."""
    design = make(MORRIS, FACTORS, 6, 3)
    assert index(design, response(design, effects), "mu_star")[CHOICE][0] == pytest.approx(4 / 6)


def test_a_switch_with_effect_one_has_exactly_that_effect():
    design = make(MORRIS, FACTORS, 4, 1)
    for name in ("mu_star", "mu"):
        assert index(design, response(design), name)[SWITCH] == pytest.approx((1, 1, 1))


def test_an_even_effect_of_a_whole_number_with_three_values_is_that_over_its_whole_range():
    design = make(MORRIS, FACTORS, 7, 1)
    assert index(design, response(design), "mu_star")[FEW] == pytest.approx((2, 2, 2))
    assert index(design, response(design), "sigma")[FEW][0] == pytest.approx(0)
    assert index(design, response(design), "mu_star")[NUMBER] == pytest.approx((1, 1, 1)), "as before"


def test_a_choice_has_no_mean_signed_effect_and_that_is_told_once_by_name():
    design = make(MORRIS, FACTORS, 6, 1)
    found = estimates(design, response(design)[:, None], 0, 10)
    missing = [row[:2] for row in found.rows if np.isnan(row[2])]
    assert missing == [("choice", "mu")]
    assert [note for note in found.notes if "no order" in note and "choice" in note] == list(found.notes)


@pytest.mark.parametrize("count", range(2, 8))
def test_all_pairs_of_values_are_compared_equally_often_and_values_come_equally_often(count):
    pairs = list(islice(pairs_of_values(count, "x", 5), 10 * count * (count - 1) // 2))
    compared = Counter(frozenset(pair) for pair in pairs)
    assert compared == dict.fromkeys(map(frozenset, combinations(range(count), 2)), 10)
    assert set(Counter(value for pair in pairs for value in pair).values()) == {10 * (count - 1)}
    up = sum(a < b for a, b in pairs)
    assert len(pairs) / 4 < up < 3 * len(pairs) / 4, "in both directions"


def test_few_trajectories_already_have_every_value_of_a_choice():
    design = make(MORRIS, FACTORS, 2, 1)
    assert set(values(design, CHOICE)) == {0, 1, 2, 3}


@pytest.mark.parametrize("name", ["handover.order", "contact.schedule", "contact.personalised", "activity.misses_to_leave"])
def test_a_parameter_with_few_values_steps_from_value_to_value_and_more_trajectories_begin_with_the_smaller_design(name):
    factors = factors_of(name, "workforce.turnover")
    place = [factor.name for factor in factors].index(name)
    small, large = (make(MORRIS, factors, size, 2) for size in (5, 40))
    assert np.array_equal(small.unit, large.unit[: len(small.unit)])
    steps = [tuple(dict.fromkeys(factors[place].value(u) for u in part)) for part in large.unit[:, place].reshape(40, -1)]
    assert {len(step) for step in steps} == {2}
    count = large.counts[place]
    assert len({frozenset(step) for step in steps}) == count * (count - 1) // 2


def test_two_choices_step_independently_of_one_another():
    design = make(MORRIS, factors_of("handover.order", "programme.reentry_route", "contact.schedule"), 400, 1)
    three, four = (value_places(design.unit[::4, column], design.counts[column]) for column in (0, 1))
    table = np.array([[np.sum((three == a) & (four == b)) for b in range(design.counts[1])] for a in range(design.counts[0])])
    assert table.min() > 0.6 * table.mean()


def test_the_effect_of_a_group_is_over_the_mean_distance_of_its_factors():
    design = make(MORRIS, FACTORS, 6, 1, groups=("a", "b", "b", "b"))
    means = values(design, SWITCH).astype(float)
    found = {row[0]: row[2] for row in estimates(design, means[:, None], 0, 10).rows if row[1] == "mu_star"}
    assert 1 <= found["b"] <= 1.5, "the switch moves by 1, the choice by 1, the whole number by a half or 1"


@pytest.mark.scale
@pytest.mark.parametrize("effects", [(0, 1, 1, 0), (0, 1, 0, 1), (1, 0, 0, 1), (0, 0, 1, 1)])
def test_a_choice_is_found_by_regression_whatever_the_order_of_its_values(effects):
    """Alone, half of the values 1 apart have a share of the variance of one; beside others, what these leave."""
    design = make(LHS, FACTORS, 256, 1)
    alone = np.array(effects, float)[values(design, CHOICE)] + np.random.default_rng(0).normal(0, 0.05, 256)
    for name in ("src", "prcc"):
        estimate, low, high = index(design, alone, name)[CHOICE]
        assert estimate > 0.8 and 0 < low <= estimate <= high
        assert all(one[1] <= 0 <= one[2] for one in index(design, alone, name)[:CHOICE])


@pytest.mark.parametrize("name", ["src", "prcc"])
def test_a_choice_of_two_values_has_the_size_that_a_switch_has(name):
    two = SimpleNamespace(name="choice", levels=("a", "b"), default="a")
    design = make(LHS, (*FACTORS[:2], SimpleNamespace(name="switch", levels=(False, True), default=False), two), 256, 1)
    noise = np.random.default_rng(0).normal(0, 0.5, 256)
    found = index(design, 1.0 * values(design, SWITCH) + 1.0 * values(design, CHOICE) + noise, name)
    assert found[CHOICE][0] == pytest.approx(found[SWITCH][0], abs=0.06)


@pytest.mark.scale
def test_a_choice_that_does_nothing_is_seldom_named_by_regression():
    """At 95% one in forty would be by luck: of 60 more than 6 has a chance below 0.2%."""
    clear = 0
    for seed in range(60):
        design = make(LHS, FACTORS, 64, seed)
        low = index(design, design.unit[:, NUMBER] + np.random.default_rng(seed).normal(0, 0.5, 64), "prcc")[CHOICE][1]
        clear += low > 0
    assert clear <= 6


@pytest.mark.parametrize(("method", "name", "least"), [(PAWN, "median", 0.45), (DELTA, "S1", 0.9)])
@pytest.mark.parametrize("effects", [(0, 1, 1, 0), (0, 1, 0, 1)])
def test_given_data_methods_look_at_each_value_of_a_choice_by_itself(method, name, least, effects):
    design = make(method, FACTORS, 64, 1)
    alone = np.array(effects, float)[values(design, CHOICE)] + np.random.default_rng(0).normal(0, 0.05, 64)
    found = index(design, alone, name)
    assert found[CHOICE][0] > least and max(one[0] for one in found[:CHOICE]) < found[CHOICE][0] / 1.5


def test_one_at_a_time_tells_a_choice_at_the_values_of_its_least_and_largest_mean():
    design = make(OAT, FACTORS, 3, 1)
    choice = design.unit[:, CHOICE]
    means = np.where(np.isnan(choice), 0.0, np.array([0.0, 3.0, -1.0, 0.0])[value_places(np.nan_to_num(choice), 4)])
    found = {row[:2]: row[2] for row in estimates(design, np.repeat(means[:, None], 2, axis=1), 0, 10).rows}
    assert (found["choice", "low"], found["choice", "high"], found["choice", "range"]) == pytest.approx((-1, 3, 4))


def test_knowing_a_choice_is_told_from_each_of_its_values():
    """What its values do, in whatever order, is a sum of its columns."""
    unit = (np.repeat(np.arange(4), 5)[:, None] + 0.5) / 4
    columns = curves_of(unit, (4,))[:, 0]
    for effects in permutations((0.0, 1.0, 0.0, 3.0)):
        wanted = np.repeat(effects, 5) - 1
        fitted = columns @ np.linalg.lstsq(columns, wanted, rcond=None)[0]
        assert np.allclose(fitted, wanted)


def test_what_luck_alone_gives_a_switch_is_known():
    """The mean size of a difference of two means of R seeds of standard deviation s is 2 s / sqrt(pi R), over a whole step."""
    design = make(MORRIS, factors_of("contact.personalised", "workforce.turnover"), 300, 1)
    made = {"uptake": outputs(design, lambda unit: unit[:, design.names.index("workforce.turnover")], 2, 0.2)}
    tables = analyse(design, made, 1, 50)
    row = dict(tables.noise.iloc[0])
    found, alone = of(tables.indices, "mu_star", measure="uptake"), without_influence(design, row)
    expected = 2 * 0.2 / (2 * np.pi) ** 0.5
    assert found[design.names.index("contact.personalised")] == pytest.approx(expected, rel=0.1)
    assert alone["contact.personalised"] == pytest.approx(expected, rel=0.1) and alone["workforce.turnover"] == pytest.approx(1.5 * expected, rel=0.1)
