"""Whether there were enough points: the main index of the strongest parameters against the size of the design.

An index counts as settled when its interval is narrow beside the largest index, after Sarrazin, Pianosi and Wagener 2016,
Environmental Modelling & Software 79: 135-152, who ask for the width of the widest interval.
"""

from __future__ import annotations

import math

import pandas as pd

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.sentences import capital
from experiments.report.svg import CATEGORIES, DASHES, QUIET, Scale, Sheet, domain, tick_label, width_of
from experiments.sweep.figures.marks import BOLD, SMALL
from experiments.sweep.figures.shown import MAIN, Material, Shown, interval_text

LINES = 4  # parameters drawn
SETTLED = 0.1  # half-width of the widest interval, over the largest index: at most this is settled
KIND = "Line chart with bands"
GAP = 19.0  # pixels between names at the ends of lines
IN_UNITS = ("mu_star", "range")  # indices in the measure's own unit


def figure(m: Material, measure: str) -> Figure | None:
    """Return the main index of `measure` against the number of points; None with fewer than two sizes."""
    index = MAIN[m.design.method]
    own = m.convergence[(m.convergence.measure == measure) & (m.convergence["index"] == index) & m.convergence.estimate.notna()]
    sizes = sorted(own.points.unique())
    if len(sizes) < 2:
        return None
    shown = m.shown(measure)
    last = own[own.points == sizes[-1]].sort_values("estimate", key=abs, ascending=False, kind="stable")
    names, wide = list(last.parameter[:LINES]), {size: width(own[own.points == size]) for size in (sizes[0], sizes[-1])}
    symbol = {"mu_star": "μ*", "prcc": "partial rank correlation"}.get(index, index)
    title = title_of(wide[sizes[-1]], shown)
    told = " and ".join(f"{f'{100 * half:.0f}% of the largest' if math.isfinite(half) else 'unknown'} at {size:,} points" for size, half in wide.items())
    return Figure(
        title=title,
        subtitle=shown.subtitle(f"{symbol} as points are added"),
        alt=alt(KIND, f"{symbol} of {shown.words.full}", "number of points", shown.over, f"{title}; half the widest interval is {told}"),
        table=table(own, shown, symbol, index),
        note=f"Bands are 95% intervals. Drawn are the {len(names)} largest; the title is about all {len(last)}: settled means that half the widest interval "
        f"is at most {100 * SETTLED:.0f}% of the largest index.",
        **both(lambda pixels: draw(own[own.parameter.isin(names)], names, shown, index, pixels, symbol)),
    )


def width(rows: pd.DataFrame) -> float:
    """Return half the widest interval over the largest index of one size; missing without intervals."""
    halves, largest = (rows.ci_high - rows.ci_low) / 2, rows.estimate.abs().max()
    return float(halves.max() / largest) if halves.notna().any() and largest > 0 else math.nan


def title_of(widest: float, shown: Shown) -> str:
    """Return the finding."""
    if not math.isfinite(widest):
        return shown.title("no interval says whether indices have settled")
    if widest <= SETTLED:
        return shown.title(f"settled within {max(1, round(100 * widest))}% of the largest index")
    return shown.title(f"not settled: within {100 * widest:.0f}% of the largest index")


def draw(own: pd.DataFrame, names: list[str], shown: Shown, index: str, pixels: float, symbol: str) -> Sheet:
    """Return the drawing at `pixels` width."""
    narrow = pixels <= NARROW
    labels = [shown.label(name) for name in names]
    top, bottom, left = (40.0 + GAP * len(names) if narrow else 40.0), (330.0 + GAP * len(names) if narrow else 320.0), 52.0
    right = pixels - 16 if narrow else pixels - max(width_of(label, SMALL) * BOLD for label in labels) - 16
    sheet, scale = Sheet(pixels, bottom + 48), shown.words.change.scale if index in IN_UNITS else 1.0
    values = [scale * v for column in ("estimate", "ci_low", "ci_high") for v in own[column]]
    x, y = Scale(float(own.points.min()), float(own.points.max()), left, right), Scale(*domain(values), bottom, top)
    axes(sheet, x, y, sorted(own.points.unique()))
    sheet.text(2, 14, f"{symbol}, {shown.words.change.axis}" if index in IN_UNITS else symbol, colour=QUIET, size=SMALL)
    sheet.centred((x.start + x.end) / 2, bottom + 40, "points")
    ends = []
    for name, colour, dash in zip(names, CATEGORIES, DASHES, strict=False):
        line = own[own.parameter == name].sort_values("points")
        low, high = ([(x(p), y(scale * v)) for p, v in zip(line.points, line[end], strict=True)] for end in ("ci_low", "ci_high"))
        sheet.area(low, high, f'fill="{colour}" fill-opacity="0.14"')
        middle = [(x(p), y(scale * v)) for p, v in zip(line.points, line.estimate, strict=True)]
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        sheet.path(middle, f'stroke="{colour}" stroke-width="2.5" fill="none"{dashes}')
        for at in middle:
            sheet.dot(*at, 3.5, f'fill="{colour}"')
        ends.append(middle[-1][1])
    if narrow:
        for place, (label, colour, dash) in enumerate(zip(labels, CATEGORIES, DASHES, strict=False)):
            line = f'stroke="{colour}" stroke-width="2.5" fill="none"' + (f' stroke-dasharray="{dash}"' if dash else "")
            sheet.path([(2, 33 + GAP * place), (34, 33 + GAP * place)], line)
            sheet.text(42, 38 + GAP * place, label, colour=colour, bold=True, size=SMALL)
        return sheet
    for at, label, colour in zip(apart(ends, top, bottom), labels, CATEGORIES, strict=False):
        sheet.text(right + 8, at + 5, label, colour=colour, bold=True, size=SMALL)
    return sheet


def apart(heights: list[float], top: float, bottom: float) -> list[float]:
    """Return `heights` moved apart so that names at them do not touch, in the same order from top to bottom."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved, last = list(heights), top - GAP
    for i in order:
        moved[i] = last = max(heights[i], last + GAP)
    limit = bottom
    for i in reversed(order):
        moved[i] = limit = min(moved[i], limit)
        limit -= GAP
    return moved


def axes(sheet: Sheet, x: Scale, y: Scale, sizes: list) -> None:
    """Draw both axes; the sizes of the designs are marked where their words have room."""
    ticks = y.ticks(4)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    for tick in ticks:
        sheet.line(x.start, y(tick), x.end, y(tick), "axis" if abs(tick) < step / 1e6 else "grid")
        sheet.text(x.start - 6, y(tick) + 5, tick_label(tick, step), "end", QUIET, size=SMALL)
    free = math.inf
    for size in reversed(sizes):
        name = f"{size:,}"
        half = width_of(name, SMALL) / 2
        if x(size) + half <= free:
            sheet.centred(x(size), y.start + 18, name)
            free = x(size) - half - 8


def table(own: pd.DataFrame, shown: Shown, symbol: str, index: str) -> Table:
    """Return the index of each parameter at each size."""
    kind = shown.words.change if index in IN_UNITS else None
    last = own[own.points == own.points.max()].sort_values("estimate", key=abs, ascending=False, kind="stable").parameter
    sizes, rows = sorted(own.points.unique()), []
    by = {(row["parameter"], row["points"]): row for row in own.to_dict("records")}
    for name in last:
        decimals = kind.places(by[name, sizes[-1]]["estimate"]) if kind else 2
        rows.append((shown.label(name), *(interval_text(by[name, size], decimals, kind) if (name, size) in by else "–" for size in sizes)))
    unit = f", {kind.axis}" if kind else ""
    head = ("Parameter (grade)", *(f"{size:,} points" for size in sizes))
    return Table(f"{capital(shown.words.full)}: {symbol}{unit} (95% interval) by number of points", head, tuple(rows))
