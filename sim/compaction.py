"""Long runs: whose follow-up ends, and when the rows of people who are followed no further are dropped.

Neither disturbs anybody else: draws go by a person's number, and rows keep their order. See
docs/decisions/0012-long-runs.md.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim.archive import Part, joined
from sim.dictionary import TABLES
from sim.measures import Measures
from sim.people import ATTENDING, QUEUED, WAITING, People
from sim.processes.setback import stop
from sim.week import Week

SHARE, LEAST = 1 / 3, 2_000  # rows are dropped once both so large a share and so many of them are idle

# what the people table is made of
DERIVED_FROM = (
    "number", "alive", "household", "episode", "trust", "trust_stored", "goal_area", "goal_habit", "latent_start", "latent_at", "latent_exit_at", "star_at",
)  # fmt: skip
TOLD = tuple(name for name in People.columns if name in TABLES["people"] or name in DERIVED_FROM)


def release(people: People, measures: Measures, week: Week, drop: bool) -> None:
    """End follow-ups after the week's record; if asked, `drop` rows once it pays."""
    end_follow_up(people, week)
    if drop:
        compact(people, measures)


def end_follow_up(people: People, week: Week) -> None:
    """Follow no further who was referred `life.follow_up_weeks` ago or more and has no more to do with service or community."""
    ripe = week.number - week.p.life.follow_up_weeks + 1  # people referred in earlier weeks
    if week.p.life.follow_up_weeks == 0 or ripe < 1:
        return
    early = slice(people.first_of_week[ripe])
    rows = (people.alive[early] & (people.state[early] > WAITING)).nonzero()[0]
    stage = people.goal_stage[rows]
    rows = rows[~((stage == QUEUED) | (stage == ATTENDING)).any(axis=1)]
    if len(rows):
        people.followed_until[rows] = week.number
        people.archive.add(told(people, rows))
        stop(people, rows)


def compact(people: People, measures: Measures) -> None:
    """Drop the rows of people who have gone or are followed no further, once there are enough of them to be worth it."""
    idle = people.n - np.count_nonzero(people.alive[: people.n])
    if idle < max(LEAST, SHARE * people.n):
        return
    rows = (~people.alive[: people.n]).nonzero()[0]
    people.archive.add(told(people, rows[people.followed_until[rows] < 0]))
    people.archive.put_away()
    measures.rows_moved(people.drop(rows))


def told(people: People, rows: np.ndarray) -> Part:
    """Return what result tables tell of `rows`."""
    return {name: getattr(people, name)[rows] for name in TOLD}


def everybody(people: People) -> People | SimpleNamespace:
    """Return the columns told of everybody ever referred, in order of number, and `n`, how many they are."""
    archived = list(people.archive)
    if not archived:
        return people
    rest = told(people, (people.followed_until[: people.n] < 0).nonzero()[0])
    return SimpleNamespace(n=people.ever, **joined([*archived, rest]))
