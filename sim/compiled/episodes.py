"""Compiled form of `sim.episodes`: the one place where a spell ends, whatever the reason."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled.tables import columns, numbers
from sim.episodes import write_spell
from sim.people import FOR_GOOD, GOALS, NOT_YET, OPEN, QUEUED, People
from sim.records import Log
from sim.week import Week


def leave(people: People, rows: np.ndarray, state: np.ndarray, reason: np.ndarray, week: Week, episodes: Log) -> None:
    """End the present spell of `rows`; `state` and `reason` are codes of `STATES` and `EXIT_REASONS`, one each."""
    if len(rows):
        write_spell(people, rows, week.number, reason, episodes)
        keeps_place = week.p.contact.schedule == "signposting"  # there the one referral is all that is given: it outlasts the exit
        end_spells(columns(people), rows, state, reason, numbers(week.p), week.number, keeps_place)


@njit(cache=True)
def end_spells(people, rows, state, reason, p, week, keeps_place):
    """Stop contacts of `rows`, store trust, and give up places in queues unless the person `keeps_place`. Attending goes on."""
    for place, i in enumerate(rows):
        if people.episode[i] == 1:
            people.end_week[i] = week
            people.exit_reason[i] = reason[place]
            people.reliance[i] = reliance(people, i, p)
        for k in range(GOALS):
            if people.goal_stage[i, k] == QUEUED and not keeps_place:
                people.goal_stage[i, k] = OPEN
                people.goal_service[i, k] = NOT_YET
        people.state[i] = people.exit_state[i] = state[place]
        people.last_worker[i] = people.link_worker[i]
        people.link_worker[i] = NOT_YET
        people.trust_stored[i] = people.trust[i]
        people.trust[i] = 0.0
        people.awaiting_call[i] = people.handover_due[i] = False
        people.handover_rank[i] = NOT_YET
        people.due_week[i] = FOR_GOOD


@njit(cache=True)
def reliance(people, i, p):
    """Return the share of the gain of person `i` since referral that is the relationship term, in [0, 1]; missing without gain."""
    q = p[0].wellbeing
    gain = people.latent_sum[i] - people.latent_start[i]
    return min((q.trust_positive + q.trust_family) * people.trust[i] / gain, 1.0) if gain > 0 else np.nan
