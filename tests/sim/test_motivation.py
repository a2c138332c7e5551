"""Set points of motivation and confidence."""

import numpy as np
import pytest

from sim import Parameters, traits
from sim.people import UNSUPPORTIVE, People
from sim.processes import motivation
from sim.streams import Streams

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("columns", "set_point"),
    [({}, 0.5), ({"depressed": True}, 0.38), ({"severity": 1.0}, 0.35), ({"motivation_base": 0.6, "depressed": True, "severity": 0.6}, 0.39)],
)
def test_motivation_moves_five_per_cent_a_week_to_its_set_point(scene, columns, set_point):
    s = scene(people=1).put(motivation=0.8, **columns)
    motivation.settle(s.people, s.week)
    np.testing.assert_allclose(s.people.motivation, 0.8 + 0.05 * (set_point - 0.8), rtol=1e-6)


def test_confidence_moves_one_per_cent_a_week_to_its_baseline(scene):
    s = scene().put(confidence=[0.8, 0.2])
    motivation.settle(s.people, s.week)
    np.testing.assert_allclose(s.people.confidence, [0.8 - 0.01 * 0.35, 0.2 + 0.01 * 0.25])


def test_both_can_be_switched_off(scene):
    s = scene(changes={"motivation.relaxation": 0, "motivation.confidence_relaxation": 0}).put(motivation=0.8, confidence=0.8)
    motivation.settle(s.people, s.week)
    assert (s.people.motivation == 0.8).all() and (s.people.confidence == 0.8).all()


def test_set_points_rise_with_willpower_and_fall_with_an_unsupportive_household_and_a_burden():
    people = People(2000)
    traits.draw(people, 2000, Parameters(), Streams(2))
    expected = 0.5 + 0.2 * (people.willpower - 0.5) - 0.05 * (people.household == UNSUPPORTIVE) - 0.05 * people.burden
    np.testing.assert_allclose(people.motivation_base, expected)
