"""Every parameter is declared once, checked when made, and replaceable."""

import dataclasses
import json

import numpy as np
import pytest

from sim import Parameters
from sim.parameters import GRADES, ParameterError, declarations

pytestmark = pytest.mark.unit
DECLARED = list(declarations())
BOUNDED = [(key, d, default) for key, d, default in DECLARED if d.allowed]


def test_every_declaration_is_complete_and_its_default_is_plausible():
    assert len(DECLARED) > 150
    for key, d, default in DECLARED:
        assert d.unit and d.meaning.endswith(".") and d.source and d.grade in GRADES, key
        if d.plausible:
            assert d.plausible[0] <= default <= d.plausible[1], key
        elif isinstance(default, (int, float)) and not isinstance(default, bool):
            pytest.fail(f"{key} has no plausible range")


@pytest.mark.parametrize(("key", "declared", "default"), BOUNDED, ids=[key for key, *_ in BOUNDED])
def test_both_bounds_are_refused_beyond_and_the_message_names_key_value_and_bounds(key, declared, default):
    for beyond in (declared.allowed[0] - 1, declared.allowed[1] + 1):
        value = [beyond] * len(default or (1,)) if isinstance(default, tuple) else type(default)(beyond)
        with pytest.raises(ParameterError) as error:
            Parameters().replace({key: value})
        assert key in str(error.value) and "Allowed:" in str(error.value) and f"= {beyond:.12g} " in str(error.value)


@pytest.mark.parametrize("value", ["3", None, True, float("nan"), float("inf"), [1]])
def test_a_number_must_be_a_finite_number(value):
    with pytest.raises(ParameterError, match="model.workforce.turnover"):
        Parameters().replace({"workforce.turnover": value})


@pytest.mark.parametrize(
    ("key", "value"),
    [("workforce.posts", 2.5), ("programme.enabled", 1), ("contact.schedule", "weekly"), ("community.mix", 3), ("contact.interval_weeks", ["a"])],
)
def test_wrong_types_and_unknown_choices_are_refused(key, value):
    with pytest.raises(ParameterError, match=f"model.{key}"):
        Parameters().replace({key: value})


@pytest.mark.parametrize(
    "changes",
    [
        {"workforce.cancel_departure": [1]}, {"contact.interval_weeks": [2, 4]}, {"contact.interval_until": [10, 9, 52]}, {"community.places_max": 5},
        {"community.mix": [1, 2, 3]}, {"community.mix": [0] * 8}, {"setbacks.minor_share": 0.95}, {"population.supportive_share": 0.8},
    ],
)  # fmt: skip
def test_values_that_contradict_one_another_are_refused(changes):
    with pytest.raises(ParameterError, match="model."):
        Parameters().replace(changes)


def test_numbers_of_numpy_are_taken_as_plain_numbers():
    changed = Parameters().replace({"workforce.posts": np.int64(7), "workforce.turnover": np.float32(0.5), "referrals.counts": list(np.arange(3))})
    plain = Parameters().replace({"workforce.posts": 7, "workforce.turnover": 0.5, "referrals.counts": (0, 1, 2)})
    assert changed == plain
    assert json.dumps(changed.as_dict()) == json.dumps(plain.as_dict())  # json knows no numpy
    for value in (np.float64(7), np.bool_(True), np.int64(-1)):
        with pytest.raises(ParameterError, match="model.workforce.posts"):
            Parameters().replace({"workforce.posts": value})


def test_a_departure_can_be_cancelled_in_posts_that_exist_only():
    assert Parameters().replace({"workforce.posts": 4, "workforce.cancel_departure": [3, 10]}).workforce.cancel_departure == (3, 10)
    with pytest.raises(ParameterError, match="cancel_departure.*numbered from 0 to 3"):
        Parameters().replace({"workforce.posts": 4, "workforce.cancel_departure": [0, 10, 4, 20]})


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ParameterError, match="Did you mean model.workforce.turnover"):
        Parameters().replace({"model.workforce.turn_over": 0.3})


def test_parameters_are_immutable_and_replaced_by_copies():
    base = Parameters()
    changed = base.replace({"model.workforce.posts": 30})
    assert (base.workforce.posts, changed.workforce.posts) == (22, 30)
    with pytest.raises(dataclasses.FrozenInstanceError):
        base.workforce.posts = 3


def test_parameters_survive_the_way_through_a_plain_dictionary():
    changed = Parameters().replace({"workforce.posts": 7, "contact.interval_weeks": [1, 2, 3, 4], "contact.schedule": "nhs_light"})
    assert Parameters.from_dict(changed.as_dict()) == changed
