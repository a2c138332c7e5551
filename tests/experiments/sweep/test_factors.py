"""Which parameters are varied, between which bounds, and the value at each position of a distribution."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.cli import read
from experiments.errors import UsageError
from experiments.levers import LEVERS
from experiments.sweep.factors import chosen, unfit
from experiments.whatif.draws import CHOSEN, EVERYTHING, drawn
from sim import Parameters
from sim.parameters import declarations
from sim.parameters.declaration import check

pytestmark = pytest.mark.unit
DECLARED = {key: (declared, default) for key, declared, default in declarations()}
VARIABLE = [key for key, (declared, default) in DECLARED.items() if declared.plausible or isinstance(default, (bool, str))]
WHOLE = [key for key, (declared, default) in DECLARED.items() if declared.plausible and type(default) is int]
LEVELS = [key for key, (_, default) in DECLARED.items() if isinstance(default, (bool, str))]
FINE = (np.arange(20_000) + 0.5) / 20_000


@pytest.fixture(scope="module")
def service():
    """The default service: every value lies in its plausible range."""
    return Parameters()


@pytest.fixture(scope="module")
def nhs_pcn():
    """A service that sets some parameters outside their plausible range."""
    return read("run", ["service=nhs_pcn"]).parameters


def names(words, service, bounds=None):
    return [factor.name for factor in chosen(words, service, bounds or {})[0]]


def one(name, service=None, **bounds):
    """The factor of one parameter, within `bounds` when they are given."""
    (factor,), _ = chosen([name], service or Parameters(), {name: bounds["bounds"]} if bounds else {})
    return factor


def refused(words, service, bounds=None):
    with pytest.raises(UsageError) as told:
        chosen(words, service, bounds or {})
    assert "\n" not in str(told.value)
    return str(told.value)


def varied(key, declared, default):
    """Whether a word that stands for many takes a parameter in: with a range, or a switch or a choice; but not whether there is a service."""
    return bool(declared.plausible) or (isinstance(default, bool | str) and key != "model.programme.enabled")


def test_all_is_every_parameter_with_a_plausible_range_and_every_switch_and_choice_in_the_order_of_declaration(service):
    assert names(["all"], service) == [key.removeprefix("model.") for key, what in DECLARED.items() if varied(key, *what)]
    assert {"contact.schedule", "contact.personalised"} <= set(names(["all"], service))


@pytest.mark.parametrize("word", ["doubts", "levers"])
def test_all_holds_what_the_other_words_stand_for(service, word):
    assert set(names([word], service)) <= set(names(["all"], service))


def test_doubts_are_what_a_comparison_draws_and_nothing_that_somebody_decides(service):
    found = [f"model.{name}" for name in names(["doubts"], service)]
    assert found == list(drawn(service, EVERYTHING)) and not set(found) & set(CHOSEN)


def test_a_doubt_that_the_service_sets_inside_its_range_is_varied_all_the_same(service):
    moved = service.replace({"model.handover.managed_share": 0.4})
    assert "model.handover.managed_share" not in drawn(moved, EVERYTHING)  # a comparison takes it as known
    assert "handover.managed_share" in names(["doubts"], moved)


def test_levers_are_what_a_service_decides_and_has_a_range_or_several_values_but_for_the_service_itself(service):
    found = names(["levers"], service)
    wanted = {name for group in LEVERS.values() for name in group}
    of_values = {name for name in wanted if isinstance(DECLARED[f"model.{name}"][1], (bool, str))}
    assert set(found) == {name for name in wanted if DECLARED[f"model.{name}"][0].plausible} | of_values - {"programme.enabled"}
    assert {"workforce.posts", "handover.order"} <= set(found)


def test_a_group_is_all_of_it_that_can_be_varied(service):
    found = names(["group:handover"], service)
    assert found and found == names(["group:model.handover"], service)
    assert found == [key.removeprefix("model.") for key, what in DECLARED.items() if key.startswith("model.handover.") and varied(key, *what)]
    assert "handover.order" in found


def test_names_keep_the_order_of_declaration_and_count_once(service):
    assert names(["workforce.turnover", "model.workforce.posts", "workforce.turnover"], service) == ["workforce.posts", "workforce.turnover"]
    assert names(["group:handover", "handover.managed_share"], service) == names(["group:handover"], service)


def test_a_factor_tells_what_the_model_says_of_it(service):
    factor = one("workforce.turnover")
    declared, default = DECLARED["model.workforce.turnover"]
    assert (factor.low, factor.high, factor.default) == (*declared.plausible, default)
    assert (factor.unit, factor.meaning, factor.grade, factor.group, factor.kind) == (declared.unit, declared.meaning, declared.grade, "workforce", "number")
    kinds = {name: one(name).kind for name in ("workforce.posts", "contact.personalised", "handover.order")}
    assert kinds == {"workforce.posts": "whole number", "contact.personalised": "switch", "handover.order": "choice"}


def test_bounds_of_the_user_take_the_place_of_the_plausible_range():
    factor = one("workforce.turnover", bounds=[0.1, 0.9])
    assert (factor.low, factor.high) == (0.1, 0.9)
    assert factor.value(0) == pytest.approx(0.1) and factor.value(1) == pytest.approx(0.9)
    assert factor.value(0.5) == pytest.approx(0.3), "in proportion, as declared: the geometric mean"


def test_bounds_away_from_the_default_hold_every_value():
    """The distributions that are made around the default (normal, triangular) move with the bounds."""
    for name, bounds in (("referrals.first_year", [2000, 3000]), ("economics.wellby_value", [20_000, 30_000])):
        factor = one(name, bounds=bounds)
        values = [factor.value(u) for u in FINE[::100]]
        assert bounds[0] <= min(values) < max(values) <= bounds[1] and values == sorted(values), name


def test_bounds_may_be_given_under_the_full_name_and_for_a_member_of_a_group(service):
    found, _ = chosen(["group:handover"], service, {"model.handover.managed_share": [0.2, 0.25]})
    assert {(f.low, f.high) for f in found if f.name == "handover.managed_share"} == {(0.2, 0.25)}


@pytest.mark.parametrize(("plausible", "told"), [((0.2, 0.2), "the single value 0.2"), (None, "it has no plausible range")])
def test_a_parameter_without_a_range_needs_bounds(plausible, told):
    declared, default = DECLARED["model.workforce.turnover"]
    bare = replace(declared, plausible=plausible)
    assert told in unfit("model.workforce.turnover", bare, default, 0.2, {})
    assert "give bounds.workforce.turnover=[low,high]" in unfit("model.workforce.turnover", bare, default, 0.2, {})
    assert unfit("model.workforce.turnover", bare, default, 0.2, {"model.workforce.turnover": [0.1, 0.3]}) == ""


@pytest.mark.parametrize("key", WHOLE)
def test_whole_numbers_take_each_value_equally_often(key, service):
    factor = one(key)
    counts = Counter(factor.value(u) for u in FINE)
    assert all(type(value) is int for value in counts)
    assert set(counts) == set(range(int(factor.low), int(factor.high) + 1))
    assert max(counts.values()) - min(counts.values()) <= 2, "the grid does not divide evenly"


@pytest.mark.parametrize("key", LEVELS)
def test_switches_and_choices_take_each_level_equally_often(key):
    factor = one(key)
    counts = Counter(factor.value(u) for u in FINE)
    assert set(counts) == set(factor.levels) == set(DECLARED[key][0].choices or (False, True))
    assert max(counts.values()) - min(counts.values()) <= 2


def test_a_choice_can_be_narrowed_to_some_of_its_levels():
    factor = one("handover.order", bounds=["low_confidence_first", "random"])
    assert factor.levels == ("random", "low_confidence_first"), "in the order of declaration"
    assert [factor.value(u) for u in (0, 0.49, 0.5, 1)] == ["random", "random", "low_confidence_first", "low_confidence_first"]


@given(key=st.sampled_from(VARIABLE), u=st.floats(0, 1), v=st.floats(0, 1))
@pytest.mark.property
def test_every_value_is_allowed_inside_the_bounds_and_rises_with_its_position(key, u, v):
    factor = one(key)
    declared, default = DECLARED[key]
    low, high = (factor.value(position) for position in sorted((u, v)))
    for value in (low, high):
        assert check(key, declared, default, value) == value
    if factor.levels:
        assert factor.levels.index(low) <= factor.levels.index(high)
    else:
        assert factor.low <= low <= high <= factor.high


@given(key=st.sampled_from(VARIABLE))
@pytest.mark.property
def test_both_ends_of_the_range_are_reached(key):
    factor = one(key)
    ends = (factor.levels[0], factor.levels[-1]) if factor.levels else (factor.low, factor.high)
    assert (factor.value(0.0), factor.value(1.0)) == pytest.approx(ends) if not factor.levels else (factor.value(0.0), factor.value(1.0)) == ends


def test_a_missing_position_stands_for_the_value_in_the_service(nhs_pcn):
    assert one("programme.discretion", nhs_pcn, bounds=[0.0, 0.5]).value(np.nan) == 0


def test_what_the_service_sets_outside_its_range_is_left_out_of_groups_with_a_note(nhs_pcn):
    found, notes = chosen(["levers"], nhs_pcn, {})
    assert "workforce.posts" not in [f.name for f in found]
    told = [note for note in notes if note.startswith("workforce.posts is left out")]
    assert len(told) == 1 and "3, lies outside its plausible range, 15 to 26" in told[0] and "bounds.workforce.posts=" in told[0]


def test_what_the_service_sets_outside_its_range_is_refused_when_named_and_varied_with_bounds(nhs_pcn):
    told = refused(["levers", "workforce.posts"], nhs_pcn)
    assert "model.workforce.posts" in told and "lies outside its plausible range" in told and "bounds.workforce.posts=[low,high]" in told
    assert "workforce.posts" in names(["levers"], nhs_pcn, {"workforce.posts": [2, 5]})


@pytest.mark.parametrize(
    ("words", "bounds", "told"),
    [
        ([], {}, ["parameters= names none", "doubts, levers or all"]),
        (["workforce.turnovr"], {}, ["workforce.turnovr is not a parameter", "Did you mean model.workforce.turnover"]),
        (["turnover"], {}, ["turnover is not a parameter", "Did you mean model.workforce.turnover"]),
        (["workforce"], {}, ["For a whole group write group:workforce"]),
        (["group:workfroce"], {}, ["there is no group workfroce", "Did you mean workforce", "There are: referrals"]),
        (["workforce.turnover"], {"workforce.turnover": [0.3, 0.3]}, ["bounds.workforce.turnover=[0.3,0.3] is an empty range"]),
        (["workforce.turnover"], {"workforce.turnover": [0.5, 0.3]}, ["is an empty range", "the first value must be below the second"]),
        (["workforce.turnover"], {"workforce.turnover": [0.5]}, ["bounds.workforce.turnover=[0.5]", "give the lowest and the highest value"]),
        (["workforce.turnover"], {"workforce.turnover": 0.5}, ["bounds.workforce.turnover=0.5", "as in bounds.workforce.turnover=[0.15,0.35]"]),
        (["workforce.turnover"], {"workforce.turnover": [0.1, 0.2, 0.3]}, ["give the lowest and the highest value"]),
        (["workforce.turnover"], {"workforce.turnover": [0.1, 11]}, ["bounds.workforce.turnover=[0.1,11]", "Allowed: 0 to 10"]),
        (["workforce.turnover"], {"workforce.turnover": [0, 1]}, ["loguniform", "lowest value must be above 0"]),
        (["workforce.turnover"], {"workforce.turnover": ["a", "b"]}, ["must be a number"]),
        (["workforce.turnover"], {"workforce.turnover": [0.1, float("nan")]}, ["is not allowed"]),
        (["workforce.posts"], {"workforce.posts": [2.5, 4]}, ["must be a whole number"]),
        (["handover.order"], {"handover.order": ["random"]}, ["is an empty range", "give two or more of random, complex_first"]),
        (["handover.order"], {"handover.order": ["random", "complex_frst"]}, ["must be one of", "Did you mean complex_first"]),
        (["contact.personalised"], {"contact.personalised": [True]}, ["give two or more of false, true"]),
        (["workforce.turnover"], {"workforce.posts": [10, 20]}, ["bounds.workforce.posts: this parameter is not varied", "name it in parameters="]),
        (["workforce.turnover"], {"workforce.pots": [10, 20]}, ["workforce.pots is not a parameter", "Did you mean model.workforce.posts"]),
        (["contact.interval_weeks"], {}, ["model.contact.interval_weeks", "it is a list", "make scenarios of it"]),
        (["contact.interval_weeks"], {"contact.interval_weeks": [1, 2]}, ["it is a list"]),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_key_rule_and_remedy(words, bounds, told, service):
    message = refused(words, service, bounds)
    for part in told:
        assert part in message


def test_a_group_of_which_nothing_is_left_says_why(nhs_pcn):
    assert any("community.services is left out" in note for note in chosen(["group:community"], nhs_pcn, {})[1])
    all_set = {"life.gone_rate": 1, "life.gone_per_condition": 2, "life.new_condition_rate": 1, "life.follow_up_weeks": 1000}
    message = refused(["group:life"], Parameters().replace(all_set))
    assert "nothing is left to vary" in message and "life.gone_rate is left out" in message


def test_what_decides_a_factors_values_changes_with_bounds_levels_and_service(service):
    told = one("workforce.turnover").as_dict()
    assert told == {"low": 0.15, "high": 0.35, "distribution": "loguniform", "default": 0.24}
    assert one("workforce.turnover", bounds=[0.2, 0.3]).as_dict() != told
    assert replace(one("workforce.turnover"), default=0.3).as_dict() != told
    assert one("handover.order").as_dict()["levels"] == ["random", "complex_first", "low_confidence_first"]
