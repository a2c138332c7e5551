"""The one rule that says what can be told of a difference: *small* when its interval lies inside the margin, else *clear* when it is clear of zero,
else *uncertain*. Sentences, titles of figures and verdicts in tables all come from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from experiments.report.numbers import Unit, between, of, signed, unit
from experiments.whatif.measures import HIGHER


class Verdict(StrEnum):
    """What can be said of a difference."""

    SMALL = "too small to matter"
    CLEAR = "clear"
    UNCERTAIN = "too uncertain to say"


def verdict(low: float, high: float, margin: float | None) -> Verdict:
    """Return what the 95% interval `low` to `high` lets one say; `margin` is None where none was fixed."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return Verdict.UNCERTAIN
    if low == high == 0 or (margin is not None and -margin <= low and high <= margin):
        return Verdict.SMALL
    return Verdict.CLEAR if low > 0 or high < 0 else Verdict.UNCERTAIN


@dataclass(frozen=True)
class Effect:
    """One difference of a scenario from the baseline, in the measure's own unit; `scenario` and `against` are titles.

    `changes` are the differences of single runs, `low` and `high` the 95% interval of their mean.
    """

    scenario: str
    measure: str
    baseline: float
    value: float
    difference: float
    low: float
    high: float
    changes: tuple[float, ...]
    margin: float | None = None
    precision: float = 0.25
    against: str = "today’s service"
    years: str = ""

    @property
    def verdict(self) -> Verdict:
        """What can be said of it."""
        return verdict(self.low, self.high, self.margin)

    @property
    def unit(self) -> Unit:
        """How its numbers are shown."""
        return unit(self.measure)

    @property
    def decimals(self) -> int:
        """Decimals for the difference and its interval."""
        decimals, scale = self.unit.places(self.difference, self.low, self.high, margin=self.margin), self.unit.scale
        while self.exact and self.low < self.high and round(scale * self.low, decimals) == round(scale * self.high, decimals):
            decimals += 1  # so that the ends of a narrow interval are told apart
        return decimals

    @property
    def exact(self) -> bool:
        """Whether a number near zero is told exactly: where the sign is what matters."""
        return self.verdict is not Verdict.SMALL

    def amount(self, value: float) -> str:
        """Return a value with its unit, told as finely as the difference."""
        return self.unit.amount(value, self.decimals, self.exact)

    @property
    def better(self) -> bool | None:
        """Whether the difference is for the better; None where no direction is, or there is no difference."""
        wanted = of(self.measure).better
        return None if wanted is None or self.difference == 0 or math.isnan(self.difference) else (self.difference > 0) == (wanted == HIGHER)

    @property
    def interval(self) -> str:
        """The 95% interval, signed, without unit."""
        return between(self.unit, self.low, self.high, self.decimals, self.exact)

    @property
    def signed(self) -> str:
        """The difference with sign and interval: '+5.4 (5.2 to 5.6)'."""
        return signed(self.unit, self.difference, self.low, self.high, self.decimals, self.exact)
