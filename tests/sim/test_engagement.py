"""Drop-out, maintenance, exits, extension and re-entry."""

import numpy as np
import pytest

from sim.people import (
    ACTIVE,
    ATTENDING,
    COMPLETED,
    DECLINED,
    DISENGAGED,
    EXIT_REASONS,
    GONE,
    HOUSING,
    LAPSED,
    LEFT_LIST,
    MAINTENANCE,
    OPEN,
    PRACTISING,
    QUEUED,
    RESOLVED,
    TIME_LIMITED,
    USUAL_CARE,
    WAITING,
)  # fmt: skip
from sim.processes import engagement

pytestmark = pytest.mark.unit
STAYS = {
    "engagement.drops_out": 1,
    "engagement.maintains": 1,
    "engagement.completes": 1,
    "engagement.extended": 1,
    "engagement.returns": 1,
    "star.review_noise": 0.5,
}


def engage(s):
    engagement.engage(s.people, s.week, s.episodes)


def reasons(s):
    return [EXIT_REASONS[code] if code >= 0 else None for code in s.people.exit_reason[: s.people.n]]


@pytest.mark.parametrize(
    ("columns", "log_ratio"),
    [
        ({}, 0), ({"trust": 0.5}, -0.7), ({"confidence": 0.85}, -0.2), ({"depressed": True}, 0.5), ({"severity": 0.6}, 0.42), ({"awaiting_call": True}, 1.0),
        ({"goal_progress": (0.9, 0, 0)}, -0.18), ({"spell_start": 50 - 5}, 1.5 * np.exp(-1)), ({"state": MAINTENANCE}, np.log(0.5)),
        ({"last_contact_week": 50 - 9}, 0), ({"last_contact_week": 50 - 15}, 0.55), ({"last_contact_week": -100}, 0.55 * 4),
        ({"met": False, "spell_start": 50 - 6}, 0.55 * 1.5 + 1.5 * np.exp(-6 / 5)),
    ],
)  # fmt: skip
def test_each_part_of_the_drop_out_hazard(scene, around, columns, log_ratio):
    s = scene().put(**{"trust": 0, "spell_start": 50 - 1000, "interval": 6} | columns)
    s.week.luck = STAYS | {"engagement.drops_out": around(1 - np.exp(-0.011 * np.exp(log_ratio)))}
    engage(s)
    assert (s.people.state[:2] == DISENGAGED).tolist() == [True, False]


def test_drop_out_can_be_switched_off(outcome):
    assert outcome({"dropout.hazard": 0}).weekly.disengaged.sum() == 0
    assert outcome().weekly.disengaged.sum() > 0


def test_drop_out_is_put_down_to_a_change_within_26_weeks_then_to_a_setback_then_to_neither(scene):
    s = scene(people=5, luck=STAYS | {"engagement.drops_out": 0})
    s.put(change_week=[24, 23, -1000, 24, 5], severity=[0.3, 0.3, 0, 0, 0], spell_start=[10, 10, 10, 30, 10], awaiting_call=[True, False, False, False, False])
    engage(s)
    assert reasons(s) == ["lost_worker_change", "lost_setback", "lost_other", "lost_other", "lost_other"]
    np.testing.assert_allclose(s.people.dropout_share_change[:2], [1 - np.exp(-1), 0], rtol=1e-6)
    np.testing.assert_allclose(s.people.dropout_share_setback[:3], [1 - np.exp(-0.21)] * 2 + [0], rtol=1e-5)


MOVES = STAYS | {"engagement.maintains": 0}


def well(s, **columns):
    """Two goals past 0.6, one habit past 0.5."""
    return s.put(**{"goal_progress": (0.7, 0.7, 0), "goal_habit": (0.6, 0, 0), "trust": 0} | columns)


@pytest.mark.parametrize(
    ("columns", "moves"),
    [
        ({}, True), ({"goal_progress": (0.7, 0.6, 0)}, False), ({"goal_habit": (0.5, 0.5, 0)}, False), ({"severity": 0.6}, False), ({"severity": 0.3}, True),
        ({"spell_start": 50 - 20}, False), ({"spell_start": 50 - 21}, True),
        ({"goal_area": (HOUSING, 0, 1), "goal_stage": (RESOLVED, 0, 0), "goal_progress": (0.1, 0.7, 0)}, True),
    ],
)  # fmt: skip
def test_who_reaches_maintenance(scene, columns, moves):
    s = well(scene(people=1, luck=MOVES), **columns)
    engage(s)
    assert (s.people.state[0] == MAINTENANCE) == moves


def test_maintenance_comes_earlier_in_short_programmes(scene):
    for length, weeks in ((26, 10.4), (104, 20)):
        for weeks_in in (10, 11, 20, 21):
            s = well(scene(people=1, luck=MOVES, changes={"programme.length_weeks": length}), spell_start=50 - weeks_in)
            engage(s)
            assert (s.people.state[0] == MAINTENANCE) == (weeks_in > weeks)


def test_leaning_on_the_worker_slows_the_way_to_maintenance_and_this_can_be_switched_off(scene, around):
    luck = STAYS | {"engagement.maintains": around(1 - 0.5 * 0.8 * 0.6)}
    s = well(scene(luck=luck), trust=0.8, confidence=0.4)
    engage(s)
    assert s.people.state.tolist() == [MAINTENANCE, ACTIVE]
    off = well(scene(luck=luck, changes={"programme.dependency_slowing": 0}), trust=0.8, confidence=0.4)
    engage(off)
    assert off.people.state.tolist() == [MAINTENANCE, MAINTENANCE]


def test_a_serious_setback_or_two_lapses_bring_a_user_back_to_active(scene):
    s = scene(people=4, luck=STAYS).put(state=MAINTENANCE, severity=[0.6, 0.3, 0, 0], lapses_in_maintenance=[0, 0, 2, 1])
    engage(s)
    assert s.people.state.tolist() == [ACTIVE, MAINTENANCE, ACTIVE, MAINTENANCE]
    assert s.people.lapses_in_maintenance[2] == 0


def test_completion_is_from_maintenance_after_a_year_or_half_the_programme(scene, around):
    for length, since in ((104, 52), (52, 26)):
        for weeks_in, state in ((since, MAINTENANCE), (since + 1, COMPLETED)):
            s = scene(luck=STAYS | {"engagement.completes": around(0.012)}, changes={"programme.length_weeks": length}).put(
                state=MAINTENANCE, spell_start=50 - weeks_in
            )
            engage(s)
            assert s.people.state.tolist() == [state, MAINTENANCE]
    active = scene(luck=STAYS | {"engagement.completes": 0}).put(spell_start=-50)
    engage(active)
    assert active.people.state.tolist() == [ACTIVE, ACTIVE]


def at_limit(scene, luck=None, changes=None, people=2, **columns):
    s = scene(people=people, luck=STAYS | (luck or {}), changes=changes).put(**{"limit_week": 50, "spell_start": 50 - 104, "ltcs": 3} | columns)
    engage(s)
    return s


def test_at_the_limit_those_in_maintenance_have_met_their_goals_and_the_rest_is_time_limited(scene):
    s = at_limit(scene, state=[MAINTENANCE, ACTIVE])
    assert s.people.state.tolist() == [COMPLETED, TIME_LIMITED] and reasons(s) == ["goals_met", "time_limit"]
    assert s.people.end_week.tolist() == [50, 50]


@pytest.mark.parametrize("need", [{"severity": 0.3}, {"depressed": True}, {"insecure_housing": True}, {"ltcs": 4}])
def test_active_users_with_need_are_extended_with_045_by_26_weeks(scene, around, need):
    s = at_limit(scene, {"engagement.extended": around(0.45)}, **need)
    assert s.people.state.tolist() == [ACTIVE, TIME_LIMITED]
    assert s.people.limit_week[0] == 50 + 26 and s.people.extensions.tolist() == [1, 0]


def test_without_need_or_discretion_or_after_two_extensions_nobody_is_extended(scene):
    lucky = {"engagement.extended": 0}
    assert at_limit(scene, lucky).people.extensions.sum() == 0
    assert at_limit(scene, lucky, {"programme.discretion": 0}, ltcs=4).people.extensions.sum() == 0
    assert at_limit(scene, lucky, ltcs=4, extensions_spell=[1, 2]).people.extensions.tolist() == [1, 0]
    assert at_limit(scene, lucky, ltcs=4, state=MAINTENANCE).people.extensions.sum() == 0


def test_extensions_are_redrawn_each_time_and_at_most_two(outcome):
    spells = outcome({"programme.length_weeks": 13, "programme.extension_weeks": 4, "programme.discretion": 0.5}).episodes
    ended = spells[spells.exit_reason == "time_limit"]
    weeks = 13 + 4 * ended.extensions
    assert ((ended.end_week - ended.start_week) == weeks).all()
    counts = ended.extensions.value_counts()
    assert set(counts.index) == {0, 1, 2} and counts[2] < counts[1] < counts[0]


def test_nobody_is_timed_out_of_an_open_ended_programme(outcome):
    assert outcome({"programme.open_ended": True, "programme.length_weeks": 52}).weekly.time_limited.sum() == 0
    assert outcome({"programme.length_weeks": 52}).weekly.time_limited.sum() > 0


def test_a_limit_that_comes_as_a_surprise_costs_confidence_and_motivation(scene):
    s = at_limit(scene, knows_limit=[True, False], confidence=0.6, motivation=0.6)
    np.testing.assert_allclose(s.people.confidence, [0.6, 0.55])
    np.testing.assert_allclose(s.people.motivation, [0.6, 0.45])


def test_at_an_exit_the_queue_place_is_given_up_and_attending_and_practice_go_on(scene):
    s = scene(people=1, luck=STAYS | {"engagement.drops_out": 0}).put(trust=0.7)
    s.people.goal_stage[0], s.people.goal_service[0] = [QUEUED, ATTENDING, PRACTISING], [0, 1, -1]
    engage(s)
    assert s.people.goal_stage[0].tolist() == [OPEN, ATTENDING, PRACTISING] and s.people.goal_service[0].tolist() == [-1, 1, -1]
    assert (s.people.trust[0], s.people.link_worker[0], s.people.last_worker[0]) == (0, -1, 0)
    assert s.people.trust_stored[0] == pytest.approx(0.7)


def test_signposting_ends_after_its_contact_but_the_referral_stands(scene):
    s = scene(luck=STAYS, changes={"contact.schedule": "signposting"}).put(met=[True, False])
    s.people.goal_stage[:, 0], s.people.goal_service[:, 0] = QUEUED, 0
    engage(s)
    assert s.people.state.tolist() == [TIME_LIMITED, ACTIVE]
    assert s.people.goal_stage[:, 0].tolist() == [QUEUED, QUEUED]


@pytest.mark.parametrize("cause", ["setback_week", "relapse_week"])
def test_after_a_setback_or_relapse_some_former_users_come_back_through_the_list(scene, around, cause):
    for state in (COMPLETED, TIME_LIMITED, DISENGAGED):
        s = scene(luck=STAYS | {"engagement.returns": around(0.15)}).put(state=state, calls=2, **{cause: 50})
        engage(s)
        assert s.people.state.tolist() == [WAITING, state]
        assert (s.people.listed_week[0], s.people.calls[0]) == (50, 0)


def test_only_former_users_come_back_and_only_then_and_it_can_be_switched_off(scene):
    lucky = STAYS | {"engagement.returns": 0}
    states = [DECLINED, LEFT_LIST, USUAL_CARE, GONE, ACTIVE]
    s = scene(people=5, luck=lucky).put(state=states, episode=[0, 0, 0, 1, 1], alive=[True, True, True, False, True], setback_week=50)
    engage(s)
    assert s.people.state.tolist() == states
    for changes, week in (({}, 49), ({"programme.reentry": 0}, 50)):
        s = scene(luck=lucky, changes=changes).put(state=COMPLETED, setback_week=week)
        engage(s)
        assert s.people.state.tolist() == [COMPLETED, COMPLETED]


def test_a_lapse_is_no_reason_to_leave(scene):
    s = scene(luck=STAYS).put(goal_stage=LAPSED)
    engage(s)
    assert s.people.state.tolist() == [ACTIVE, ACTIVE]


def test_every_spell_is_written_down_once(outcome):
    results = outcome()
    people, episodes = results.people, results.episodes
    assert len(episodes) == people.start_week.notna().sum() + people.reentries.sum()
    first = episodes[episodes.episode == 1].set_index("person")
    assert first.end_week.equals(people.end_week[first.index].rename("end_week"))
    assert not episodes.duplicated(["person", "episode"]).any()
    assert people.reentries.sum() > 0
