"""Step 9: sessions, self-practice, habits, lapses and restarts (docs/odd.md, section 7.9).

Reads   people: goals, traits, confidence, motivation, severity, depressed, last_contact_week; services.
Writes  people: goal columns, motivation, confidence, peers, activity counts, lapses_in_maintenance.
Draws   the streams below, by goal.
"""

from __future__ import annotations

import numpy as np

from sim.community import Community
from sim.goals import advance_case, count_up, restart
from sim.parameters import WEEKS_PER_MONTH
from sim.parameters.activity import Habit
from sim.people import ATTENDING, GOALS, LAPSED, LIFESTYLE, MAINTENANCE, NOT_YET, OPEN, PRACTISING, SUPPORTIVE, UNSUPPORTIVE, People, is_case
from sim.streams import Stream, logistic
from sim.week import Week

SESSION = Stream("participation.session", "attends a session", index="goal")
PRACTICE = Stream("participation.practice", "practises alone this week", index="goal")
LAPSE = Stream("participation.lapse", "self-practice lapses", index="goal")
RESTART = Stream("participation.restart", "restarts alone", index="goal")
LEAVE = Stream("participation.leave", "leaves an open group with a firm habit", index="goal")
RESOLVE = Stream("participation.resolve", "a full case is resolved at a session", index="goal")

CONTACT_HELPS_WEEKS = 4
MOST_FADING = 3.0
FULL = 1 - 1e-6


def take_part(people: People, community: Community, week: Week) -> None:
    """Hold sessions, let people practise, firm up or fade habits, and let practice lapse or restart."""
    attending = people.goals_in(ATTENDING)
    attended = hold_sessions(people, attending, week)
    practised = practise(people, week)
    case = is_case(people, attended)
    habit_goals = attended[~case]
    successes = np.concatenate((habit_goals, practised))
    firm_up(people, community, habit_goals, successes, week)
    settle_cases(people, attended[case], week)
    encourage(people, np.concatenate((attended, practised)), week)
    achieve(people, successes, week)
    attending = attending[people.flat("goal_stage")[attending] == ATTENDING]  # settled cases have ended
    finish_activities(people, community, attending, week)
    peer_support(people)
    grouped = in_group(people, attending)
    lapse(people, grouped, week)
    restart_alone(people, grouped, week)


def hold_sessions(people: People, goals: np.ndarray, week: Week) -> np.ndarray:
    """Hold this week's sessions of `goals` and return those attended; blocked goals do not count as missing."""
    q = week.p.activity
    goals = goals[people.flat("goal_blocked_until")[goals] <= week.number]
    rows = goals // GOALS
    logit = q.attend_logit + (people.confidence[rows] - 0.45) + q.attend_motivation * (people.motivation[rows] - 0.5)
    logit -= q.attend_setback * people.severity[rows] + q.attend_depressed * people.depressed[rows]
    logit -= q.attend_barrier * people.flat("goal_barriers")[goals]
    logit += q.attend_habit * people.flat("goal_habit")[goals] + q.attend_peers * (people.flat("goal_peers")[goals] - 0.3)
    begins = people.flat("goal_since")[goals] == week.number  # to start is to come to the first session
    came = begins | (week.uniform(SESSION, goals) < logistic(logit))
    people.flat("goal_due")[goals] += 1
    people.flat("goal_misses")[goals] += 1
    came = came.nonzero()[0]
    attended, attenders = goals[came], rows[came]
    people.flat("goal_misses")[attended] = 0
    people.flat("goal_attended")[attended] += 1
    count_up(people.sessions_due[: people.n], rows)
    count_up(people.attendances[: people.n], attenders)
    peers = people.flat("goal_peers")[attended]
    gain = np.where(people.isolated[attenders], min(1, q.peer_gain * q.peer_isolated), min(1, q.peer_gain))
    people.flat("goal_peers")[attended] = peers + gain * (1 - peers)
    return attended


def practise(people: People, week: Week) -> np.ndarray:
    """Return the flat goals practised alone this week."""
    q, a = week.p.habit, week.p.activity
    goals = people.unblocked_goals_in(PRACTISING, week.number)
    rows = goals // GOALS
    logit = q.practice_logit + a.attend_motivation * (people.motivation[rows] - 0.5) - q.practice_setback * people.severity[rows]
    logit += q.practice_habit * people.flat("goal_habit")[goals] - a.attend_depressed * people.depressed[rows]
    return goals.compress(week.uniform(PRACTICE, goals) < logistic(logit))


def firm_up(people: People, community: Community, attended: np.ndarray, successes: np.ndarray, week: Week) -> None:
    """Strengthen habits and progress of `successes`, the goals `attended` first; let every other habit fade."""
    habit, progress = people.flat("goal_habit"), people.flat("goal_progress")
    kept = habit[successes]
    habit[: GOALS * people.n] *= 1 - week.p.habit.decay
    rate = people.habit_rate[successes // GOALS]
    habit[successes] = kept + rate * (1 - kept)
    service = people.flat("goal_service")[attended]
    misfit = (people.flat("goal_area")[attended] == LIFESTYLE) & people.minority[attended // GOALS] & ~community.services.adapted[service]
    step = np.full(len(successes), 1 / week.p.habit.mini_goals)
    step[misfit.nonzero()[0]] = week.p.activity.unadapted_progress / week.p.habit.mini_goals
    step += progress[successes]
    progress[successes] = np.minimum(step, 1, out=step)


def settle_cases(people: People, cases: np.ndarray, week: Week) -> None:
    """Move the `cases` on whose advice session was attended; a settled case ends the activity."""
    advance_case(people, cases, week.p.habit.case_progress, RESOLVE, week)
    ended = cases[people.flat("goal_stage")[cases] != ATTENDING]
    count_completions(people, ended, week)
    week.record("finished_activity", ended // GOALS)


def encourage(people: People, successes: np.ndarray, week: Week) -> None:
    """Raise motivation and confidence, once a person and week, where there was a success."""
    q = week.p.habit
    rows = successes // GOALS  # whoever stands here twice is given the same new values twice
    motivation = people.motivation[rows]
    motivation += q.success_motivation * (1 - motivation)
    helped = (people.household[rows] == SUPPORTIVE).nonzero()[0]
    motivation[helped] += q.household_motivation * (1 - motivation[helped])
    people.motivation[rows] = motivation
    confidence = people.confidence[rows]
    people.confidence[rows] = confidence + q.success_confidence * (1 - confidence)


def achieve(people: People, goals: np.ndarray, week: Week) -> None:
    """Note the habit goals that reach full progress for the first time; practice goes on."""
    fresh = goals[~people.flat("goal_achieved")[goals]]
    fresh = fresh[people.flat("goal_progress")[fresh] >= FULL]
    if not len(fresh):
        return
    people.flat("goal_achieved")[fresh] = True
    count_up(people.goals_achieved[: people.n], fresh // GOALS)
    week.record("goal_achieved", fresh // GOALS)


def finish_activities(people: People, community: Community, goals: np.ndarray, week: Week) -> None:
    """End activities: by three misses in a row, at the end of a course or advice, or with a firm habit."""
    q, c = week.p.activity, week.p.community
    if not len(goals):
        return
    missed = people.flat("goal_misses")[goals] >= q.misses_to_leave
    leavers, goals = goals[missed], goals[~missed]
    weeks = week.number + 1 - people.flat("goal_since")[goals]
    case = is_case(people, goals)
    course = community.services.course[people.flat("goal_service")[goals]] | case  # of a fixed length, as is advice
    ended = weeks >= np.where(case, c.advice_weeks, c.course_weeks)
    at_mark = np.where(case, ended, weeks == c.course_weeks)
    ended &= course
    firm = (~course & (people.flat("goal_habit")[goals] > q.open_group_habit)).nonzero()[0]
    ended[firm] = week.uniform(LEAVE, goals[firm]) < q.open_group_leave
    count_completions(people, goals[at_mark], week)
    give_up(people, leavers, week)
    move_on(people, goals[ended], week)


def count_completions(people: People, goals: np.ndarray, week: Week) -> None:
    """Count the activities kept up: at least 75% of the sessions due attended."""
    if not len(goals):
        return
    due, attended = people.flat("goal_due")[goals], people.flat("goal_attended")[goals]
    kept_up = goals[(due > 0) & (attended >= week.p.activity.completed_share * due)]
    count_up(people.activity_completions[: people.n], kept_up // GOALS)


def give_up(people: People, goals: np.ndarray, week: Week) -> None:
    """End activities after too many misses: a habit goal lapses, a case reopens, motivation falls."""
    if not len(goals):
        return
    case = is_case(people, goals)
    close_activity(people, goals, np.where(case, OPEN, LAPSED), "left_activity", week)
    rows = goals // GOALS
    people.motivation[rows] = np.maximum(0, people.motivation[rows] - week.p.activity.lapse_motivation)  # once a person: repeats write the same
    note_lapse(people, goals[~case], week)


def move_on(people: People, goals: np.ndarray, week: Week) -> None:
    """End activities that have run their course: habits go on alone, a case not resolved reopens."""
    if len(goals):
        close_activity(people, goals, np.where(is_case(people, goals), OPEN, PRACTISING), "finished_activity", week)


def close_activity(people: People, goals: np.ndarray, stage: np.ndarray, kind: str, week: Week) -> None:
    """Give back the places of flat `goals` and move them to `stage`; little peer support is left."""
    service = people.flat("goal_service")
    week.record(kind, goals // GOALS, services=service[goals])
    people.flat("goal_stage")[goals] = stage
    people.flat("goal_since")[goals] = week.number
    people.flat("goal_peers")[goals] *= week.p.activity.peer_kept
    service[goals] = NOT_YET


def note_lapse(people: People, goals: np.ndarray, week: Week) -> None:
    """Write down lapses; in maintenance they count towards a return to active support."""
    rows = goals // GOALS
    count_up(people.lapses_in_maintenance[: people.n], rows[people.state[rows] == MAINTENANCE])
    week.record("lapse", rows)


def peer_support(people: People) -> None:
    """Set each person's peer support to the largest over the groups."""
    groups = people.goal_peers[: people.n]
    np.maximum(groups[:, 0], groups[:, 1], out=people.peers[: people.n])
    np.maximum(people.peers[: people.n], groups[:, 2], out=people.peers[: people.n])


def in_group(people: People, attending: np.ndarray) -> np.ndarray:
    """Return, for everybody arrived, whether they still attend one of the groups of the goals `attending`."""
    here = np.zeros(people.n, bool)
    here[attending[people.flat("goal_stage")[attending] == ATTENDING] // GOALS] = True
    return here


def lapse(people: People, in_groups: np.ndarray, week: Week) -> None:
    """Let self-practice lapse: less with habit, support and willpower, more in setbacks and alone."""
    q = week.p.habit
    goals = people.goals_in(PRACTISING)
    luck = week.uniform(LAPSE, goals)
    near = (luck < most_lapse(q) * np.exp(q.fading_alone * MOST_FADING)).nonzero()[0]
    goals, luck = goals[near], luck[near]
    near = luck < most_lapse(q) * np.exp(q.fading_alone * people.fading[goals // GOALS] - q.lapse_habit * people.flat("goal_habit")[goals])
    near = near.nonzero()[0]
    if not len(near):
        return
    goals, luck = goals[near], luck[near]
    rows = goals // GOALS
    grouped, engaged = in_groups[rows], people.is_engaged(rows)
    seen = engaged & (week.number - people.last_contact_week[rows] <= CONTACT_HELPS_WEEKS) & people.met[rows]
    alone = ~engaged & ~grouped
    log_hazard = q.fading_alone * people.fading[rows] * alone - q.lapse_habit * people.flat("goal_habit")[goals]
    hazard = q.lapse / WEEKS_PER_MONTH * np.exp(log_hazard - q.lapse_environment * people.environment[rows])
    hazard *= 1.4 - q.lapse_willpower * people.willpower[rows]
    hazard *= np.where(people.severity[rows] > 0, q.lapse_setback, 1.0)
    hazard *= np.where(seen | grouped, q.lapse_supported, 1.0)
    hazard *= np.where(people.household[rows] == UNSUPPORTIVE, q.lapse_unsupportive, 1.0)
    closer = luck < hazard
    closer[closer] = luck[closer] < -np.expm1(-hazard[closer])
    goals = goals[closer]
    people.flat("goal_stage")[goals] = LAPSED
    people.flat("goal_since")[goals] = week.number
    rows = rows[closer]
    people.motivation[rows] = np.maximum(0, people.motivation[rows] - q.lapse_motivation)  # once a person: repeats write the same
    note_lapse(people, goals, week)


def most_lapse(q: Habit) -> float:
    """Return a bound on the weekly hazard of a lapse, but for fading and habit: whoever's luck is above needs no closer look."""
    return q.lapse / WEEKS_PER_MONTH * 1.4 * max(1, q.lapse_setback) * q.lapse_unsupportive


def restart_alone(people: People, in_groups: np.ndarray, week: Week) -> None:
    """Let progress of lapsed goals melt, and some people take them up again alone."""
    q = week.p.habit
    goals = people.goals_in(LAPSED)
    people.flat("goal_progress")[goals] *= 1 - q.lapsed_progress
    goals = goals[people.flat("goal_since")[goals] < week.number]
    luck = week.uniform(RESTART, goals)
    near = (luck < q.restart_alone).nonzero()[0]  # motivation is at most 1
    goals, luck = goals[near], luck[near]
    rows = goals // GOALS
    alone = ~people.is_engaged(rows) & ~in_groups[rows]
    chance = q.restart_alone * people.motivation[rows] * np.exp(-q.fading_alone * people.fading[rows] * alone)
    free = (people.flat("goal_blocked_until")[goals] <= week.number) & people.alive[rows]
    restart(people, goals[free & (luck < chance)], week)
