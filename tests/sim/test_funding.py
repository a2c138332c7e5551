"""Closures, openings and austerity."""

import numpy as np
import pytest

from sim.people import ATTENDING, HOUSING, LAPSED, LIFESTYLE, MONEY, OPEN, QUEUED, WORK
from sim.processes import funding

pytestmark = pytest.mark.unit
STILL = {"funding.closure": 1, "funding.openings": 0}
CUTS = {"community.austerity": True}


def at(s, stages, service=0):
    """Put each person's first goal in these stages at `service`."""
    s.people.goal_stage[:, 0], s.people.goal_service[:, 0] = stages, service
    return s


def test_a_closure_makes_attending_lapse_and_queued_reopen(scene):
    s = at(scene(people=3, luck=STILL | {"funding.closure": [0] + [1] * 7}), [ATTENDING, QUEUED, ATTENDING], [0, 0, 1])
    s.people.goal_peers[:, 0] = 0.5
    funding.fund(s.people, s.community, s.week)
    assert s.people.goal_stage[:, 0].tolist() == [LAPSED, OPEN, ATTENDING]
    assert s.people.goal_service[:, 0].tolist() == [-1, -1, 1]
    np.testing.assert_allclose(s.people.goal_peers[:, 0], [0.15, 0.5, 0.5])
    assert (s.services.open[0], s.services.closed_week[0]) == (False, 50)


def test_a_case_whose_advice_service_closes_is_open_again(scene):
    s = at(scene(people=1, luck=STILL | {"funding.closure": 0}), ATTENDING).put(goal_area=(HOUSING, 0, 1))
    funding.fund(s.people, s.community, s.week)
    assert s.people.goal_stage[0, 0] == OPEN


def test_services_close_at_four_per_cent_a_year_and_at_ten_under_austerity(scene, around):
    for changes, rate in (({}, 0.04), (CUTS, 0.10), (CUTS | {"community.austerity_from_week": 51}, 0.04)):
        s = scene(luck=STILL | {"funding.closure": [*around(1 - np.exp(-rate / 52)), *[1] * 6]}, changes=changes)
        funding.fund(s.people, s.community, s.week)
        assert s.services.open[:8].tolist() == [False] + [True] * 7


def test_openings_balance_closures_and_both_can_be_switched_off(outcome):
    """z = 4 on 20 service-years of expected closures: a false alarm in 16,000."""
    busy = outcome({"community.closure_rate": 1.0}).services
    opened, closed = (busy.opened_week > 0).sum(), busy.closed_week.notna().sum()
    assert closed > 40
    assert abs(opened - 80) < 4 * np.sqrt(80)
    off = outcome({"community.closure_rate": 0}).services
    assert len(off) == 40 and off.closed_week.isna().all()


def places(scene, week, changes):
    s = scene(week=week, luck=STILL, changes=CUTS | changes)
    s.put("services", area=np.arange(8))
    funding.fund(s.people, s.community, s.week)
    return s.services.places[:8]


def test_places_fall_along_a_straight_path_by_28_per_cent_over_eight_years(scene):
    exact = {"community.austerity_advice_factor": 1.0}
    for week, share in ((0, 1), (104, 0.93), (208, 0.86), (416, 0.72), (500, 0.72)):
        s = scene(week=week, luck=STILL, changes=CUTS | exact).put("services", places=1000, places_at_start=1000)
        funding.fund(s.people, s.community, s.week)
        assert (s.services.places[:8] == 1000 * share).all()


def test_advice_is_cut_half_as_much_again(scene):
    cut = 20 - places(scene, 416, {"community.austerity_cut": 0.4})
    assert cut[LIFESTYLE] == cut[WORK] == 8 and cut[MONEY] == cut[HOUSING] == 12


def test_no_cuts_without_austerity_or_before_it(scene):
    for changes in ({"community.austerity": False}, {"community.austerity_from_week": 300}):
        assert (places(scene, 208, changes) == 20).all()


def test_the_latest_to_join_lose_places_that_are_cut(scene):
    s = at(scene(people=3, week=416, luck=STILL, changes=CUTS | {"community.austerity_cut": 0.9}), ATTENDING)
    s.people.goal_since[:, 0] = [400, 410, 405]
    funding.fund(s.people, s.community, s.week)
    assert s.services.places[0] == 2
    assert s.people.goal_stage[:, 0].tolist() == [ATTENDING, LAPSED, ATTENDING]


def test_a_sudden_loss_closes_its_share_of_services_in_one_week(scene):
    for week, closed in ((103, 0), (104, 2), (105, 0)):
        s = scene(week=week, luck=STILL, changes={"community.sudden_loss_share": 0.25})
        funding.fund(s.people, s.community, s.week)
        assert (~s.services.open[:8]).sum() == closed


def test_nobody_attends_or_queues_for_a_closed_service(outcome):
    model = outcome({"community.closure_rate": 1.0}).model
    held = (model.community.attending(model.people) + model.community.queued(model.people))[~model.community.services.open[: model.community.services.n]]
    assert len(held) > 40 and not held.any()
