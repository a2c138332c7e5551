"""Places from the queues, starting with and without company, and starting alone."""

import numpy as np
import pytest

from sim.people import ATTENDING, COMPLETED, DECLINED, HOUSING, OPEN, PRACTISING, QUEUED, USUAL_CARE
from sim.processes import placement

pytestmark = pytest.mark.unit
STARTS = {"placement.starts": 0, "placement.accompanied": 1, "placement.self_start": 1}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def queue(s, weeks=2, service=0):
    """Everybody's first goal queues at `service` since so many weeks."""
    s.people.goal_stage[:, 0], s.people.goal_service[:, 0], s.people.goal_since[:, 0] = QUEUED, service, s.week.number - np.asarray(weeks)
    return s


def place(s):
    placement.place(s.people, s.workforce, s.community, s.week)
    return s.people.goal_stage[: s.people.n, 0].tolist()


def luck_of_goals(*values):
    """Luck by flat goal from luck by person."""
    return [x for value in values for x in (value, 0.999, 0.999)]


def test_first_come_first_served_within_the_places(scene):
    s = queue(scene(people=4, luck=STARTS), weeks=[3, 5, 4, 3])
    s.services.places[0] = 2
    assert place(s) == [QUEUED, ATTENDING, ATTENDING, QUEUED]
    tie = queue(scene(people=3, luck=STARTS), weeks=3)
    tie.services.places[0] = 2
    assert place(tie) == [ATTENDING, ATTENDING, QUEUED]


def test_those_attending_hold_their_places(scene):
    s = queue(scene(luck=STARTS))
    s.services.places[0] = 1
    s.people.goal_stage[1, 0] = ATTENDING
    assert place(s) == [QUEUED, ATTENDING]


def test_nobody_starts_before_two_weeks(scene):
    assert place(queue(scene(luck=STARTS), weeks=[1, 2])) == [QUEUED, ATTENDING]


def test_after_ten_weeks_in_a_queue_the_goal_reopens(scene):
    s = queue(scene(luck=STARTS), weeks=[10, 11])
    s.services.places[0] = 0
    assert place(s) == [QUEUED, OPEN]


def test_a_blocked_goal_waits(scene):
    s = queue(scene(luck=STARTS))
    s.people.goal_blocked_until[:, 0] = [51, 50]
    assert place(s) == [QUEUED, ATTENDING]


@pytest.mark.parametrize(
    ("columns", "barriers", "weeks", "x"),
    [({}, 0, 2, 0.80), ({"confidence": 0.85}, 2, 2, 0.80 - 1.8 + 0.4), ({"depressed": True}, 0, 8, 0.80 - 0.65), ({"severity": 0.6}, 1, 2, 0.80 - 0.9 - 0.9)],
)
def test_the_chance_of_starting(scene, around, columns, barriers, weeks, x):
    chance = logistic(x - 0.03 * weeks)
    s = queue(scene(luck=STARTS | {"placement.starts": luck_of_goals(*around(chance))}), weeks=weeks).put(**columns)
    s.people.goal_barriers[:, 0] = barriers
    assert place(s) == [ATTENDING, OPEN]
    assert s.people.activity_starts.tolist() == [1, 0] and s.people.activity_not_started.tolist() == [0, 1]


def test_going_along_helps_and_costs_two_hours(scene, around):
    s = queue(scene(luck=STARTS | {"placement.accompanied": 0, "placement.starts": luck_of_goals(*around(logistic(0.80 + 0.75 - 0.06)))}))
    assert place(s) == [ATTENDING, OPEN]
    assert s.workers.hours_left[0] == 96


def test_a_quarter_of_first_sessions_is_accompanied_hours_permitting(scene, around):
    s = queue(scene(luck=STARTS | {"placement.accompanied": luck_of_goals(*around(0.25))}))
    place(s)
    assert s.workers.hours_left[0] == 98
    short = queue(scene(luck=STARTS | {"placement.accompanied": 0, "placement.starts": 0.70})).put("workers", hours_left=3)
    assert place(short) == [ATTENDING, OPEN]  # 0.70 is above the chance without company
    assert short.week.counts["hours_unmet"] == 2 and short.workers.hours_wanted[0] == 4


def test_accompaniment_can_be_switched_off(scene):
    s = queue(scene(luck=STARTS | {"placement.accompanied": 0}, changes={"contact.accompaniment_share": 0}))
    place(s)
    assert s.workers.hours_left[0] == 100


def test_nobody_accompanies_former_users(scene):
    s = queue(scene(luck=STARTS | {"placement.accompanied": 0})).put(state=COMPLETED, link_worker=-1)
    place(s)
    assert s.workers.hours_left[:4].sum() == 400


def test_a_worker_who_has_not_called_yet_does_not_go_along(scene):
    """Two people start in the same service with the same luck; only the one who knows the worker gets company."""
    s = queue(scene(luck=STARTS | {"placement.accompanied": 0})).put(awaiting_call=[True, False])
    accompanied = scene(luck=STARTS | {"placement.accompanied": 0})
    queue(accompanied).put(awaiting_call=False)
    place(s)
    place(accompanied)
    hours = s.p.contact.accompaniment_hours
    assert s.workers.hours_left[0] == pytest.approx(100 - hours)
    assert accompanied.workers.hours_left[0] == pytest.approx(100 - 2 * hours)


def test_not_starting_costs_motivation_and_reopens_the_goal(scene):
    s = queue(scene(people=1, luck=STARTS | {"placement.starts": 0.99}))
    assert place(s) == [OPEN]
    assert s.people.motivation[0] == pytest.approx(0.47) and s.people.goal_service[0, 0] == -1


def test_goals_that_are_not_personal_are_taken_up_less(scene, around):
    luck = STARTS | {"placement.starts": luck_of_goals(*around(logistic(0.80 - 0.06 - 0.5)))}
    assert place(queue(scene(luck=luck, changes={"contact.personalised": False}))) == [ATTENDING, OPEN]


@pytest.mark.parametrize("state", [USUAL_CARE, DECLINED, COMPLETED])
def test_anybody_may_start_alone_service_or_not(scene, around, state):
    for columns, factor in (({}, 1.0), ({"severity": 0.5}, 0.5), ({"depressed": True}, 0.5)):
        luck = {"placement.self_start": luck_of_goals(*around(0.002 * 2 * 0.7 * factor))}
        s = scene(luck=luck).put(motivation=0.7, state=state, link_worker=-1, **columns)
        assert place(s) == [PRACTISING, OPEN]


def test_cases_and_blocked_goals_are_not_started_alone_and_it_can_be_switched_off(scene):
    luck = {"placement.self_start": 0}
    assert place(scene(luck=luck).put(goal_area=(HOUSING, 1, 2))) == [OPEN, OPEN]
    assert place(scene(luck=luck).put(goal_blocked_until=51)) == [OPEN, OPEN]
    assert place(scene(luck=luck, changes={"activity.self_start": 0})) == [OPEN, OPEN]
    assert place(scene(luck=luck)) == [PRACTISING, PRACTISING]
