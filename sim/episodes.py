"""Leaving the service: the one place where a spell ends, whatever the reason."""

from __future__ import annotations

import numpy as np

from sim.people import EXIT_REASONS, FOR_GOOD, NOT_YET, OPEN, QUEUED, STATES, People
from sim.records import Log
from sim.week import Week


def leave(people: People, rows: np.ndarray, state: int, reason: np.ndarray | int, week: Week, episodes: Log) -> None:
    """End the present spell of `rows`: contacts stop, the queue place is given up, trust is stored.

    Attending and self-practice go on: the groups are the community's. `reason` is a code of
    `EXIT_REASONS`, one for all or one each.
    """
    if not len(rows):
        return
    reason = np.broadcast_to(np.asarray(reason, np.int8), len(rows))
    first = people.episode[rows] == 1
    people.end_week[rows[first]] = week.number
    people.exit_reason[rows[first]] = reason[first]
    people.reliance[rows[first]] = reliance(people, rows[first], week)
    write_spell(people, rows, week.number, reason, episodes)
    stages = people.goal_stage[rows]
    people.goal_stage[rows] = np.where(stages == QUEUED, OPEN, stages)
    people.state[rows] = people.exit_state[rows] = state
    people.last_worker[rows] = people.link_worker[rows]
    people.link_worker[rows] = NOT_YET
    people.trust_stored[rows] = people.trust[rows]
    people.trust[rows] = 0.0
    people.awaiting_call[rows] = people.handover_due[rows] = False
    people.handover_rank[rows] = NOT_YET
    people.due_week[rows] = FOR_GOOD
    week.count(EXIT_COUNTS.get(STATES[state], STATES[state]), len(rows))


EXIT_COUNTS = {"gone": "gone", "completed": "completed", "time_limited": "time_limited", "disengaged": "disengaged"}


def write_spell(people: People, rows: np.ndarray, end_week: int, reason: np.ndarray | int, episodes: Log) -> None:
    """Add one row to `episodes` for the present spell of each of `rows`; an open one ends at -1."""
    whole = np.broadcast_to
    episodes.add(
        person=rows,
        episode=people.episode[rows],
        start_week=people.spell_start[rows],
        end_week=whole(np.int32(end_week), len(rows)),
        exit_reason=whole(np.asarray(reason), len(rows)),
        contacts=people.contacts_spell[rows],
        worker_changes=people.changes_spell[rows],
        extensions=people.extensions_spell[rows],
    )


def reliance(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the share of the gain since referral that is the relationship term, in [0, 1]; missing without gain."""
    q = week.p.wellbeing
    relationship = (q.trust_positive + q.trust_family) * people.trust[rows]
    gain = people.latent_sum[rows] - people.latent_at[rows, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gain > 0, np.minimum(relationship / gain, 1.0), np.nan)


REASON = {reason: code for code, reason in enumerate(EXIT_REASONS)}
