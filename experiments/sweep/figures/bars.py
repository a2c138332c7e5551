"""Bars of indices with intervals: Sobol's and FAST's first-order and total shares beside what luck left in, and those of samples taken as given."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Row
from experiments.report.numbers import Unit, show
from experiments.report.sentences import capital
from experiments.sweep.designs import LHS, MORRIS
from experiments.sweep.factors import CHOICE
from experiments.sweep.figures.marks import Bar, chart_width, draw_bars, nothing, room
from experiments.sweep.figures.shown import Material, Shown, interval_text, number_text, ranked, share_text
from experiments.sweep.findings import Finding, finding

MOST = 10  # parameters drawn
MAJORITY = 0.5  # of the spread: "most"
KIND = "Bar chart"
NOISE_FREE = "_noise_free"
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
LUCK = "luck left in the means"


@dataclass(frozen=True)
class Series:
    """One index as bars: its name in the table, in words at the bar's end, and its fill."""

    index: str
    words: str
    fill: str


BY_VARIANCE = (Series("S1", "S1", "navy"), Series("ST", "ST", "teal"))
OTHERS = {  # method: its indices, and what they are
    "pawn": ((Series("median", "", "navy"),), "how far fixing a parameter shifts its distribution (0 to 1)"),
    "delta": ((Series("delta", "", "navy"),), "how far knowing a parameter changes its distribution (0 to 1)"),
    "lhs": ((Series("prcc", "", "navy"),), "partial rank correlation (−1 to 1)"),
    "grid": ((Series("range", "", "navy"),), "range of its mean over the values of a parameter"),
    "morris": ((Series("mu_star", "", "navy"),), "mean size of its change (μ*) over the whole range of a group"),
}
IN_UNITS = ("grid", "morris")  # methods whose index is in the unit of the measure
BY_VARIANCE_NOTE = (
    "S1: share of the spread that a parameter carries alone; ST: with all it does together with others, so that ST of several parameters add up to more "
    "than 1. Estimates below zero are drawn as they are: they mean about zero. "
    "Thin lines are 95% intervals; an index whose interval holds zero is not told from zero."
)
BIASED = dict.fromkeys(("pawn", "delta"), " By luck a parameter without any effect has a value above zero too.")
OTHER_NOTE = "Thin lines are 95% intervals. Grades of evidence: A measured here to D assumed."


def of_variance(m: Material, measure: str) -> Figure:
    """Return S1 and ST of each parameter (Sobol, FAST), free of luck where that was worked out, over a bar of the luck left in the means."""
    free = any(not ranked(m.indices, measure, f"{series.index}{NOISE_FREE}").empty for series in BY_VARIANCE)
    series = tuple(Series(s.index + NOISE_FREE * free, s.words, s.fill) for s in BY_VARIANCE)
    shown = m.shown(measure)
    what = "share of its spread" + (", luck taken out," if free else "") + " that each parameter carries"
    first, total = (ranked(m.indices, measure, s.index) for s in series)
    if first.empty and total.empty:
        return constant(shown, what)
    title = title_of_variance(first, total, shown, free)
    top = total.iloc[0].parameter if len(total) else first.iloc[0].parameter
    numbers = "; ".join(f"{s.words} of {top} {show(value_of(own, top), 2)}" for s, own in zip(series, (first, total), strict=True) if len(own))
    luck = luck_bar(shown)
    note = BY_VARIANCE_NOTE + (" Luck: the part of the spread of the means, over the seeds, that is not due to parameters." if luck else "")
    extra = ((LUCK, (luck,)),) if luck else ()
    return drawn(m, shown, series, what, title, numbers, note, "share of the spread of the means", extra)


def of_index(m: Material, measure: str) -> Figure:
    """Return the bars of the main index of a method whose indices are not shares of variance (PAWN, delta, a Latin hypercube, a grid, Morris by group)."""
    series, what = OTHERS[m.design.method]
    shown = m.shown(measure)
    own = ranked(m.indices, measure, series[0].index)
    if own.empty or not own.estimate.any():
        return constant(shown, what)
    f = finding(measure, m.values[measure], m.design, m.indices, m.noise, m.factors)
    kind = shown.words.change if m.design.method in IN_UNITS else Unit(1.0, "", "")
    first, *rest = [f"{row.parameter} {kind.amount(row.estimate)}" for row in own.head(2).itertuples()]
    axis = shown.words.change.axis if m.design.method in IN_UNITS else capital(what)
    note = OTHER_NOTE + BIASED.get(m.design.method, "") + without_order(m)
    return drawn(m, shown, series, what, title_of_order(f, shown, way(f)), "; ".join([first, *rest]), note, axis)


def without_order(m: Material) -> str:
    """Return what the number of a choice is, whose values have no order; empty where no choice is varied or the number is like any other."""
    names = ", ".join(name for name in m.design.unordered if name not in m.design.groups)
    meant = {LHS: "its number is a size without direction (partial correlation ratio)", MORRIS: "its number is the mean size of the change between two values"}
    return f" The values of {names} have no order: {meant[m.design.method]}." if names and m.design.method in meant and not m.design.groups else ""


def constant(shown: Shown, what: str) -> Figure:
    """Return the figure of a measure that no parameter moves."""
    words = f"{capital(shown.words.full)} does not vary over the points of this sweep, so that there is nothing to share out."
    return nothing(shown.title("does not vary"), shown.subtitle(what), KIND, shown.words.full, words)


def drawn(m: Material, shown: Shown, series: tuple[Series, ...], what: str, title: str, numbers: str, note: str, axis: str, extra: tuple = ()) -> Figure:
    """Return the figure: a row a parameter with a bar for each of `series`, the strongest ten, then the rows of `extra`."""
    every = every_parameter(m.indices, shown.words.name, series)
    in_units = m.design.method in IN_UNITS
    scale = shown.words.change.scale if in_units else 1.0
    bars = [(shown.label(name), tuple(bar_of(row, s, scale, in_units) for s, row in zip(series, rows, strict=True))) for name, rows in every[:MOST]]
    bars += extra
    labels, flat = [label for label, _ in bars], [bar for _, pair in bars for bar in pair]
    rows = tuple(Row(label, draw_bars(own), tall=26.0 if len(own) == 1 else 44.0) for label, own in bars)
    rest = f" Not drawn: {len(every) - MOST} parameters with smaller values." if len(every) > MOST else ""
    return Figure(
        title=title,
        subtitle=shown.subtitle(what),
        alt=alt(KIND, f"{what} for {shown.words.full}", "parameter", shown.over, f"{title}; {numbers}"),
        table=table(every, series, shown, in_units),
        note=note + rest,
        **both(lambda width: Chart(rows, *room(flat, chart_width(width, labels)), axis).draw(width)),
    )


def every_parameter(indices: pd.DataFrame, measure: str, series: tuple[Series, ...]) -> list[tuple[str, list[dict]]]:
    """Return each parameter with its row of each series, the largest value of the last series first, those without a value last."""
    own = indices[indices.measure == measure]
    names = dict.fromkeys(own[own["index"].isin([s.index for s in series])].parameter)
    missing = {"estimate": math.nan, "ci_low": math.nan, "ci_high": math.nan}
    tables = [{row["parameter"]: row for row in own[own["index"] == s.index].to_dict("records")} for s in series]
    found = [(name, [own.get(name, missing) for own in tables]) for name in names]

    def order(item: tuple[str, list[dict]]) -> float:
        known = [abs(row["estimate"]) for row in item[1][::-1] if math.isfinite(row["estimate"])]
        return -known[0] if known else math.inf

    return sorted(found, key=order)


def bar_of(row: dict, series: Series, scale: float, in_units: bool) -> Bar:
    """Return the bar of one index; one without a value says so."""
    if not math.isfinite(row["estimate"]):
        return Bar(math.nan, math.nan, math.nan, f"{series.words} cannot be told".strip(), series.fill)
    value = row["estimate"] * scale
    number = number_text(value) if in_units else show(value, 2, False)
    return Bar(value, row["ci_low"] * scale, row["ci_high"] * scale, f"{series.words} {number}".strip(), series.fill)


def luck_bar(shown: Shown) -> Bar | None:
    """Return the bar of the share of the spread of the means that is luck; None where it cannot be told."""
    left = shown.noise.get("share_seed_left", math.nan)
    if not math.isfinite(left):
        return None
    return Bar(left, shown.noise["share_seed_left_low"], shown.noise["share_seed_left_high"], show(left, 2, False), "grey")


def title_of_variance(first: pd.DataFrame, total: pd.DataFrame, shown: Shown, free: bool) -> str:
    """Return the finding: how many parameters carry most of the spread, counting those whose S1 is clear of zero."""
    if shown.swamped and not free:
        return shown.title("luck hides which parameters matter")
    clear = first[first.ci_low > 0].sort_values("estimate", ascending=False)
    if clear.empty:
        together = total[total.ci_low > 0]
        return shown.title("parameters act only together" if len(together) > 1 else "too uncertain to say which parameters matter")
    summed = clear.estimate.cumsum().to_numpy()
    if summed[-1] <= MAJORITY:
        return shown.title(f"{clear.parameter.iloc[0]} leads with {share_text(clear.estimate.iloc[0])} of the spread")
    count = int((summed > MAJORITY).argmax()) + 1
    if count == 1:
        return shown.title(f"{clear.parameter.iloc[0]} carries most of the spread")
    number = COUNTS[count] if count < len(COUNTS) else str(count)
    return shown.title(f"{number.lower()} parameters carry most of the spread")


def title_of_order(f: Finding, shown: Shown, how: str = "") -> str:
    """Return the finding: which parameters matter most, by the same rule as the sentences; `how` says more of one that leads alone."""
    leaders = f.leaders
    if not leaders:
        return shown.title(str(f.verdict))
    if len(leaders) == 1:
        return shown.title(f"{leaders[0].parameter} matters most{how}")
    if len(leaders) == 2:
        return shown.title(f"{leaders[0].parameter} and {leaders[1].parameter} matter most")
    return shown.title(f"{len(leaders)} of {len(f.found)} parameters share the lead")


def way(f: Finding) -> str:
    """Return whether the parameter that leads raises the measure or lowers it; empty for one whose values have no order, and for an index without a sign."""
    if f.method != LHS or not f.clear or f.clear[0].kind == CHOICE:
        return ""
    return ", raising it" if f.clear[0].estimate > 0 else ", lowering it"


def value_of(own: pd.DataFrame, parameter: str) -> float:
    """Return the estimate of one parameter; missing when it has none."""
    rows = own[own.parameter == parameter]
    return float(rows.estimate.iloc[0]) if len(rows) else math.nan


def table(every: list[tuple[str, list[dict]]], series: tuple[Series, ...], shown: Shown, in_units: bool) -> Table:
    """Return each parameter with its indices and intervals."""
    kind, rows = shown.words.change if in_units else None, []
    for name, found in every:
        cells = [interval_text(row, kind.places(row["estimate"]) if kind and math.isfinite(row["estimate"]) else 3, kind) for row in found]
        cells = [cell if cell != "–" else "cannot be told" for cell in cells]
        rows.append((shown.label(name), *cells))
    heads = tuple(f"{s.words or s.index} (95% interval)" for s in series)
    return Table(f"{capital(shown.words.full)}: indices of all parameters", ("Parameter (grade)", *heads), tuple(rows))
