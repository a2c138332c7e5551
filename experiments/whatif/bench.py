"""The workbench: runs cells that are missing, in parallel, and reads the measures of those that are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd

from experiments.errors import RunError, UsageError, one_line
from experiments.executors import run_all
from experiments.posterior import Posterior
from experiments.progress import Progress
from experiments.store import Store
from experiments.twins import SERVICE_ONLY, usual_care
from experiments.whatif.cells import MEASURES, WEEKLY, Cell, make, read
from sim import ParameterError, Parameters


@dataclass(frozen=True)
class Arm:
    """One side of a comparison: a name, a title in words, and parameters; `against` is the usual care it is set against (None: its own).

    `parts` are the changes it is made of, each a label and what it sets: `(("workforce.posts=24", {"model.workforce.posts": 24}),)`.
    All parts applied to the baseline's parameters give its own. `keep` are the full keys that it sets itself, and that a posterior
    leaves alone; `keep_against` are those of the side whose usual care it is set against.
    """

    name: str
    title: str
    parameters: Parameters
    description: str = ""
    why: str = ""
    parts: tuple[tuple[str, dict[str, Any]], ...] = field(default=(), compare=False)
    against: Parameters | None = None
    keep: frozenset[str] = frozenset()
    keep_against: frozenset[str] = frozenset()

    def beside(self, baseline: Arm) -> Arm:
        """Return this side, set against the usual care of `baseline`, where the same people are referred to both."""
        world = usual_care(baseline.parameters)
        return replace(self, against=world if same_people(self.parameters, world) else None, keep_against=baseline.keep)


@dataclass(frozen=True)
class Bench:
    """Where a comparison is run: the store of finished runs, weeks of each run, processes (None: one a core), and the posterior whose rows the seeds take."""

    store: Store
    weeks: int
    processes: int | None = None
    counter: list[int] = field(default_factory=list, compare=False)
    posterior: Posterior | None = None

    @property
    def made(self) -> int:
        """Runs of the model made so far."""
        return sum(self.counter)

    def cell(self, arm: Arm, seed: int, changes: bool = False) -> Cell:
        """The run of `arm` with `seed`; with `changes` the one that tells what a change of worker costs."""
        arm = self.drawn(arm, seed)
        own = usual_care(arm.parameters)
        against = None if arm.against == own else arm.against
        return Cell(arm.parameters if arm.parameters.programme.enabled else own, seed, self.weeks, changes, against)

    def drawn(self, arm: Arm, seed: int) -> Arm:
        """Return `arm` as it is run with `seed`: with the row that the seed takes of the posterior, if there is one, and its usual care likewise.

        Raises `UsageError` where the row contradicts what the arm sets itself.
        """
        if self.posterior is None:
            return arm
        try:
            parameters = self.posterior.applied(arm.parameters, seed, arm.keep)
            if arm.against is None:
                return replace(arm, parameters=parameters)
            of_service = {key for key in self.posterior.keys if key.split(".")[1] in SERVICE_ONLY}
            world = self.posterior.applied(arm.against, seed, arm.keep_against | of_service)
        except ParameterError as error:
            raise UsageError(f"{arm.name or 'the service'}: {error}") from error
        return replace(arm, parameters=parameters, against=world if same_people(parameters, world) else None)

    def missing(self, cells: Iterable[Cell]) -> list[list[Cell]]:
        """Return the cells to run for `cells` to be there, in stages: twins, then those with the service."""
        wanted = list(dict.fromkeys(cells))
        twins = [cell for cell in dict.fromkeys(cell.twin for cell in wanted) if not cell.is_in(self.store)]
        with_changes = [cell for cell in wanted if cell.changes and not cell.is_in(self.store)]
        covered = {replace(cell, changes=False) for cell in with_changes} | set(twins)
        plain = [cell for cell in wanted if not cell.changes and cell not in covered and not cell.is_in(self.store)]
        return [stage for stage in (twins, with_changes + plain) if stage]

    def run(self, cells: Iterable[Cell], quiet: bool = False) -> int:
        """Run what is missing of `cells` and return how many runs of the model that took.

        A run that fails does not keep others from finishing; then the first failure is raised. What is finished stays.
        """
        stages = self.missing(cells)
        total = sum(cell.runs for stage in stages for cell in stage)
        if not total:
            return 0
        self.store.open("finished runs")
        self.store.clear_drafts()
        with Progress(total, "runs", quiet=quiet) as progress:
            errors: dict[Cell, Exception] = {}
            for stage in stages:
                errors |= {cell: errors[cell.twin] for cell in stage if cell.twin in errors}  # without its twin a run cannot be kept
                for cell, error in run_all(partial(make, store=self.store), [cell for cell in stage if cell not in errors], self.processes):
                    errors |= {cell: error} if error is not None else {}
                    progress.tick(cell.runs)
                    self.counter.append(cell.runs if error is None else 0)
            if errors:
                raise failure(list(errors.items()), sum(map(len, stages)))
        return total

    def measures(self, arm: Arm, seeds: Iterable[int], changes: bool = False) -> pd.DataFrame:
        """Return `seed, scenario, measure, group, value, unit, people` of finished runs."""
        return self.tables(arm, seeds, MEASURES, changes)

    def weekly(self, arm: Arm, seeds: Iterable[int]) -> pd.DataFrame:
        """Return the weekly tables of finished runs, with `seed` and `scenario` first."""
        return self.tables(arm, seeds, WEEKLY, False)

    def tables(self, arm: Arm, seeds: Iterable[int], name: str, changes: bool) -> pd.DataFrame:
        """Return the table `name` of the runs of `arm` with `seeds`, one below the other."""
        parts = []
        for seed in seeds:
            part = read(self.cell(arm, seed, changes), self.store, name)
            part.insert(0, "scenario", arm.name)
            part.insert(0, "seed", seed)
            parts.append(part)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def same_people(one: Parameters, other: Parameters) -> bool:
    """Whether the same people are referred under two sets of parameters."""
    return (one.referrals, one.population) == (other.referrals, other.population)


def failure(failed: list[tuple[Cell, Exception]], total: int) -> Exception:
    """Return the error that tells of runs that failed, the first in full."""
    cell, error = failed[0]
    if isinstance(error, ParameterError):  # the same command can never succeed
        return UsageError(str(error))
    if isinstance(error, OSError):
        return RunError(f"finished runs cannot be written: {error.strerror or error}.")
    what = one_line(error) if isinstance(error, RunError) else f"{type(error).__name__}: {one_line(error)} (debug=true shows where)."
    more = f" {len(failed)} of {total} runs failed." if len(failed) > 1 else ""
    told = RunError(f"seed {cell.seed}: {what}{more} All others are finished and kept; the same command runs what is missing.")
    told.__cause__ = error
    return told
