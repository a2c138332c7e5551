"""Which part did it: shares follow Shapley's rules, add up to the whole difference, and take the runs that are announced."""

import dataclasses
from itertools import permutations

import numpy as np
import pytest

from experiments.whatif.bench import Arm
from experiments.whatif.compare import Question, compare
from experiments.whatif.measures import HEADLINES
from experiments.whatif.parts import EXACT, PAIRS, Split, announcement, note, parts_of, runs_for, shares, whole_parts
from sim import Parameters

pytestmark = pytest.mark.unit

POSTS = ("two more posts", {"model.workforce.posts": 6})
TURNOVER = ("nobody leaves", {"model.workforce.turnover": 0.0})
NOTHING = ("the cap there is", {"model.workforce.caseload_cap": 12})
SMALLEST = ("groups of 20 and more", {"model.community.places_min": 20})
LARGEST = ("groups of up to 30", {"model.community.places_max": 30})


@pytest.fixture
def compared(classroom, bench):
    """Compare the classroom with itself under `parts`: the comparison, the scenario and the bench, two runs an arm."""

    def make(*parts, weeks=20):
        changes = {key: value for _, part in parts for key, value in part.items()}
        whole = Arm("both", "All at once", classroom.replace(changes), parts=parts)
        question = Question(Arm("baseline", "As it is", classroom), (whole,), weeks=weeks, least=2, most=2)
        return compare(question, bench(weeks=weeks), quiet=True), whole, bench(weeks=weeks)

    return make


def game(count, seed):
    """A game of `count` players with random worth for every set of them, on two measures."""
    luck, known = np.random.default_rng(seed), {}
    return lambda chosen: known.setdefault(chosen, luck.normal(size=2))


def every_order(count):
    return list(permutations(range(count)))


def sampled(labels, seed):
    return Split(None, None, tuple((label, {}) for label in labels), None, []).orders(seed)


@pytest.mark.theory
def test_two_parts_share_their_interplay_in_halves():
    """By hand: alone 1 and 3, together 10; the 6 of interplay are halved, so 4 and 6."""
    worth = {(): 0.0, (0,): 1.0, (1,): 3.0, (0, 1): 10.0}
    found = shares(every_order(2), lambda chosen: np.array([worth[tuple(sorted(chosen))]]))
    assert found[:, 0] == pytest.approx([4.0, 6.0], abs=1e-15)


@pytest.mark.theory
def test_a_part_that_changes_nothing_has_exactly_nothing_and_the_others_all():
    value = game(3, seed=1)
    found = shares(every_order(4), lambda chosen: value(chosen - {3}))
    assert (found[3] == 0.0).all()
    assert found.sum(axis=0) == pytest.approx(value(frozenset({0, 1, 2})) - value(frozenset()), abs=1e-14)


@pytest.mark.theory
def test_parts_that_do_the_same_have_the_same_share():
    value = game(4, seed=2)
    found = shares(every_order(4), lambda chosen: value(frozenset({len(chosen & {0, 1}) * 10, *(chosen & {2, 3})})))
    assert found[0] == pytest.approx(found[1], abs=1e-14)
    assert abs(found[0] - found[2]).min() > 0.01


@pytest.mark.theory
@pytest.mark.parametrize("count", [2, 3, 5])
def test_shares_do_not_depend_on_how_parts_are_listed(count):
    value, turned = game(count, seed=count), np.roll(np.arange(count), 1)
    found = shares(every_order(count), value)
    relisted = shares(every_order(count), lambda chosen: value(frozenset(int(turned[part]) for part in chosen)))
    assert relisted == pytest.approx(found[turned], abs=1e-14)


@pytest.mark.theory
def test_sampled_orders_are_right_on_average():
    """500 seeds of a game of 7: each mean is within 4 of its standard errors of the share over every order.

    A right sampler misses with 14 figures in about one of 1,000 choices of seeds. The error must be small for that to mean anything.
    """
    value = game(7, seed=3)
    exact = shares(every_order(7), value)
    found = np.array([shares(sampled("abcdefg", seed), value) for seed in range(500)])
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert (error < 0.05 * np.abs(exact).max()).all()
    assert (np.abs(found.mean(axis=0) - exact) < 4 * error).all()


def test_sampled_orders_depend_on_the_seed_and_the_labels_and_come_with_their_reverse():
    orders = sampled("abcdef", seed=5)
    assert len(orders) == 2 * PAIRS
    assert orders == sampled("abcdef", seed=5) != sampled("abcdef", seed=6)
    assert all(second == first[::-1] for first, second in zip(orders[::2], orders[1::2], strict=True))
    assert ["".join("abcdef"[p] for p in order) for order in orders] == ["".join("fedcba"[p] for p in order) for order in sampled("fedcba", seed=5)]


def test_shares_of_a_scenario_add_up_to_its_difference(compared):
    comparison, whole, bench = compared(POSTS, TURNOVER, NOTHING, weeks=60)
    table = parts_of(comparison, whole, bench, quiet=True)
    assert list(table.columns) == ["scenario", "part", "measure", "share", "ci_low", "ci_high", "replications"]
    assert set(table.part) == {"two more posts", "nobody leaves", "the cap there is"}
    moved = 0
    for measure in HEADLINES:
        rows, row = table[table.measure == measure], comparison.effect("both", measure)
        if np.isfinite(row.difference):
            assert rows.share.sum() == pytest.approx(row.difference, rel=1e-12, abs=1e-12)
            assert (rows.replications == row.replications).all()
            moved += abs(row.difference) > 0
    assert moved >= 3
    idle = table[table.part == "the cap there is"].dropna()
    assert len(idle) >= 3 and (idle[["share", "ci_low", "ci_high"]] == 0).all(axis=None)


def test_the_order_of_parts_changes_no_share_and_no_run(compared):
    comparison, whole, bench = compared(POSTS, TURNOVER)
    table = parts_of(comparison, whole, bench, quiet=True).set_index(["part", "measure"])["share"].dropna()
    turned = dataclasses.replace(whole, parts=whole.parts[::-1])
    assert runs_for(comparison, turned, bench) == 0
    again = parts_of(comparison, turned, bench, quiet=True).set_index(["part", "measure"])["share"]
    assert again.loc[table.index].to_numpy() == pytest.approx(table.to_numpy(), rel=1e-12, abs=1e-15)


@pytest.mark.scale
def test_the_announced_runs_are_made_and_none_a_second_time(compared, ran):
    comparison, whole, bench = compared(POSTS, TURNOVER, LARGEST)
    told, before = runs_for(comparison, whole, bench), len(ran)
    assert f"{told} runs" in announcement(comparison, whole, bench)
    first = parts_of(comparison, whole, bench, quiet=True)
    assert len(ran) - before == told > 0
    assert runs_for(comparison, whole, bench) == 0
    assert parts_of(comparison, whole, bench, quiet=True).equals(first)
    assert len(ran) - before == told


def test_two_parts_take_two_runs_a_seed_beyond_the_comparison(compared):
    comparison, whole, bench = compared(POSTS, TURNOVER)
    assert runs_for(comparison, whole, bench) == 2 * comparison.replications["both"]


def test_a_scenario_of_one_part_has_no_table_and_takes_no_run(compared):
    comparison, whole, bench = compared(POSTS)
    assert runs_for(comparison, whole, bench) == 0
    assert parts_of(comparison, whole, bench, quiet=True).empty


@pytest.mark.scale
def test_many_parts_are_shared_out_over_sampled_orders_and_it_is_said(compared):
    services = ("ten services", {"model.community.services": 10})
    more = [(f"{name} at {value}", {f"model.{name}": value}) for name, value in (("programme.length_weeks", 13), ("dropout.hazard", 0.02))]
    comparison, whole, bench = compared(POSTS, TURNOVER, LARGEST, services, *more)
    assert len(whole.parts) > EXACT
    assert f"{2 * PAIRS} sampled orders" in note(comparison, whole)
    told = runs_for(comparison, whole, bench, seeds=[2])
    assert 2 * (len(whole.parts) - 1) <= told < 2 * (2 ** len(whole.parts) - 2)
    table = parts_of(comparison, whole, bench, seeds=[2], quiet=True)
    rows = table[table.measure == "cost_per_person"]
    assert rows.share.sum() == pytest.approx(comparison.changes("both", "cost_per_person")[2], rel=1e-12)
    assert runs_for(comparison, whole, bench, seeds=[2]) == 0


def test_a_part_that_needs_another_is_one_with_it_and_it_is_said(compared):
    """Twenty places at least are refused beside ten at most."""
    comparison, whole, bench = compared(POSTS, SMALLEST, LARGEST)
    table = parts_of(comparison, whole, bench, measures=["cost_per_person"], quiet=True)
    assert list(table.part) == ["two more posts", "groups of 20 and more + groups of up to 30"]
    assert table.share.sum() == pytest.approx(comparison.effect("both", "cost_per_person").difference, rel=1e-12)
    assert note(comparison, whole) == "groups of 20 and more + groups of up to 30 count as one part: they cannot be set apart."


def test_parts_that_set_a_parameter_differently_are_one():
    parts = (POSTS, TURNOVER, ("one more post", {"model.workforce.posts": 5}))
    assert [label for label, _ in whole_parts(Parameters(), parts)] == ["two more posts + one more post", "nobody leaves"]


def test_parts_that_agree_on_a_parameter_stay_apart():
    parts = (POSTS, ("posts and turnover", POSTS[1] | TURNOVER[1]))
    assert whole_parts(Parameters(), parts) == parts


def test_parts_that_do_not_make_the_scenario_are_refused(compared):
    comparison, whole, bench = compared(POSTS, TURNOVER)
    with pytest.raises(ValueError, match="must give its parameters"):
        parts_of(comparison, dataclasses.replace(whole, parts=(POSTS, NOTHING)), bench, quiet=True)
