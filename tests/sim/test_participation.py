"""Sessions, self-practice, habits, lapses and restarts."""

import numpy as np
import pytest

from sim.people import (
    ATTENDING,
    COMPLETED,
    HOUSING,
    LAPSED,
    LIFESTYLE,
    MAINTENANCE,
    NEUTRAL,
    OPEN,
    PRACTISING,
    RESOLVED,
    SUPPORTIVE,
    UNSUPPORTIVE,
    USUAL_CARE,
)  # fmt: skip
from sim.processes import participation

pytestmark = pytest.mark.unit
NEVER = 1 - 1e-12
QUIET = {f"participation.{name}": NEVER for name in ("session", "practice", "lapse", "restart", "leave", "resolve")}
COMES, PRACTISES = QUIET | {"participation.session": 0}, QUIET | {"participation.practice": 0}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def with_goal(s, stage, since=2, **goal):
    """Give everybody's first goal this stage and these values."""
    s.people.goal_stage[:, 0], s.people.goal_since[:, 0] = stage, s.week.number - since
    s.people.goal_service[:, 0] = 0 if stage == ATTENDING else -1
    for name, value in goal.items():
        getattr(s.people, f"goal_{name}")[:, 0] = value
    return s


def take_part(s):
    participation.take_part(s.people, s.community, s.week)
    return s.people.goal_stage[: s.people.n, 0].tolist()


def by_goal(values):
    return [x for value in values for x in (value, NEVER, NEVER)]


@pytest.mark.parametrize(
    ("columns", "goal", "x"),
    [
        ({}, {"peers": 0.3}, 0.1), ({"confidence": 0.65, "motivation": 0.3}, {"peers": 0.3}, 0.1 + 0.2 - 0.4),
        ({"severity": 0.6}, {"peers": 0.3}, 0.1 - 1.5), ({"depressed": True}, {"peers": 0.3, "barriers": 2}, 0.1 - 0.8 - 1.0),
        ({}, {"peers": 0.8, "habit": 0.5}, 0.1 + 0.6 + 0.4),
    ],
)  # fmt: skip
def test_the_chance_of_attending_a_session(scene, around, columns, goal, x):
    s = with_goal(scene(luck=COMES | {"participation.session": by_goal(around(logistic(x)))}), ATTENDING, **goal).put(**columns)
    take_part(s)
    assert s.people.attendances.tolist() == [1, 0] and s.people.sessions_due.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("columns", "habit", "x"), [({}, 0, 0.8), ({"motivation": 0.8, "severity": 0.3}, 0, 0.8 + 0.6 - 0.6), ({"depressed": True}, 0.6, 0.8 - 0.8 + 0.9)]
)
def test_the_chance_of_a_week_of_self_practice(scene, around, columns, habit, x):
    s = with_goal(scene(luck=QUIET | {"participation.practice": by_goal(around(logistic(x)))}), PRACTISING, habit=habit).put(**columns)
    take_part(s)
    assert (s.people.goal_progress[:, 0] > 0).tolist() == [True, False]


def test_peers_matter_more_to_attendance_the_more_of_them_and_can_be_switched_off(scene):
    luck = COMES | {"participation.session": 0.55}
    for weight, came in ((0.8, [0, 1]), (0, [0, 0])):
        s = with_goal(scene(luck=luck, changes={"activity.attend_peers": weight}), ATTENDING, peers=[0.0, 0.9])
        take_part(s)
        assert s.people.attendances.tolist() == came


def test_a_session_builds_peer_support_more_for_the_isolated_and_the_person_has_the_largest(scene):
    s = with_goal(scene(luck=COMES), ATTENDING, peers=0.5).put(isolated=[False, True])
    s.people.goal_peers[:, 1] = 0.4
    take_part(s)
    np.testing.assert_allclose(s.people.goal_peers[:, 0], [0.5 + 0.04 * 0.5, 0.5 + 0.06 * 0.5], rtol=1e-6)
    np.testing.assert_array_equal(s.people.peers, s.people.goal_peers[:, 0])


@pytest.mark.parametrize(("stage", "luck"), [(ATTENDING, COMES), (PRACTISING, PRACTISES)])
def test_a_success_firms_up_habit_progress_motivation_and_confidence(scene, stage, luck):
    s = with_goal(scene(luck=luck), stage, habit=0.2, progress=0.4).put(household=[NEUTRAL, SUPPORTIVE], habit_rate=0.25, motivation=0.6, confidence=0.5)
    take_part(s)
    np.testing.assert_allclose(s.people.goal_habit[:, 0], 0.2 + 0.25 * 0.8, rtol=1e-6)
    np.testing.assert_allclose(s.people.goal_progress[:, 0], 0.4 + 1 / 18, rtol=1e-6)
    once = 0.6 + 0.03 * 0.4
    np.testing.assert_allclose(s.people.motivation, [once, once + 0.02 * (1 - once)])
    np.testing.assert_allclose(s.people.confidence, 0.5 + 0.012 * 0.5)


def test_motivation_and_confidence_gain_once_a_week_however_many_successes(scene):
    s = scene(people=1, luck=PRACTISES).put(goal_stage=PRACTISING)
    take_part(s)
    assert (s.people.goal_progress > 0).all()
    np.testing.assert_allclose(s.people.motivation, 0.5 + 0.03 * 0.5)
    np.testing.assert_allclose(s.people.confidence, 0.45 + 0.012 * 0.55)


def test_bigger_mini_goals_need_fewer_successes(scene):
    s = with_goal(scene(people=1, luck=PRACTISES, changes={"habit.mini_goals": 4}), PRACTISING)
    for successes in (1, 2, 3, 4):
        take_part(s)
        assert s.people.goal_progress[0, 0] == pytest.approx(successes / 4)
    assert s.people.goals_achieved[0] == 1


def test_without_practice_a_habit_fades_by_three_per_cent_a_week(scene):
    for stage in (PRACTISING, LAPSED, OPEN):
        s = with_goal(scene(luck=QUIET), stage, habit=0.5)
        take_part(s)
        np.testing.assert_allclose(s.people.goal_habit[:, 0], 0.5 * 0.97, rtol=1e-6)


def test_achieved_is_an_event_not_an_end(scene):
    s = with_goal(scene(people=1, luck=PRACTISES), PRACTISING, progress=0.99)
    for _ in range(2):
        assert take_part(s) == [PRACTISING]
    assert s.people.goals_achieved[0] == 1 and s.people.goal_achieved[0].tolist() == [True, False, False]


def test_unadapted_food_advice_halves_progress(scene):
    for area, adapted, minority, step in ((LIFESTYLE, False, True, 0.5), (LIFESTYLE, True, True, 1), (LIFESTYLE, False, False, 1), (1, False, True, 1)):
        s = with_goal(scene(people=1, luck=COMES), ATTENDING, area=area).put(minority=minority).put("services", adapted=adapted)
        s.people.goal_area[:, 1:] = (6, 7)
        take_part(s)
        assert s.people.goal_progress[0, 0] == pytest.approx(step / 18)


def test_three_misses_in_a_row_end_an_activity(scene):
    s = with_goal(scene(people=1, luck=QUIET), ATTENDING, peers=0.8)
    for expected in (ATTENDING, ATTENDING):
        assert take_part(s) == [expected]
    assert s.people.motivation[0] == 0.5
    assert take_part(s) == [LAPSED]
    assert s.people.motivation[0] == pytest.approx(0.45)
    assert s.people.goal_peers[0, 0] == pytest.approx(0.24) and s.people.goal_service[0, 0] == -1


def test_a_session_attended_starts_the_count_of_misses_again(scene):
    s = with_goal(scene(people=1, luck=QUIET), ATTENDING)
    for luck in (QUIET, QUIET, COMES, QUIET, QUIET):
        s.next_week(luck)
        assert take_part(s) == [ATTENDING]


def test_blocked_goals_do_not_count_as_missing(scene):
    s = with_goal(scene(people=1, luck=QUIET), ATTENDING, blocked_until=99)
    for _ in range(4):
        assert take_part(s) == [ATTENDING]
    assert s.people.sessions_due[0] == 0


def test_a_case_missed_three_times_reopens(scene):
    s = with_goal(scene(people=1, luck=QUIET), ATTENDING, area=HOUSING, misses=2)
    assert take_part(s) == [OPEN]


@pytest.mark.parametrize(
    ("course", "area", "since", "stage"),
    [
        (True, LIFESTYLE, 11, PRACTISING),
        (True, LIFESTYLE, 10, ATTENDING),
        (False, LIFESTYLE, 11, ATTENDING),
        (False, HOUSING, 9, OPEN),
        (False, HOUSING, 8, ATTENDING),
    ],
)
def test_courses_end_after_twelve_weeks_advice_after_ten_and_open_groups_go_on(scene, course, area, since, stage):
    s = with_goal(scene(people=1, luck=COMES), ATTENDING, since=since, area=area, peers=0.5).put("services", course=course)
    assert take_part(s) == [stage]
    if stage != ATTENDING:
        assert s.people.goal_peers[0, 0] == pytest.approx(0.3 * (0.5 + 0.04 * 0.5))


@pytest.mark.parametrize(("due", "attended", "kept_up"), [(11, 8, 1), (11, 7, 0)])
def test_an_activity_is_completed_with_three_quarters_attended(scene, due, attended, kept_up):
    """The twelfth session is attended too: 9 of 12 are 75%, 8 are not."""
    s = with_goal(scene(people=1, luck=COMES), ATTENDING, since=11, due=due, attended=attended)
    take_part(s)
    assert s.people.activity_completions[0] == kept_up


def test_open_groups_are_left_with_a_firm_habit(scene, around):
    for habit, stages in ((0.85, [PRACTISING, ATTENDING]), (0.7, [ATTENDING, ATTENDING])):
        s = with_goal(scene(luck=COMES | {"participation.leave": by_goal(around(0.03))}), ATTENDING, habit=habit).put(habit_rate=0.1)
        assert take_part(s) == stages


def test_advice_moves_a_case_on_and_may_resolve_it(scene, around):
    s = with_goal(scene(luck=COMES | {"participation.resolve": by_goal(around(0.6))}), ATTENDING, area=HOUSING, progress=0.6, peers=0.5)
    assert take_part(s) == [ATTENDING, ATTENDING]
    np.testing.assert_allclose(s.people.goal_progress[:, 0], 0.8)
    assert take_part(s) == [RESOLVED, OPEN]
    assert s.people.goal_service[:, 0].tolist() == [-1, -1] and s.people.goals_achieved.tolist() == [1, 0]
    assert (s.people.goal_peers[:, 0] < 0.2).all() and not s.people.goal_habit.any()


ALONE = {"state": USUAL_CARE, "link_worker": -1, "met": False}


@pytest.mark.parametrize(
    ("columns", "habit", "factor"),
    [
        ({"last_contact_week": 40}, 0, 1), ({"last_contact_week": 40}, 0.5, np.exp(-1)), ({"last_contact_week": 46}, 0, 0.7), ({"last_contact_week": 45}, 0, 1),
        ({"last_contact_week": 40, "severity": 0.3}, 0, 1.5), ({"last_contact_week": 40, "household": UNSUPPORTIVE}, 0, 1.5),
        ({"last_contact_week": 40, "willpower": 1}, 0, 0.6), ({"last_contact_week": 40, "environment": 1}, 0, np.exp(-0.3)),
        (ALONE | {"fading": 3}, 0, np.exp(1.5)), (ALONE | {"fading": 0}, 0, 1),
    ],
)  # fmt: skip
def test_the_hazard_of_lapsing(scene, around, columns, habit, factor):
    chance = 1 - np.exp(-0.09 / 4.345 * factor)
    s = with_goal(scene(luck=QUIET | {"participation.lapse": by_goal(around(chance))}), PRACTISING, habit=habit / 0.97).put(**columns)
    assert take_part(s) == [LAPSED, PRACTISING]
    np.testing.assert_allclose(s.people.motivation, [0.42, 0.5])


def test_a_group_protects_from_lapsing_and_from_fading_alone(scene, around):
    chance = 1 - np.exp(-0.09 / 4.345 * 0.7)
    luck = COMES | {"participation.lapse": by_goal(around(chance)), "participation.practice": NEVER}
    s = with_goal(scene(luck=luck), PRACTISING).put(**ALONE, fading=3)
    s.people.goal_stage[:, 1], s.people.goal_service[:, 1] = ATTENDING, 1
    assert take_part(s) == [LAPSED, PRACTISING]


def test_lapses_can_be_switched_off(scene):
    s = with_goal(scene(luck=QUIET | {"participation.lapse": 0}, changes={"habit.lapse": 0}), PRACTISING)
    assert take_part(s) == [PRACTISING, PRACTISING]


def test_lapses_in_maintenance_are_counted(scene):
    s = with_goal(scene(luck=QUIET | {"participation.lapse": 0}), PRACTISING).put(state=[MAINTENANCE, COMPLETED])
    take_part(s)
    assert s.people.lapses_in_maintenance.tolist() == [1, 0]


def test_progress_melts_while_lapsed_and_some_restart_alone(scene, around):
    for columns, factor in (({}, 1), (ALONE | {"fading": 2}, np.exp(-1))):
        s = with_goal(scene(luck=QUIET | {"participation.restart": by_goal(around(0.04 * 0.5 * factor))}), LAPSED, progress=0.5).put(**columns)
        assert take_part(s) == [PRACTISING, LAPSED]
        np.testing.assert_allclose(s.people.goal_progress[:, 0], 0.49, rtol=1e-6)


def test_blocked_goals_are_not_restarted_and_restarts_can_be_switched_off(scene):
    eager = QUIET | {"participation.restart": 0}
    assert take_part(with_goal(scene(luck=eager), LAPSED, blocked_until=60)) == [LAPSED, LAPSED]
    assert take_part(with_goal(scene(luck=eager, changes={"habit.restart_alone": 0}), LAPSED)) == [LAPSED, LAPSED]
    assert take_part(with_goal(scene(luck=eager), LAPSED)) == [PRACTISING, PRACTISING]
