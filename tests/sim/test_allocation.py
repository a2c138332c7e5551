"""Handovers, cover and the waiting list."""

import numpy as np
import pytest

from sim.people import (
    ACTIVE,
    COMPLETED,
    COMPLEX,
    DECLINED,
    HOUSING,
    LAPSED,
    LEFT_LIST,
    LIFESTYLE,
    OPEN,
    PRACTISING,
    RESOLVED,
    SELF_CARE,
    SIMPLE,
    SYMPTOMS,
    TIME_LIMITED,
    WAITING,
    WORK,
)
from sim.processes import allocation

pytestmark = pytest.mark.unit
YES = {"allocation.reached": 0, "allocation.accepts": 0, "allocation.leaves_list": 1}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def on_notice(s, quota=10):
    """Put worker 0 on notice since this week, all of the users in line for a joint meeting."""
    s.workers.notice_week[0], s.workers.handover_quota[0] = s.week.number, quota
    return s.put(handover_rank=np.arange(s.people.n))


def test_a_managed_change_takes_both_diaries_and_keeps_seven_tenths_of_trust(scene):
    s = on_notice(scene(people=2)).put(trust=0.8)
    allocation.hand_over(s.people, s.workforce, s.week)
    np.testing.assert_allclose(s.people.trust, 0.56)
    assert s.people.link_worker.tolist() == [1, 2]
    np.testing.assert_allclose(s.workers.hours_left[:4], [100 - 2.2, 100 - 1.1, 100 - 1.1, 100])
    assert s.people.worker_changes.tolist() == s.people.worker_changes_managed.tolist() == [1, 1]
    assert not s.people.awaiting_call.any() and (s.people.due_week == 52).all()
    assert (s.people.trust_ceiling == 1).all() and not s.people.unmanaged_changes.any()


def test_without_hours_in_either_diary_there_is_no_joint_meeting(scene):
    for diaries in ([1.0, 100, 100, 100], [100, 1, 1, 1]):
        s = on_notice(scene(people=1)).put("workers", hours_left=diaries)
        allocation.hand_over(s.people, s.workforce, s.week)
        assert s.people.link_worker[0] == 0 and s.people.trust[0] == 0.5
    short = on_notice(scene(people=3)).put("workers", hours_left=[2.3, 100, 100, 100])
    allocation.hand_over(short.people, short.workforce, short.week)
    assert (short.people.link_worker[:3] != 0).tolist() == [True, True, False]


def test_joint_meetings_keep_to_the_weeks_quota(scene):
    s = on_notice(scene(people=6), quota=2)
    for done in (2, 4, 6):
        allocation.hand_over(s.people, s.workforce, s.week)
        assert (s.people.link_worker != 0).sum() == done
        s.next_week()


def test_receivers_are_three_weeks_in_post_well_not_leaving_and_below_the_stretched_cap(scene):
    changes = {"workforce.posts": 6, "workforce.caseload_cap": 10}
    s = scene(people=1, changes=changes)
    s.workers.started_week[:6] = [0, 48, 47, 0, 0, 0]
    s.workers.sick_left[3], s.workers.notice_week[4] = 2, 45
    who, *_ = allocation.receivers(s.people, s.workforce, s.week)
    assert who.tolist() == [0, 2, 5]
    full = scene(people=23, changes=changes | {"workforce.posts": 2}).put(link_worker=[0] * 11 + [1] * 12)
    assert np.floor(allocation.receivers(full.people, full.workforce, full.week)[3]).tolist() == [0, -1]


def test_those_without_a_worker_go_to_the_lowest_caseload_for_productivity(scene):
    s = scene(people=8).put(link_worker=[0, 0, 0, 1, 1, 2, -1, -1])
    s.workers.started_week[3] = 45  # new: half of full productivity, empty
    allocation.cover(s.people, s.workforce, s.week)
    assert s.people.link_worker[6:].tolist() == [3, 2]
    assert s.people.covered_week[6:].tolist() == [50, 50]


def test_nobody_covers_when_every_diary_is_full(scene):
    s = scene(people=9, changes={"workforce.posts": 2, "workforce.caseload_cap": 3}).put(link_worker=[0, 0, 0, 1, 1, 1, -1, -1, -1])
    allocation.cover(s.people, s.workforce, s.week)
    assert (s.people.link_worker[6:] == -1).all()


def test_calls_cost_a_quarter_of_an_hour_and_only_acceptances_use_intake(scene):
    luck = YES | {"allocation.accepts": [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]}
    s = scene(people=10, luck=luck, changes={"workforce.posts": 1}).wait()
    allocation.call_list(s.people, s.workforce, s.week)
    assert s.people.state.tolist() == [DECLINED] * 3 + [ACTIVE] * 4 + [WAITING] * 3
    assert s.workers.hours_left[0] == 100 - 7 * 0.25
    assert (s.people.start_week[3:7] == 50).all() and (s.people.exit_reason[:3] == 0).all()


def test_intake_falls_with_productivity(scene):
    s = scene(people=10, luck=YES, changes={"workforce.posts": 1, "workforce.opening_weeks_in_post": 0}).wait()
    s.workers.started_week[0] = 50
    allocation.call_list(s.people, s.workforce, s.week)
    assert (s.people.state == ACTIVE).sum() == 1  # 0.3 of four


def test_a_full_caseload_takes_nobody_from_the_list(scene):
    for cap, taken in ((3, 0), (4, 1), (50, 4)):
        s = scene(people=10, luck=YES, changes={"workforce.posts": 1, "workforce.caseload_cap": cap}).wait()
        s.people.state[:3], s.people.link_worker[:3], s.people.episode[:3] = ACTIVE, 0, 1
        allocation.call_list(s.people, s.workforce, s.week)
        assert (s.people.state[3:] == ACTIVE).sum() == taken


def test_a_weighted_cap_counts_simple_users_as_less_and_complex_ones_as_more(scene):
    changes = {"workforce.posts": 1, "workforce.caseload_cap": 10, "workforce.caseload_weighting": "complexity", "workforce.intake_per_week": 100}
    for level, weight in ((SIMPLE, 0.6), (1, 1.0), (COMPLEX, 1.6)):
        s = scene(people=4, changes=changes).put(complexity=level)
        assert s.workforce.caseload(s.people, np.array([0.6, 1.0, 1.6]))[0] == pytest.approx(4 * weight)
        room = allocation.room_for(s.people, s.workforce, s.week, 1.0)[3]
        assert room[0] == pytest.approx((10 - 4 * weight) / 1.6)
    heads = scene(people=4, changes=changes | {"workforce.caseload_weighting": "heads"}).put(complexity=COMPLEX)
    assert allocation.room_for(heads.people, heads.workforce, heads.week, 1.0)[3][0] == 6


def test_the_chance_of_accepting_falls_with_the_wait_up_to_ten_weeks_and_rises_with_confidence(scene, around):
    for waited, confidence in ((0, 0.45), (4, 0.8), (10, 0.2), (30, 0.2)):
        chance = logistic(1.30 - 0.06 * min(10, waited) + confidence - 0.45)
        s = scene(luck=YES | {"allocation.accepts": around(chance)}).put(confidence=confidence).wait(waited)
        allocation.call_list(s.people, s.workforce, s.week)
        assert s.people.state.tolist() == [ACTIVE, DECLINED], (waited, confidence)


def test_three_calls_are_tried(scene, around):
    s = scene(luck=YES | {"allocation.reached": around(0.7)}).wait()
    for tries in (1, 2, 3):
        allocation.call_list(s.people, s.workforce, s.week)
        assert s.people.calls[1] == tries
        assert s.people.state[1] == (DECLINED if tries == 3 else WAITING)
        s.next_week()
    assert s.people.exit_reason.tolist() == [-1, 1] and s.people.state[0] == ACTIVE  # not_reached


def test_one_in_a_hundred_leaves_the_list_each_week(scene, around):
    s = scene(luck={"allocation.leaves_list": around(0.01)}).wait()
    allocation.leave_list(s.people, s.week)
    assert s.people.state.tolist() == [LEFT_LIST, WAITING]


def test_the_list_goes_by_referral_or_by_complexity(scene):
    for order, expected in (("referral", [2, 0, 1]), ("complexity", [1, 2, 0])):
        s = scene(people=3, changes={"allocation.list_order": order}).wait().put(listed_week=[48, 49, 47], complexity=[SIMPLE, COMPLEX, SIMPLE])
        assert allocation.list_in_order(s.people, s.week).tolist() == expected


def test_those_who_return_directly_go_to_the_head_of_the_list(scene):
    for route, expected in (("list", [0, 1]), ("direct", [1, 0])):
        s = scene(changes={"programme.reentry_route": route}).wait().put(listed_week=[40, 49], episode=[0, 1])
        assert allocation.list_in_order(s.people, s.week).tolist() == expected


def test_a_service_that_sets_the_goals_sets_them_when_people_accept_and_at_a_cost_in_motivation(scene):
    """Who declines keeps goals and motivation; a goal that is the person's own already goes on."""
    own = (LIFESTYLE, HOUSING, WORK)
    for personalised in (True, False):
        s = scene(people=3, luck=YES | {"allocation.accepts": [0, 1, 0]}, changes={"contact.personalised": personalised}).wait()
        s.put(goal_area=own, goal_stage=PRACTISING, goal_progress=0.4, motivation=[0.5, 0.5, 0.05])
        allocation.call_list(s.people, s.workforce, s.week)
        p = s.people
        assert p.state.tolist() == [ACTIVE, DECLINED, ACTIVE]
        set_for_them = (LIFESTYLE, SELF_CARE, SYMPTOMS)
        assert p.goal_area.tolist() == [list(own if personalised or row == 1 else set_for_them) for row in range(3)]
        np.testing.assert_allclose(p.motivation, [0.5, 0.5, 0.05] if personalised else [0.4, 0.5, 0])
        np.testing.assert_allclose(p.goal_progress[0], [0.4, 0.4, 0.4] if personalised else [0.4, 0, 0], atol=1e-7)
        assert p.goal_stage[0].tolist() == ([PRACTISING] * 3 if personalised else [PRACTISING, OPEN, OPEN])


def test_goals_are_set_once_and_not_again_for_those_who_return(scene):
    s = returning(scene, changes={"contact.personalised": False}).put(goal_area=(HOUSING, WORK, LIFESTYLE))
    allocation.call_list(s.people, s.workforce, s.week)
    assert (s.people.state == ACTIVE).all()
    assert s.people.goal_area.tolist() == [[HOUSING, WORK, LIFESTYLE]] * 2
    assert s.people.motivation.tolist() == [0.5, 0.5]


def returning(scene, changes=None, **columns):
    s = scene(luck=YES, changes=changes).wait()
    s.put(episode=1, trust_stored=0.8, exit_state=TIME_LIMITED, exit_reason=4, end_week=30, start_week=0)
    return s.put(**columns)


def test_trust_comes_back_in_part_more_with_the_same_worker(scene):
    s = returning(scene, last_worker=[3, 7])
    allocation.take_on(s.people, np.arange(2), np.array([3, 0]), s.week)
    np.testing.assert_allclose(s.people.trust, [0.6 * 0.8, 0.2 * 0.8])


def test_those_who_return_get_their_own_worker_when_there_is_room(scene):
    s = returning(scene, last_worker=[3, -1])
    assert allocation.own_worker_first(s.people, np.arange(2), np.array([2, 3])).tolist() == [3, 2]


def test_a_return_is_a_new_episode_that_overwrites_nothing_of_the_first(scene):
    s = returning(scene, last_worker=0, extensions_spell=2)
    allocation.call_list(s.people, s.workforce, s.week)
    p = s.people
    assert p.state.tolist() == [ACTIVE, ACTIVE] and p.episode.tolist() == [2, 2] and p.reentries.tolist() == [1, 1]
    assert p.exit_reason.tolist() == [4, 4] and p.end_week.tolist() == [30, 30] and p.start_week.tolist() == [0, 0]
    assert p.extensions_spell.tolist() == [0, 0] and p.spell_start.tolist() == [50, 50]
    assert p.limit_week.tolist() == [50 + 104] * 2


def test_those_who_return_and_then_decline_are_as_they_were(scene):
    s = returning(scene).put(exit_state=COMPLETED, exit_reason=3)
    s.week.luck["allocation.accepts"] = 1
    allocation.call_list(s.people, s.workforce, s.week)
    assert (s.people.state == COMPLETED).all() and (s.people.exit_reason == 3).all() and (s.people.uptake == 1).all()


def test_unachieved_goals_are_kept_and_achieved_ones_replaced_by_the_lowest_others(scene):
    s = returning(scene)
    s.put(goal_progress=0.4, goal_habit=0.3, latent=[3, 3, 3, 1, 3, 2, 3, 3])
    s.people.goal_stage[0] = [PRACTISING, PRACTISING, LAPSED]
    s.people.goal_achieved[0] = [True, False, True]
    s.people.goal_area[1, 0], s.people.goal_stage[1, 0] = 4, RESOLVED
    allocation.replace_achieved_goals(s.people, np.arange(2), s.week)
    assert s.people.goal_area.tolist() == [[3, 1, 2], [3, 1, 2]]  # work was lowest
    assert s.people.goal_progress[0].tolist() == pytest.approx([0, 0.4, 0.4])
    assert not s.people.goal_achieved[0].any()  # achieved and lapsed: to be worked at again


def test_usual_care_allocates_nobody(outcome):
    off = outcome({"programme.enabled": False})
    assert off.weekly[["started", "contacts", "onward_referrals", "worker_changes", "posts"]].to_numpy().sum() == 0
    assert set(off.people.state.unique()) == {"usual_care", "gone"}
