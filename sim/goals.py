"""Goals: finding a person's first goal of a kind, and moving a case on."""

from __future__ import annotations

import numpy as np

from sim.people import ATTENDING, GOALS, NOT_YET, OPEN, PRACTISING, RESOLVED, People
from sim.streams import Stream
from sim.week import Week

NONE = -1


def first_goal(rows: np.ndarray, fits: np.ndarray) -> np.ndarray:
    """Return the flat number of the first goal of each of `rows` that `fits` (one row a person, one column a goal), or -1."""
    goal = rows * GOALS + fits.argmax(axis=1)
    goal[~(fits[:, 0] | fits[:, 1] | fits[:, 2])] = NONE
    return goal


def count_up(column: np.ndarray, rows: np.ndarray) -> None:
    """Add one to `column` for each of `rows`, in which a person may stand several times."""
    if len(rows):
        np.add.at(column, rows, column.dtype.type(1))  # fast only with a 1 of the column's own type


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
    stage = people.flat("goal_stage")
    attending = full[stage[full] == ATTENDING]
    stage[full] = np.where(lucky, RESOLVED, OPEN)
    done[full] = lucky
    people.flat("goal_service")[full] = NOT_YET
    people.flat("goal_peers")[attending] *= week.p.activity.peer_kept
    people.flat("goal_since")[full] = week.number
    resolved = full[lucky]
    people.flat("goal_achieved")[resolved] = True
    rows = resolved // GOALS
    count_up(people.goals_achieved[: people.n], rows)
    week.record("goal_achieved", rows)


def restart(people: People, goals: np.ndarray, week: Week) -> None:
    """Take up self-practice of lapsed `goals` again."""
    people.flat("goal_stage")[goals] = PRACTISING
    people.flat("goal_since")[goals] = week.number
    week.record("restart", goals // GOALS)
