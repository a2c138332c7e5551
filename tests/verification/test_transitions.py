"""States follow one another only as listed, and the list holds nothing that never happens."""

import numpy as np
import pytest

from experiments.verification import TRANSITIONS
from sim import Parameters, SocialPrescribingService
from sim.people import STATES

pytestmark = pytest.mark.unit
SMALL = {"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 3, "community.services": 10}
WAYS = {
    "as usual": {},
    "hard times": {
        "workforce.turnover": 1.5,
        "dropout.hazard": 0.04,
        "programme.length_weeks": 26,
        "programme.reentry": 1.0,
        "programme.discretion": 0.0,
        "life.gone_rate": 0.2,
    },
    "easy returns": {
        "programme.length_weeks": 20,
        "programme.reentry": 1.0,
        "programme.reentry_route": "direct",
        "programme.completion": 0.2,
        "setbacks.hazard_first": 0.1,
    },
    "usual care": {"programme.enabled": False},
}


@pytest.fixture(scope="module")
def seen():
    """The changes of state from the end of one week to the end of the next, over all `WAYS`."""
    found = set()
    for changes in WAYS.values():
        model = SocialPrescribingService(Parameters().replace(SMALL | changes), seed=5, weeks=156, events=False, panel=False)
        before = np.empty(0, int)
        while model.week < model.weeks:
            model.step()
            now = model.people.state[: model.people.n].copy()
            moved = now[: len(before)] != before
            found |= set(zip(before[moved].tolist(), now[: len(before)][moved].tolist(), strict=True))
            before = now
    return {(STATES[a], STATES[b]) for a, b in found}


def test_people_change_state_only_in_the_listed_ways(seen):
    assert seen - TRANSITIONS == set()


def test_most_listed_ways_are_seen_in_four_small_services(seen):
    """What is left are rare pairs of events in one week, such as starting and being gone."""
    assert len(seen) >= 0.6 * len(TRANSITIONS)


def test_nobody_comes_back_from_gone():
    assert not {pair for pair in TRANSITIONS if pair[0] == "gone"}
