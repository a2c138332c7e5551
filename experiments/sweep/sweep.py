"""A sweep from question to tables: points, runs, indices, and for the method of two steps which parameters go on to the second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.errors import RunError
from experiments.executors import Workers
from experiments.store import Store
from experiments.sweep import designs
from experiments.sweep.analysis import Analysis, analyse
from experiments.sweep.discovery import boxes
from experiments.sweep.indices import block
from experiments.sweep.information import Information, information
from experiments.sweep.question import NET_BENEFIT, TWO_STEPS, Step, SweepQuestion, outputs_by_measure
from experiments.sweep.runs import FAILED, Run, Runnable, carry_out, cells_of, forget_failures, table_of, timings, values_of
from experiments.sweep.screening import screened
from experiments.terminal import counted
from experiments.whatif.announce import say
from experiments.whatif.bench import Bench
from sim.parameters import WEEKS_PER_YEAR

Read = Callable[[Runnable, Store], dict[str, float]]
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
        """How many rows have no result."""
        return int((self.runs.status == FAILED).sum())


@dataclass(frozen=True)
class Sweep:
    """The whole answer: one step, or two with what was kept and dropped in between. `simulated` counts the runs made this time."""

    question: SweepQuestion
    steps: tuple[Swept, ...]
    screening: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    simulated: int = 0

    @property
    def last(self) -> Swept:
        """The step that gives the answer."""
        return self.steps[-1]


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

    def runs_of(self, step: Step) -> list[Run]:
        """Return the runs of `step`."""
        return self.question.runs_of(step, Bench(self.store, self.question.weeks))

    def answer(self) -> Sweep:
        """Make what is missing and return the answer; it does not depend on what was there before, nor on the workers."""
        question = self.question
        if question.method != TWO_STEPS:
            only = self.take(question.step(question.method, question.factors, question.size))
            return Sweep(question, (only,), None, question.notes, self.simulated)
        first = self.take(question.step(designs.MORRIS, question.factors, question.trajectories))
        screening, kept = screened(first.analysis.indices, question.factors, question.survivors)
        if len(kept) < 2:
            raise RunError("the screening left fewer than two parameters that change anything. Use method=morris, or vary more.")
        second = self.take(question.step(designs.SOBOL, kept, question.size, len(first.step.design.unit)))
        return Sweep(question, (first, second), screening, question.notes, self.simulated)

    def take(self, step: Step) -> Swept:
        """Make the runs of one step and analyse them."""
        runs = self.runs_of(step)
        if self.retry:
            count = forget_failures(cells_of(runs), self.store)
            say(f"{counted(count, 'failed run')} of {step.design.method} to be made again.", self.quiet)
        self.simulated += carry_out(cells_of(runs), self.store, self.workers, self.batch, self.quiet)
        return swept(self.question, step, table_of(runs, self.store, self.question.kept, self.read), timings(runs, self.store))


def swept(question: SweepQuestion, step: Step, runs: pd.DataFrame, timed: pd.DataFrame) -> Swept:
    """Return what finished runs tell."""
    outputs = outputs_by_measure(question, runs)
    analysis = analyse(step.design, outputs, question.seed)
    notes, found = list(analysis.notes), None
    failed = int((runs.status == FAILED).sum())
    if failed:
        notes.insert(0, f"{failed} of {len(runs)} runs failed; runs.parquet says why, and retry=failed makes them again.")
    if question.target is not None and step.design.method not in (designs.MORRIS, designs.OAT, designs.FAST):
        found, more = boxes(step.points, missed(question, runs), step.factors, question.seed, blocks_of(step))
        notes += more
    worth = None
    if question.scenarios:
        worth = information_of(question, step, runs, analysis)
        notes += worth.notes
    return Swept(question, step, runs, timed, analysis, found, worth, tuple(notes))


def missed(question: SweepQuestion, runs: pd.DataFrame) -> np.ndarray:
    """Return for each point whether its mean over the seeds misses the target; a point without a value does."""
    base = runs[runs.scenario == question.sides[0]]
    means = base[question.target.measure].to_numpy(float).reshape(-1, len(question.seeds)).mean(axis=1)
    return ~question.target.met(means)


def information_of(question: SweepQuestion, step: Step, runs: pd.DataFrame, analysis: Analysis) -> Information:
    """Return what knowing parameters would be worth for the decision between the baseline and the scenarios."""
    shape = (-1, len(question.seeds))
    benefit = {side: runs.loc[runs.scenario == side, NET_BENEFIT].to_numpy(float).reshape(shape) for side in question.sides}
    return information(step.design.names, step.design.unit, groups_of(step, analysis), benefit, people_a_year(question), question.seed, blocks_of(step))


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
