"""What the figures of a sweep are made of: the tables of a sweep, measures and parameters in words, and numbers as they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.report.numbers import PERCENT, Unit, of, places, show, unit
from experiments.report.sentences import capital
from experiments.report.words import SHORT
from experiments.sweep.designs import SOBOL, Design
from experiments.sweep.factors import CHOICE, SWITCH, Factor
from experiments.sweep.indices import block

if TYPE_CHECKING:
    from experiments.planning.question import Target

LONGEST_TITLE = 10  # words
BASELINE = "the baseline"


@dataclass(frozen=True)
class Words:
    """A measure in words: `full` for subtitles, `short` for titles; how its values and differences of them are shown.

    `difference` says that its values are differences of a scenario from the baseline: they have a sign, and zero a meaning.
    """

    name: str
    full: str
    short: str
    value: Unit
    change: Unit
    difference: bool

    def told(self, value: float, decimals: int | None = None) -> str:
        """Return a value of the measure with its unit: '64%', '£120 a person referred'."""
        return self.value.amount(value, decimals).replace(" %", "%")

    @property
    def axis(self) -> str:
        """The unit of its values, for an axis."""
        return self.value.axis if self.value.suffix != "%" else "%"


def words_of(measure: str, titles: Mapping[str, str] | None = None) -> Words:
    """Return `measure` in words. One named "warm_handover: net_benefit_per_person" is a difference of that scenario from the baseline.

    `titles` has the titles of scenarios.
    """
    scenario, _, name = measure.rpartition(": ")
    scenario = (titles or {}).get(scenario, scenario) if scenario else ""  # without scenarios the only side has no name
    change = unit(name)
    value = Unit(100.0, "", "%") if of(name).unit == PERCENT and not scenario else change
    full, short = of(name).words, SHORT.get(name, of(name).words)
    if scenario:
        return Words(measure, f"{full}, “{scenario}” less {BASELINE}", f"{short} of “{scenario}”", value, change, True)
    return Words(measure, full, short, value, change, False)


@dataclass(frozen=True)
class Material:
    """The tables of a sweep (docs/decisions/0007-sweeps.md) as its figures take them.

    `points` is the table of points: a row each, and a column for each of `factors` with the value used. `values` are (points, replications)
    by measure, differences of scenarios among them, missing where a run failed. `measures` are drawn in this order. With a `target`, `missed` (points)
    says which points miss it, and `boxes` are those of `experiments.sweep.discovery`. `period` says how long each run is, in words; `titles` are those
    of scenarios.
    """

    design: Design
    points: pd.DataFrame
    values: Mapping[str, np.ndarray]
    factors: Sequence[Factor]
    measures: tuple[str, ...]
    indices: pd.DataFrame
    noise: pd.DataFrame
    convergence: pd.DataFrame
    target: Target | None = None
    missed: np.ndarray | None = None
    boxes: pd.DataFrame | None = None
    period: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def words(self, measure: str) -> Words:
        """Return a measure in words."""
        return words_of(measure, self.titles)

    def shown(self, measure: str) -> Shown:
        """Return what the figures of one measure have in common."""
        own, runs = self.noise[self.noise.measure == measure], int(np.isfinite(self.values[measure]).sum())
        noise = dict(own.iloc[0]) if len(own) else {}
        return Shown(self.words(measure), len(self.points), self.replications, runs, self.factors, self.period, noise)

    @property
    def replications(self) -> int:
        """The number of seeds at each point."""
        return next(iter(self.values.values())).shape[1]

    def means(self, measure: str) -> np.ndarray:
        """Return the mean over seeds of each point, (points,); missing where a run of it has no value."""
        return self.values[measure].mean(axis=1)

    @cached_property
    def blocks(self) -> np.ndarray:
        """For each point, the block of points that share coordinates: a base sample of a Sobol design; else each point is its own."""
        return np.arange(len(self.points)) // (block(self.design) if self.design.method == SOBOL else 1)

    @property
    def independent(self) -> int:
        """How many settings of the inputs are independent: two in each base sample of a Sobol design, whose rows mix them; else every point."""
        return 2 * self.design.size if self.design.method == SOBOL else len(self.points)


MAIN = {  # the index that parameters are ordered by
    "morris": "mu_star", "sobol": "ST", "fast": "ST", "pawn": "median", "delta": "delta", "lhs": "prcc", "grid": "range", "oat": "range",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One measure as the figures show it: words, numbers of points, of seeds at each and of runs with a value, and its row of the noise table."""

    words: Words
    points: int
    replications: int
    runs: int
    factors: Sequence[Factor]
    period: str = ""
    noise: Mapping[str, Any] = field(default_factory=dict)

    def label(self, parameter: str) -> str:
        """Return a parameter with the grade of its evidence, as `labelled` does."""
        return labelled(self.factors, parameter)

    def subtitle(self, what: str) -> str:
        """Return the line below a title: what is drawn of which measure, and out of how many runs."""
        length = f" of {self.period}" if self.period else ""
        seeds = f"{self.replications} {'seed' if self.replications == 1 else 'seeds'} each"
        return f"{capital(self.words.full)}: {what}; {self.points:,} points, {seeds}, {self.runs:,} runs{length}"

    def title(self, finding: str) -> str:
        """Return 'Cost: …', or the finding alone where the name of the measure would make it too long."""
        whole = f"{capital(self.words.short)}: {finding}"
        if len(whole.split()) <= LONGEST_TITLE:
            return whole
        return finding if "." in finding.split()[0] else capital(finding)  # the key of a parameter stays as it is written

    @property
    def over(self) -> str:
        """The period of the runs, for an alternative text."""
        return over(self.period)

    @property
    def swamped(self) -> bool:
        """Whether the seed's luck hides what parameters do; no where that cannot be told."""
        return is_swamped(self.noise)


def labelled(factors: Sequence[Factor], parameter: str) -> str:
    """Return a parameter with the grade of its evidence: 'workforce.turnover (B)'; a pair or a group has none."""
    return next((f"{factor.name} ({factor.grade})" for factor in factors if factor.name == parameter), parameter)


def over(period: str) -> str:
    """Return how long runs are, for an alternative text."""
    return f"runs of {period}" if period else ""


def is_swamped(row: Mapping[str, Any]) -> bool:
    """Return `swamped` of a row of the noise table; no where it is missing."""
    value = row.get("swamped")
    return bool(value) if pd.notna(value) else False


def ranked(indices: pd.DataFrame, measure: str, index: str) -> pd.DataFrame:
    """Return the rows of one index of one measure that have an estimate, the largest first whatever its sign."""
    own = indices[(indices.measure == measure) & (indices["index"] == index) & indices.estimate.notna()]
    return own.loc[own.estimate.abs().sort_values(ascending=False, kind="stable").index]


def coded(factor: Factor, values: pd.Series) -> pd.Series:
    """Return a factor's values as numbers: positions in its levels for a switch or a choice."""
    if factor.levels:
        place = {level: number for number, level in enumerate(factor.levels)}
        return values.map(place).astype(float)
    return values.astype(float)


def value_text(factor: Factor, value: Any) -> str:
    """Return a value of a parameter as it is read: 'on', 'by need', '1,200', '0.31'."""
    if factor.kind == SWITCH:
        return "on" if value else "off"
    if factor.kind == CHOICE:
        return str(value)
    return number_text(float(value))


def number_text(value: float) -> str:
    """Return a number with three significant figures, and all before the point."""
    decimals = max(0, places(value) + 1) if value else 0
    text = show(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def share_text(share: float) -> str:
    """Return a share as a percentage without decimals."""
    return f"{100 * share:.0f}%"


def interval_text(row: Mapping[str, Any], decimals: int, kind: Unit | None = None) -> str:
    """Return '0.31 (0.25 to 0.37)' of a row with `estimate`, `ci_low`, `ci_high`; a dash where nothing is known."""
    kind = kind or Unit(1.0, "", "")
    if not math.isfinite(row["estimate"]):
        return "–"
    number = kind.number(row["estimate"], decimals, False)
    if not (math.isfinite(row["ci_low"]) and math.isfinite(row["ci_high"])):
        return number
    return f"{number} ({kind.number(row['ci_low'], decimals, False)} to {kind.number(row['ci_high'], decimals, False)})"
