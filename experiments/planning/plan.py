"""A plan: the smallest change of one lever that meets a target in a stated share of runs.

`plan` runs what is missing, with the same seeds at every value, and returns a `Plan`. For the number of posts the fewest
are looked for; for any other lever the value nearest to today's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.errors import UsageError
from experiments.planning.question import PlanQuestion, ask
from experiments.planning.search import Found, search
from experiments.whatif.announce import say
from experiments.whatif.bench import Arm, Bench

__all__ = ["Plan", "PlanQuestion", "ask", "plan"]
COLUMNS = ("lever", "value", "measure", "mean", "runs_meeting_target", "runs", "share", "share_low", "share_high", "verdict")


@dataclass(frozen=True)
class Plan:
    """The answer: what the search `found`, and `tried`, a table with `COLUMNS`, a row for each value tried, in order.

    `value` is the answer (None: no value tried is enough); `simulated` counts the runs it took this time.
    """

    question: PlanQuestion
    found: Found
    tried: pd.DataFrame
    simulated: int

    @property
    def value(self) -> float | None:
        """The value of the lever that is the answer."""
        return None if self.found.step is None else self.question.lever.value(self.found.step)

    def row(self, step: int) -> pd.Series:
        """Return the row of `tried` for a step that was tried."""
        return self.tried[self.tried["value"] == self.question.lever.value(step)].iloc[0]


def plan(question: PlanQuestion, bench: Bench, quiet: bool = False) -> Plan:
    """Run what is missing for `question` and return the answer; it does not depend on what was there before, nor on processes.

    Raises `UsageError` when the measure has no value in any of the first runs.
    """
    runs = Runs(question, bench, quiet)
    found = search(runs.outcomes, question.rule, question.lever.down, question.lever.up, question.fewest)
    rows = []
    for step, trial in sorted(found.trials.items()):
        values = np.array(runs.values[step])
        mean = float(np.nanmean(values)) if np.isfinite(values).any() else math.nan
        told = (trial.hits, trial.runs, trial.share, *trial.interval, trial.verdict)
        rows.append((question.lever.key, question.lever.value(step), question.target.measure, mean, *told))
    return Plan(question, found, pd.DataFrame(rows, columns=list(COLUMNS)), runs.simulated)


@dataclass
class Runs:
    """The runs of a plan: `values` holds the measure by step, in the order of seeds."""

    question: PlanQuestion
    bench: Bench
    quiet: bool
    values: dict[int, list[float]] = field(default_factory=dict)
    simulated: int = 0

    def outcomes(self, steps: Sequence[int], count: int) -> dict[int, np.ndarray]:
        """Return for each of `steps` whether each of its first `count` runs meets the target; what is missing is run, all steps at once."""
        seeds = range(self.question.seed, self.question.seed + count)
        arms = {step: self.question.arm(step) for step in steps}
        cells = [self.bench.cell(arm, seed) for arm in arms.values() for seed in seeds]
        if not self.quiet and self.bench.missing(cells):
            say(f"Trying {', '.join(arm.name for arm in arms.values())}: {count} runs each.", self.quiet)
        self.simulated += self.bench.run(cells, self.quiet)
        for step, arm in arms.items():
            known = self.values.setdefault(step, [])
            known += self.read(arm, seeds[len(known) :])
        self.check_value()
        return {step: self.question.target.met(np.array(self.values[step])) for step in steps}

    def read(self, arm: Arm, seeds: Sequence[int]) -> list[float]:
        """Return the measure of finished runs; nan where a run has no value."""
        table = self.bench.measures(arm, seeds)
        rows = table[(table["measure"] == self.question.target.measure) & (table["group"] == "all")]
        return rows.set_index("seed")["value"].reindex(seeds).tolist()

    def check_value(self) -> None:
        """Raise `UsageError` when none of today's runs has a value: more runs would not help."""
        if 0 in self.values and not np.isfinite(self.values[0]).any():
            name = self.question.target.measure
            told = f"measure={name}: it has no value in any of {len(self.values[0])} runs of {self.bench.weeks} weeks"
            raise UsageError(f"{told}. Run longer (weeks=), or name another measure.")
