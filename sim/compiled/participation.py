"""Compiled form of `sim.processes.participation`: sessions, self-practice, habits, lapses and restarts.

Goals stand in lists by their flat number: goal k of the person in row i is 3 i + k, as in `People.flat`.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.community import Community
from sim.compiled.draws import Keys, unit
from sim.compiled.events import by_kind, no_events, put, record
from sim.compiled.tables import columns, numbers
from sim.parameters import WEEKS_PER_MONTH
from sim.people import (
    ATTENDING,
    GOALS,
    HOUSING,
    LAPSED,
    LAST_ENGAGED,
    LIFESTYLE,
    MAINTENANCE,
    MONEY,
    NOT_YET,
    OPEN,
    PRACTISING,
    RESOLVED,
    SUPPORTIVE,
    UNSUPPORTIVE,
    People,
)
from sim.processes.participation import CONTACT_HELPS_WEEKS, FULL, LAPSE, LEAVE, MOST_FADING, PRACTICE, RESOLVE, RESTART, SESSION, most_lapse
from sim.week import Week

EVENTS = ("goal_achieved", "finished_activity", "goal_achieved", "left_activity", "lapse", "finished_activity", "lapse", "restart")
RESOLVED_CASE, SETTLED, ACHIEVED, LEFT, LAPSED_LEAVING, FINISHED, LAPSED_ALONE, RESTARTED = range(len(EVENTS))
KINDS = len(EVENTS)
MOST_A_GOAL = 6  # events in a week
LUCK = Keys(SESSION, PRACTICE, LAPSE, RESTART, LEAVE, RESOLVE)
F4 = np.float32
ONE = F4(1)
FULL_4 = F4(FULL)


def take_part(people: People, community: Community, week: Week) -> None:
    """Hold sessions, let people practise, firm up or fade habits, and let practice lapse or restart."""
    near = most_lapse(week.p.habit) * math.exp(week.p.habit.fading_alone * MOST_FADING)
    events = take_part_in_all(columns(people), people.n, columns(community.services), numbers(week.p), week.number, LUCK.of(week), near)
    record(week, EVENTS, events)


@njit(cache=True)
def take_part_in_all(people, n, services, p, week, luck, near):
    """Do so for the first `n` of `people`; return the events, by the places of `EVENTS`."""
    session, practice, lapse, restart, leave, resolve = luck
    events = no_events(MOST_A_GOAL * GOALS * n)
    attending, practising = active_goals(people, n, week)
    attended, cases = hold_sessions(people, attending, p, week, session)
    practised = practise(people, practising, p, practice)
    firm_up(people, n, services, attended, practised, p)
    settle_cases(people, cases, p, week, resolve, events)
    encourage(people, n, (attended, cases, practised), p)
    achieve(people, attended, events)
    achieve(people, practised, events)
    leavers, ended = finish_activities(people, services, attending, p, week, leave)
    close(people, leavers, LAPSED, LEFT, p, week, events)
    lose_heart(people, leavers, p, events)
    close(people, ended, PRACTISING, FINISHED, p, week, events)
    peer_support(people, n)
    lapse_alone(people, n, p, week, lapse, near, events)
    restart_alone(people, n, p, week, restart, events)
    return by_kind(events, KINDS)


@njit(cache=True)
def is_case(area):
    """Return whether a goal of `area` is a case (money, where you live)."""
    return area in (MONEY, HOUSING)


@njit(cache=True)
def logistic(logit):
    """Return the probability of log-odds."""
    return 1 / (1 + np.exp(-logit))


@njit(cache=True)
def active_goals(people, n, week):
    """Return the goals attending, and those in self-practice that nothing blocks."""
    stage, blocked = people.goal_stage.reshape(-1), people.goal_blocked_until.reshape(-1)
    attending, practising = np.empty(GOALS * n + 1, np.int64), np.empty(GOALS * n + 1, np.int64)
    a = b = 0
    for g in range(GOALS * n):  # each is written down and kept or not: to jump at a stage nobody can foretell costs more
        attending[a] = practising[b] = g
        a += stage[g] == ATTENDING
        b += (stage[g] == PRACTISING) & (blocked[g] <= week)
    return attending[:a], practising[:b]


@njit(cache=True)
def hold_sessions(people, goals, p, week, key):
    """Hold this week's sessions of `goals` and return those attended: habit goals, and cases. Blocked goals do not count as missing."""
    q = p[0].activity
    number, confidence, motivation, severity, depressed = people.number, people.confidence, people.motivation, people.severity, people.depressed
    blocked, barriers = people.goal_blocked_until.reshape(-1), people.goal_barriers.reshape(-1)
    habit, area = people.goal_habit.reshape(-1), people.goal_area.reshape(-1)
    since, due, misses, count = people.goal_since.reshape(-1), people.goal_due.reshape(-1), people.goal_misses.reshape(-1), people.goal_attended.reshape(-1)
    peers, isolated, sessions_due, attendances = people.goal_peers.reshape(-1), people.isolated, people.sessions_due, people.attendances
    attend_setback, attend_habit, attend_peers = F4(q.attend_setback), F4(q.attend_habit), F4(q.attend_peers)
    attended, cases = np.empty(len(goals), np.int64), np.empty(len(goals), np.int64)
    a = c = 0
    for g in goals:
        if blocked[g] > week:
            continue
        i = g // GOALS
        logit = q.attend_logit + (confidence[i] - 0.45) + q.attend_motivation * (motivation[i] - 0.5)
        logit -= attend_setback * severity[i] + q.attend_depressed * depressed[i]
        logit -= q.attend_barrier * barriers[g]
        logit += attend_habit * habit[g] + attend_peers * (peers[g] - F4(0.3))
        due[g] += 1
        sessions_due[i] += 1
        begins = since[g] == week  # to start is to come to the first session
        if not begins and unit(key, GOALS * number[i] + g % GOALS) >= logistic(logit):
            misses[g] += 1
            continue
        misses[g] = 0
        count[g] += 1
        attendances[i] += 1
        gain = min(1.0, q.peer_gain * q.peer_isolated) if isolated[i] else min(1.0, q.peer_gain)
        peers[g] = peers[g] + gain * (ONE - peers[g])
        if is_case(area[g]):
            cases[c] = g
            c += 1
        else:
            attended[a] = g
            a += 1
    return attended[:a], cases[:c]


@njit(cache=True)
def practise(people, goals, p, key):
    """Return which of `goals` are practised alone this week."""
    q, a = p[0].habit, p[0].activity
    number, motivation, severity, depressed, habit = people.number, people.motivation, people.severity, people.depressed, people.goal_habit.reshape(-1)
    practice_setback, practice_habit = F4(q.practice_setback), F4(q.practice_habit)
    practised = np.empty(len(goals) + 1, np.int64)
    count = 0
    for g in goals:
        i = g // GOALS
        logit = q.practice_logit + a.attend_motivation * (motivation[i] - 0.5) - practice_setback * severity[i]
        logit += practice_habit * habit[g] - a.attend_depressed * depressed[i]
        practised[count] = g
        count += unit(key, GOALS * number[i] + g % GOALS) < logistic(logit)
    return practised[:count]


@njit(cache=True)
def firm_up(people, n, services, attended, practised, p):
    """Strengthen habits and progress of the goals `attended` and `practised`; let every other habit fade."""
    q = p[0].habit
    habit, progress, rate = people.goal_habit.reshape(-1), people.goal_progress.reshape(-1), people.habit_rate
    area, service, minority, adapted = people.goal_area.reshape(-1), people.goal_service.reshape(-1), people.minority, services.adapted
    successes = np.concatenate((attended, practised))
    kept = habit[successes]
    decay = F4(1 - q.decay)
    for g in range(GOALS * n):
        habit[g] *= decay
    for place, g in enumerate(successes):
        i = g // GOALS
        habit[g] = kept[place] + rate[i] * (ONE - kept[place])
        step = 1 / q.mini_goals
        if place < len(attended) and area[g] == LIFESTYLE and minority[i] and not adapted[service[g]]:
            step = p[0].activity.unadapted_progress / q.mini_goals
        progress[g] = min(step + progress[g], 1.0)


@njit(cache=True)
def settle_cases(people, cases, p, week, key, events):
    """Move the `cases` on whose advice session was attended; a full one is settled, for good or to reopen, and ends the activity."""
    number, achieved, goals_achieved = people.number, people.goal_achieved.reshape(-1), people.goals_achieved
    stage, progress, since = people.goal_stage.reshape(-1), people.goal_progress.reshape(-1), people.goal_since.reshape(-1)
    service, peers = people.goal_service.reshape(-1), people.goal_peers.reshape(-1)
    further, kept = F4(p[0].habit.case_progress), F4(p[0].activity.peer_kept)
    for g in cases:
        progress[g] += further
        if progress[g] < FULL_4:
            continue
        lucky = unit(key, GOALS * number[g // GOALS] + g % GOALS) < p[0].habit.case_resolved
        stage[g] = RESOLVED if lucky else OPEN
        progress[g] = ONE if lucky else F4(0)
        service[g] = NOT_YET
        peers[g] *= kept
        since[g] = week
        if lucky:
            achieved[g] = True
            goals_achieved[g // GOALS] += 1
            put(events, RESOLVED_CASE, g // GOALS, NOT_YET)
        count_completion(people.goal_due, people.goal_attended, people.activity_completions, g, p)
        put(events, SETTLED, g // GOALS, NOT_YET)


@njit(cache=True)
def count_completion(due, attended, completions, g, p):
    """Count the activity of goal `g` among those kept up when at least 75% of the sessions due were attended."""
    i, k = g // GOALS, g % GOALS
    if due[i, k] > 0 and attended[i, k] >= p[0].activity.completed_share * due[i, k]:
        completions[i] += 1


@njit(cache=True)
def encourage(people, n, successes, p):
    """Raise motivation and confidence, once a person and week, where there was a success."""
    q = p[0].habit
    motivation, confidence, household = people.motivation, people.confidence, people.household
    done = np.zeros(n, np.bool_)
    for goals in successes:
        for g in goals:
            i = g // GOALS
            if not done[i]:
                done[i] = True
                motivation[i] += q.success_motivation * (1 - motivation[i])
                if household[i] == SUPPORTIVE:
                    motivation[i] += q.household_motivation * (1 - motivation[i])
                confidence[i] += q.success_confidence * (1 - confidence[i])


@njit(cache=True)
def achieve(people, goals, events):
    """Note the habit goals that reach full progress for the first time; practice goes on."""
    achieved, progress, goals_achieved = people.goal_achieved.reshape(-1), people.goal_progress.reshape(-1), people.goals_achieved
    for g in goals:
        if not achieved[g] and progress[g] >= FULL_4:
            achieved[g] = True
            goals_achieved[g // GOALS] += 1
            put(events, ACHIEVED, g // GOALS, NOT_YET)


@njit(cache=True)
def finish_activities(people, services, goals, p, week, key):
    """Return which of `goals` are given up after misses in a row, and which end: a course or advice, or with a firm habit."""
    q, c = p[0].activity, p[0].community
    stage, service = people.goal_stage.reshape(-1), people.goal_service.reshape(-1)
    since, misses = people.goal_since.reshape(-1), people.goal_misses.reshape(-1)
    habit, area, number, is_course = people.goal_habit.reshape(-1), people.goal_area.reshape(-1), people.number, services.course
    due, attended, completions = people.goal_due, people.goal_attended, people.activity_completions
    firm = F4(q.open_group_habit)
    leavers, ended = np.empty(len(goals), np.int64), np.empty(len(goals), np.int64)
    a = b = 0
    for g in goals:
        if stage[g] != ATTENDING:  # a settled case has ended
            continue
        if misses[g] >= q.misses_to_leave:
            leavers[a] = g
            a += 1
            continue
        weeks = week + 1 - since[g]
        if is_case(area[g]):
            over = at_mark = weeks >= c.advice_weeks
        elif is_course[service[g]]:
            over, at_mark = weeks >= c.course_weeks, weeks == c.course_weeks
        else:
            over, at_mark = habit[g] > firm and unit(key, GOALS * number[g // GOALS] + g % GOALS) < q.open_group_leave, weeks == c.course_weeks
        if at_mark:
            count_completion(due, attended, completions, g, p)
        if over:
            ended[b] = g
            b += 1
    return leavers[:a], ended[:b]


@njit(cache=True)
def close(people, goals, next_stage, kind, p, week, events):
    """Give back the places of `goals`: a habit goal goes to `next_stage`, a case reopens; little peer support is left."""
    stage, service, since = people.goal_stage.reshape(-1), people.goal_service.reshape(-1), people.goal_since.reshape(-1)
    peers, area, kept = people.goal_peers.reshape(-1), people.goal_area.reshape(-1), F4(p[0].activity.peer_kept)
    for g in goals:
        put(events, kind, g // GOALS, service[g])
        stage[g] = OPEN if is_case(area[g]) else next_stage
        since[g] = week
        peers[g] *= kept
        service[g] = NOT_YET


@njit(cache=True)
def lose_heart(people, goals, p, events):
    """Lower motivation, once a person, where activities were given up, and note the lapses of habit goals."""
    motivation, area, state, lapses = people.motivation, people.goal_area.reshape(-1), people.state, people.lapses_in_maintenance
    last = -1
    for g in goals:
        i = g // GOALS
        if i != last:
            motivation[i] = max(0.0, motivation[i] - p[0].activity.lapse_motivation)
        last = i
        if not is_case(area[g]):
            lapses[i] += state[i] == MAINTENANCE
            put(events, LAPSED_LEAVING, i, NOT_YET)


@njit(cache=True)
def peer_support(people, n):
    """Set each person's peer support to the largest over the groups."""
    peers, groups = people.peers, people.goal_peers
    for i in range(n):
        peers[i] = max(max(groups[i, 0], groups[i, 1]), groups[i, 2])


@njit(cache=True)
def lapse_alone(people, n, p, week, key, near, events):
    """Let self-practice lapse: less with habit, support and willpower, more in setbacks and alone. Luck above `near` needs no closer look."""
    q = p[0].habit
    stage, habit, since, number, fading = people.goal_stage, people.goal_habit, people.goal_since, people.number, people.fading
    state, met, last_contact, environment, willpower = people.state, people.met, people.last_contact_week, people.environment, people.willpower
    severity, household, motivation, lapses = people.severity, people.household, people.motivation, people.lapses_in_maintenance
    fading_alone, of_habit, of_environment, lapse = F4(q.fading_alone), F4(q.lapse_habit), F4(q.lapse_environment), F4(q.lapse / WEEKS_PER_MONTH)
    for i in range(n):
        lapsed = False
        for k in range(GOALS):
            if stage[i, k] != PRACTISING:
                continue
            luck = unit(key, GOALS * number[i] + k)
            if luck >= near:
                continue
            grouped = stage[i, 0] == ATTENDING or stage[i, 1] == ATTENDING or stage[i, 2] == ATTENDING
            engaged = state[i] <= LAST_ENGAGED
            seen = engaged and week - last_contact[i] <= CONTACT_HELPS_WEEKS and met[i]
            alone = not engaged and not grouped
            log_hazard = fading_alone * fading[i] * F4(alone) - of_habit * habit[i, k]
            hazard = lapse * np.exp(log_hazard - of_environment * environment[i])
            hazard = F4(hazard * (1.4 - q.lapse_willpower * willpower[i]))  # numpy rounds after each factor
            hazard = F4(hazard * (q.lapse_setback if severity[i] > 0 else 1.0))
            hazard = F4(hazard * (q.lapse_supported if seen or grouped else 1.0))
            hazard = F4(hazard * (q.lapse_unsupportive if household[i] == UNSUPPORTIVE else 1.0))
            if luck < hazard and luck < -np.expm1(-hazard):
                lapsed = True
                stage[i, k] = LAPSED
                since[i, k] = week
                lapses[i] += state[i] == MAINTENANCE
                put(events, LAPSED_ALONE, i, NOT_YET)
        if lapsed:  # once a person
            motivation[i] = max(0.0, motivation[i] - q.lapse_motivation)


@njit(cache=True)
def restart_alone(people, n, p, week, key, events):
    """Let progress of lapsed goals melt, and some people take them up again alone."""
    q = p[0].habit
    stage, progress, since, blocked = people.goal_stage, people.goal_progress, people.goal_since, people.goal_blocked_until
    state, alive, motivation, fading, number = people.state, people.alive, people.motivation, people.fading, people.number
    left, fading_alone = F4(1 - q.lapsed_progress), F4(-q.fading_alone)
    for i in range(n):
        for k in range(GOALS):
            if stage[i, k] != LAPSED:
                continue
            progress[i, k] *= left
            luck = unit(key, GOALS * number[i] + k)
            if since[i, k] >= week or luck >= q.restart_alone:  # motivation is at most 1
                continue
            grouped = stage[i, 0] == ATTENDING or stage[i, 1] == ATTENDING or stage[i, 2] == ATTENDING
            alone = state[i] > LAST_ENGAGED and not grouped
            chance = q.restart_alone * motivation[i] * np.exp(fading_alone * fading[i] * F4(alone))
            if luck < chance and blocked[i, k] <= week and alive[i]:
                stage[i, k] = PRACTISING
                since[i, k] = week
                put(events, RESTARTED, i, NOT_YET)
