"""Response curves: the mean of a measure against the value of each of the inputs that go with it most, over all settings of the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtrc, stdtrit

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.sentences import capital
from experiments.report.svg import NAVY, QUIET, Scale, Sheet, domain, tick_label
from experiments.sweep.factors import CHOICE, Factor
from experiments.sweep.figures.marks import SMALL, Panel, ends_of_axis, grid, nothing, panel_name
from experiments.sweep.figures.shown import Material, Shown, coded, number_text, value_text
from experiments.sweep.indices import constant

MOST = 6  # inputs drawn
BINS = 10  # of as many points each
FEW_VALUES = 8  # an input with at most as many is drawn at each of them
FEWEST = 20  # points
CHANCE = 0.05  # that any of all inputs seems to move the mean by luck alone
EVEN = 0.8  # rank correlation of bin means with the input from which a curve rises or falls throughout
KIND = "Small line charts with bands"


@dataclass(frozen=True)
class Curve:
    """The mean of the measure in each bin of one input, with its 95% interval; `at` is the mean input of a bin, `names` its words where values are few.

    `strength` is the share of the variance that lies between bins, beyond what luck would put there (ε², after Kelley 1935, PNAS 21: 554-559),
    whatever the shape of the curve; `chance` how often bins of luck alone would lie as far apart (one-way analysis of variance).
    """

    factor: Factor
    at: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    names: tuple[str, ...]
    strength: float
    chance: float

    @property
    def span(self) -> float:
        """From the lowest bin mean to the highest."""
        return float(np.nanmax(self.mean) - np.nanmin(self.mean))


def figure(m: Material, measure: str) -> Figure | None:
    """Return the response curves of the inputs that go with `measure` most; None with too few points."""
    shown, means = m.shown(measure), m.means(measure)
    if np.isfinite(means).sum() < FEWEST:
        return None
    subtitle = shown.subtitle("its mean against the value of each input, over all settings of the others")
    if constant(means[np.isfinite(means)]):
        words = f"{capital(shown.words.full)} does not vary over the points of this sweep."
        return nothing(shown.title("does not vary"), subtitle, KIND, shown.words.full, words)
    every = sorted((curve(factor, m.points[factor.name], means, m.blocks) for factor in m.factors), key=lambda one: -one.strength)
    curves, first = every[:MOST], every[0]
    title = title_of(first, len(every), shown)
    ends = [int(np.nanargmin(first.mean)), int(np.nanargmax(first.mean))]
    numbers = " and ".join(f"{shown.words.told(first.mean[place])} at {place_text(first, place)}" for place in sorted(ends))
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt(KIND, f"mean {shown.words.full}, {shown.words.axis},", "value of the input", shown.over, f"{title}; for {first.factor.name}, {numbers}"),
        table=table(curves, shown),
        note=f"Bands and thin lines are 95% intervals of the mean over the other inputs and luck. A curve has up to {BINS} bins of as many points each; "
        "a level curve may hide effects that depend on other inputs.",
        **both(lambda width: draw(curves, shown, width)),
    )


def curve(factor: Factor, values: pd.Series, means: np.ndarray, blocks: np.ndarray) -> Curve:
    """Return the curve of one input. Points of a block that fall into one bin share coordinates and count as one."""
    frame = pd.DataFrame({"x": coded(factor, values).to_numpy(), "y": means, "block": blocks}).dropna()
    few = sorted(frame.x.unique()) if factor.levels or frame.x.nunique() <= FEW_VALUES else []
    frame["bin"] = frame.x if few else (frame.x.rank(method="average") / len(frame) * BINS).clip(upper=BINS - 1e-9).astype(int)
    rows = frame.groupby(["bin", "block"])[["x", "y"]].mean()
    each = rows.groupby("bin")
    x, mean, count, spread = each.x.mean(), each.y.mean(), each.y.count(), each.y.std(ddof=1)
    half = pd.Series(stdtrit(np.maximum(count - 1, 1), 0.975), index=count.index) * spread / np.sqrt(count)
    names = tuple(value_text(factor, factor.levels[int(v)] if factor.levels else v) for v in few)
    return Curve(factor, x.to_numpy(), mean.to_numpy(), (mean - half).to_numpy(), (mean + half).to_numpy(), names, *between(rows.y, mean, count))


def between(values: pd.Series, mean: pd.Series, count: pd.Series) -> tuple[float, float]:
    """Return how strongly bins of `values` with these means and counts differ: `strength` and `chance` of a `Curve`."""
    bins, rows = len(mean), len(values)
    whole = float(((values - values.mean()) ** 2).sum())
    apart = float((count * (mean - values.mean()) ** 2).sum())
    if bins < 2 or rows <= bins or whole == 0:
        return 0.0, 1.0
    within = max(0.0, whole - apart) / (rows - bins)
    return 1 - within * (rows - 1) / whole, float(fdtrc(bins - 1, rows - bins, apart / (bins - 1) / within)) if within > 0 else 0.0


def title_of(first: Curve, looked: int, shown: Shown) -> str:
    """Return the finding on the strongest of `looked` inputs: whether the measure rises or falls with it, or where it is highest."""
    name, subject = first.factor.name, capital(shown.words.short)
    if first.chance > CHANCE / looked:
        return shown.title("no input moves its mean clearly")
    top = place_text(first, int(np.nanargmax(first.mean)))
    if first.factor.kind == CHOICE:
        return fitting(f"{subject} is highest with {name} = {top}", f"Highest with {name} = {top}")
    if first.factor.levels:
        return fitting(f"{subject} is higher with {name} {top}", f"Higher with {name} {top}")
    trend = float(pd.Series(first.at).corr(pd.Series(first.mean), method="spearman"))
    if abs(trend) < EVEN:
        return fitting(f"{subject} turns: highest near {name} = {top}", f"Highest near {name} = {top}")
    return fitting(f"{subject} {'rises' if trend > 0 else 'falls'} most with {name}", f"It {'rises' if trend > 0 else 'falls'} most with {name}")


def fitting(title: str, shorter: str) -> str:
    """Return `title`, or `shorter` where it has more than ten words."""
    return title if len(title.split()) <= 10 else shorter


def place_text(one: Curve, place: int) -> str:
    """Return the value of the input in a bin, in words."""
    return one.names[place] if one.names else number_text(one.at[place])


def draw(curves: list[Curve], shown: Shown, width: float) -> Sheet:
    """Return the drawing at `width` pixels: a panel an input, all on one scale of the measure."""
    panels, height = grid(len(curves), width)
    scale, sheet = shown.words.value.scale, Sheet(width, height + 22)
    low, high = domain([scale * v for one in curves for ends in (one.low, one.high, one.mean) for v in ends], zero=False)
    sheet.text(2, 14, shown.words.axis, colour=QUIET, size=SMALL)
    for one, panel in zip(curves, panels, strict=True):
        place = Panel(panel.left, panel.top + 22, panel.width, panel.height)
        y = Scale(low, high, place.top + place.height, place.top)
        frame(sheet, place, y, any(abs(other.left - panel.left) < 1 for other in panels[:1]), shown.words.difference)
        panel_name(sheet, place, shown.label(one.factor.name))
        (draw_few if one.names else draw_many)(sheet, place, y, one, scale)
    return sheet


def frame(sheet: Sheet, panel: Panel, y: Scale, numbered: bool, sign: bool) -> None:
    """Draw the lines behind one panel, with numbers at the left of the sheet; with `sign`, zero is told apart."""
    ticks = y.ticks(3)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    for tick in ticks:
        kind = "zero" if sign and abs(tick) < step / 1e6 else "grid"
        sheet.line(panel.left, y(tick), panel.left + panel.width, y(tick), kind)
        if numbered:
            sheet.text(panel.left - 6, y(tick) + 5, tick_label(tick, step), "end", QUIET, size=SMALL)
    sheet.line(panel.left, panel.top + panel.height, panel.left + panel.width, panel.top + panel.height, "axis")


def draw_many(sheet: Sheet, panel: Panel, y: Scale, one: Curve, scale: float) -> None:
    """Draw a curve with its band."""
    low, high = float(one.at.min()), float(one.at.max())
    x = Scale(low, high if high > low else low + 1, panel.left + 4, panel.left + panel.width - 4)
    ends = ([(x(v), y(scale * e)) for v, e in zip(one.at, edge, strict=True)] for edge in (one.low, one.high))
    sheet.area(*ends, "band")
    middle = [(x(v), y(scale * e)) for v, e in zip(one.at, one.mean, strict=True)]
    sheet.path(middle, "scenario")
    for at in middle:
        sheet.dot(*at, 3, f'fill="{NAVY}"')
    ends_of_axis(sheet, panel, (number_text(low), number_text(high)))


def draw_few(sheet: Sheet, panel: Panel, y: Scale, one: Curve, scale: float) -> None:
    """Draw a dot with its interval at each of a few values."""
    part = panel.width / len(one.names)
    for place, (mean, low, high) in enumerate(zip(one.mean, one.low, one.high, strict=True)):
        x = panel.left + part * (place + 0.5)
        if math.isfinite(low):
            sheet.line(x, y(scale * low), x, y(scale * high), "range")
        sheet.dot(x, y(scale * mean), 5.5, "filled")
    ends_of_axis(sheet, panel, one.names, centred=True)


def table(curves: list[Curve], shown: Shown) -> Table:
    """Return the mean with its interval in each bin of each input."""
    kind, rows = shown.words.value, []
    for one in curves:
        decimals = kind.places(one.span) if one.span else kind.places(float(one.mean[0]))
        for place in range(len(one.mean)):
            low, high = (kind.number(end[place], decimals, False) for end in (one.low, one.high))
            rows.append((shown.label(one.factor.name), place_text(one, place), f"{kind.number(one.mean[place], decimals, False)} ({low} to {high})"))
    return Table(
        f"{capital(shown.words.full)}, {shown.words.axis}: mean in bins of each input", ("Input (grade)", "Value", "Mean (95% interval)"), tuple(rows)
    )
