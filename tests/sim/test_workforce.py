"""Notice, leaving, sickness, recruits and what they do to users."""

import numpy as np
import pytest

from sim import Parameters, SocialPrescribingService
from sim.people import COMPLEX, SIMPLE
from sim.processes import workforce

pytestmark = pytest.mark.unit
STAY = {"workforce.notice": 1 - 1e-12}


def leave_now(s):
    """Let worker 0 have the last day this week."""
    s.workers.notice_week[0] = s.week.number - s.p.workforce.notice_weeks
    workforce.last_days(s.people, s.workforce, s.week)


def test_at_opening_every_post_is_filled_with_a_worker_a_year_in_post(scene):
    s = scene()
    assert s.posts.worker.tolist() == [0, 1, 2, 3]
    assert (s.workforce.weeks_in_post(np.arange(4), 0) == 52).all()


def test_without_a_service_there_are_no_workers(scene):
    s = scene(changes={"programme.enabled": False})
    workforce.turn_over(s.people, s.workforce, s.week)
    assert s.workers.n == 0 and len(s.workforce.in_post()) == 0


@pytest.mark.parametrize(("workload", "gaps"), [(0.8, 0.0), (1.5, 0.0), (1.5, 0.4)])
def test_overwork_and_filling_gaps_make_workers_leave(scene, around, workload, gaps):
    hazard = 0.24 / 52 * np.exp(0.8 * max(0, workload - 1) + 0.5 * gaps)
    s = scene(luck={"workforce.notice": [*around(1 - np.exp(-hazard)), 1 - 1e-9, 1 - 1e-9]}).put("workers", workload=workload, gap_share=gaps)
    workforce.give_notice(s.people, s.workforce, s.week)
    assert s.workers.notice_week[:4].tolist() == [50, -1, -1, -1]


def test_turnover_can_be_switched_off(outcome):
    assert outcome({"workforce.turnover": 0}).link_workers.left_week.isna().all()
    assert outcome().link_workers.left_week.notna().any()


def test_the_last_day_is_six_weeks_after_notice_and_the_post_then_stands_empty(scene):
    s = scene(luck=STAY | {"workforce.vacancy": np.exp(-1), "workforce.vacancy_rounding": 0.5})
    s.workers.notice_week[0] = 44 + 1
    workforce.last_days(s.people, s.workforce, s.week)
    assert s.posts.worker[0] == 0
    s.next_week()
    workforce.last_days(s.people, s.workforce, s.week)
    assert s.posts.worker[0] == -1 and s.workers.left_week[0] == 51
    assert s.posts.refill_week[0] == 51 + 10  # half the mean for certain, half exponential


def test_vacancies_last_ten_weeks_on_average(scene):
    """z = 4: a false alarm in 16,000. The exponential half has a standard deviation of five weeks."""
    s = scene(people=1, changes={"workforce.posts": 4000})
    s.workers.notice_week[:4000] = 0
    workforce.last_days(s.people, s.workforce, s.week)
    weeks = s.posts.refill_week - 50
    assert abs(weeks.mean() - 10) < 4 * weeks.std() / np.sqrt(4000)
    assert weeks.min() >= 5


def test_a_recruit_fills_the_post_when_it_is_due(scene):
    s = scene(luck=STAY)
    leave_now(s)
    s.posts.refill_week[0] = 52
    for week, filled in ((51, False), (52, True)):
        s.next_week()
        workforce.recruit(s.workforce, s.week)
        assert (s.posts.worker[0] == 4) == filled, week
    assert s.workers.started_week[4] == 52


def test_a_recruit_takes_17_weeks_to_full_productivity_and_26_to_full_quality(scene):
    s = scene()
    s.workers.started_week[:4] = [50, 50 - 8, 50 - 17, 50 - 26]
    s.workers.workload[:4] = 1
    rows = np.arange(4)
    np.testing.assert_allclose(s.workforce.productivity(rows, 50, s.p), [0.3, 0.3 + 0.7 * 8 / 17, 1, 1])
    np.testing.assert_allclose(s.workforce.quality(rows, 50, s.p), 0.7 + 0.3 * np.array([0, 8 / 26, 17 / 26, 1]))


def test_quality_is_skill_times_what_workload_leaves_of_it(scene):
    s = scene().put("workers", workload=[0.7, 1.0, 1.5, 4.0], skill=[1, 1.2, 1, 1])
    np.testing.assert_allclose(s.workforce.quality(np.arange(4), 50, s.p), [1, 1.2, 0.9, 0.8])
    skills = SocialPrescribingService(Parameters().replace({"workforce.posts": 4000}), weeks=1).workforce.workers.skill[:4000]
    assert np.std(np.log(skills)) == pytest.approx(0.15, rel=0.05)


@pytest.mark.parametrize("workload", [0.5, 2.0])
def test_overwork_makes_workers_ill(scene, around, workload):
    chance = 0.02 * np.exp(0.5 * max(0, workload - 1))
    s = scene(luck={"workforce.sickness": [*around(chance), 1, 1], "workforce.sick_weeks": 0.3}).put("workers", workload=workload)
    workforce.fall_ill(s.workforce, s.week)
    assert s.workers.sick_left[:4].tolist() == [2, 0, 0, 0]


def test_sicknesses_last_two_weeks_on_average(scene):
    """z = 4: a false alarm in 16,000. A geometric of mean 2 has variance 2."""
    s = scene(people=1, luck={"workforce.sickness": 0}, changes={"workforce.posts": 4000})
    workforce.fall_ill(s.workforce, s.week)
    assert abs(s.workers.sick_left[:4000].mean() - 2) < 4 * np.sqrt(2 / 4000)


def test_the_sick_have_no_hours_and_keep_their_users(scene):
    s = scene(luck=STAY | {"workforce.sickness": 1}).put("workers", sick_left=[2, 0, 0, 0])
    workforce.turn_over(s.people, s.workforce, s.week)
    assert s.workers.hours_there[0] == 0
    np.testing.assert_allclose(s.workers.hours_there[1:4], 37.5 * 0.62)
    assert (s.people.link_worker == 0).all()


def test_sickness_can_be_switched_off(outcome):
    assert outcome({"workforce.sickness": 0}).weekly.absent.sum() == 0
    assert outcome().weekly.absent.sum() > 0


def test_an_unmanaged_change_leaves_a_third_of_trust_and_a_wait_for_a_call(scene):
    s = scene(people=3).put(trust=[0.8, 0.8, 0.8], link_worker=[0, 0, 1])
    leave_now(s)
    np.testing.assert_allclose(s.people.trust, [0.28, 0.28, 0.8])
    assert s.people.awaiting_call.tolist() == [True, True, False]
    assert s.people.link_worker.tolist() == [-1, -1, 1]
    assert s.people.worker_changes.tolist() == [1, 1, 0]
    assert s.people.first_change_week.tolist() == [50, 50, -1]


def test_each_unmanaged_change_from_the_second_lowers_the_ceiling_of_trust(scene):
    s = scene(people=1)
    for changes, ceiling in ((1, 1.0), (2, 0.9), (3, 0.81)):
        workforce.lose_worker(s.people, np.array([0]), s.week)
        assert s.people.unmanaged_changes[0] == changes
        assert s.people.trust_ceiling[0] == pytest.approx(ceiling)


def test_the_share_to_be_handed_over_is_planned_over_the_notice(scene):
    s = scene(people=20, changes={"handover.managed_share": 0.5})
    workforce.plan_handovers(s.people, np.array([0]), s.workforce, s.week)
    assert sorted(s.people.handover_rank[s.people.handover_rank >= 0]) == list(range(10))
    assert s.workers.handover_quota[0] == 2  # ten in six weeks
    none = scene(people=20, changes={"handover.managed_share": 0})
    workforce.plan_handovers(none.people, np.array([0]), none.workforce, none.week)
    assert (none.people.handover_rank < 0).all()


def test_the_order_of_handovers_is_the_policys(scene):
    confidence = np.linspace(0.9, 0.1, 20)
    chosen = {}
    for order in ("random", "complex_first", "low_confidence_first"):
        s = scene(people=20, changes={"handover.managed_share": 0.3, "handover.order": order})
        s.put(confidence=confidence, complexity=[COMPLEX, SIMPLE] * 10)
        workforce.plan_handovers(s.people, np.array([0]), s.workforce, s.week)
        chosen[order] = set(np.flatnonzero(s.people.handover_rank >= 0))
    assert all(len(c) == 6 for c in chosen.values())
    assert all(person % 2 == 0 for person in chosen["complex_first"])
    assert chosen["low_confidence_first"] == set(range(14, 20))
    assert len({frozenset(c) for c in chosen.values()}) == 3


def test_one_departure_can_be_cancelled_and_nothing_before_it_changes(outcome):
    """The same luck: until the week of the notice both runs are one, and the leaver stays."""
    base = {"workforce.turnover": 1.0}
    left = outcome(base).link_workers
    first = left[left.left_week.notna() & (left.left_week >= 30)].sort_values("left_week").iloc[0]
    post, week = int(first.post), int(first.left_week)
    other = outcome(base | {"workforce.cancel_departure": [post, week]})
    assert other.link_workers.left_week.fillna(-1)[int(first.worker)] != week
    notice = week - 6
    same = outcome(base).weekly.iloc[:notice].equals(other.weekly.iloc[:notice])
    assert same and not outcome(base).weekly.equals(other.weekly)
