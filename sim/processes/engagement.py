"""Step 12: drop-out, maintenance, completion, the time limit, extension and re-entry (docs/odd.md, section 7.12).

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
    ACTIVE,
    COMPLETED,
    DISENGAGED,
    GOALS,
    MAINTENANCE,
    RESOLVED,
    SERIOUS,
    STATES,
    TIME_LIMITED,
    WAITING,
    People,
)
from sim.programme import NO_LIMIT
from sim.records import Log
from sim.streams import Stream
from sim.week import Week

DROPS_OUT = Stream("engagement.drops_out", "drops out")
MAINTAINS = Stream("engagement.maintains", "moves to maintenance")
COMPLETES = Stream("engagement.completes", "completes with goals met")
EXTENDED = Stream("engagement.extended", "is extended at the limit")
RETURNS = Stream("engagement.returns", "comes back after a setback or relapse")

ATTRIBUTION_WEEKS = 26
NEEDY_CONDITIONS = 4


def engage(people: People, week: Week, episodes: Log) -> None:
    """Move people between active, maintenance and their exits, and bring some back."""
    if not week.p.programme.enabled:
        return
    come_back(people, week)  # first: whoever leaves this week does not return in the same
    rows = people.engaged()
    lost, reasons = drop_out(people, rows, week)
    dropped, rows = rows[lost], rows[~lost]
    maintain(people, rows, week)
    met_goals, at_limit = planned_exits(people, rows, week)
    review_at_exit(people, np.concatenate((met_goals, at_limit)), week)
    exits = ((dropped, DISENGAGED, reasons), (met_goals, COMPLETED, REASON["goals_met"]), (at_limit, TIME_LIMITED, REASON["time_limit"]))
    for rows, state, _ in exits:
        week.count(STATES[state], len(rows))
    leavers, states, why = (np.concatenate([np.full(len(rows[0]), rows[part]) for rows in exits]) for part in range(3))
    leave(people, leavers, states, why, week, episodes)
    if week.p.contact.schedule != "signposting":  # one contact is no programme whose end could surprise
        surprise(people, at_limit, week)


def lateness(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return how late the next contact is, in intervals beyond 1.5 and at most 4."""
    since = week.number - people.last_contact_week[rows]
    late = since / people.interval[rows] - 1.5
    waiting_for_first = (week.number - people.spell_start[rows]) / 2 - 1.5
    return np.minimum(np.maximum(np.where(people.met[rows], late, waiting_for_first), 0), 4)


def drop_out(people: People, rows: np.ndarray, week: Week) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the engaged `rows` drop out, and each one's reason: a change of worker, a setback, or neither."""
    q = week.p.dropout
    severity, awaiting = people.severity[rows], people.awaiting_call[rows]
    logs = q.lateness * lateness(people, rows, week)
    logs += q.early * np.exp((people.spell_start[rows] - week.number) / 5)
    logs += q.depressed * people.depressed[rows]
    logs -= q.trust * people.trust[rows]
    logs -= q.confidence * (people.confidence[rows] - 0.45)
    progress = people.goal_progress.take(rows, axis=0)
    logs -= q.progress / GOALS * (progress[:, 0] + progress[:, 1] + progress[:, 2])
    logs += q.awaiting_call * awaiting + q.setback * severity
    hazard = np.exp(logs, out=logs)
    hazard *= q.hazard
    hazard *= np.where(people.state[rows] == MAINTENANCE, q.maintenance_factor, 1.0)
    luck = week.uniform(DROPS_OUT, rows)
    lost = luck < hazard  # a probability is at most its hazard: only these need a closer look
    lost[lost] = luck[lost] < -np.expm1(-hazard[lost])
    rows = rows[lost]
    people.dropout_share_change[rows] = -np.expm1(-q.awaiting_call * awaiting[lost])
    people.dropout_share_setback[rows] = -np.expm1(-q.setback * severity[lost])
    change = people.change_week[rows]
    by_change = (week.number - change <= ATTRIBUTION_WEEKS) & (change >= people.spell_start[rows])
    reasons = np.where(by_change, REASON["lost_worker_change"], np.where(severity[lost] > 0, REASON["lost_setback"], REASON["lost_other"]))
    week.record("disengaged", rows, people.link_worker[rows])
    return lost, reasons


def maintain(people: People, rows: np.ndarray, week: Week) -> None:
    """Move those of the engaged `rows` whose goals go well to maintenance, and those who slip back to active."""
    q = week.p.programme
    maintained = people.state[rows] == MAINTENANCE
    serious = people.severity[rows] >= SERIOUS
    slipped = rows[maintained & (serious | (people.lapses_in_maintenance[rows] >= q.reactivation_lapses))]
    people.state[slipped] = ACTIVE
    people.lapses_in_maintenance[slipped] = 0
    week.record("reactivated", slipped, people.link_worker[slipped])
    rows = rows[~maintained & ~serious]
    rows = rows[week.number - people.spell_start[rows] > min(q.maintenance_from_week, 0.4 * q.length_weeks)]
    stage = people.goal_stage.take(rows, axis=0)
    good = (people.goal_progress.take(rows, axis=0) > q.maintenance_progress) | (stage == RESOLVED)
    doing_well = (good[:, 0] & good[:, 1]) | (good[:, 0] & good[:, 2]) | (good[:, 1] & good[:, 2])
    rows = rows[doing_well]
    firm = (people.goal_habit.take(rows, axis=0) > q.maintenance_habit).any(axis=1)
    rows = rows[firm]
    leaning = people.trust[rows] * (1 - people.confidence[rows])
    rows = rows[week.uniform(MAINTAINS, rows) < 1 - q.dependency_slowing * leaning]
    people.state[rows] = MAINTENANCE
    people.lapses_in_maintenance[rows] = 0
    week.record("maintenance", rows, people.link_worker[rows])


def planned_exits(people: People, rows: np.ndarray, week: Week) -> tuple[np.ndarray, np.ndarray]:
    """Return who of the engaged `rows` leaves with goals met and who at the time limit; extend some with need.

    From maintenance some complete each week, and all at the limit. With signposting the one contact is the programme.
    """
    q = week.p.programme
    maintained = people.state[rows] == MAINTENANCE
    late_enough = week.number - people.spell_start[rows] > min(q.completion_from_week, 0.5 * q.length_weeks)
    ready = (maintained & late_enough).nonzero()[0]
    completes = ready[week.uniform(COMPLETES, rows[ready]) < q.completion]
    at_limit = week.number >= people.limit_week[rows]
    if week.p.contact.schedule == "signposting":
        at_limit |= people.met[rows]
    meets_goals = at_limit & maintained
    meets_goals[completes] = True
    met_goals = rows[meets_goals]
    ended = rows[at_limit & ~maintained]
    ended = ended[~extend(people, ended, week)]
    week.record("completed", met_goals, people.link_worker[met_goals])
    week.record("time_limited", ended, people.link_worker[ended])
    return met_goals, ended


def extend(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Extend some of `rows`, active at the limit, who have need; return which."""
    q = week.p.programme
    need = (people.severity[rows] > 0) | people.depressed[rows] | people.insecure_housing[rows] | (people.ltcs[rows] >= NEEDY_CONDITIONS)
    longer = need & (people.extensions_spell[rows] < q.max_extensions) & (week.uniform(EXTENDED, rows) < q.discretion)
    if week.p.contact.schedule == "signposting":
        longer &= ~people.met[rows]
    extended = rows[longer]
    people.limit_week[extended] = np.minimum(NO_LIMIT, people.limit_week[extended] + q.extension_weeks)
    people.extensions_spell[extended] += 1
    people.extensions[extended] += 1
    week.record("extended", extended, people.link_worker[extended])
    return longer


def review_at_exit(people: People, rows: np.ndarray, week: Week) -> None:
    """Hold a last Star review with those who leave as planned and have met their worker."""
    rows = rows[people.met[rows]]
    if week.p.contact.schedule == "signposting" or not len(rows):
        return
    areas = star.record(people, rows, week)
    first = people.episode[rows] == 1
    people.star_exit[rows[first]] = areas[first] @ star.EIGHT


def surprise(people: People, rows: np.ndarray, week: Week) -> None:
    """Lower confidence and motivation of those who did not know of the limit that ended their spell."""
    q = week.p.programme
    rows = rows[~people.knows_limit[rows]]
    people.confidence[rows] = np.maximum(0, people.confidence[rows] - q.untold_confidence)
    people.motivation[rows] = np.maximum(0, people.motivation[rows] - q.untold_motivation)


def come_back(people: People, week: Week) -> None:
    """Let former users return to the list after this week's setback or mood relapse."""
    n = people.n
    hit = people.setback_week[:n] == week.number
    hit |= people.relapse_week[:n] == week.number
    rows = hit.nonzero()[0]
    rows = rows[(people.episode[rows] > 0) & people.alive[rows]]
    state = people.state[rows]
    rows = rows[(state == COMPLETED) | (state == TIME_LIMITED) | (state == DISENGAGED)]
    rows = rows[week.uniform(RETURNS, rows) < week.p.programme.reentry]
    people.state[rows] = WAITING
    people.listed_week[rows] = week.number
    people.calls[rows] = 0
