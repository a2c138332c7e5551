"""Numbers as a report gives them: two significant figures, shares in percentage points, pounds with their sign."""

from __future__ import annotations

import math
from dataclasses import dataclass

from experiments.whatif.measures import MEASURES, Measure

BRIEF = {"points of the Star sum": "Star points", "a person referred": "a person"}
FIGURES = 2  # significant figures
PERCENT = "percentage points"


def places(*values: float) -> int:
    """Return the decimals at which the largest of `values` has two significant figures; negative for tens, hundreds, …"""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return 0 if largest == 0 else FIGURES - 1 - math.floor(math.log10(largest))


def show(value: float, decimals: int, never_zero: bool = True) -> str:
    """Return `value` at `decimals`, with thousands apart and a true minus; with `never_zero` what is not zero does not read as zero."""
    if not math.isfinite(value):
        return "–"
    if never_zero and value != 0 and round(value, decimals) == 0:
        decimals = -math.floor(math.log10(abs(value)))  # one figure, so that a bound beside zero stays beside it
    text = f"{abs(round(value, decimals)):,.{max(0, decimals)}f}"
    return f"−{text}" if value < 0 and round(value, decimals) != 0 else text


def plain(value: float) -> str:
    """Return `value` with two significant figures."""
    return show(value, places(value))


@dataclass(frozen=True)
class Unit:
    """How values of a measure are shown: times `scale`, with `prefix` before the number and `suffix` after the last one."""

    scale: float
    prefix: str
    suffix: str

    def number(self, value: float, decimals: int, never_zero: bool = True) -> str:
        """Return the number alone, `value` in the measure's own unit, `decimals` of the number shown."""
        text = show(value * self.scale, decimals, never_zero)
        return text.replace("−", f"−{self.prefix}") if text.startswith("−") else f"{self.prefix}{text}"

    def places(self, *values: float, margin: float | None = None) -> int:
        """Return the decimals for `values`, which are in the measure's own unit; at most one more than a `margin` is told with."""
        own = places(*(value * self.scale for value in values))
        return own if not margin else min(own, places(margin * self.scale) + 1)

    def amount(self, value: float, decimals: int | None = None, never_zero: bool = True) -> str:
        """Return the number with its unit."""
        return f"{self.number(value, self.places(value) if decimals is None else decimals, never_zero)} {self.suffix}".rstrip()

    def brief(self, value: float, decimals: int) -> str:
        """Return the number with a short unit, for titles."""
        return f"{self.number(value, decimals)} {BRIEF.get(self.suffix, self.suffix)}".rstrip()

    @property
    def axis(self) -> str:
        """The unit in words, for an axis."""
        return f"pounds {self.suffix}".rstrip() if self.prefix else self.suffix


def unit(measure: str) -> Unit:
    """Return how differences of `measure` are shown."""
    declared = of(measure).unit
    if declared == PERCENT:
        return Unit(100.0, "", PERCENT)
    if declared.startswith("pounds"):
        return Unit(1.0, "£", declared.removeprefix("pounds").strip())
    return Unit(1.0, "", declared)


def of(measure: str) -> Measure:
    """Return what is declared of `measure`; a measure not declared goes by its name."""
    return MEASURES.get(measure) or Measure(measure.replace("_", " "), "")


def between(kind: Unit, low: float, high: float, decimals: int, never_zero: bool = True) -> str:
    """Return 'low to high' of an interval, without unit."""
    return f"{kind.number(low, decimals, never_zero)} to {kind.number(high, decimals, never_zero)}"


def signed(kind: Unit, value: float, low: float, high: float, decimals: int, never_zero: bool = True) -> str:
    """Return a difference with sign and interval: '+5.4 (5.2 to 5.6)'."""
    number = kind.number(value, decimals, never_zero)
    sign = "+" if value > 0 and any(figure in number for figure in "123456789") else ""
    return f"{sign}{number} ({between(kind, low, high, decimals, never_zero)})"
