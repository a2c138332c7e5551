"""What a conclusion may rest on: the differences that have a sign, and the assumed values (grade D) that might turn it.

Prices change no run: what another price makes of a difference is worked out from the finished runs, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from experiments.whatif.bench import Bench
from experiments.whatif.compare import Comparison
from experiments.whatif.draws import VISITS, values_of
from experiments.whatif.money import Weeks, per_person_and_total, weeks_of
from sim import ParameterError, Parameters, economics
from sim.parameters import declarations

ASSUMED = "D"
SCREEN = (1, 3)  # seeds of each look at an end of a range, before all that the comparison used
PRICED = ("cost_per_person", "net_benefit_per_person")  # the headline measures that prices enter


@dataclass(frozen=True)
class Claim:
    """A difference whose 95% interval is clear of zero; `sd` is that of one paired run, over the `runs` that have a value."""

    scenario: str
    measure: str
    difference: float
    ci_low: float
    ci_high: float
    sd: float
    runs: int
    replications: int

    @property
    def sign(self) -> float:
        """1 for a rise, -1 for a fall."""
        return float(np.sign(self.difference))

    @property
    def is_followed(self) -> bool:
        """Whether it is so far from zero that the few seeds of a screen show its sign: runs are made for it."""
        return abs(self.difference) > self.reach(SCREEN[-1])

    def reach(self, seeds: int) -> float:
        """Half the 95% interval that a mean over `seeds` paired runs has, when single runs spread as they do in the comparison."""
        return float(stdtrit(self.runs - 1, 0.975)) * self.sd / np.sqrt(seeds)


@dataclass(frozen=True)
class Trial:
    """One assumed parameter at one end of its plausible range; `now` is its value in the baseline."""

    key: str
    now: float
    value: float

    @property
    def is_price(self) -> bool:
        """Whether it prices what a run counts, and changes nothing of the run."""
        return self.key.startswith("model.economics.") and self.key not in VISITS

    def applied(self, parameters: Parameters) -> Parameters | None:
        """Return `parameters` with its value; None when that contradicts another of them."""
        try:
            return parameters.replace({self.key: self.value})
        except ParameterError:
            return None


def claims_of(comparison: Comparison, measures: Iterable[str]) -> list[Claim]:
    """Return the differences in `measures` whose interval is clear of zero, scenario by scenario."""
    effects, claims = comparison.effects, []
    clear = effects[(effects.group == "all") & ((effects.ci_low > 0) | (effects.ci_high < 0))].set_index(["scenario", "measure"])
    for arm in comparison.question.scenarios:
        for measure in (name for name in measures if (arm.name, name) in clear.index):
            row, single = clear.loc[arm.name, measure], comparison.changes(arm.name, measure).dropna()
            figures = (row.difference, row.ci_low, row.ci_high, single.std(ddof=1), len(single), comparison.replications[arm.name])
            claims.append(Claim(arm.name, measure, *figures))
    return claims


def trials_of(baseline: Parameters) -> list[Trial]:
    """Return both ends of every assumed parameter that has a plausible range, where they differ from the value in `baseline`.

    A value outside its range was set on purpose, for a service that the range is not about: it is left out.
    """
    here, trials = values_of(baseline), []
    for key, declared, default in declarations():
        if declared.grade == ASSUMED and declared.plausible and declared.plausible[0] <= here[key] <= declared.plausible[1]:
            ends = dict.fromkeys(type(default)(end) for end in declared.plausible)
            trials += [Trial(key, here[key], end) for end in ends if end != here[key]]
    return trials


@dataclass(frozen=True)
class Repricing:
    """The finished runs of a comparison, to be counted anew with other prices."""

    comparison: Comparison
    bench: Bench

    @cached_property
    def weeks(self) -> dict[tuple[str, int], Weeks]:
        """What costs money or is worth it, week by week, of each run: by scenario and seed."""
        return {key: weeks_of(table) for key, table in self.comparison.weekly.groupby(["scenario", "seed"], sort=False)}

    def changes(self, claim: Claim, trial: Trial) -> np.ndarray | None:
        """Return the paired differences of `claim` under `trial`, pounds a person referred; None when its value is not allowed."""
        question, seeds, sides = self.comparison.question, self.comparison.question.seeds(claim.replications), []
        for arm in question.arms:
            if arm.name in (question.baseline.name, claim.scenario):
                each = [trial.applied(self.bench.drawn(arm, seed).parameters) for seed in seeds]
                if None in each:
                    return None
                pairs = zip(seeds, each, strict=True)
                sides.append(np.array([priced_measure(self.weeks[arm.name, seed], parameters, claim.measure) for seed, parameters in pairs]))
        return sides[1] - sides[0]


def priced_measure(weeks: Weeks, parameters: Parameters, measure: str) -> float:
    """Return `measure`, one of `PRICED`, of a run with the prices of `parameters`."""
    amounts = per_person_and_total(weeks, parameters)
    if measure == "cost_per_person":
        return amounts["cost"]
    return economics.wellby_worth(amounts["wellbys"], parameters.economics) - amounts["cost"]
