"""Life goes on: death, moving away and new conditions, with the same luck in every scenario."""

import numpy as np
import pytest

from sim import Parameters, traits
from sim.people import COMPLETED, People
from sim.processes import referral, setback
from sim.records import EventLog
from sim.streams import Streams
from sim.week import Week

pytestmark = pytest.mark.unit
MANY = 20_000


def crowd(changes=None):
    """Many people, all referred in week 10."""
    p, streams = Parameters().replace(changes or {}), Streams(3)
    people = People(MANY)
    traits.draw(people, MANY, p, streams)
    referral.refer(people, MANY, Week(10, p, streams, EventLog(False)))
    return people


@pytest.mark.parametrize("ltcs", [3, 4, 7])
def test_the_time_to_going_is_exponential_and_shorter_with_conditions(ltcs):
    """Sampling error allowed for at z = 4: a false alarm in 16,000."""
    people = crowd()
    weeks = people.gone_at[people.ltcs == ltcs] - 10
    assert weeks.mean() == pytest.approx(52 / 0.03 / 1.15 ** max(ltcs - 4, 0), rel=4 / np.sqrt(len(weeks)))
    assert weeks.std() == pytest.approx(weeks.mean(), rel=0.1)


def test_the_time_to_a_new_condition_is_exponential():
    """Sampling error allowed for at z = 4: a false alarm in 16,000."""
    assert crowd().new_condition_at.mean() - 10 == pytest.approx(52 / 0.05, rel=4 / np.sqrt(MANY))


def test_both_can_be_switched_off(outcome):
    people = crowd({"life.gone_rate": 0, "life.new_condition_rate": 0})
    assert np.isinf(people.gone_at).all() and np.isinf(people.new_condition_at).all()
    still = outcome({"life.gone_rate": 0, "life.new_condition_rate": 0})
    assert still.weekly.gone.sum() == 0
    assert (still.people.state != "gone").all()
    assert outcome().weekly.gone.sum() > 0


def test_people_go_at_the_same_week_in_every_scenario(outcome):
    base = outcome().people.gone_week
    for change in ({"programme.enabled": False}, {"workforce.posts": 2}, {"community.services": 0}, {"programme.length_weeks": 13}):
        assert outcome(change).people.gone_week.equals(base), change


def test_new_conditions_come_to_the_same_people_in_every_scenario(outcome):
    base = outcome().people.ltcs
    assert outcome({"programme.enabled": False}).people.ltcs.equals(base)
    assert (base > outcome({"life.new_condition_rate": 0}).people.ltcs).any()


def test_wellbeing_is_missing_once_gone_twins_alike(outcome):
    for change in ({}, {"programme.enabled": False}):
        people = outcome(change).people
        early = people.gone_week.notna() & (people.gone_week - people.referred_week < 52) & (people.referred_week < 50)
        assert early.sum() >= 5
        assert people.latent_52[early].isna().all() and people.habit_mean[early].isna().all()


def test_nothing_happens_to_those_who_have_gone(outcome):
    events = outcome().events
    last = events.groupby("person").week.max()
    gone = events[events.kind == "gone"].set_index("person").week
    assert (last[gone.index] == gone).all()


def test_former_users_go_too_and_keep_their_first_exit(scene):
    s = scene().put(state=COMPLETED, exit_reason=3, end_week=20, gone_at=[50.5, 99])
    setback.go(s.people, s.week, s.episodes)
    assert s.people.exit_reason.tolist() == [3, 3] and s.people.end_week.tolist() == [20, 20]
    assert s.people.gone_week.tolist() == [50, -1]
