"""Is a target met often enough? The verdict on one value of a lever, after more and more runs.

The promise: a value is *enough* when the runs show, with 95% confidence, that the target is met in at least the share
`probability` of all runs. A run is one stretch of luck; each either meets the target or does not. The share has an exact
interval (Clopper and Pearson 1934, Biometrika 26: 404-413). It is looked at after a quarter, a half, ... of the most runs, and
each look may be wrong in an equal part of the 5%, so that all looks together keep to it (repeated confidence intervals:
Jennison and Turnbull 1989, Journal of the Royal Statistical Society B 51: 305-361). A value whose share is below
`probability` is so found enough in at most 2.5% of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaincinv

ENOUGH, SELDOM, OPEN = "often enough", "too seldom", "not decided"
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rule:
    """How often the target must be met (`probability`, a share of runs), and from the fewest to the most runs spent on one value."""

    probability: float = 0.9
    least: int = 25
    most: int = 100

    @cached_property
    def looks(self) -> tuple[int, ...]:
        """After how many runs the share is looked at: the most, half of it, a quarter, ... down to the least."""
        looks = [self.most]
        while looks[0] // 2 >= self.least:
            looks.insert(0, looks[0] // 2)
        return tuple(looks)

    def interval(self, met: int, runs: int) -> tuple[float, float]:
        """Return the interval of the share of all runs that meet the target, when `met` of `runs` did; it allows for all looks."""
        tail = (1 - CONFIDENCE) / 2 / len(self.looks)
        low = 0.0 if met == 0 else float(betaincinv(met, runs - met + 1, tail))
        high = 1.0 if met == runs else float(betaincinv(met + 1, runs - met, 1 - tail))
        return low, high

    def verdict(self, met: int, runs: int) -> str:
        """Return whether the share is shown to be at least `probability`, shown to be below it, or not decided."""
        low, high = self.interval(met, runs)
        if low >= self.probability:
            return ENOUGH
        return SELDOM if high < self.probability else OPEN

    @property
    def runs_needed(self) -> int:
        """The fewest `most` with which a value can be found enough at all: when every run meets the target."""
        most = self.most
        while (rule := Rule(self.probability, self.least, most)).verdict(most, most) != ENOUGH:
            tail = (1 - CONFIDENCE) / 2 / len(rule.looks)
            most = max(most + 1, int(np.ceil(np.log(tail) / np.log(self.probability))))
        return most


@dataclass(frozen=True, eq=False)
class Trial:
    """What one value of the lever came to: `met` says of each run, in the order of seeds, whether it met the target."""

    step: int
    met: np.ndarray
    rule: Rule

    @property
    def runs(self) -> int:
        """Runs spent on it."""
        return len(self.met)

    @property
    def hits(self) -> int:
        """Runs that met the target."""
        return int(self.met.sum())

    @property
    def share(self) -> float:
        """Share of its runs that met the target."""
        return self.hits / self.runs

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share of all runs."""
        return self.rule.interval(self.hits, self.runs)

    @property
    def verdict(self) -> str:
        """Whether the target is met often enough, too seldom, or whether that is not decided."""
        return self.rule.verdict(self.hits, self.runs)
