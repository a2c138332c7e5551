"""Compiled form of `sim.processes.setback`: life, setbacks and moods."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.special import ndtri

from sim.compiled.draws import Keys, unit
from sim.compiled.episodes import leave
from sim.compiled.tables import columns, numbers
from sim.episodes import REASON
from sim.parameters import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from sim.people import (
    ATTENDING,
    FOR_GOOD,
    GOALS,
    GONE,
    LAST_ENGAGED,
    LIFESTYLE,
    MOST_CONDITIONS,
    NOT_YET,
    OPEN,
    QUEUED,
    RESOLVED,
    SELF_CARE,
    SERIOUS,
    WAITING,
    People,
)
from sim.processes import setback as plain
from sim.processes.setback import EARLY_REMISSION_WEEKS, SEVERITIES
from sim.records import Log
from sim.week import Week

MINOR, MODERATE, MAJOR = range(3)
LIFE_LUCK = Keys(plain.NEXT_CONDITION)
STRUCK_LUCK = Keys(plain.ONSET, plain.MOOD, plain.DURATION)
ONSET, MOOD, DURATION = range(3)
SETBACK_LUCK = Keys(plain.SEVERITY, plain.ADMISSION, plain.ASK, plain.BLOCK, plain.BLOCK_FOR_GOOD)
SEVERITY, ADMISSION, ASK, BLOCK, BLOCK_FOR_GOOD = range(5)
GONE_REASON = REASON["gone"]


def strike(people: People, week: Week, episodes: Log) -> None:
    """Let life go on, setbacks begin and moods change."""
    c, n, p = columns(people), people.n, numbers(week.p)
    go(people, new_conditions(c, n, week.number, LIFE_LUCK.of(week), p), week, episodes)
    p_early, p_late = (-np.expm1(-rate / WEEKS_PER_MONTH) for rate in (week.p.mood.relapse_early, week.p.mood.relapse_late))
    rows, length_luck, relapsed, remitted = struck(c, n, week.number, STRUCK_LUCK.of(week), p, p_early, p_late)
    if len(rows):
        stretch = np.exp(week.p.setbacks.weeks_sigma * ndtri(length_luck))  # numba has no ndtri
        admitted = begin_setbacks(c, rows, stretch, week.number, SETBACK_LUCK.of(week), p)
        week.count("setbacks", len(rows))
        week.count("admissions", len(admitted))
        week.record("setback", rows, people.link_worker[rows])
        week.record("admission", admitted, people.link_worker[admitted])
    week.record("depressed", relapsed)
    week.record("remitted", remitted)


@njit(cache=True)
def new_conditions(people, n, week, keys, p):
    """Give a further condition to those whose time has come; return the rows of those who die or move away this week."""
    near, count, gone = np.empty(n, np.int64), 0, 0
    new_condition_at, gone_at, rate = people.new_condition_at, people.gone_at, p[0].life.new_condition_rate / WEEKS_PER_YEAR
    for i in range(n):
        near[count] = i
        count += (new_condition_at[i] < week + 1) | (gone_at[i] < week + 1)
    for i in near[:count]:
        if new_condition_at[i] < week + 1:
            new_condition_at[i] = week + 1 - np.log(unit(keys[0], people.number[i])) / rate
            one_more_condition(people, i, week, p)
        if gone_at[i] < week + 1 and people.alive[i]:
            near[gone] = i
            gone += 1
    return near[:gone].copy()


@njit(cache=True)
def one_more_condition(people, i, week, p):
    """Give person `i` a further condition, with what goes with it."""
    q, before = p[0].setbacks, people.ltcs[i]
    people.ltcs[i] = min(before + 1, MOST_CONDITIONS)
    if 4 <= before < MOST_CONDITIONS:  # an exponential time left shrinks in proportion to the rise of its hazard
        people.gone_at[i] = week + (people.gone_at[i] - week) / p[0].life.gone_per_condition
    hazard = q.hazard_first + q.hazard_per_condition * (people.ltcs[i] - 1.0)
    hazard *= q.mental_health_factor if people.mental_health[i] else 1.0
    people.setback_hazard[i] = hazard * (q.deprived_factor if people.deprived[i] else 1.0)
    people.fading[i] = 0.5 * min(max(people.ltcs[i] - 2, 0), 5) + 0.5 * people.mental_health[i]


def go(people: People, rows: np.ndarray, week: Week, episodes: Log) -> None:
    """End all processes of `rows`, who die or move away this week."""
    if not len(rows):
        return
    served = rows[people.is_engaged(rows)]
    week.count("gone", len(rows))
    leave(people, served, np.full(len(served), GONE), np.full(len(served), GONE_REASON), week, episodes)
    end_life(columns(people), rows, week.number)
    week.record("gone", rows)


@njit(cache=True)
def end_life(people, rows, week):
    """Write down that `rows` are gone, and what ends with that."""
    for i in rows:
        if people.state[i] == WAITING and people.episode[i] == 0:
            people.exit_reason[i] = GONE_REASON
            people.end_week[i] = week
        people.state[i] = GONE
        people.alive[i] = False
        people.gone_week[i] = week
        people.gone_at[i] = people.new_condition_at[i] = np.inf
        people.setback_hazard[i] = people.severity[i] = people.setback_left[i] = 0
        people.depressed[i] = False
        for k in range(GOALS):
            people.goal_stage[i, k] = OPEN
            people.goal_blocked_until[i, k] = FOR_GOOD
            people.goal_service[i, k] = NOT_YET


@njit(cache=True)
def struck(people, n, week, keys, p, p_early, p_late):
    """Change moods; return the rows at which a setback begins, with the luck of its length, and those whose mood relapses and recovers."""
    onset, mood, duration = keys[ONSET], keys[MOOD], keys[DURATION]
    slope, base = -p[0].setbacks.confidence_slope / WEEKS_PER_MONTH, p[0].setbacks.confidence_base / WEEKS_PER_MONTH
    most = max(p_early, p_late, p[0].mood.recovery * (1 + p[0].mood.trust_factor))
    number, confidence, hazard, mental_health = people.number, people.confidence, people.setback_hazard, people.mental_health
    near, moody, n_near, n_moody = np.empty(n, np.int64), np.empty(n, np.int64), 0, 0
    for i in range(n):  # without a branch; a probability is at most its hazard: the rest need no closer look
        near[n_near] = moody[n_moody] = i
        n_near += unit(onset, number[i]) < (confidence[i] * slope + base) * hazard[i]
        n_moody += (unit(mood, number[i]) < most) & mental_health[i]
    rows, length_luck = begun(people, near[:n_near], onset, duration, slope, base)
    relapsed, remitted = change_moods(people, moody[:n_moody], week, mood, p, p_early, p_late)
    return rows, length_luck, relapsed, remitted


@njit(cache=True)
def begun(people, near, onset, duration, slope, base):
    """Return which of `near` a setback befalls, with the luck of its length."""
    rows, length_luck, count = np.empty(len(near), np.int64), np.empty(len(near)), 0
    for i in near:
        hazard = (people.confidence[i] * slope + base) * people.setback_hazard[i]
        if people.setback_left[i] == 0 and unit(onset, people.number[i]) < -np.expm1(-hazard):
            rows[count], length_luck[count] = i, unit(duration, people.number[i])
            count += 1
    return rows[:count], length_luck[:count]


@njit(cache=True)
def change_moods(people, moody, week, mood, p, p_early, p_late):
    """Begin and end episodes of depression among `moody`; return the rows of those who relapse and of those who recover."""
    q = p[0].mood
    relapsed, remitted, n_relapsed, n_remitted = np.empty(len(moody), np.int64), np.empty(len(moody), np.int64), 0, 0
    for i in moody:
        if not people.alive[i]:
            continue
        luck = unit(mood, people.number[i])
        if people.depressed[i]:  # trust is 0 outside the service, so the factor holds for all
            if luck < min(1.0, q.recovery * (1 + q.trust_factor * people.trust[i])):
                people.depressed[i] = False
                people.remission_week[i] = week
                remitted[n_remitted] = i
                n_remitted += 1
        elif luck < (p_early if week - people.remission_week[i] <= EARLY_REMISSION_WEEKS else p_late):
            people.depressed[i] = True
            people.relapse_week[i] = week
            relapsed[n_relapsed] = i
            n_relapsed += 1
    return relapsed[:n_relapsed].copy(), remitted[:n_remitted].copy()


@njit(cache=True)
def begin_setbacks(people, rows, stretch, week, keys, p):
    """Begin a setback in each of `rows`, `stretch` times as long as the median of its kind; return the rows of those admitted."""
    q = p[0].setbacks
    admitted, count = np.empty(len(rows), np.int64), 0
    for k in range(len(rows)):
        i = rows[k]
        luck = unit(keys[SEVERITY], people.number[i])
        kind = MAJOR if luck >= 1 - q.major_share else MODERATE if luck >= q.minor_share else MINOR
        severity = SEVERITIES[kind]
        median = (q.weeks_minor, q.weeks_moderate, q.weeks_major)[kind]
        people.severity[i] = severity
        people.setback_left[i] = min(max(np.rint(median * stretch[k]), 1.0), 30_000.0)
        people.setback_week[i] = week
        people.setbacks[i] += 1
        if unit(keys[ADMISSION], people.number[i]) < (q.admission_minor, q.admission_moderate, q.admission_major)[kind]:
            people.admissions[i] += 1
            admitted[count] = i
            count += 1
        lose(people, i, severity, p)
        if severity >= SERIOUS:
            block_goals(people, i, week, keys, p)
        if people.state[i] <= LAST_ENGAGED:
            reach_out_or_stay_away(people, i, week, keys, p)
    return admitted[:count].copy()


@njit(cache=True)
def lose(people, i, severity, p):
    """Take from person `i` what a setback of `severity` undoes; a case resolved stays so."""
    q = p[0].setbacks
    for k in range(GOALS):
        if people.goal_stage[i, k] != RESOLVED:
            people.goal_progress[i, k] *= 1 - q.progress_lost * severity
    people.motivation[i] = max(0.0, people.motivation[i] - q.motivation_lost * severity)
    people.confidence[i] = max(0.0, people.confidence[i] - q.confidence_lost * severity)


@njit(cache=True)
def reach_out_or_stay_away(people, i, week, keys, p):
    """Let person `i` ask for a meeting, or else stay away until well again and some weeks more."""
    q = p[0].contact
    if unit(keys[ASK], people.number[i]) < q.ask_base + q.ask_trust * people.trust[i]:
        people.due_week[i] = min(people.due_week[i], week + 1)
        people.not_before_week[i] = min(people.not_before_week[i], week + 1)
    elif people.met[i]:
        weeks = min(people.setback_left[i] + q.setback_return_weeks, p[0].wellbeing.review_weeks)
        people.not_before_week[i] = max(people.not_before_week[i], week + weeks)


@njit(cache=True)
def block_goals(people, i, week, keys, p):
    """Let the treatment of a serious setback block lifestyle and self-care goals of person `i` for a while or for good."""
    q = p[0].setbacks
    until = min(FOR_GOOD - 1, week + people.setback_left[i] + q.block_extra_weeks)
    for k in range(GOALS):
        index = people.number[i] * GOALS + k
        if people.goal_area[i, k] not in (LIFESTYLE, SELF_CARE) or unit(keys[BLOCK], index) >= q.block_probability:
            continue
        if unit(keys[BLOCK_FOR_GOOD], index) >= q.block_for_good:
            people.goal_blocked_until[i, k] = max(people.goal_blocked_until[i, k], until)
            continue
        people.goal_blocked_until[i, k] = FOR_GOOD
        if people.goal_stage[i, k] == ATTENDING:
            people.goal_peers[i, k] *= p[0].activity.peer_kept
        if people.goal_stage[i, k] in (ATTENDING, QUEUED):
            people.goal_stage[i, k] = OPEN
            people.goal_service[i, k] = NOT_YET
