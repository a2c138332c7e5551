"""A comparison from question to tables: runs grow until every headline difference is narrow, then differences are drawn up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.posterior import Posterior
from experiments.whatif.bench import Arm, Bench
from experiments.whatif.cells import Cell
from experiments.whatif.differences import COLUMNS, paired
from experiments.whatif.measures import HEADLINES, margins_with
from experiments.whatif.stopping import enough, look_ahead, wanted

CHANGE_SEEDS = 5  # seeds in which the cost of a change of link worker is worked out: each takes another run
FEWEST_PEOPLE = 30  # behind a figure for a group, for a verdict to be given


@dataclass(frozen=True)
class Question:
    """What is asked: a baseline, scenarios, and how narrow an answer must be. `margins` are in each measure's unit.

    With a `posterior` each seed takes a row of it on all sides; `notes` are what must be known beside the answer. In the first
    `change_seeds` seeds what a change of link worker costs is worked out, which takes another run each.

    All sides are set against the usual care of the baseline's world, so that a difference in what is gained over usual
    care is the whole difference between scenario and baseline for the same people.
    """

    baseline: Arm
    scenarios: tuple[Arm, ...]
    weeks: int = 260
    seed: int = 1
    least: int = 10
    most: int = 60
    precision: float = 0.25
    margins: dict[str, float] = field(default_factory=dict)
    posterior: Posterior | None = None
    notes: tuple[str, ...] = ()
    change_seeds: int = CHANGE_SEEDS

    def __post_init__(self) -> None:
        beside = tuple(arm.beside(self.baseline) for arm in self.scenarios)
        object.__setattr__(self, "scenarios", beside)

    @cached_property
    def all_margins(self) -> dict[str, float]:
        """The margin of every measure that has one: as declared, or as set."""
        return margins_with(self.margins)

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The baseline, then the scenarios."""
        return (self.baseline, *self.scenarios)

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """The short keys of the parameters that the posterior sets differently from seed to seed."""
        return () if self.posterior is None else self.posterior.in_doubt(self.baseline.keep)

    def same(self, arm: Arm) -> bool:
        """Whether `arm` is the baseline in everything, with every row of the posterior."""
        held = set(() if self.posterior is None else self.posterior.keys)
        return arm.parameters == self.baseline.parameters and arm.keep & held == self.baseline.keep & held

    def seeds(self, count: int) -> list[int]:
        """The first `count` seeds."""
        return list(range(self.seed, self.seed + count))


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. `replications` says for each scenario how many pairs of runs its figures rest on.

    `effects` holds one row a scenario, measure and group: the columns of differences.csv, the range of single runs and
    the people behind. `runs` is long: `seed, scenario, measure, group, value, unit, people`. `weekly` holds every run's weeks.
    """

    question: Question
    replications: dict[str, int]
    effects: pd.DataFrame
    runs: pd.DataFrame
    weekly: pd.DataFrame
    simulated: int

    @property
    def differences(self) -> pd.DataFrame:
        """The table that differences.csv holds."""
        return self.effects[list(COLUMNS)]

    def not_narrow(self, scenario: str) -> list[str]:
        """Return the headline measures of `scenario` whose interval did not get narrow enough."""
        rows = self.effects[(self.effects.scenario == scenario) & (self.effects.group == "all") & self.effects.measure.isin(HEADLINES)]
        wide = ~rows.target_met.fillna(False).astype(bool) & rows.difference.notna()  # one run alone has a difference and no interval
        return list(rows.loc[wide, "measure"])

    def effect(self, scenario: str, measure: str, group: str = "all") -> pd.Series:
        """Return the row of `effects` for one scenario, measure and group."""
        found = self.effects.query("scenario == @scenario and measure == @measure and group == @group")
        return found.iloc[0]

    def changes(self, scenario: str, measure: str, group: str = "all") -> pd.Series:
        """Return the paired difference of each run from the baseline's, by seed."""
        chosen = self.runs[(self.runs.measure == measure) & (self.runs.group == group)]
        wide = chosen.pivot(index="seed", columns="scenario", values="value")
        return (wide[scenario] - wide[self.question.baseline.name]).loc[self.question.seeds(self.replications[scenario])]


def compare(question: Question, bench: Bench, quiet: bool = False) -> Comparison:
    """Run what is missing for `question` and return what was found. The answer does not depend on what was there before."""
    measured = Measured(question, bench)
    replications: dict[str, int] = {}
    ask = dict.fromkeys((arm.name for arm in question.scenarios), wanted_at_first(question))
    simulated = 0
    while still := [arm for arm in question.scenarios if arm.name not in replications]:
        longest = max(ask[arm.name] for arm in still)
        simulated += bench.run(cells_for(question, bench, {question.baseline: longest} | {arm: ask[arm.name] for arm in still}), quiet)
        for arm in still:
            change, margins = measured.headline_changes(arm, ask[arm.name])
            use = enough(change, margins, question.precision, question.least)
            if use is not None or ask[arm.name] >= question.most:
                replications[arm.name] = use or question.most
            else:
                ask[arm.name] = wanted(change, margins, question.precision, question.most)
    return drawn_up(measured, replications, simulated)


def wanted_at_first(question: Question) -> int:
    """Return how many runs to make before the first look: the fewest, and their look-ahead."""
    return min(question.most, question.least + look_ahead(question.least))


def cells_for(question: Question, bench: Bench, counts: dict[Arm, int]) -> list[Cell]:
    """Return the runs of each arm for the first `counts` seeds, with those that tell what a change of worker costs."""
    cells = []
    for arm, count in counts.items():
        for seed in question.seeds(count):
            cells += [bench.cell(arm, seed, changes=True)] if tells_changes(question, arm, seed) else []
            cells.append(bench.cell(arm, seed))
    return cells


def tells_changes(question: Question, arm: Arm, seed: int) -> bool:
    """Whether what a change of link worker costs is worked out for this arm and seed: the first few, where there are workers."""
    return seed < question.seed + question.change_seeds and arm.parameters.programme.enabled


@dataclass
class Measured:
    """The measures of finished runs, each read once."""

    question: Question
    bench: Bench
    read: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict)

    def of_run(self, arm: Arm, seed: int) -> pd.DataFrame:
        """Return the measures of one run, those of changes of worker among them where they are worked out."""
        if (arm.name, seed) not in self.read:
            parts = [self.bench.measures(arm, [seed])]
            if tells_changes(self.question, arm, seed):
                parts.append(self.bench.measures(arm, [seed], changes=True))
            self.read[arm.name, seed] = pd.concat(parts, ignore_index=True)
        return self.read[arm.name, seed]

    def of_arm(self, arm: Arm, count: int) -> pd.DataFrame:
        """Return the measures of the first `count` runs of `arm`."""
        return pd.concat([self.of_run(arm, seed) for seed in self.question.seeds(count)], ignore_index=True)

    def headline_changes(self, arm: Arm, count: int) -> tuple[np.ndarray, list[float]]:
        """Return the paired differences of the headline measures, (runs, measures), and their margins."""
        sides = []
        for side in (self.question.baseline, arm):
            rows = self.of_arm(side, count)
            wide = rows[(rows.group == "all") & rows.measure.isin(HEADLINES)].pivot(index="seed", columns="measure", values="value")
            sides.append(wide.reindex(columns=HEADLINES).to_numpy())
        return sides[1] - sides[0], [self.question.all_margins[name] for name in HEADLINES]


def drawn_up(measured: Measured, replications: dict[str, int], simulated: int) -> Comparison:
    """Return the tables of a comparison whose runs are all there."""
    question, bench = measured.question, measured.bench
    counts = {question.baseline: max(replications.values())} | {arm: replications[arm.name] for arm in question.scenarios}
    effects = []
    for arm in question.scenarios:
        both = [measured.of_arm(side, counts[arm]) for side in (question.baseline, arm)]
        effects.append(paired(arm.name, *both, question.precision, question.all_margins))
    return Comparison(
        question=question,
        replications=replications,
        effects=pd.concat(effects, ignore_index=True),
        runs=pd.concat([measured.of_arm(arm, count) for arm, count in counts.items()], ignore_index=True),
        weekly=pd.concat([bench.weekly(arm, question.seeds(count)) for arm, count in counts.items()], ignore_index=True),
        simulated=simulated,
    )
