"""Assumed values at the ends of their ranges: which runs that takes, in what order, and what they show.

Ends are screened with few seeds, and those still in question are confirmed with all. An end is dropped when it changes
nothing in the first seed, or when its difference keeps its sign by more than the half-width that a mean over so few
seeds has. At each look a true reversal is dropped by chance in at most 2.5% of cases, when single runs spread there as
they do in the comparison: about one in twenty over both looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.errors import UsageError
from experiments.whatif.announce import how_long, runs_missing, say, seconds_a_run
from experiments.whatif.assumptions import SCREEN, Claim, Trial
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.cells import Cell
from experiments.whatif.compare import Comparison
from experiments.whatif.differences import halfwidth, means
from experiments.whatif.draws import changed

UP_TO = (0.5, 0.7)  # share of the most runs that may be spent by the end of each look of the screen: the rest is for confirming
PRICE, INERT, SCREENED, CONFIRMED, UNTRIED, REFUSED = "priced", "no effect", "screened", "confirmed", "not tried", "not allowed"

Case = tuple[Trial, str]  # an end of a range, and the name of a scenario


@dataclass(frozen=True)
class Found:
    """What is known of a case: how it was found, and the paired differences by measure, one for each seed."""

    kind: str
    changes: dict[str, np.ndarray] = field(default_factory=dict)

    def interval(self, claim: Claim) -> tuple[float, float, float, int]:
        """Return the difference, its 95% interval, and the runs behind it. A screened one takes the spread of runs from the comparison."""
        if self.kind == INERT:
            return claim.difference, claim.ci_low, claim.ci_high, 1
        change = self.changes.get(claim.measure, np.empty(0))[:, None]
        mean, count = float(means(change)[0]), int((~np.isnan(change)).sum())
        if not count:
            return np.nan, np.nan, np.nan, 0
        half = claim.reach(count) if self.kind == SCREENED else float(halfwidth(change)[0])
        return mean, mean - half, mean + half, count


@dataclass
class Hunt:
    """The cases tried for `claims`, with at most `most_runs` runs in all; `found` says what is known of each.

    Runs are counted as if none were finished, so that what is kept from before cannot change the answer.
    """

    comparison: Comparison
    bench: Bench
    claims: list[Claim]
    most_runs: int
    seconds: float | None = None
    quiet: bool = False
    found: dict[Case, Found] = field(default_factory=dict)
    spent: int = 0

    @cached_property
    def scenarios(self) -> dict[str, Arm]:
        """The scenarios by name."""
        return {arm.name: arm for arm in self.comparison.question.scenarios}

    @cached_property
    def set_by(self) -> dict[str, set[str]]:
        """The parameters that each scenario itself changes."""
        baseline = self.comparison.question.baseline.parameters
        return {name: changed(arm.parameters, baseline) for name, arm in self.scenarios.items()}

    @cached_property
    def counted(self) -> set[Cell]:
        """The runs that count no more: at first those of the comparison."""
        question = self.comparison.question
        seeds = question.seeds(max(self.comparison.replications.values()))
        return {cell for arm in question.arms for seed in seeds for cell in with_twin(self.bench.cell(arm, seed))}

    def is_open(self, trial: Trial, scenario: str) -> bool:
        """Whether `scenario` leaves the parameter as it is in the baseline."""
        return trial.key not in self.set_by[scenario]

    def go(self, trials: list[Trial]) -> None:
        """Screen `trials` for every scenario with a claim, and confirm those still in question; after each look the likeliest to turn come first."""
        names = dict.fromkeys(claim.scenario for claim in self.claims)
        every = [(trial, name) for trial in trials for name in names if self.is_open(trial, name)]
        self.found = {case: Found(UNTRIED if self.stands(case) else REFUSED) for case in every}
        cases = [case for case in every if self.found[case].kind == UNTRIED]
        for count, share in zip(SCREEN, UP_TO, strict=True):
            looked = self.look(cases, count, SCREENED, int(share * self.most_runs))
            cases = sorted((case for case in looked if self.strength(case) <= 1), key=self.strength)
        self.look(cases, None, CONFIRMED, self.most_runs)

    def stands(self, case: Case) -> bool:
        """Whether the value of `case` goes together with the others, in every row of the posterior too."""
        try:
            return bool(self.arms(case)) and (self.bench.posterior is None or bool(self.cells(case, None)))
        except UsageError:
            return False

    def look(self, cases: list[Case], count: int | None, kind: str, limit: int) -> list[Case]:
        """Run `cases` with `count` seeds (None: all of the comparison's), as many as `limit` runs in all allow; note and return those run."""
        taken = self.affordable(cases, count, limit)
        cells = [cell for case in taken for cell in self.cells(case, count)]
        self.announce(taken, len(cases) - len(taken), cells, kind)
        try:
            self.bench.run(cells, self.quiet)
            impossible = []
        except UsageError:  # a cancelled departure that does not come up with this value: that shows only in the run
            impossible = [case for case in taken if runs_missing(self.bench, self.cells(case, count))]
        self.found |= dict.fromkeys(impossible, Found(REFUSED))
        possible = [case for case in taken if self.found[case].kind != REFUSED]
        for case in possible:
            self.found[case] = self.measured(case, self.seeds(case, count), kind)
        return possible

    def affordable(self, cases: list[Case], count: int | None, limit: int) -> list[Case]:
        """Return the first of `cases` that keep within `limit` runs in all, and count their runs, finished ones too."""
        for position, case in enumerate(cases):
            new = {either for cell in self.cells(case, count) for either in with_twin(cell)} - self.counted
            if self.spent + len(new) > limit:
                return cases[:position]
            self.spent += len(new)
            self.counted.update(new)
        return cases

    def announce(self, taken: list[Case], left: int, cells: list[Cell], kind: str) -> None:
        """Say how many runs come and how long they take, which the first of them tells; and what is left out."""
        runs = runs_missing(self.bench, cells)
        if runs:
            self.seconds = self.seconds or seconds_a_run(self.bench, cells)
            ends = len({trial for trial, _ in taken})
            what = "Confirming what may turn a conclusion" if kind == CONFIRMED else "Trying assumed values at the ends of their ranges"
            long = how_long(runs, self.seconds, self.bench.processes)
            say(f"{what}: {ends:,} values, {runs:,} runs{long} (most_runs={self.most_runs} over all steps).", self.quiet)
        if left:
            say(f"{left:,} more are left out: with them most_runs={self.most_runs} would be passed.", self.quiet)

    def arms(self, case: Case) -> list[Arm]:
        """Baseline and scenario with the value of `case`; empty where that contradicts another of theirs."""
        trial, name = case
        sides = [(arm, trial.applied(arm.parameters)) for arm in (self.comparison.question.baseline, self.scenarios[name])]
        if not all(parameters for _, parameters in sides):
            return []
        arms = [Arm(arm.name, "", parameters, keep=arm.keep | {trial.key}) for arm, parameters in sides]
        return [arm.beside(arms[0]) for arm in arms]

    def seeds(self, case: Case, count: int | None) -> list[int]:
        """The first `count` seeds of the comparison; None: all that it used for the scenario."""
        used = self.comparison.replications[case[1]]
        return self.comparison.question.seeds(min(count or used, used))

    def cells(self, case: Case, count: int | None) -> list[Cell]:
        """The runs of `case` with its seeds."""
        return [self.bench.cell(arm, seed) for arm in self.arms(case) for seed in self.seeds(case, count)]

    def measured(self, case: Case, seeds: list[int], kind: str) -> Found:
        """Return what the finished runs of `case` show."""
        before, after = (self.values(self.bench.measures(arm, seeds)) for arm in self.arms(case))
        if len(seeds) == 1:
            runs, baseline = self.comparison.runs[self.comparison.runs.seed.isin(seeds)], self.comparison.question.baseline.name
            if all(self.values(runs[runs.scenario == name]).equals(now) for name, now in ((baseline, before), (case[1], after))):
                return Found(INERT)
        return Found(kind, {name: (after[name] - before[name]).to_numpy() for name in after})

    def values(self, measures: pd.DataFrame) -> pd.DataFrame:
        """Return one row a seed and one column for each measure that there is a claim on."""
        wanted = list(dict.fromkeys(claim.measure for claim in self.claims))
        wide = measures[(measures.group == "all") & measures.measure.isin(wanted)].pivot(index="seed", columns="measure", values="value")
        return wide.reindex(columns=wanted).rename_axis(columns=None)

    def strength(self, case: Case) -> float:
        """Return how far the claim nearest to turning keeps its sign, in half-widths: 1 or less is in question, below 0 has turned."""
        found = self.found[case]
        if found.kind == INERT:
            return np.inf
        return min((in_halfwidths(claim, found) for claim in self.claims if claim.scenario == case[1]), default=np.inf)


def in_halfwidths(claim: Claim, found: Found) -> float:
    """Return the difference that was found, counted in the direction of `claim`, over the half-width at so many seeds; without a value, infinite."""
    there, _, _, runs = found.interval(claim)
    if not runs:
        return np.inf
    return claim.sign * there / max(claim.reach(runs), np.finfo(float).tiny)


def with_twin(cell: Cell) -> Iterator[Cell]:
    """Yield `cell` and the same people under usual care."""
    yield from (cell, cell.twin)
