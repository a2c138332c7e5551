"""Before a sweep starts: how many runs it takes and how long that is, and whether the user is willing."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from experiments.errors import UsageError
from experiments.executors import Workers
from experiments.run import Job, run_model
from experiments.store import Store
from experiments.sweep.question import TWO_STEPS, SweepQuestion
from experiments.sweep.runs import cells_of, missing, models_run
from experiments.terminal import counted
from experiments.twins import usual_care
from experiments.whatif.announce import say
from experiments.whatif.bench import Bench

HOUR = 3600.0
ASKED_ABOVE = HOUR  # on a terminal
REFUSED_ABOVE = 1_000_000  # runs, or
REFUSED_AFTER = 7 * 24 * HOUR
COUNTED_UP_TO = 20_000  # rows: up to so many, it is looked up which are there already


@dataclass(frozen=True)
class Forecast:
    """How much there is to do: `rows` in all, `runs` of the model that are missing (all, where that was not looked up), and seconds of one run."""

    points: int
    rows: int
    runs: int
    seconds: float
    workers: int
    at_most: bool

    @property
    def time(self) -> float:
        """Seconds that the whole takes."""
        return self.runs * self.seconds / self.workers

    def told(self) -> str:
        """Return what there is to do, in a sentence or two."""
        most = "at most " if self.at_most else ""
        if not self.runs:
            return f"{counted(self.points, 'point')}, {counted(self.rows, 'row')}: all runs are there already."
        return (
            f"{most}{counted(self.points, 'point')}, {counted(self.rows, 'row')} of points and seeds; {counted(self.runs, 'run')} of the model to make, "
            f"usual care included, about {duration(self.time)} with {counted(self.workers, 'worker')}."
        ).capitalize()


def forecast(question: SweepQuestion, store: Store, workers: Workers, retry: bool = False) -> Forecast:
    """Return how much there is to do for `question`, with `retry` what failed before too; one run is made, and not kept, to see how long it takes."""
    points, rows = question.most_points(), question.most_runs()
    two = question.method == TWO_STEPS
    if rows > COUNTED_UP_TO or two:
        runs = 2 * rows  # with usual care
    else:
        cells = cells_of(question.runs_of(question.step(question.method, question.factors, question.size), Bench(store, question.weeks)))
        runs = models_run(*missing(cells, store, retry), store)
    return Forecast(points, rows, runs, seconds_of_a_run(question) if runs else 0.0, workers.number, two or rows > COUNTED_UP_TO)


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
    if expected.rows > REFUSED_ABOVE or expected.time > REFUSED_AFTER:
        raise UsageError(
            f"this sweep has {expected.rows:,} rows and would take about {duration(expected.time)}: add confirm=true if you mean it, or ask for less."
        )
    if expected.time > ASKED_ABOVE and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("nothing was run. Add confirm=true to go on without being asked, or ask for less.")


def duration(seconds: float) -> str:
    """Return a time in words, in the largest unit of which there are two or more."""
    for unit, size in (("years", 365 * 24 * HOUR), ("days", 24 * HOUR), ("hours", HOUR), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return counted(max(1, round(seconds)), "second")
