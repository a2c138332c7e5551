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

EXIT_STATES = np.array((DISENGAGED, COMPLETED, TIME_LIMITED))
PLANNED_REASONS = np.array((REASON["goals_met"], REASON["time_limit"]))
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
    week.count("disengaged", len(dropped))
    week.count("completed", len(met_goals))
    week.count("time_limited", len(at_limit))
    leavers = np.concatenate((dropped, met_goals, at_limit))
    states = EXIT_STATES.repeat((len(dropped), len(met_goals), len(at_limit)))
    reasons = np.concatenate((reasons, PLANNED_REASONS.repeat((len(met_goals), len(at_limit)))))
    leave(people, leavers, states, reasons, week, episodes)
    if week.p.contact.schedule != "signposting":  # one contact is no programme whose end could surprise
        surprise(people, at_limit, week)


def lateness(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return how late the next contact is, in intervals beyond 1.5 and at most 4."""
    since = (week.number - people.last_contact_week[rows]) / people.interval[rows]
    unmet = (~people.met[rows]).nonzero()[0]
    since[unmet] = (week.number - people.spell_start[rows[unmet]]) / 2
    since -= 1.5
    return since.clip(0, 4, out=since)


def drop_out(people: People, rows: np.ndarray, week: Week) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the engaged `rows` drop out, and each one's reason: a change of worker, a setback, or neither."""
    q = week.p.dropout
    logs = q.lateness * lateness(people, rows, week)
    logs += q.early * np.exp((people.spell_start[rows] - week.number) / 5)
    luck = week.uniform(DROPS_OUT, rows)
    # a probability is at most its hazard: whoever would stay with the rest at its worst needs no closer look
    worst = q.depressed + 0.45 * q.confidence + q.awaiting_call + q.setback + 1e-9
    near = (luck < q.hazard * np.exp(logs + worst)).nonzero()[0]
    close, logs = rows[near], logs[near]
    severity, awaiting = people.severity[close], people.awaiting_call[close]
    logs += q.depressed * people.depressed[close]
    logs -= q.trust * people.trust[close]
    logs -= q.confidence * (people.confidence[close] - 0.45)
    progress = people.goal_progress.take(close, axis=0)
    logs -= q.progress / GOALS * (progress[:, 0] + progress[:, 1] + progress[:, 2])
    logs += q.awaiting_call * awaiting + q.setback * severity
    hazard = q.hazard * np.exp(logs)
    hazard *= np.where(people.state[close] == MAINTENANCE, q.maintenance_factor, 1.0)
    drops = luck[near] < -np.expm1(-hazard)
    lost = np.zeros(len(rows), bool)
    lost[near[drops]] = True
    rows, severity = close[drops], severity[drops]
    people.dropout_share_change[rows] = -np.expm1(-q.awaiting_call * awaiting[drops])
    people.dropout_share_setback[rows] = -np.expm1(-q.setback * severity)
    change = people.change_week[rows]
    by_change = (week.number - change <= ATTRIBUTION_WEEKS) & (change >= people.spell_start[rows])
    reasons = np.where(by_change, REASON["lost_worker_change"], np.where(severity > 0, REASON["lost_setback"], REASON["lost_other"]))
    week.record("disengaged", rows, people.link_worker[rows])
    return lost, reasons


def maintain(people: People, rows: np.ndarray, week: Week) -> None:
    """Move those of the engaged `rows` whose goals go well to maintenance, and those who slip back to active."""
    q = week.p.programme
    maintained = people.state[rows] == MAINTENANCE
    settled, rows = rows[maintained], rows[~maintained]
    slips = (people.severity[settled] >= SERIOUS) | (people.lapses_in_maintenance[settled] >= q.reactivation_lapses)
    slipped = settled[slips]
    people.state[slipped] = ACTIVE
    people.lapses_in_maintenance[slipped] = 0
    week.record("reactivated", slipped, people.link_worker[slipped])
    rows = rows[week.number - people.spell_start[rows] > min(q.maintenance_from_week, 0.4 * q.length_weeks)]
    stage = people.goal_stage.take(rows, axis=0)
    good = (people.goal_progress.take(rows, axis=0) > q.maintenance_progress) | (stage == RESOLVED)
    doing_well = (good[:, 0] & good[:, 1]) | (good[:, 0] & good[:, 2]) | (good[:, 1] & good[:, 2])
    rows = rows[doing_well]
    if not len(rows):
        return
    firm = (people.goal_habit.take(rows, axis=0) > q.maintenance_habit).any(axis=1)
    rows = rows[firm & (people.severity[rows] < SERIOUS)]
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
    settled = maintained.nonzero()[0]
    completes = settled[week.uniform(COMPLETES, rows[settled]) < q.completion]
    weeks_in = week.number - people.spell_start[rows[completes]]
    completes = completes[weeks_in > min(q.completion_from_week, 0.5 * q.length_weeks)]
    at_limit = week.number >= people.limit_week[rows]
    if week.p.contact.schedule == "signposting":
        at_limit |= people.met[rows]
    meets_goals = at_limit & maintained
    meets_goals[completes] = True
    met_goals = rows[meets_goals]
    ended = rows[at_limit & ~maintained]
    if len(ended):
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
    if not len(rows):
        return
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
