"""Goals: finding a person's first goal of a kind, and moving a case on."""

from __future__ import annotations

import numpy as np

from sim.people import ATTENDING, GOALS, NOT_YET, OPEN, PRACTISING, RESOLVED, People
from sim.streams import Stream
from sim.week import Week

NONE = -1


def first_goal(rows: np.ndarray, fits: np.ndarray) -> np.ndarray:
    """Return the flat number of the first goal of each of `rows` that `fits` (one row a person, one column a goal), or -1."""
    first = rows * GOALS
    goal = np.where(fits[:, 2], first + 2, NONE)
    goal = np.where(fits[:, 1], first + 1, goal)
    return np.where(fits[:, 0], first, goal)


def count_up(column: np.ndarray, rows: np.ndarray) -> None:
    """Add one to `column` for each of `rows`, in which a person may stand several times."""
    if len(rows):
        column += np.bincount(rows, minlength=len(column)).astype(column.dtype)


def distinct(rows: np.ndarray) -> np.ndarray:
    """Return sorted `rows` without repeats."""
    if not len(rows):
        return rows
    fresh = np.empty(len(rows), bool)
    fresh[0] = True
    np.not_equal(rows[1:], rows[:-1], out=fresh[1:])
    return rows[fresh]


def advance_case(people: People, goals: np.ndarray, progress: float, resolve: Stream, week: Week) -> None:
    """Move the cases of flat `goals` on; a full one is resolved with a chance, else it reopens from the start."""
    if not len(goals):
        return
    done = people.flat("goal_progress")
    done[goals] += progress
    full = goals[done[goals] >= 1 - 1e-6]
    if not len(full):
        return
    lucky = week.uniform(resolve, full) < week.p.habit.case_resolved
    resolved, again = full[lucky], full[~lucky]
    stage = people.flat("goal_stage")
    attending = full[stage[full] == ATTENDING]
    stage[resolved] = RESOLVED
    done[resolved] = 1.0
    stage[again] = OPEN
    done[again] = 0.0
    people.flat("goal_service")[full] = NOT_YET
    people.flat("goal_peers")[attending] *= week.p.activity.peer_kept
    people.flat("goal_since")[full] = week.number
    people.flat("goal_achieved")[resolved] = True
    count_up(people.goals_achieved[: people.n], resolved // GOALS)
    week.record("goal_achieved", resolved // GOALS)


def restart(people: People, goals: np.ndarray, week: Week) -> None:
    """Take up self-practice of lapsed `goals` again."""
    people.flat("goal_stage")[goals] = PRACTISING
    people.flat("goal_since")[goals] = week.number
    week.record("restart", goals // GOALS)
