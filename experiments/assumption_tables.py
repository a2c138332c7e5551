"""The tables of docs/assumptions.md: every number of grade D, why it is what it is, how much it matters and what would settle it.

Reasons are in configs/evidence/assumptions.csv, by hand; how much a number matters is from the screening of the default service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.catalogue import catalogue
from experiments.describe import shown, span
from experiments.pages import rows_beside, table
from experiments.validation.targets import rows_of
from experiments.whatif.draws import EVERYTHING, left_out
from experiments.whatif.measures import MEASURES
from sim import Parameters
from sim.parameters import Declaration, declarations

ROOT = Path(__file__).resolve().parents[1]
INDICES = ROOT / "docs" / "results" / "sensitivity" / "indices.csv"
MUCH, SOME = 50, 10  # percent of the leading parameter's effect from which an assumption is said to matter much, or somewhat
HEADS = ("parameter", "value", "range tried", "why this value", "how much it matters", "what would settle it")


@dataclass(frozen=True)
class Effect:
    """A parameter's mean effect on one measure: percent of the leading parameter's effect on it, rounded, with the 95% interval."""

    measure: str
    share: int
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.share}% ({self.low} to {self.high}) of the leading effect on {MEASURES[self.measure].words}"


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return by parameter why its value is what it is (`reason`) and what would settle it (`settle`)."""
    return {row["parameter"]: row for row in rows_of("assumptions.csv")}


@cache
def effects() -> dict[str, tuple[Effect, ...]]:
    """Return the mean effects of each parameter in the screening, the largest share first; ties by the surer."""
    rows = [row for row in rows_beside(INDICES) if row["method"] == "morris" and row["index"] == "mu_star" and row["estimate"]]
    leading: dict[str, float] = {}
    for row in rows:
        leading[row["measure"]] = max(leading.get(row["measure"], 0.0), float(row["estimate"]))
    found: dict[str, list[Effect]] = {}
    for row in rows:
        if leading[row["measure"]]:
            percents = (round(100 * float(row[name] or 0) / leading[row["measure"]]) for name in ("estimate", "ci_low", "ci_high"))
            found.setdefault(row["parameter"], []).append(Effect(row["measure"], *percents))
    return {key: tuple(sorted(own, key=lambda e: (-e.share, -e.low))) for key, own in found.items()}


def how_much(key: str) -> str:
    """Return how much a parameter matters: the largest of its shares of a leading effect, or why it was not swept.

    It is said to be uncertain where its interval reaches from little to much; then the surest share, on another measure, is told beside it.
    """
    own = effects().get(key)
    if not own:
        return f"not swept: {why_not_swept(key)}"
    largest, surest, reach = own[0], max(own, key=lambda e: e.low), max(e.high for e in own)
    if largest.share < SOME:
        return f"little (up to {reach}%)" if reach >= SOME else "little"
    size = "**much**" if largest.share >= MUCH else "somewhat"
    if largest.low >= SOME or largest.high < MUCH:
        return f"{size}: {largest}"
    beside = f"; surest: {surest}" if surest.measure != largest.measure and surest.share >= SOME else ""
    return f"{size}, but uncertain: {largest}{beside}"


def why_not_swept(key: str) -> str:
    """Return why a parameter was not in the sweep."""
    declared, default = assumed()[key]
    told = not_drawn().get(f"model.{key}")
    if told:
        return told
    tried = [f"`{name}`" for name, changes in scenarios().items() if f"model.{key}" in changes]
    trying = f"; {' and '.join(tried)} {'tries' if len(tried) == 1 else 'try'} another" if tried else ""
    if declared.choices:
        return f"a choice ({' or '.join(declared.choices)}), not a size{trying}"
    if isinstance(default, bool):
        return f"a switch, not a size{trying}"
    if isinstance(default, tuple):
        return f"a list, which has no single range{trying}"
    return "it is newer than the sweep" if declared.plausible else "no range is declared"


@cache
def not_drawn() -> dict[str, str]:
    """Return the parameters with a plausible range that a sweep leaves out, by full key, with the reason."""
    return left_out(Parameters(), EVERYTHING)


@cache
def scenarios() -> dict[str, Mapping[str, Any]]:
    """Return what each scenario that ships changes, by name."""
    return {name: scenario.changes for name, scenario in catalogue().items()}


@cache
def assumed() -> dict[str, tuple[Declaration, Any]]:
    """Return declaration and default of every parameter of grade D, by short name."""
    return {key.removeprefix("model."): (declared, default) for key, declared, default in declarations() if declared.grade == "D"}


def assumptions() -> str:
    """Return every grade-D parameter by group."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for key, (declared, default) in assumed().items():
        why = reasons()[key]
        spread = span(declared.plausible) if declared.plausible else "none"
        cells = (f"`{key}`", f"{shown(default)} {declared.unit}", spread, why["reason"], how_much(key), why["settle"])
        rows.setdefault(key.split(".")[0], []).append(cells)
    return "\n\n".join(f"### {group}\n\n{table(HEADS, members)}" for group, members in rows.items())


def leading_assumptions() -> str:
    """Return the grade-D parameters that matter much, the largest share first."""
    told = [(f"`{key}`", value, meaning, how_much(key), reasons()[key]["settle"]) for key, value, meaning in those_that_matter()]
    return table(("parameter", "value (range)", "meaning", "how much it matters", "what would settle it"), told)


def those_that_matter() -> Iterator[tuple[str, str, str]]:
    """Yield name, value with range, and meaning of each grade-D parameter whose largest share is at least `MUCH`, in the order of shares."""
    much = {key: own[0] for key, own in effects().items() if key in assumed() and own[0].share >= MUCH}
    for key in sorted(much, key=lambda name: (-much[name].share, -much[name].low)):
        declared, default = assumed()[key]
        yield key, f"{shown(default)} ({span(declared.plausible)})", declared.meaning
