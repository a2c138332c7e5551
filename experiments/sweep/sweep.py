"""A sweep from question to tables: points, runs, indices, and for the method of two steps which parameters go on to the second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.errors import RunError, UsageError
from experiments.executors import Workers
from experiments.missing import Runnable, carry_out, failed, forget_failures, missing, models_run
from experiments.progress import Progress
from experiments.store import Store
from experiments.sweep import designs
from experiments.sweep.analysis import Analysis, analyse
from experiments.sweep.discovery import boxes
from experiments.sweep.factors import Factor
from experiments.sweep.indices import block
from experiments.sweep.information import Information, information
from experiments.sweep.question import NET_BENEFIT, TWO_STEPS, Step, SweepQuestion, outputs_by_measure
from experiments.sweep.runs import FAILED, NOT_ALLOWED, Run, cells_of, table_of, timings, values_of
from experiments.sweep.screening import screened
from experiments.terminal import counted
from experiments.whatif.announce import say
from experiments.whatif.bench import Bench
from sim.parameters import WEEKS_PER_YEAR

Read = Callable[[Runnable, Store], dict[str, float]]
NOT_SPREAD = (designs.MORRIS, designs.OAT, designs.FAST)  # methods whose points say nothing of how often a target is missed
SINGLES = 10  # parameters for which the worth of knowing each alone is told, besides the groups


@dataclass(frozen=True)
class Swept:
    """What one step found. `runs`, `timings`: a row for each point, side and seed; `boxes`, `information` when they were asked for."""

    question: SweepQuestion
    step: Step
    runs: pd.DataFrame
    timings: pd.DataFrame
    analysis: Analysis
    boxes: pd.DataFrame | None = None
    information: Information | None = None
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many rows have no result as their run failed."""
        return failures_in(self.runs)


@dataclass(frozen=True)
class Sweep:
    """The whole answer: one step, or two with what was kept and dropped in between. `simulated` counts what was made this time, as the store keeps it."""

    question: SweepQuestion
    steps: tuple[Swept, ...]
    screening: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    simulated: int = 0

    @property
    def last(self) -> Swept:
        """The step that gives the answer."""
        return self.steps[-1]


@dataclass(frozen=True)
class Planned:
    """A step and its runs, made or not."""

    step: Step
    runs: list[Run]


@dataclass
class Sweeper:
    """Makes the runs of a question: where they are kept, which workers make them, how many go into a task, and whether what failed is made again."""

    question: SweepQuestion
    store: Store
    workers: Workers
    batch: int = 1
    quiet: bool = False
    read: Read = values_of
    retry: bool = False
    simulated: int = field(default=0, init=False)

    def answer(self) -> Sweep:
        """Make what is missing and return the answer; it does not depend on what was there before, nor on the workers."""
        if not self.two_steps:
            return Sweep(self.question, (self.take(self.first),), None, self.question.notes, self.simulated)
        screening, table, _ = self.screening
        return Sweep(self.question, (screening, self.take(self.second)), table, self.question.notes, self.simulated)

    def ahead(self) -> tuple[int, bool]:
        """Return how many runs of the model are missing, and whether that is known: not while a screening that is not done decides on the second step."""
        runs = self.missing(self.first)
        if not self.two_steps:
            return runs, True
        if runs:
            return runs + 2 * self.question.rows_of_second_step(), False
        return self.missing(self.second), True

    @property
    def two_steps(self) -> bool:
        """Whether a screening comes first."""
        return self.question.method == TWO_STEPS

    @cached_property
    def first(self) -> Planned:
        """The only step, or the screening."""
        question = self.question
        method, size = (designs.MORRIS, question.trajectories) if self.two_steps else (question.method, question.size)
        return self.planned(question.step(method, question.factors, size))

    @cached_property
    def screening(self) -> tuple[Swept, pd.DataFrame, tuple[Factor, ...]]:
        """The first of two steps, the table of what was kept and dropped, and the parameters that were kept."""
        first = self.take(self.first)
        table, kept = screened(first.analysis.indices, self.question.factors, self.question.survivors)
        if len(kept) < 2:
            raise RunError("the screening left fewer than two parameters that change anything. Use method=morris, or vary more.")
        return first, table, tuple(kept)

    @cached_property
    def second(self) -> Planned:
        """The second of two steps, which varies what the screening kept."""
        first, _, kept = self.screening
        return self.planned(self.question.step(designs.SOBOL, kept, self.question.size, len(first.step.design.unit)))

    def planned(self, step: Step) -> Planned:
        """Return `step` with its runs."""
        return Planned(step, self.question.runs_of(step, Bench(self.store, self.question.weeks, posterior=self.question.posterior)))

    def missing(self, planned: Planned) -> int:
        """Return how many runs of the model `planned` still takes, usual care included; with `retry` those that failed before, and no others."""
        cells = cells_of(planned.runs)
        if self.retry:
            cells = failed(cells, self.store)
        with Progress(len(cells), "runs looked up", self.quiet) as progress:
            return models_run(*missing(progress.over(cells), self.store, self.retry), self.store)

    def take(self, planned: Planned) -> Swept:
        """Make the runs of one step and analyse them."""
        step, runs = planned.step, planned.runs
        if self.retry:
            self.make_again(cells_of(runs), step.design.method)
        self.simulated += carry_out(cells_of(runs), self.store, self.workers, self.batch, self.quiet)
        return swept(self.question, step, table_of(runs, self.store, self.question.kept, self.read), timings(runs, self.store))


    def make_again(self, cells: Sequence[Runnable], method: str) -> None:
        """Make what failed before, and nothing else; raise when that does not complete the step, whose other runs nobody has made yet."""
        again = failed(cells, self.store)
        never = sum(not cell.is_in(self.store) for cell in cells) - len(again)
        if never and not again and not self.simulated:
            raise UsageError(f"retry=failed: no run of this sweep has failed, and {counted(never, 'run')} of {method} were never made. Leave it out.")
        forget_failures(cells, self.store)
        say(f"{counted(len(again), 'failed run')} of {method} to be made again.", self.quiet)
        self.simulated += carry_out(again, self.store, self.workers, self.batch, self.quiet)
        if never:
            raise RunError(
                f"retry=failed: {counted(len(again), 'run')} that had failed {'was' if len(again) == 1 else 'were'} tried again. {counted(never, 'run')} of "
                f"{method} were never made, so that there is no answer yet: the same command without retry=failed makes them."
            )


def failures_in(runs: pd.DataFrame) -> int:
    """Return how many rows have no result as their run failed."""
    return int((runs.status == FAILED).sum())


def swept(question: SweepQuestion, step: Step, runs: pd.DataFrame, timed: pd.DataFrame) -> Swept:
    """Return what finished runs tell."""
    outputs = outputs_by_measure(question, runs)
    analysis = analyse(step.design, outputs, question.seed)
    notes, found = list(analysis.notes), None
    counts = "; a point with one counts as missing the target" if question.target else ""
    notes[:0] = [f"{lost}{counts}." for lost in lost_runs(runs)]
    if question.target is not None and step.design.method in NOT_SPREAD:
        notes.append(f"target= is not told of: the points of {step.design.method} are no sample of what the parameters may be; method=lhs is one.")
    elif question.target is not None:
        found, more = boxes(step.points, missed(question, runs), step.factors, question.seed, blocks_of(step))
        notes += more
    worth = None
    if question.scenarios:
        worth = information_of(question, step, runs, analysis)
        notes += worth.notes
    return Swept(question, step, runs, timed, analysis, found, worth, tuple(notes))


def lost_runs(runs: pd.DataFrame) -> list[str]:
    """Return what is to be said of runs that failed, and of those that could not be made as values of their point are not allowed together."""
    found, refused = [], runs[runs.status == NOT_ALLOWED]
    if count := failures_in(runs):
        found.append(f"{count} of {len(runs)} runs failed; runs.parquet says why, and retry=failed makes them again")
    if len(refused):
        found.append(
            f"{len(refused)} of {len(runs)} runs were not made, as values of their points are not allowed together: {refused.error.iloc[0].rstrip('.')}; "
            "ranges that do not cross (bounds.NAME=[low,high]) would do"
        )
    return found


def missed(question: SweepQuestion, runs: pd.DataFrame) -> np.ndarray:
    """Return for each point whether its mean over the seeds misses the target; a point without a value does."""
    base = runs[runs.scenario == question.sides[0]]
    means = base[question.target.measure].to_numpy(float).reshape(-1, len(question.seeds)).mean(axis=1)
    return ~question.target.met(means)


def information_of(question: SweepQuestion, step: Step, runs: pd.DataFrame, analysis: Analysis) -> Information:
    """Return what knowing parameters would be worth for the decision between the baseline and the scenarios."""
    design, shape = step.design, (-1, len(question.seeds))
    benefit = {side: runs.loc[runs.scenario == side, NET_BENEFIT].to_numpy(float).reshape(shape) for side in question.sides}
    return information(
        design.names, design.unit, groups_of(step, analysis), benefit, people_a_year(question), question.seed, blocks_of(step), design.few, design.unordered
    )


def blocks_of(step: Step) -> np.ndarray:
    """Return for each point the number of its block: points that share coordinates, and so are no draws of their own."""
    return np.arange(len(step.design.unit)) // block(step.design)


def groups_of(step: Step, analysis: Analysis) -> Mapping[str, Sequence[str]]:
    """Return the groups of parameters whose worth is told: the model's groups, and each of the parameters with the largest indices of net benefit."""
    by_group: dict[str, list[str]] = {}
    for f in step.factors:
        by_group.setdefault(f.group, []).append(f.name)
    own = analysis.indices[analysis.indices.measure.str.endswith(f": {NET_BENEFIT}") & analysis.indices["index"].isin(("ST", "median", "delta", "src"))]
    strength = own.assign(estimate=own.estimate.abs()).groupby("parameter").estimate.max().sort_values(ascending=False, kind="stable")
    names = [name for name in strength.index if name in step.design.names][:SINGLES]
    return by_group | {name: [name] for name in names}


def people_a_year(question: SweepQuestion) -> float:
    """Return how many people are referred in a year of the service as it is."""
    referrals = question.service.referrals
    if referrals.counts:
        weeks = referrals.counts[: question.weeks]
        return sum(weeks) * WEEKS_PER_YEAR / len(weeks)
    return float(referrals.later_years)
