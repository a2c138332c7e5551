"""Step 12: drop-out, maintenance, completion, the time limit, extension and re-entry (model sections 4.12 and 4.13).

Reads   people: trust, confidence, mood, setbacks, goals, contacts, spell.
Writes  people: state, limit_week, extensions, lapses_in_maintenance, confidence and motivation at a surprise
        limit, dropout shares; through `episodes.leave`: the end of a spell.
Draws   the streams below, by person.
"""

from __future__ import annotations

import numpy as np

from sim import star
from sim.episodes import REASON, leave
from sim.people import (
    ACTIVE, COMPLETED, DISENGAGED, IS_CASE_AREA, MAINTENANCE, RESOLVED, TIME_LIMITED, WAITING, People,
)  # fmt: skip
from sim.programme import NO_LIMIT, wanted_interval
from sim.records import Log
from sim.streams import Stream
from sim.week import Week

DROPS_OUT = Stream("engagement.drops_out", "drops out")
MAINTAINS = Stream("engagement.maintains", "moves to maintenance")
COMPLETES = Stream("engagement.completes", "completes with goals met")
EXTENDED = Stream("engagement.extended", "is extended at the limit")
RETURNS = Stream("engagement.returns", "comes back after a setback or relapse")

SERIOUS = 0.6
ATTRIBUTION_WEEKS = 26
NEEDY_CONDITIONS = 4


def engage(people: People, week: Week, episodes: Log) -> None:
    """Move people between active, maintenance and their exits, and bring some back."""
    if not week.p.programme.enabled:
        return
    drop_out(people, week, episodes)
    if week.p.contact.schedule == "signposting":
        rows = people.engaged()
        leave_planned(people, rows[people.met[rows]], TIME_LIMITED, week, episodes)
    maintain(people, week)
    complete(people, week, episodes)
    reach_limit(people, week, episodes)
    come_back(people, week)


def lateness(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return how late the next contact is, in intervals beyond 1.5 and at most 4."""
    since = week.number - people.last_contact_week[rows]
    late = since / wanted_interval(people, rows, week) - 1.5
    waiting_for_first = (week.number - people.spell_start[rows]) / 2 - 1.5
    return np.clip(np.where(people.met[rows], late, waiting_for_first), 0, 4)


def drop_out(people: People, week: Week, episodes: Log) -> None:
    """Let people drop out, and attribute it: to a change of worker, a setback, or neither."""
    q, rows = week.p.dropout, people.engaged()
    if not len(rows) or q.hazard == 0:
        return
    severity, awaiting = people.severity[rows], people.awaiting_call[rows]
    change = q.awaiting_call * awaiting
    setback = q.setback * severity
    rest = q.depressed * people.depressed[rows] + q.lateness * lateness(people, rows, week)
    rest += q.early * np.exp(-(week.number - people.spell_start[rows]) / 5)
    rest -= q.trust * people.trust[rows] + q.confidence * (people.confidence[rows] - 0.45)
    rest -= q.progress * people.goal_progress[rows].mean(axis=1)
    hazard = q.hazard * np.exp(rest + change + setback)
    hazard[people.state[rows] == MAINTENANCE] *= q.maintenance_factor
    gone = week.uniform(DROPS_OUT, rows) < -np.expm1(-hazard)
    rows, change, setback = rows[gone], change[gone], setback[gone]
    people.dropout_share_change[rows] = -np.expm1(-change)
    people.dropout_share_setback[rows] = -np.expm1(-setback)
    by_change = (week.number - people.change_week[rows] <= ATTRIBUTION_WEEKS) & (people.change_week[rows] >= people.spell_start[rows])
    by_setback = people.severity[rows] > 0
    reason = np.where(by_change, REASON["lost_worker_change"], np.where(by_setback, REASON["lost_setback"], REASON["lost_other"]))
    week.record("disengaged", rows, people.link_worker[rows])
    leave(people, rows, DISENGAGED, reason, week, episodes)


def maintain(people: People, week: Week) -> None:
    """Move those whose goals go well to maintenance, and those who slip back to active."""
    q, rows = week.p.programme, people.engaged()
    maintained = people.state[rows] == MAINTENANCE
    serious = people.severity[rows] >= SERIOUS
    slipped = rows[maintained & (serious | (people.lapses_in_maintenance[rows] >= q.reactivation_lapses))]
    people.state[slipped] = ACTIVE
    people.lapses_in_maintenance[slipped] = 0
    week.record("reactivated", slipped, people.link_worker[slipped])
    rows = rows[~maintained & ~serious]
    rows = rows[week.number - people.spell_start[rows] > min(q.maintenance_from_week, 0.4 * q.length_weeks)]
    stage, habit = people.goal_stage[rows], people.goal_habit[rows]
    doing_well = ((people.goal_progress[rows] > q.maintenance_progress) | (stage == RESOLVED)).sum(axis=1) >= 2
    firm = (habit > q.maintenance_habit).any(axis=1) | IS_CASE_AREA[people.goal_area[rows]].all(axis=1)
    rows = rows[doing_well & firm]
    leaning = people.trust[rows] * (1 - people.confidence[rows])
    rows = rows[week.uniform(MAINTAINS, rows) < 1 - q.dependency_slowing * leaning]
    people.state[rows] = MAINTENANCE
    people.lapses_in_maintenance[rows] = 0
    week.record("maintenance", rows, people.link_worker[rows])


def complete(people: People, week: Week, episodes: Log) -> None:
    """Let some in maintenance complete with goals met."""
    q, rows = week.p.programme, people.engaged()
    rows = rows[(people.state[rows] == MAINTENANCE) & (week.number - people.spell_start[rows] > min(q.completion_from_week, 0.5 * q.length_weeks))]
    leave_planned(people, rows[week.uniform(COMPLETES, rows) < q.completion], COMPLETED, week, episodes)


def reach_limit(people: People, week: Week, episodes: Log) -> None:
    """At the limit: goals met for those in maintenance, longer for some with need, else the end."""
    q, rows = week.p.programme, people.engaged()
    rows = rows[week.number + 1 >= people.limit_week[rows]]
    if not len(rows):
        return
    maintained = people.state[rows] == MAINTENANCE
    need = (people.severity[rows] > 0) | people.depressed[rows] | people.insecure_housing[rows] | (people.ltcs[rows] >= NEEDY_CONDITIONS)
    longer = ~maintained & need & (people.extensions_spell[rows] < q.max_extensions) & (week.uniform(EXTENDED, rows) < q.discretion)
    extended = rows[longer]
    people.limit_week[extended] = np.minimum(NO_LIMIT, people.limit_week[extended] + q.extension_weeks)
    people.extensions_spell[extended] += 1
    people.extensions[extended] += 1
    week.record("extended", extended, people.link_worker[extended])
    leave_planned(people, rows[maintained], COMPLETED, week, episodes)
    ended = rows[~maintained & ~longer]
    surprised = ended[~people.knows_limit[ended]]
    leave_planned(people, ended, TIME_LIMITED, week, episodes)
    people.confidence[surprised] = np.maximum(0, people.confidence[surprised] - q.untold_confidence)
    people.motivation[surprised] = np.maximum(0, people.motivation[surprised] - q.untold_motivation)


def leave_planned(people: People, rows: np.ndarray, state: int, week: Week, episodes: Log) -> None:
    """End spells as planned, with a last Star review of those who met their worker."""
    if not len(rows):
        return
    if week.p.contact.schedule != "signposting":
        reviewed = rows[people.met[rows]]
        sums = star.record(people, reviewed, week).sum(axis=1)
        first = people.episode[reviewed] == 1
        people.star_exit[reviewed[first]] = sums[first]
    kind, reason = ("completed", "goals_met") if state == COMPLETED else ("time_limited", "time_limit")
    week.record(kind, rows, people.link_worker[rows])
    leave(people, rows, state, REASON[reason], week, episodes)


def come_back(people: People, week: Week) -> None:
    """Let former users return to the list after this week's setback or mood relapse."""
    n = people.n
    hit = (people.setback_week[:n] == week.number) | (people.relapse_week[:n] == week.number)
    rows = np.flatnonzero(hit & (people.episode[:n] > 0) & people.alive[:n])
    state = people.state[rows]
    rows = rows[(state == COMPLETED) | (state == TIME_LIMITED) | (state == DISENGAGED)]
    rows = rows[week.uniform(RETURNS, rows) < week.p.programme.reentry]
    people.state[rows] = WAITING
    people.listed_week[rows] = week.number
    people.calls[rows] = 0
