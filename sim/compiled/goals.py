"""Compiled form of `sim.goals`: finding a person's goal and moving a case on."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.compiled.draws import unit
from sim.people import ATTENDING, GOALS, IS_CASE_AREA, LAPSED, NOT_YET, OPEN, PRACTISING, RESOLVED

NONE = -1
ALMOST_FULL = np.float32(1 - 1e-6)


@njit(cache=True)
def first_case(people, i):
    """Return the slot of the first case of person `i` not yet resolved, or -1."""
    for k in range(GOALS):
        if IS_CASE_AREA[people.goal_area[i, k]] and people.goal_stage[i, k] != RESOLVED:
            return k
    return NONE


@njit(cache=True)
def advance_case(people, i, k, resolve, week, p):
    """Move the case in slot `k` of person `i` on by one contact, with luck under the key `resolve`; return whether it is resolved."""
    people.goal_progress[i, k] += np.float32(p[0].contact.instrumental_progress)
    if people.goal_progress[i, k] < ALMOST_FULL:
        return False
    resolved = unit(resolve, people.number[i] * GOALS + k) < p[0].habit.case_resolved
    if people.goal_stage[i, k] == ATTENDING:
        people.goal_peers[i, k] *= np.float32(p[0].activity.peer_kept)
    people.goal_stage[i, k] = RESOLVED if resolved else OPEN
    people.goal_progress[i, k] = resolved
    people.goal_service[i, k] = NOT_YET
    people.goal_since[i, k] = week
    if resolved:
        people.goal_achieved[i, k] = True
        people.goals_achieved[i] += 1
    return resolved


@njit(cache=True)
def restart(people, i, week):
    """Take up self-practice of the first lapsed goal of person `i` again; return whether there was one."""
    for k in range(GOALS):
        if people.goal_stage[i, k] == LAPSED:
            people.goal_stage[i, k] = PRACTISING
            people.goal_since[i, k] = week
            return True
    return False
