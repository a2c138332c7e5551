"""Before a sweep starts: how many runs it takes and how long that is, and whether the user is willing."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from experiments.errors import UsageError
from experiments.run import Job, run_model
from experiments.sweep.question import SweepQuestion
from experiments.sweep.sweep import Sweeper
from experiments.terminal import HOUR, counted, duration
from experiments.twins import usual_care
from experiments.whatif.announce import say

ASKED_ABOVE = HOUR  # on a terminal
REFUSED_ABOVE = 1_000_000  # rows, too many to look up which are there already; or
REFUSED_AFTER = 7 * 24 * HOUR
TOLD_FROM = 2_000  # rows: to look them up takes seconds


@dataclass(frozen=True)
class Forecast:
    """How much there is to do: `rows` in all, `runs` of the model that are missing (all, where that was not looked up), and seconds of one run."""

    points: int
    rows: int
    runs: int
    seconds: float
    workers: int
    at_most: bool
    what: str = "sweep"

    @property
    def time(self) -> float:
        """Seconds that the whole takes."""
        return self.runs * self.seconds / self.workers

    @property
    def beyond_reason(self) -> str:
        """Why it is refused unless it is confirmed, or an empty text."""
        if self.rows <= REFUSED_ABOVE and self.time <= REFUSED_AFTER:
            return ""
        return f"this {self.what} has {self.rows:,} rows and would take about {duration(self.time)}: add confirm=true if you mean it, or ask for less."

    def told(self) -> str:
        """Return what there is to do, in a sentence or two."""
        most = "at most " if self.at_most else ""
        if not self.runs:
            return f"{counted(self.points, 'point')}, {counted(self.rows, 'row')}: all runs are there already."
        return (
            f"{most}{counted(self.points, 'point')}, {counted(self.rows, 'row')} of points and seeds; {counted(self.runs, 'run')} of the model to make, "
            f"usual care included, about {duration(self.time)} with {counted(self.workers, 'worker')}."
        ).capitalize()


def forecast(sweeper: Sweeper) -> Forecast:
    """Return how much there is to do; one run is made, and not kept, to see how long it takes."""
    question = sweeper.question
    points, rows = question.most_points(), question.most_runs()
    say(f"{counted(points, 'point')}, {counted(rows, 'row')} of points and seeds: looking up which are there already.", quiet=rows < TOLD_FROM)
    runs, known = (2 * rows, False) if rows > REFUSED_ABOVE else sweeper.ahead()  # with usual care
    return Forecast(points, rows, runs, seconds_of_a_run(question) if runs else 0.0, sweeper.workers.number, not known)


def seconds_of_a_run(question: SweepQuestion) -> float:
    """Return the mean seconds of a run of the service and one of its usual care."""
    began = time.perf_counter()
    for parameters in (question.service, usual_care(question.service)):
        run_model(Job(parameters, "", question.seed, question.weeks, events=False, panel=False))
    return (time.perf_counter() - began) / 2


def consent(expected: Forecast, confirmed: bool) -> None:
    """Say how much there is to do; above an hour ask on a terminal, and refuse what is beyond reason, unless `confirmed`."""
    say(expected.told(), quiet=expected.time < 5)
    if confirmed:
        return
    if expected.beyond_reason:
        raise UsageError(expected.beyond_reason)
    if expected.time > ASKED_ABOVE and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("nothing was run. Add confirm=true to go on without being asked, or ask for less.")
