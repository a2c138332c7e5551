"""The tornado of a one-at-a-time sweep: the measure at the lowest and at the highest value of each parameter, the others as they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.svg import Scale, Sheet
from experiments.sweep.factors import CHOICE, Factor
from experiments.sweep.figures.marks import Bar, chart_width, draw_bars, nothing, room
from experiments.sweep.figures.shown import Material, Shown, interval_text, value_text
from experiments.sweep.indices_levels import least_and_largest, levels

MOST = 10  # bars
TALL = 44.0  # pixels of a row of two bars
KIND = "Tornado chart"


@dataclass(frozen=True)
class Swing:
    """One parameter: the values at its two ends in words, and the difference of the measure there from the service as it is (mean, interval)."""

    parameter: str
    ends: tuple[str, str]
    changes: tuple[dict, dict]

    @property
    def width(self) -> float:
        """The distance over which the measure moves, both ends and today's value among it."""
        known = [0.0, *(change["estimate"] for change in self.changes)]
        return max(known) - min(known)

    def turns(self, baseline: float) -> bool:
        """Whether the measure, `baseline` in the service as it is, has another sign at one end, its interval clear of zero."""
        side = math.copysign(1, baseline)
        return any(side * (baseline + (change["ci_high"] if side > 0 else change["ci_low"])) < 0 for change in self.changes)


def figure(m: Material, measure: str) -> Figure:
    """Return the tornado of `measure`, the widest swing on top, at most ten. `indices` hold `low` and `high` for each parameter."""
    shown = m.shown(measure)
    found = swings(m, measure)
    subtitle = shown.subtitle("its mean at the lowest and highest value of one parameter at a time")
    if not any(swing.width for swing in found) or not math.isfinite(today(m, measure)):
        return nothing(shown.title("does not vary"), subtitle, KIND, shown.words.full, f"No parameter moves {shown.words.full}: it does not vary.")
    drawn, base = found[:MOST], today(m, measure)
    title, scale = title_of(found, shown, base), shown.words.value.scale
    widest = drawn[0]
    ends = " and ".join(f"{told(shown, base, change)} at {end}" for end, change in zip(widest.ends, widest.changes, strict=True))
    bars = {swing.parameter: bars_of(swing, base, scale) for swing in drawn}
    labels = [shown.label(swing.parameter) for swing in drawn]
    rows = tuple(
        Row(label, over_today(bars[swing.parameter], base * scale), tall=TALL) for label, swing in zip(labels, drawn, strict=True)
    )
    every, zero = [bar for pair in bars.values() for bar in pair], shown.words.difference

    def draw(width: float) -> Sheet:
        return Chart(rows, *room(every, chart_width(width, labels), zero), shown.words.axis).draw(width)

    rest = f" {len(found) - MOST} more parameters swing less than {shown.words.change.amount(drawn[-1].width)}." if len(found) > MOST else ""
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt(KIND, f"{shown.words.full}, {shown.words.axis},", "parameter", shown.over, f"{title}; {widest.parameter}: {ends}"),
        table=table(found, shown, base),
        note=f"Dashed: the service as it is, {shown.words.told(base)}. At the end of each bar stands the parameter’s value; thin lines are 95% intervals "
        f"over seeds. Grades of evidence: A measured here to D assumed. Each bar leaves the other parameters as they are.{ends_of_choices(m)}{rest}",
        **both(draw),
    )


def ends_of_choices(m: Material) -> str:
    """Return what the two bars of a choice are; empty where none is varied."""
    return " Of a choice the two bars are the values with the least and the largest mean." if m.design.unordered else ""


def today(m: Material, measure: str) -> float:
    """Return the mean of the measure in the service as it is: the first point of the design."""
    return float(m.means(measure)[0])


def swings(m: Material, measure: str) -> list[Swing]:
    """Return what each parameter does to the measure, the widest first."""
    own = m.indices[(m.indices.measure == measure) & m.indices["index"].isin(["low", "high"])]
    rows = {(row["parameter"], row["index"]): row for row in own.to_dict("records")}
    found = []
    for factor in m.factors:
        if (factor.name, "low") in rows and (factor.name, "high") in rows:
            changes = (rows[factor.name, "low"], rows[factor.name, "high"])
            if all(math.isfinite(change["estimate"]) for change in changes):
                found.append(Swing(factor.name, ends_of(factor, m, measure), changes))
    return sorted(found, key=lambda swing: -swing.width)


def ends_of(factor: Factor, m: Material, measure: str) -> tuple[str, str]:
    """Return the lowest and highest value that was run, in words; of a choice those at which the measure has its least and its largest mean."""
    values = m.points[factor.name]
    ends = (factor.levels[0], factor.levels[-1]) if factor.levels else (values.min(), values.max())
    if factor.kind == CHOICE:
        varied = np.isfinite(m.design.unit[:, m.design.names.index(factor.name)])
        at = levels(values[varied].map(factor.levels.index).to_numpy(float), m.values[measure][varied])
        ends = tuple(factor.levels[place] for place in least_and_largest(at))
    return value_text(factor, ends[0]), value_text(factor, ends[1])


def title_of(found: list[Swing], shown: Shown, base: float) -> str:
    """Return the finding: which parameters decide the sign of a difference, else which one moves the measure most."""
    if shown.words.difference:
        turning = [swing.parameter for swing in found if swing.turns(base)]
        if len(turning) == 1:
            return shown.title(f"{turning[0]} decides the sign")
        if turning:
            return shown.title(f"{len(turning)} of {len(found)} parameters can turn the sign")
    first = found[0]
    if len(found) > 1 and not clear_of(first, found[1]):
        return shown.title(f"{first.parameter} and {found[1].parameter} move it most")
    return shown.title(f"{first.parameter} moves it most")


def clear_of(first: Swing, second: Swing) -> bool:
    """Whether the largest change of `first` is larger than that of `second`, by their intervals."""
    least = max(max(change["ci_low"], -change["ci_high"]) for change in first.changes)
    return least > max(max(change["ci_high"], -change["ci_low"]) for change in second.changes)


def bars_of(swing: Swing, base: float, scale: float) -> tuple[Bar, Bar]:
    """Return the two bars of one parameter, from today's value of the measure, in units shown."""
    low, high = (
        Bar(*(scale * (base + change[key]) for key in ("estimate", "ci_low", "ci_high")), end, fill, scale * base)
        for change, end, fill in zip(swing.changes, swing.ends, ("teal", "navy"), strict=True)
    )
    return low, high


def over_today(bars: tuple[Bar, Bar], base: float) -> Draw:
    """Return how to draw two bars over the dashed line of today's value."""

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        draw_bars(bars)(sheet, scale, middle)
        sheet.line(scale(base), middle - TALL / 2 - 3, scale(base), middle + TALL / 2 + 3, "baseline")

    return draw


def told(shown: Shown, base: float, change: dict) -> str:
    """Return the measure at one end of a parameter."""
    return shown.words.told(base + change["estimate"])


def table(found: list[Swing], shown: Shown, base: float) -> Table:
    """Return every parameter with the measure at both ends and the differences from the service as it is."""
    kind, rows = shown.words.change, []
    for swing in found:
        decimals = kind.places(*(change[key] for change in swing.changes for key in ("estimate", "ci_low", "ci_high") if math.isfinite(change[key])))
        cells = [f"{end}: {told(shown, base, change)}" for end, change in zip(swing.ends, swing.changes, strict=True)]
        rows.append((shown.label(swing.parameter), *cells, *(interval_text(change, decimals, kind) for change in swing.changes)))
    head = ("Parameter (grade)", "At its lowest", "At its highest", "Change at the lowest (95% interval)", "Change at the highest (95% interval)")
    return Table(f"{shown.words.full}, changes in {kind.axis}: one parameter at a time", head, tuple(rows))
