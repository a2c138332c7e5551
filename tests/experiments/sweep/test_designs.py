"""Designs: as many points as forecast, the same for the same seed, and holding what they are said to hold."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.errors import UsageError
from experiments.sweep import designs
from experiments.sweep.designs import DELTA, FAST, GIVEN_DATA, GRID, LEAST, LHS, METHODS, MORRIS, OAT, PAWN, SOBOL, holds, make, rows
from experiments.sweep.factors import chosen
from sim import Parameters

pytestmark = pytest.mark.unit
# numbers, whole numbers with few and with many values, a switch and a choice
POOL = ("workforce.posts", "workforce.turnover", "handover.managed_share", "handover.order", "contact.personalised", "community.travel_limit")
SIZES = {MORRIS: (2, 6), SOBOL: (16, 64), FAST: (65, 80), PAWN: (32, 50), DELTA: (32, 50), LHS: (8, 50), GRID: (2, 4), OAT: (2, 9)}


def factors_of(*names):
    return chosen(names, Parameters(), {})[0]


def values(factors, design):
    """The points by value: what a run is known by."""
    return [tuple(factor.value(u) for factor, u in zip(factors, row, strict=True)) for row in design.unit]


@st.composite
def asked(draw):
    """A method, two or more factors, a size and perhaps groups that go together."""
    method = draw(st.sampled_from(METHODS))
    factors = factors_of(*draw(st.lists(st.sampled_from(POOL), min_size=2, max_size=5, unique=True)))
    low, high = SIZES[method]
    size = draw(st.sampled_from((16, 32, 64)) if method == SOBOL else st.integers(low, high))
    groups = tuple(factor.group for factor in factors) if method in designs.BY_GROUP and draw(st.booleans()) else ()
    return method, factors, size, groups if len(set(groups)) > 1 else (), method == SOBOL and draw(st.booleans())


@given(asked=asked(), seed=st.integers(0, 2**63))
@settings(max_examples=60, deadline=None)
@pytest.mark.property
def test_a_design_has_as_many_points_as_forecast_all_inside_the_unit_cube(asked, seed):
    method, factors, size, groups, second_order = asked
    design = make(method, factors, size, seed, groups, second_order)
    assert design.unit.shape == (rows(method, factors, size, groups, second_order), len(factors))
    inside = design.unit[np.isfinite(design.unit)]
    assert inside.min() >= 0 and inside.max() <= 1
    assert np.isfinite(design.unit).all() or method == OAT
    assert design.names == tuple(factor.name for factor in factors)


@pytest.mark.parametrize("seed", [0, 1, 7])
@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_design_and_another_seed_another(method, seed):
    factors = factors_of(*POOL[:3])
    size = max(LEAST[method], 16) if method == SOBOL else LEAST[method]
    first = make(method, factors, size, seed).unit
    np.random.seed(seed + 11)
    np.random.random(5)  # whatever else draws in this process changes nothing
    assert np.array_equal(first, make(method, factors, size, seed).unit, equal_nan=True)
    same = np.array_equal(first, make(method, factors, size, seed + 1).unit, equal_nan=True)
    assert same == (method in (GRID, OAT)), "only a grid and single changes have nothing that is drawn"


@pytest.mark.parametrize("method", [MORRIS, SOBOL, FAST, LHS])
def test_every_seed_that_a_run_may_have_makes_a_design(method):
    for seed in (2**32 - 1, 2**32, 2**63 - 1):
        assert len(make(method, factors_of(*POOL[:2]), LEAST[method], seed).unit)


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("seed", [0, 5])
def test_a_sobol_design_begins_with_the_smaller_ones(seed, second_order):
    sizes = [make(SOBOL, factors_of(*POOL[:3]), size, seed, (), second_order).unit for size in (16, 32, 64, 256)]
    for smaller, larger in pairwise(sizes):
        assert np.array_equal(larger[: len(smaller)], smaller)


@pytest.mark.parametrize("groups", [(), ("workforce", "workforce", "handover")])
@pytest.mark.parametrize("seed", [0, 5])
def test_a_morris_design_begins_with_the_smaller_ones(seed, groups):
    sizes = [make(MORRIS, factors_of(*POOL[:3]), size, seed, groups).unit for size in (2, 3, 4, 11, 30)]
    for smaller, larger in pairwise(sizes):
        assert np.array_equal(larger[: len(smaller)], smaller)


@given(odd=st.integers(4, 30).map(lambda number: 2 * number + 1), doublings=st.integers(0, 4), factors=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
@pytest.mark.property
def test_a_latin_hypercube_has_one_point_in_every_stratum_and_begins_with_its_halves(odd, doublings, factors, seed):
    design = designs.latin_hypercube(factors, odd * 2**doublings, seed)
    for times in range(doublings + 1):
        size = odd * 2**times
        part = designs.latin_hypercube(factors, size, seed)
        assert np.array_equal(part, design[:size])
        for column in range(factors):
            assert sorted((part[:, column] * size).astype(int)) == list(range(size))


@pytest.mark.parametrize("size", [8, 12, 32, 64, 256])
def test_a_latin_hypercube_of_a_round_size_has_one_point_in_every_stratum(size):
    design = designs.latin_hypercube(3, size, 0)
    assert all(sorted((design[:, column] * size).astype(int)) == list(range(size)) for column in range(3))


def test_methods_that_take_any_sample_share_their_points():
    first, *others = (make(method, factors_of(*POOL), 64, 3).unit for method in GIVEN_DATA)
    assert all(np.array_equal(first, other) for other in others)


def test_columns_of_a_latin_hypercube_are_not_tied_to_one_another():
    """|r| of 256 independent pairs is above 0.25 with probability 5e-5; fixed seed."""
    correlation = np.corrcoef(designs.latin_hypercube(6, 256, 1).T) - np.eye(6)
    assert np.abs(correlation).max() < 0.25


@st.composite
def two_sizes(draw):
    method = draw(st.sampled_from((SOBOL, MORRIS, LHS, GRID, OAT, FAST)))
    low = LEAST[method]
    if method == SOBOL:
        return method, draw(st.sampled_from((16, 32, 64))), draw(st.sampled_from((16, 32, 64)))
    smaller = draw(st.integers(low, low + 12))
    doubled, refined = (st.integers(1, 8).map(lambda times: times * smaller), st.integers(1, 4).map(lambda times: times * (smaller - 1) + 1))
    return method, smaller, max(draw(st.one_of(st.integers(low, low + 12), doubled, refined)), low)


@given(sizes=two_sizes(), seed=st.integers(0, 3))
@settings(max_examples=120, deadline=None)
@pytest.mark.property
def test_holds_tells_the_truth(sizes, seed):
    """Of numbers; whole numbers that have few values, and trajectories of few levels, may be held by chance."""
    method, smaller, larger = sizes
    if larger < smaller:
        assert holds(method, smaller, larger) == "it would have fewer points"
        return
    factors = factors_of("workforce.turnover", "handover.managed_share")
    first, second = (set(values(factors, make(method, factors, size, seed))) for size in (smaller, larger))
    assert (first <= second) == (holds(method, smaller, larger) == "")


@given(step=st.integers(1, 20), times=st.integers(1, 12), name=st.sampled_from(POOL))
@settings(max_examples=150, deadline=None)
@pytest.mark.property
def test_a_finer_grid_holds_the_coarser_to_the_last_digit(step, times, name):
    factors = factors_of(name)
    coarse, fine = (set(values(factors, make(GRID, factors, size, 1))) for size in (step + 1, step * times + 1))
    assert holds(GRID, step + 1, step * times + 1) == "" and coarse <= fine


@pytest.mark.parametrize(
    ("method", "smaller", "larger", "told"),
    [
        (MORRIS, 10, 9, "fewer points"),
        (SOBOL, 64, 32, "fewer points"),
        (LHS, 64, 32, "fewer points"),
        (LHS, 32, 48, "can only be doubled: 64, 128"),
        (PAWN, 32, 96, "can only be doubled"),
        (FAST, 65, 130, "frequencies"),
        (GRID, 5, 7, "9 would hold them"),
        (OAT, 5, 4, "fewer points"),
    ],
)
def test_what_is_not_held_is_told_with_the_reason(method, smaller, larger, told):
    assert told in holds(method, smaller, larger)


def test_a_grid_is_every_combination_of_values_and_takes_each_level_once():
    factors = factors_of("workforce.turnover", "handover.order", "community.travel_limit")
    found = values(factors, make(GRID, factors, 3, 1))
    assert len(found) == len(set(found)) == 3 * 3 * 3
    assert sorted({point[0] for point in found}) == pytest.approx([0.15, (0.15 * 0.35) ** 0.5, 0.35])
    assert {point[1] for point in found} == set(factors[1].levels)
    assert {point[2] for point in found} == {2, 4, 5}, "both ends among them"


def test_a_whole_number_with_fewer_values_than_asked_for_takes_each_once():
    factors = factors_of("community.travel_limit")
    assert [value for (value,) in values(factors, make(GRID, factors, 50, 1))] == [2, 3, 4, 5]


def test_one_at_a_time_begins_with_the_service_and_moves_one_parameter_in_each_other_point():
    factors = factors_of("workforce.turnover", "handover.order", "workforce.posts")
    design = make(OAT, factors, 3, 1)
    here = tuple(factor.default for factor in factors)
    assert values(factors, design)[0] == here
    assert (np.isfinite(design.unit[1:]).sum(axis=1) == 1).all()
    assert all(sum(a != b for a, b in zip(point, here, strict=True)) <= 1 for point in values(factors, design))


@pytest.mark.parametrize("size", [17, 100, 1000])
def test_a_sobol_size_that_is_no_power_of_two_is_refused_and_the_next_are_named(size):
    power = 2 ** (size.bit_length() - 1)
    with pytest.raises(UsageError, match=rf"points={size}: a Sobol design needs a power of two\. The next are {power} and {2 * power}\."):
        make(SOBOL, factors_of(*POOL), size, 1)


@pytest.mark.parametrize("method", METHODS)
def test_too_few_points_are_refused_with_the_least(method):
    least = LEAST[method]
    with pytest.raises(UsageError, match=rf"points={least - 1} is too few for method={method}: it needs {least} "):
        make(method, factors_of(*POOL), least - 1, 1)
    assert len(make(method, factors_of(*POOL[:2]), least, 1).unit)


@pytest.mark.parametrize("method", [MORRIS, SOBOL, FAST])
def test_one_parameter_alone_is_refused_where_the_method_needs_two(method):
    with pytest.raises(UsageError, match=f"method={method} needs two parameters at least, and 1 was given.*method=oat"):
        make(method, factors_of("workforce.turnover"), 64 if method == SOBOL else 65, 1)


@pytest.mark.parametrize("method", [PAWN, DELTA, LHS, GRID, OAT])
def test_one_parameter_alone_is_enough_for_the_others(method):
    assert make(method, factors_of("workforce.turnover"), 32, 1).unit.shape[1] == 1


def test_one_group_alone_is_refused():
    with pytest.raises(UsageError, match="needs two groups at least"):
        make(MORRIS, factors_of("group:handover"), 4, 1, ("handover",) * len(factors_of("group:handover")))


def test_the_members_of_a_group_move_together_in_one_step_of_a_trajectory():
    factors = factors_of("workforce.turnover", "workforce.vacancy_weeks", "handover.managed_share")
    groups = tuple(factor.group for factor in factors)
    steps = np.diff(make(MORRIS, factors, 5, 1, groups).unit.reshape(5, 3, 3), axis=1) != 0
    assert all(sorted(map(tuple, trajectory.tolist())) == [(False, False, True), (True, True, False)] for trajectory in steps)


def test_the_number_of_points_of_a_design_beyond_reason_is_known_without_making_it():
    assert rows(SOBOL, factors_of("all"), 2**29) == 2**29 * (len(factors_of("all")) + 2)


def test_a_grid_that_no_computer_holds_is_refused():
    with pytest.raises(UsageError, match="method=grid.*name fewer parameters"):
        make(GRID, factors_of("all"), 5, 1)
