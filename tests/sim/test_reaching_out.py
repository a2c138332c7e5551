"""Two mechanisms that came out of the comparison with the evidence (docs/decisions/0005-tuning.md)."""

import numpy as np
import pytest

from sim.people import ATTENDING
from sim.processes import contact, participation, setback

pytestmark = pytest.mark.unit
MINOR, MAJOR = 0.1, 0.95  # luck for a setback of 3 and of 20 weeks
AWAY, ASKS = {"setback.ask": 1.0}, {"setback.ask": 0.0}
NEVER = 1 - 1e-12


def struck(scene, **more):
    luck = {"setback.onset": 0.0, "setback.severity": MINOR, "setback.block": 1.0, "setback.duration": 0.5}
    changes = {"contact.setback_return_weeks": 10} | more.pop("changes", {})
    s = scene(luck=luck | more, changes=changes)
    s.put(not_before_week=0)
    return s


def test_who_does_not_ask_at_a_setback_stays_away_until_some_weeks_after_it(scene):
    s = struck(scene, **AWAY)
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [s.week.number + 3 + 10] * 2


def test_who_asks_is_met_next_week_and_does_not_stay_away(scene):
    s = struck(scene, **ASKS)
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [0, 0]
    assert s.people.due_week.tolist() == [s.week.number + 1] * 2


def test_a_meeting_asked_for_comes_before_one_rebooked_for_later(scene):
    """And somebody who does not ask keeps the later of the two dates."""
    s = struck(scene, **{"setback.ask": [0.0, 1.0]}).put(not_before_week=[52, 90])
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [51, 90]
    s = struck(scene, **{"setback.ask": [0.0, 0.0], "contact.attends": 0.0}).put(not_before_week=[53, 53])
    setback.begin_setbacks(s.people, s.week)
    s.people.not_before_week[1] = 53  # as if it had not been asked for
    s.next_week()
    contact.meet(s.people, s.workforce, s.week)
    assert (s.people.last_contact_week == 51).tolist() == [True, False]


def test_nobody_stays_away_longer_than_to_the_next_six_monthly_review(scene):
    s = struck(scene, **AWAY, **{"setback.severity": MAJOR})
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [s.week.number + 26] * 2


def test_a_first_meeting_does_not_wait_for_a_setback_to_end(scene):
    s = struck(scene, **AWAY).put(met=[False, True])
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [0, s.week.number + 13]


def test_somebody_who_stays_away_is_not_met_however_long_ago_the_last_contact(scene):
    s = scene(luck={"contact.attends": 0.0}).put(last_contact_week=0, not_before_week=[51, 50])
    contact.meet(s.people, s.workforce, s.week)
    assert s.week.number == 50
    assert (s.people.last_contact_week == 50).tolist() == [False, True]


def test_staying_away_can_be_switched_off_by_everybody_asking(scene):
    s = struck(scene, changes={"contact.ask_base": 1.0}, **{"setback.ask": NEVER})
    setback.begin_setbacks(s.people, s.week)
    assert s.people.not_before_week.tolist() == [0, 0]


@pytest.mark.scale
def test_the_longer_people_take_to_come_back_the_fewer_contacts_there_are(differences):
    """Three seeds, the same luck in both arms: no random failure."""
    fewer = differences({"contact.setback_return_weeks": 12}, lambda r: r.weekly.contacts.sum(), base={"contact.setback_return_weeks": 2})
    assert (fewer < 0).all()


@pytest.mark.parametrize(("weeks_since_start", "attended"), [(0, 1), (1, 0)])
def test_to_start_an_activity_is_to_come_to_its_first_session(scene, weeks_since_start, attended):
    quiet = {f"participation.{name}": NEVER for name in ("session", "practice", "lapse", "restart", "leave", "resolve")}
    s = scene(luck=quiet)
    s.people.goal_stage[:, 0], s.people.goal_service[:, 0] = ATTENDING, 0
    s.people.goal_since[:, 0] = s.week.number - weeks_since_start
    participation.take_part(s.people, s.community, s.week)
    np.testing.assert_array_equal(s.people.goal_attended[:, 0], attended)
    np.testing.assert_array_equal(s.people.goal_due[:, 0], 1)
