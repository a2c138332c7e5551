"""The before-and-after gain taken apart: the steps add up, and a source that is not there takes nothing."""

import numpy as np
import pytest

from experiments.flattery import shares
from experiments.flattery.shares import COURSE, FLATTERS, OTHERS, SELECTION, SURVIVORS, Studied

pytestmark = pytest.mark.unit


def people(seed, left=0.2, never=0.3, count=400):
    """Made-up people and their gains with and without a service that helps those who stay most; who never began gains nothing from it."""
    luck = np.random.default_rng(seed)
    group = luck.choice(3, count, p=[1 - left - never, left, never])
    who = Studied(np.arange(count), np.zeros(count, int), np.ones(count, int), group == 0, group == 1, 0.0)
    usual = luck.normal(1.5, 2, count) + (group == 0)
    return who, usual + np.array([1.5, 0.5, 0.0])[group], usual


def shared(who, own, usual, star=4.0, unkind=3.5):
    return shares.shares(who, star, unkind, own, dict.fromkeys(("as it is", *shares.CAUSES), usual))


@pytest.mark.parametrize("seed", range(8))
def test_the_steps_add_up_to_the_recorded_gain_by_way_of_the_effect_on_the_same_people(seed):
    told = shared(*people(seed))
    assert sum(told[name] for name in (*FLATTERS, "effect, reviewed")) == pytest.approx(told["recorded"], abs=1e-12)
    assert sum(told[name] for name in (*OTHERS, "effect")) == pytest.approx(told["effect, reviewed"], abs=1e-12)
    assert sum(told[f"course: {cause}"] for cause in (*shares.CAUSES, "rest")) == pytest.approx(told[COURSE], abs=1e-12)


def test_the_effect_is_the_mean_over_everybody_whether_or_not_they_began():
    who, own, usual = people(1)
    assert shared(who, own, usual)["effect"] == pytest.approx((own - usual).mean())


def test_the_effect_on_the_same_people_is_theirs_alone():
    who, own, usual = people(1)
    assert shared(who, own, usual)["effect, reviewed"] == pytest.approx((own - usual)[who.reviewed].mean())


def test_survivors_take_nothing_when_nobody_drops_out_and_selection_nothing_when_everybody_begins():
    assert shared(*people(2, left=0))[SURVIVORS] == 0 != shared(*people(2, left=0))[SELECTION]
    assert shared(*people(2, never=0))[SELECTION] == 0 != shared(*people(2, never=0))[SURVIVORS]


def test_own_course_takes_nothing_when_nobody_changes_without_the_service():
    who, own, usual = people(3)
    assert shared(who, own - usual, np.zeros_like(usual))[COURSE] == 0


def test_leaving_out_those_who_gain_least_flatters():
    told = shared(*people(4, count=4000))
    assert told[SURVIVORS] > 0 and told[SELECTION] > 0
