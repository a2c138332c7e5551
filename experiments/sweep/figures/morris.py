"""Morris's elementary effects: how far each parameter moves a measure (μ*), and how unevenly (σ).

After Morris 1991, Technometrics 33: 161-174, and Campolongo, Cariboni and Saltelli 2007, Environmental Modelling & Software 22:
1509-1518; the lines σ/μ* = 0.1, 0.5 and 1 after Garcia Sanchez et al. 2014, Energy and Buildings 68: 741-750.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.svg import NAVY, QUIET, Scale, Sheet, tick_label, width_of
from experiments.sweep.factors import CHOICE, SWITCH
from experiments.sweep.figures.bars import of_index, title_of_order, without_order
from experiments.sweep.figures.marks import SMALL, WHISKER, Mark, halo, nothing, places_of_words
from experiments.sweep.figures.shown import Material, Shown, interval_text
from experiments.sweep.findings import Finding, finding

NAMED = 12  # parameters that are named; the others are small dots
KIND = "Scatter plot"
SLOPES = ((0.1, "0.1"), (0.5, "0.5"), (1.0, "σ/μ* = 1"))
NEAR = 38.0  # pixels above or below its dot, at most, for a name
CLOSE = 12.0  # pixels from which words are joined to their dot by a line
STRAIGHT, UNEVEN = 0.1, 1.0  # below σ/μ*: nearly a straight line; above: bends, turns or depends on others
DOT = f'fill="{NAVY}" stroke="white" stroke-width="1.5"'
FAINT = 'fill="#8C8C8C"'
RAY = 'stroke="#767676" stroke-width="1" stroke-dasharray="3 3" fill="none"'
LEADER = 'stroke="#767676" stroke-width="1" fill="none"'


def figure(m: Material, measure: str) -> Figure:
    """Return the plot of μ* against σ of `measure`; `indices` hold `mu_star` and `sigma` for each parameter."""
    shown, found = m.shown(measure), effects(m.indices, measure)
    subtitle = shown.subtitle("how far each parameter moves it over its whole range")
    if found.empty or not found.mu_star.any():
        return nothing(shown.title("does not vary"), subtitle, KIND, shown.words.full, f"No parameter moves {shown.words.full}: it does not vary.")
    if found.sigma.isna().any():  # by group: the parameters of one move in different directions at once, so that it has no σ
        return of_index(m, measure)
    f = finding(measure, m.values[measure], m.design, m.indices, m.noise, m.factors)
    title, first, kind = title_of(found, f, shown), found.iloc[0], shown.words.change
    numbers = f"{first.parameter}: μ* {kind.amount(first.mu_star)}, σ {kind.amount(first.sigma)}"
    rest = f" {len(found) - NAMED} more parameters are the small grey dots." if len(found) > NAMED else ""
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt(KIND, f"σ against μ* of {shown.words.full}, {kind.axis},", "parameter", shown.over, f"{title}; {numbers}"),
        table=table(found, shown),
        note="μ* is the mean size of the change, over the whole range of a parameter, at many settings of the others; it is no share of the variance. "
        "σ is how much that change differs between settings: below σ/μ* = 0.1 nearly a straight line, above 1 the effect bends, turns or depends on "
        f"other parameters (luck adds to σ too). Thin lines are 95% intervals.{without_order(m)}{rest}",
        **both(lambda width: draw(found, shown, width)),
    )


def effects(indices: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return `parameter, mu_star, ci_low, ci_high, sigma`, the largest μ* first; parameters without a value are left out."""
    own = indices[indices.measure == measure]
    sigma = own[own["index"] == "sigma"].set_index("parameter").estimate
    star = own[(own["index"] == "mu_star") & own.estimate.notna()].rename(columns={"estimate": "mu_star"})
    star = star.assign(sigma=star.parameter.map(sigma))[["parameter", "mu_star", "ci_low", "ci_high", "sigma"]]
    return star.sort_values("mu_star", ascending=False, kind="stable").reset_index(drop=True)


def title_of(found: pd.DataFrame, f: Finding, shown: Shown) -> str:
    """Return the finding: which parameter matters most, as far as the intervals tell, and whether its effect is even."""
    first = found.iloc[0]
    kind, ratio = next((one.kind for one in f.found if one.parameter == first.parameter), ""), first.sigma / first.mu_star
    how = ", and interacts or bends" if ratio > UNEVEN else ", in a straight line" if ratio < STRAIGHT and kind not in (SWITCH, CHOICE) else ""
    return title_of_order(f, shown, "" if kind == CHOICE else how)


def draw(found: pd.DataFrame, shown: Shown, width: float) -> Sheet:
    """Return the drawing at `width` pixels: names beside dots, or where these have no room numbers beside dots and the names below."""
    scale, named = shown.words.change.scale, found.head(NAMED)
    left, top, bottom = 52.0, 40.0, 360.0
    most = scale * max(found.mu_star.max(), named.ci_high.max(skipna=True))
    x = Scale(0.0, most * 1.04, left, width - 12)
    y = Scale(0.0, scale * max(found.sigma.max(), 0.2 * found.mu_star.max()) * 1.12, bottom, top)
    names = [shown.label(name) for name in named.parameter]
    sheet = Sheet(width, bottom + 52)
    axes(sheet, x, y, shown)
    sheet.text(2, 14, f"σ, {shown.words.change.axis}", colour=QUIET, size=SMALL)
    sheet.centred((x.start + x.end) / 2, bottom + 42, f"μ*, {shown.words.change.axis}")
    taken, frame = rays(sheet, x, y), (left + 2, top - 16, width, bottom - 2)
    for row in found.iloc[NAMED:].itertuples():
        sheet.dot(x(scale * row.mu_star), y(scale * row.sigma), 3, FAINT)
    marks = []
    for row, name in zip(named.itertuples(), names, strict=True):
        at, height = x(scale * row.mu_star), y(scale * row.sigma)
        ends = [x(max(0.0, scale * end)) if math.isfinite(end) else at for end in (row.ci_low, row.ci_high)]
        sheet.path([(ends[0], height), (ends[1], height)], WHISKER)
        marks.append(Mark(at, height, name, at - ends[0], ends[1] - at))
    places = places_of_words(marks, frame, taken, NEAR)
    if width <= NARROW or None in places:
        marks = [replace(mark, words=str(number)) for number, mark in enumerate(marks, start=1)]
        places = places_of_words(marks, frame, taken)
        key(sheet, names)
    name_dots(sheet, marks, places)
    return sheet


def key(sheet: Sheet, names: list[str]) -> None:
    """Write below the drawing which number is which, in two columns where there is room."""
    columns = 1 if sheet.width <= NARROW else 2
    lines = math.ceil(len(names) / columns)
    for place, name in enumerate(names):
        sheet.text(2 + place // lines * sheet.width / 2, sheet.height + 24 + 19 * (place % lines), f"{place + 1} {name}", size=SMALL)
    sheet.height += 19 * lines + 16


def axes(sheet: Sheet, x: Scale, y: Scale, shown: Shown) -> None:
    """Draw both axes from zero."""
    for scale, flat in ((x, False), (y, True)):
        ticks = scale.ticks(4)
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        for tick in ticks:
            at, name = scale(tick), tick_label(tick, step)
            if flat:
                sheet.line(x.start, at, x.end, at, "axis" if tick == 0 else "grid")
                sheet.text(x.start - 6, at + 5, name, "end", QUIET, size=SMALL)
            else:
                sheet.line(at, y.start, at, y.end, "axis" if tick == 0 else "grid")
                sheet.centred(at, y.start + 19, name)


def rays(sheet: Sheet, x: Scale, y: Scale) -> list[tuple[float, float, float, float]]:
    """Draw the lines of equal σ/μ* and name them at their ends; return the boxes that the names take."""
    boxes = []
    for slope, name in SLOPES:
        far = min(x.high, y.high / slope)
        sheet.path([(x(0), y(0)), (x(far), y(slope * far))], RAY)
        wide = 8.4 * len(name)
        right, base = (x(far), y(slope * far) - 5) if far == x.high else (x(far) + wide / 2, y(slope * far) - 4)
        right = min(right, sheet.width)
        sheet.text(right, base, name, "end", QUIET, size=SMALL)
        boxes.append((right - wide, base - 14, right, base + 4))
    return boxes


def name_dots(sheet: Sheet, marks: list[Mark], places: list[tuple[float, float] | None]) -> None:
    """Draw the dots and their words, joined by a thin line where they stand away; words without a place are left to the table."""
    for mark, place in zip(marks, places, strict=True):
        if place:
            x, base = place
            near = min(max(mark.x, x), x + width_of(mark.words, SMALL))
            edge = min(max(mark.y, base - 12), base + 2)
            beside = edge == mark.y  # at the end of its interval
            if not beside and math.hypot(near - mark.x, edge - mark.y) > CLOSE:
                sheet.path([(mark.x, mark.y), (near, edge)], LEADER)
            halo(sheet, x, base, mark.words, "start")
    for mark in marks:
        sheet.dot(mark.x, mark.y, 5.5, DOT)


def table(found: pd.DataFrame, shown: Shown) -> Table:
    """Return μ* with its interval, σ and their ratio for every parameter."""
    kind, rows = shown.words.change, []
    for row in found.itertuples():
        decimals = kind.places(row.mu_star, *(end for end in (row.ci_low, row.ci_high) if math.isfinite(end)))
        star = interval_text({"estimate": row.mu_star, "ci_low": row.ci_low, "ci_high": row.ci_high}, decimals, kind)
        ratio = f"{row.sigma / row.mu_star:.1f}" if row.mu_star else "–"
        rows.append((shown.label(row.parameter), star, kind.number(row.sigma, decimals, False), ratio))
    return Table(f"{shown.words.full}, elementary effects, {kind.axis}", ("Parameter (grade)", "μ* (95% interval)", "σ", "σ/μ*"), tuple(rows))
