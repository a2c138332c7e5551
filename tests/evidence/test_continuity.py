"""What one change of link worker costs in the default service, from departures cancelled one by one."""

import pytest

from experiments.continuity.effects import differences, gathered, groups_of, mean_effect, ratio_of_effects
from experiments.continuity.pieces import piece
from sim import Parameters

pytestmark = pytest.mark.evidence
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def people():
    """People hit by up to six departures of each of three runs, in every world but that of prompt calls."""
    return gathered({seed: piece(Parameters(), seed, worlds=("as_is", "stayed", "warm", "passive"), most=6).made(None) for seed in SEEDS})


def test_contacts_fall_at_least_twice_as_much_before_maintenance_t12(people):
    own = differences(people, "as_is")
    groups = groups_of(own)
    assert mean_effect(own, "contacts_26").high < 0
    assert ratio_of_effects(own, "contacts_26", groups["before maintenance"], groups["in maintenance"]).value >= 2


def test_low_confidence_loses_more(people):
    own = differences(people, "as_is")
    groups = groups_of(own)
    assert own.weeks_52[groups["confidence below 0.45"]].mean() < own.weeks_52[groups["confidence 0.45 and above"]].mean() < 0


def test_passive_handover_loses_more_than_joint_meetings_in_every_run(people):
    lost = differences(people, "warm", "passive").groupby("seed").weeks_52.mean()
    assert (lost > 0).all()
