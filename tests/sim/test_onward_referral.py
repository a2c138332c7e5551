"""Onward referral and barriers."""

import numpy as np
import pytest

from sim.people import ACTIVE, COMPLETED, HOUSING, LAPSED, LIFESTYLE, OPEN, QUEUED, RESOLVED, WORK
from sim.processes import onward_referral

pytestmark = pytest.mark.unit
OFFERED = {"onward_referral.offer": 0, "onward_referral.candidate": 0}


def met(s, **columns):
    """Everybody was met this week."""
    return s.put(last_contact_week=s.week.number).put(**columns)


def refer(s):
    onward_referral.refer_on(s.people, s.workforce, s.community, s.week)
    return s


def open_only(s, area, count):
    """Leave open `count` services, all in `area`."""
    s.services.area[: s.services.n] = area
    s.services.open[: s.services.n] = np.arange(s.services.n) < count
    return s


def test_a_contact_with_an_open_goal_leads_to_a_referral_with_045(scene, around):
    s = refer(met(scene(luck=OFFERED | {"onward_referral.offer": around(0.45)})))
    assert s.people.onward_referrals.tolist() == [1, 0]
    assert s.people.goal_stage[0].tolist() == [QUEUED, OPEN, OPEN]
    assert s.services.area[s.people.goal_service[0, 0]] == LIFESTYLE and s.people.goal_since[0, 0] == 50


@pytest.mark.parametrize(
    "columns",
    [{"last_contact_week": 49}, {"severity": 0.6}, {"goal_stage": LAPSED}, {"goal_blocked_until": 51}, {"state": COMPLETED}, {"met": False}],
)
def test_no_referral_without_a_contact_an_open_goal_or_in_a_serious_setback(scene, columns):
    assert refer(met(scene(luck=OFFERED), **columns)).people.onward_referrals.sum() == 0
    assert refer(met(scene(luck=OFFERED), severity=0.3)).people.onward_referrals.sum() == 2


def test_offers_can_be_switched_off(outcome):
    assert outcome({"activity.offer_probability": 0}).weekly.onward_referrals.sum() == 0


def test_workers_know_more_services_with_time_in_post(scene):
    s = scene(people=4).put(link_worker=[0, 1, 2, 3])
    s.workers.started_week[:4] = [50, 50 - 13, 50 - 26, -52]
    assert onward_referral.candidates_known(s.people, s.workforce, np.arange(4), s.week).tolist() == [1, 2, 3, 3]


def test_the_candidate_with_fewest_barriers_is_chosen_and_then_one_with_a_free_place(scene):
    s = open_only(met(scene(people=1, luck=OFFERED | {"onward_referral.candidate": [0.1, 0.4, 0.9] * 3})), LIFESTYLE, 3)
    s.services.unsafe[:3] = [True, False, False]
    assert refer(s).people.goal_service[0, 0] == 1
    full = open_only(met(scene(people=1, luck=OFFERED | {"onward_referral.candidate": [0.1, 0.4, 0.9] * 3})), LIFESTYLE, 3)
    full.services.unsafe[:3], full.services.places[:3] = [True, False, False], [20, 1, 20]
    full.people.goal_stage[0, 1], full.people.goal_service[0, 1] = QUEUED, 1
    assert refer(full).people.goal_service[0, 0] == 2


def barriers(s):
    return s.community.barriers(s.people, np.arange(s.people.n), np.zeros(s.people.n, int), s.p)


@pytest.mark.parametrize(
    ("person", "service", "counted"),
    [
        ({}, {}, 0),
        ({"transport": False}, {"neighbourhood": 4}, 0),
        ({"transport": False}, {"neighbourhood": 5}, 1),
        ({}, {"neighbourhood": 9}, 0),
        ({"burden": True}, {"neighbourhood": 1}, 1),
        ({"burden": True}, {}, 0),
        ({"burden": True, "transport": False}, {"neighbourhood": 9}, 1),
        ({"employed": True}, {}, 1),
        ({"employed": True, "transport": False}, {"evening": True}, 0),
        ({}, {"evening": True}, 0),
        ({"transport": False}, {"evening": True}, 1),
        ({"age": 54}, {"older": True}, 1),
        ({"age": 55}, {"older": True}, 0),
        ({"minority": True}, {"adapted": False}, 1),
        ({"minority": True}, {"adapted": True}, 0),
        ({}, {"adapted": False}, 0),
        ({"needs_women_only": True}, {"women_only": False}, 1),
        ({"needs_women_only": True}, {"women_only": False, "area": WORK}, 0),
        ({}, {"women_only": False}, 0),
        ({}, {"unsafe": True}, 1),
        (
            {"transport": False, "age": 45, "minority": True, "needs_women_only": True},
            {"neighbourhood": 9, "evening": True, "older": True, "adapted": False, "women_only": False, "unsafe": True},
            6,
        ),
    ],
)
def test_each_barrier_counts_for_those_it_keeps_out(scene, person, service, counted):
    s = scene(people=1).put(**person).put("services", area=LIFESTYLE).put("services", **service)
    assert barriers(s).tolist() == [counted]


def test_the_barriers_of_the_chosen_service_are_kept(scene):
    s = met(scene(people=1, luck=OFFERED), employed=True).put("services", unsafe=True)
    assert refer(s).people.goal_barriers[0, 0] == 2


def gap(scene, area=LIFESTYLE, **columns):
    return open_only(met(scene(people=1, luck=OFFERED | {"onward_referral.resolve": 0}), goal_area=(area, 1, 2), **columns), WORK, 8)


def test_where_no_service_exists_the_worker_fills_the_gap_in_half_an_hour(scene):
    s = refer(gap(scene))
    assert s.workers.hours_left[0] == 99.5 and s.workers.gaps_week[0] == 1
    assert s.people.goal_stage[0, 0] == OPEN and s.people.onward_referrals[0] == 0
    assert (s.week.counts["gaps"], s.week.counts["gaps_filled"]) == (1, 1)


def test_filling_a_gap_moves_a_case_on_if_there_are_hours(scene):
    given = gap(scene, HOUSING)
    refer(given)
    assert given.people.goal_progress[0, 0] == pytest.approx(0.15)
    short = gap(scene, HOUSING).put("workers", hours_left=0.4)
    refer(short)
    assert short.people.goal_progress[0, 0] == 0 and short.week.counts["hours_unmet"] == 0.5
    assert short.workers.hours_wanted[0] == 0.5
    done = gap(scene, HOUSING, goal_progress=0.9)
    refer(done)
    assert done.people.goal_stage[0, 0] == RESOLVED


def test_signposting_always_refers_on_once(scene):
    s = met(scene(luck=OFFERED | {"onward_referral.offer": 0.99}, changes={"contact.schedule": "signposting"}))
    assert refer(s).people.onward_referrals.tolist() == [1, 1]
    assert (s.people.state == ACTIVE).all()
