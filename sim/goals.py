"""Goals: finding a person's first goal of a kind, and moving a case on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.people import GOALS, NOT_YET, OPEN, PRACTISING, RESOLVED, People
from sim.week import Week

NONE = -1


def first_goal(people: People, rows: np.ndarray, fits: Callable[[People, np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the flat number of each person's first goal that `fits`, or -1."""
    goals = rows[:, None] * GOALS + np.arange(GOALS)
    found = fits(people, goals)
    slot = found.argmax(axis=1)
    return np.where(found.any(axis=1), rows * GOALS + slot, NONE)


def advance_case(people: People, goals: np.ndarray, progress: float, luck: np.ndarray, week: Week) -> None:
    """Move the cases of flat `goals` on; a full one is resolved with a chance, else it reopens from the start."""
    if not len(goals):
        return
    done = people.flat("goal_progress")
    done[goals] += progress
    is_full = done[goals] >= 1 - 1e-6
    full, lucky = goals[is_full], luck[is_full] < week.p.habit.case_resolved
    resolved, again = full[lucky], full[~lucky]
    stage = people.flat("goal_stage")
    stage[resolved] = RESOLVED
    done[resolved] = 1.0
    stage[again] = OPEN
    done[again] = 0.0
    people.flat("goal_service")[full] = NOT_YET
    people.flat("goal_since")[full] = week.number
    people.flat("goal_achieved")[resolved] = True
    np.add.at(people.goals_achieved, resolved // GOALS, 1)
    week.record("goal_achieved", resolved // GOALS)


def restart(people: People, goals: np.ndarray, week: Week) -> None:
    """Take up self-practice of lapsed `goals` again."""
    people.flat("goal_stage")[goals] = PRACTISING
    people.flat("goal_since")[goals] = week.number
    week.record("restart", goals // GOALS)
