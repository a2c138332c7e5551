"""Leaving the service: the one place where a spell ends, whatever the reason."""

from __future__ import annotations

import numpy as np

from sim.people import EXIT_REASONS, FOR_GOOD, GOALS, NOT_YET, OPEN, QUEUED, People
from sim.records import Log
from sim.week import Week


def leave(people: People, rows: np.ndarray, state: np.ndarray | int, reason: np.ndarray, week: Week, episodes: Log) -> None:
    """End the present spell of `rows`: contacts stop, the queue place is given up, trust is stored.

    Attending and self-practice go on: the groups are the community's. `state` and `reason` are codes
    of `STATES` (one for all or one each) and `EXIT_REASONS` (one each).
    """
    if not len(rows):
        return
    in_first = people.episode[rows] == 1
    first = rows[in_first]
    people.end_week[first] = week.number
    people.exit_reason[first] = reason[in_first]
    people.reliance[first] = reliance(people, first, week)
    write_spell(people, rows, week.number, reason, episodes)
    if week.p.contact.schedule != "signposting":  # there the one referral is all that is given: it outlasts the exit
        at, slot = (people.goal_stage.take(rows, axis=0) == QUEUED).nonzero()
        queued = rows[at] * GOALS + slot
        people.flat("goal_stage")[queued] = OPEN
        people.flat("goal_service")[queued] = NOT_YET
    people.state[rows] = people.exit_state[rows] = state
    people.last_worker[rows] = people.link_worker[rows]
    people.link_worker[rows] = NOT_YET
    people.trust_stored[rows] = people.trust[rows]
    people.trust[rows] = 0.0
    people.awaiting_call[rows] = people.handover_due[rows] = False
    people.handover_rank[rows] = NOT_YET
    people.due_week[rows] = FOR_GOOD


def write_spell(people: People, rows: np.ndarray, end_week: int, reason: np.ndarray | int, episodes: Log) -> None:
    """Add one row to `episodes` for the present spell of each of `rows`; an open one ends at -1."""
    episodes.add(
        person=people.number[rows],
        episode=people.episode[rows],
        start_week=people.spell_start[rows],
        end_week=end_week,
        exit_reason=reason,
        contacts=people.contacts_spell[rows],
        worker_changes=people.changes_spell[rows],
        extensions=people.extensions_spell[rows],
    )


def reliance(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return the share of the gain since referral that is the relationship term, in [0, 1]; missing without gain."""
    q = week.p.wellbeing
    relationship = (q.trust_positive + q.trust_family) * people.trust[rows]
    gain = people.latent_sum[rows] - people.latent_start[rows]
    share = np.divide(relationship, gain, out=np.full(len(rows), np.nan), where=gain > 0)
    return np.minimum(share, 1.0)


REASON = {reason: code for code, reason in enumerate(EXIT_REASONS)}
