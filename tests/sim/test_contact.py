"""Contacts within diary hours, and what they give."""

import numpy as np
import pytest

from sim.people import COMPLETED, DECLINED, FOR_GOOD, HOUSING, LAPSED, MAINTENANCE, OPEN, PRACTISING, RESOLVED, TIME_LIMITED, WAITING
from sim.processes import contact

pytestmark = pytest.mark.unit
COMES = {"contact.attends": 0, "contact.replan": 1, "contact.restart": 1, "star.review_noise": 0.5}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def due(s):
    """Make a meeting due for everybody."""
    return s.put(last_contact_week=s.week.number - 20)


def meet(s):
    contact.meet(s.people, s.workforce, s.week)
    return s


def held(s):
    return (s.people.contacts[: s.people.n] > 0).tolist()


@pytest.mark.parametrize(("week_of_spell", "interval"), [(0, 2), (9, 2), (10, 4), (25, 4), (26, 6), (51, 6), (52, 9), (103, 9)])
def test_contacts_are_wanted_less_often_as_the_programme_goes_on(scene, week_of_spell, interval):
    for since in (interval - 1, interval):
        s = scene(people=1, luck=COMES).put(spell_start=50 - week_of_spell, last_contact_week=50 - since, next_review=100)
        assert held(meet(s)) == [since == interval]


def test_maintenance_wants_a_contact_every_ten_weeks_and_a_setback_twice_as_often_as_before(scene):
    cases = (({"state": MAINTENANCE}, 10), ({"severity": 0.3}, 3), ({"severity": 0.3, "spell_start": 45}, 2), ({"state": MAINTENANCE, "severity": 0.3}, 5))
    for columns, interval in cases:
        for since in (interval - 1, interval):
            s = scene(people=1, luck=COMES).put(last_contact_week=50 - since, **columns)
            assert held(meet(s)) == [since == interval], columns


def test_a_meeting_asked_for_is_held_before_its_time(scene):
    s = scene(luck=COMES).put(due_week=[50, 51])
    assert held(meet(s)) == [True, False]


@pytest.mark.parametrize(
    ("columns", "hours"),
    [
        ({"met": False}, 2.0), ({}, 1.1), ({"state": MAINTENANCE}, 0.5), ({"severity": 0.3}, 1.6),
        ({"goal_area": (HOUSING, 0, 1)}, 1.5), ({"met": False, "severity": 1.0, "goal_area": (HOUSING, 0, 1)}, 2.9),
    ],
)  # fmt: skip
def test_what_a_meeting_costs(scene, columns, hours):
    s = meet(due(scene(people=1, luck=COMES)).put(**columns))
    assert s.workers.hours_left[0] == pytest.approx(100 - hours)
    assert s.workers.hours_wanted[0] == pytest.approx(hours)


def test_meetings_are_held_in_order_of_need_up_to_the_first_that_does_not_fit(scene):
    """The fourth would fit, and is not held: the third, more pressing, did not."""
    s = scene(people=4, luck=COMES).put(met=[True, True, False, True], last_contact_week=[50 - 30, 50 - 24, 50 - 12, 50 - 6])
    s.workers.hours_left[0] = 1.1 + 1.1 + 1.5
    assert held(meet(s)) == [True, True, False, False]
    assert s.week.counts["hours_unmet"] == pytest.approx(2.0 + 1.1)


@pytest.mark.parametrize(("columns", "first"), [({"handover_due": [False, True]}, 1), ({"met": [True, False]}, 1), ({"severity": [0, 1.0]}, 1), ({}, 0)])
def test_handovers_first_meetings_and_setbacks_come_before_equals_and_ties_go_by_number(scene, columns, first):
    s = scene(luck=COMES).put(last_contact_week=50 - 12, **columns)
    s.workers.hours_left[0] = 2.0
    assert held(meet(s)) == [first == 0, first == 1]


def test_how_much_each_ground_for_precedence_weighs(scene):
    s = scene(people=4).put(last_contact_week=50 - 12, met=[True, False, True, True], handover_due=[False, False, True, False], severity=[0, 0, 0, 0.6])
    s.people.interval[:4] = 6
    priority = contact.meetings_due(s.people, s.people.engaged(), s.week).priority
    np.testing.assert_allclose(priority, [2, 3.5, 3, 2.3], rtol=1e-6)


def test_no_shows_use_their_hours_and_are_rebooked_in_two_weeks(scene):
    s = meet(due(scene(people=1, luck=COMES | {"contact.attends": 1})))
    assert s.workers.hours_left[0] == pytest.approx(98.9)
    assert (s.week.counts["no_shows"], s.week.counts["contacts"]) == (1, 0)
    for weeks_later, expected in ((1, [False]), (2, [True])):
        s.next_week(COMES)
        assert held(meet(s)) == expected, weeks_later


@pytest.mark.parametrize("columns", [{}, {"confidence": 0.7, "motivation": 0.2}, {"severity": 0.6, "depressed": True}, {"met": False}])
def test_the_chance_of_coming(scene, around, columns):
    c = {"confidence": 0.45, "motivation": 0.5, "severity": 0, "depressed": False, "met": True} | columns
    x = 2.4 + (c["confidence"] - 0.45) + (c["motivation"] - 0.5) - 1.6 * c["severity"] - 0.5 * c["depressed"] - 0.4 * (not c["met"])
    s = due(scene(luck=COMES | {"contact.attends": around(logistic(x))})).put(**columns)
    assert held(meet(s)) == [True, False]


def test_a_contact_kept_builds_trust_confidence_and_motivation(scene):
    s = due(scene(people=1, luck=COMES)).put(trust=0.5, trust_ceiling=0.9, confidence=0.4, motivation=0.6).put("workers", skill=0.8, workload=1.5)
    meet(s)
    quality = 0.8 * 0.9
    np.testing.assert_allclose(s.people.trust, 0.5 + 0.2 * quality * (0.9 - 0.5), rtol=1e-6)
    np.testing.assert_allclose(s.people.confidence, 0.4 + 0.02 * 0.6)
    np.testing.assert_allclose(s.people.motivation, 0.6 + 0.04 * quality * 0.4)


def test_without_a_contact_trust_fades_by_four_in_a_thousand_and_this_can_be_switched_off(scene):
    np.testing.assert_allclose(meet(scene(luck=COMES)).people.trust, 0.5 * 0.996)
    np.testing.assert_allclose(meet(scene(luck=COMES, changes={"contact.trust_decay": 0})).people.trust, 0.5)


def test_emotional_support_for_those_who_are_low(scene):
    for columns in ({"depressed": True}, {"severity": 0.3}):
        s = meet(due(scene(people=1, luck=COMES)).put(**columns))
        np.testing.assert_allclose(s.people.trust, 0.5 + 0.2 * 1.3 * 0.5)
        np.testing.assert_allclose(s.people.confidence, 0.45 + 0.04 * 0.55)


def test_instrumental_support_moves_a_case_on_and_may_resolve_it(scene, around):
    s = due(scene(luck=COMES | {"contact.resolve": [x for chance in around(0.6) for x in (chance, 0.5, 0.5)]}))
    s.people.goal_area[:, 0] = HOUSING
    s.people.goal_progress[:, 0] = 0.7
    meet(s)
    np.testing.assert_allclose(s.people.goal_progress[:, 0], 0.85)
    s.people.goal_progress[:, 0] = 0.85
    due(s)
    meet(s)
    assert s.people.goal_stage[:, 0].tolist() == [RESOLVED, OPEN]
    assert s.people.goal_progress[:, 0].tolist() == [1, 0] and s.people.goals_achieved.tolist() == [1, 0]


def test_appraisal_replans_a_blocked_goal(scene, around):
    s = due(scene(luck=COMES | {"contact.replan": around(0.05)}))
    s.people.goal_blocked_until[:, 1] = FOR_GOOD
    meet(s)
    assert s.people.goal_blocked_until[:, 1].tolist() == [50, FOR_GOOD]


def test_appraisal_restarts_a_lapsed_goal_the_more_the_higher_motivation(scene, around):
    motivation = 0.6 + 0.04 * 0.4  # the contact itself has raised it
    s = due(scene(luck=COMES | {"contact.restart": around(0.35 * motivation)})).put(motivation=0.6)
    s.people.goal_stage[:, 2] = LAPSED
    meet(s)
    assert s.people.goal_stage[:, 2].tolist() == [PRACTISING, LAPSED]


def after_change(scene, luck, changes=None, **columns):
    s = scene(luck=COMES | {"contact.called": 1, "contact.phones": 1, "contact.prompt_call": 1} | luck, changes=changes)
    return due(s).put(awaiting_call=True, covered_week=45, **columns)


def test_after_an_unmanaged_change_nothing_happens_until_a_call(scene, around):
    assert held(meet(after_change(scene, {}))) == [False, False]
    assert held(meet(after_change(scene, {"contact.called": around(0.08)}))) == [True, False]


def test_confident_users_dare_to_phone(scene, around):
    for confidence in (0.2, 0.9):
        s = after_change(scene, {"contact.phones": around(0.15 * confidence**2)}, confidence=confidence)
        assert held(meet(s)) == [True, False]


def test_nobody_calls_or_phones_without_a_new_worker(scene):
    s = after_change(scene, {"contact.called": 0, "contact.phones": 0}, link_worker=-1)
    meet(s)
    assert s.people.awaiting_call.all() and held(s) == [False, False]


def test_the_policy_makes_new_workers_call_within_a_week(scene, around):
    s = after_change(scene, {"contact.prompt_call": [0.59, 0.61]}, changes={"handover.call_within_week": 0.6}).put(covered_week=50)
    assert held(meet(s)) == [True, False]
    late = after_change(scene, {"contact.prompt_call": 0}, changes={"handover.call_within_week": 0.6}).put(covered_week=49)
    assert held(meet(late)) == [False, False]


def sick(scene, weeks_ill, **columns):
    s = due(scene(people=2, luck=COMES)).put("workers", sick_left=[3, 0, 0, 0], sick_weeks=[weeks_ill, 0, 0, 0])
    s.workers.hours_left[:4] = [0, 3, 0, 0]
    return s.put(**columns)


def test_after_four_weeks_of_sickness_colleagues_spare_hours_see_the_latest_user(scene):
    assert held(meet(sick(scene, 3))) == [False, False]
    s = meet(sick(scene, 4, last_contact_week=[20, 10]))
    assert held(s) == [False, True]  # three hours: one meeting, for the one who has waited longest
    assert s.workers.contacts_week[1] == 1 and s.people.link_worker.tolist() == [0, 0]


def test_a_colleagues_meeting_builds_no_trust_in_the_absent_worker(scene):
    s = meet(sick(scene, 4, last_contact_week=[20, 10]))
    assert s.people.trust[1] <= 0.5 and s.people.confidence[1] > 0.45


def test_former_users_check_in_at_a_setback_if_the_policy_allows(scene, around):
    for allowed in (True, False):
        s = scene(luck=COMES | {"contact.phones_after_exit": around(0.3 * np.sqrt(0.49))}, changes={"contact.check_ins_after_exit": allowed})
        s.put(state=COMPLETED, link_worker=-1, trust=0, setback_week=50, confidence=0.49)
        meet(s)
        assert held(s) == [allowed, False]
        assert s.workers.hours_left[:4].sum() == 400 - 0.5 * allowed
        assert (s.people.confidence[0] > 0.49) == allowed and (s.people.trust == 0).all()


def test_check_ins_are_for_former_users_with_a_setback_this_week(scene):
    s = scene(people=4, luck=COMES | {"contact.phones_after_exit": 0}, changes={"contact.check_ins_after_exit": True})
    s.put(state=[TIME_LIMITED, TIME_LIMITED, DECLINED, WAITING], episode=[1, 1, 0, 0], link_worker=-1, setback_week=[50, 49, 50, 50])
    assert held(meet(s)) == [True, False, False, False]


def test_signposting_is_one_short_contact_without_a_relationship(scene):
    s = scene(people=1, luck=COMES, changes={"contact.schedule": "signposting"}).put(met=False, trust=0, contacts=0)
    meet(s)
    assert s.workers.hours_left[0] == 99.5 and s.people.contacts[0] == 1
    assert s.people.trust[0] == 0 and s.people.confidence[0] == 0.45 and np.isnan(s.people.star_at).all()
    s.next_week()
    due(s)
    meet(s)
    assert s.people.contacts[0] == 1


def test_hours_are_never_overdrawn(outcome):
    weekly = outcome({"workforce.posts": 2}).weekly
    assert (weekly.contact_hours <= weekly.available_hours + 1e-9).all()
    assert weekly.hours_unmet.sum() > 100  # otherwise the line before has no teeth
