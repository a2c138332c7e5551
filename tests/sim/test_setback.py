"""Setbacks, mood and life."""

import numpy as np
import pytest

from sim.people import ATTENDING, FOR_GOOD, GONE, HOUSING, OPEN, RESOLVED
from sim.processes import setback
from sim.traits import setback_hazard

pytestmark = pytest.mark.unit
STRUCK = {"setback.onset": 0.0, "setback.block": 1.0, "setback.ask": 1.0, "setback.duration": 0.5}
MINOR, MODERATE, MAJOR = 0.1, 0.7, 0.95


def test_hazard_rises_with_conditions_mental_health_and_deprivation_and_falls_with_confidence(scene, around):
    for ltcs, ill, deprived, confidence in ((1, False, False, 0.0), (4, True, False, 0.5), (7, True, True, 1.0)):
        monthly = (0.010 + 0.008 * (ltcs - 1)) * (1.4 if ill else 1) * (1.2 if deprived else 1) * (1.15 - 0.3 * confidence)
        s = scene(luck={"setback.onset": around(1 - np.exp(-monthly / 4.345))})
        s.put(ltcs=ltcs, mental_health=ill, deprived=deprived, confidence=confidence)
        s.put(setback_hazard=setback_hazard(s.people, np.arange(2), s.p))
        setback.begin_setbacks(s.people, s.week)
        assert s.people.setbacks.tolist() == [1, 0]


def test_setbacks_can_be_switched_off(outcome):
    off = outcome({"setbacks.hazard_first": 0, "setbacks.hazard_per_condition": 0})
    assert off.weekly.setbacks.sum() == 0
    assert outcome().weekly.setbacks.sum() > 100


@pytest.mark.parametrize(("luck", "severity", "weeks"), [(MINOR, 0.3, 3), (MODERATE, 0.6, 8), (MAJOR, 1.0, 20)])
def test_a_setback_takes_its_share_of_progress_motivation_and_confidence_at_once(scene, luck, severity, weeks):
    s = scene(luck=STRUCK | {"setback.severity": luck}).put(goal_progress=0.5, motivation=0.5, confidence=0.4)
    setback.begin_setbacks(s.people, s.week)
    np.testing.assert_allclose(s.people.severity, severity)
    assert (s.people.setback_left == weeks).all()
    np.testing.assert_allclose(s.people.goal_progress, 0.5 * (1 - 0.2 * severity), rtol=1e-6)
    np.testing.assert_allclose(s.people.motivation, 0.5 - 0.15 * severity, rtol=1e-6)
    np.testing.assert_allclose(s.people.confidence, 0.4 - 0.06 * severity, rtol=1e-6)


def test_severities_split_at_60_and_90_per_cent_of_luck(scene):
    s = scene(people=4, luck=STRUCK | {"setback.severity": [0.599, 0.601, 0.899, 0.901]})
    setback.begin_setbacks(s.people, s.week)
    np.testing.assert_allclose(s.people.severity, [0.3, 0.6, 0.6, 1.0])


@pytest.mark.parametrize(("kind", "chance"), [(MINOR, 0.15), (MODERATE, 0.6)])
def test_admissions_go_with_severity(scene, around, kind, chance):
    s = scene(luck=STRUCK | {"setback.severity": kind, "setback.admission": around(chance)})
    setback.begin_setbacks(s.people, s.week)
    assert s.people.admissions.tolist() == [1, 0]


def test_a_major_setback_always_brings_an_admission(scene):
    s = scene(luck=STRUCK | {"setback.severity": MAJOR, "setback.admission": 1 - 1e-9})
    setback.begin_setbacks(s.people, s.week)
    assert s.people.admissions.tolist() == [1, 1]


def test_nobody_in_a_setback_is_struck_again(scene):
    s = scene(luck=STRUCK).put(setback_left=[3, 0], severity=[0.3, 0])
    setback.begin_setbacks(s.people, s.week)
    assert s.people.setbacks.tolist() == [0, 1]


def test_a_resolved_case_is_not_undone_by_a_setback(scene):
    s = scene(luck=STRUCK | {"setback.severity": MAJOR})
    s.people.goal_area[:, 0], s.people.goal_stage[:, 0], s.people.goal_progress[:] = HOUSING, RESOLVED, 1
    setback.begin_setbacks(s.people, s.week)
    np.testing.assert_allclose(s.people.goal_progress[0], [1, 0.8, 0.8])


def test_a_serious_setback_blocks_lifestyle_and_self_care_for_its_length_and_eight_weeks(scene):
    luck = STRUCK | {"setback.severity": MODERATE, "setback.block": 0.34, "setback.block_for_good": 0.5}
    s = scene(luck=luck)
    setback.begin_setbacks(s.people, s.week)
    assert s.people.goal_blocked_until[0].tolist() == [50 + 8 + 8, 50 + 8 + 8, 0]
    spared = scene(luck=luck | {"setback.block": 0.36})
    setback.begin_setbacks(spared.people, spared.week)
    assert not spared.people.goal_blocked_until.any()
    minor = scene(luck=luck | {"setback.severity": MINOR})
    setback.begin_setbacks(minor.people, minor.week)
    assert not minor.people.goal_blocked_until.any()


def test_one_block_in_ten_is_for_good_and_gives_the_place_and_most_peer_support_back(scene):
    s = scene(luck=STRUCK | {"setback.severity": MAJOR, "setback.block": 0, "setback.block_for_good": [0.09, 1, 1, 0.11, 1, 1]})
    s.put(goal_stage=ATTENDING, goal_service=0, goal_peers=0.5)
    setback.begin_setbacks(s.people, s.week)
    assert s.people.goal_blocked_until[:, 0].tolist() == [FOR_GOOD, 50 + 20 + 8]
    assert s.people.goal_stage[:, 0].tolist() == [OPEN, ATTENDING]
    assert s.people.goal_service[:, 0].tolist() == [-1, 0]
    np.testing.assert_allclose(s.people.goal_peers[:, 0], [0.15, 0.5])


def test_blocking_can_be_switched_off(scene):
    s = scene(luck=STRUCK | {"setback.severity": MAJOR, "setback.block": 0}, changes={"setbacks.block_probability": 0})
    setback.begin_setbacks(s.people, s.week)
    assert not s.people.goal_blocked_until.any()


def test_users_ask_for_a_meeting_next_week_the_more_they_trust(scene, around):
    s = scene(luck=STRUCK | {"setback.ask": around(0.3 + 0.4 * 0.5)})
    setback.begin_setbacks(s.people, s.week)
    assert s.people.due_week.tolist() == [51, FOR_GOOD]


def test_relapse_is_likelier_in_the_first_26_weeks_of_remission(scene, around):
    for since, monthly in ((26, 0.091), (27, 0.035)):  # the first draw comes the week after remission
        s = scene(luck={"mood.change": around(1 - np.exp(-monthly / 4.345))}).put(mental_health=True, remission_week=50 - since)
        setback.change_moods(s.people, s.week)
        assert s.people.depressed.tolist() == [True, False]


def test_trust_in_the_worker_speeds_recovery_from_depression(scene, around):
    for trust in (0.0, 0.8):
        s = scene(luck={"mood.change": around(0.055 * (1 + 0.3 * trust))}).put(mental_health=True, depressed=True, trust=trust)
        setback.change_moods(s.people, s.week)
        assert s.people.depressed.tolist() == [False, True]


def test_moods_change_only_with_a_mental_health_condition_and_can_be_switched_off(scene, outcome):
    s = scene(luck={"mood.change": 0}).put(mental_health=[False, True])
    setback.change_moods(s.people, s.week)
    assert s.people.depressed.tolist() == [False, True]
    off = outcome({"mood.relapse_early": 0, "mood.relapse_late": 0, "mood.depressed_at_referral": 0})
    assert off.weekly.depressed.sum() == 0
    assert outcome().weekly.depressed.min() > 0


def test_a_new_condition_raises_every_hazard_that_counts_conditions(scene):
    s = scene(luck={"life.next_condition": 0.5}).put(new_condition_at=[50.5, 99], gone_at=150.0)
    before = s.people.setback_hazard.copy()
    setback.new_conditions(s.people, s.week)
    assert s.people.ltcs.tolist() == [5, 4]
    np.testing.assert_allclose(s.people.setback_hazard - before, [0.008, 0], atol=1e-7)
    assert s.people.fading.tolist() == [1.5, 1.0]
    np.testing.assert_allclose(s.people.gone_at, [50 + 100 / 1.15, 150])


def test_going_ends_all_of_a_persons_processes(scene):
    s = scene().put(gone_at=[50.5, 99.0], goal_stage=ATTENDING, goal_service=0, depressed=True, severity=0.6, setback_left=4)
    setback.go(s.people, s.week, s.episodes)
    p = s.people
    assert p.state[0] == GONE and p.state[1] != GONE
    assert (p.gone_week[0], p.alive[0], p.depressed[0], p.severity[0], p.link_worker[0]) == (50, False, False, 0, -1)
    assert (p.goal_stage[0] == OPEN).all() and (p.goal_blocked_until[0] == FOR_GOOD).all()
    assert p.setback_hazard[0] == 0 and p.new_condition_at[0] == np.inf
    assert (p.goal_stage[1] == ATTENDING).all()
