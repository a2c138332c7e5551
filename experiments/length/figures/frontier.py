"""What a link worker's hour brings against how long people wait: a point a length, joined in order, a panel a mode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.length.figures.shown import OPEN_LENGTH, PLAIN, decimals_of, in_order, interval, left_axis, mode_name, plain_length
from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.sentences import capital
from experiments.report.svg import NAVY, QUIET, Scale, Sheet, domain, tick_label, width_of
from experiments.sweep.figures.marks import SMALL, Mark, Panel, grid, halo, panel_name, places_of_words

PER = 100  # hours
APART = 14  # pixels from which words are led to their point
MEASURES = ("gain_total", "hours", "weeks_waited")
UNIT = f"Star points per {PER} link-worker hours"


@dataclass(frozen=True)
class Point:
    """One length in one mode: gain for each 100 hours, and weeks waited for each person referred, with their 95% intervals over runs.

    `each` is the gain for 100 hours run by run, by seed: values whose mean is that gain, and whose spread is that of a ratio of means.
    """

    mode: str
    length: str
    gain: tuple[float, float, float]
    wait: tuple[float, float, float]
    each: pd.Series

    @property
    def runs(self) -> int:
        """How many runs there are of it."""
        return len(self.each)


def points(runs: pd.DataFrame) -> list[Point]:
    """Return the points of plain lengths for everybody, in order, from `runs` (`mode, policy, length, seed, group, measure, value`)."""
    own = runs[(runs.policy == "") & (runs.group == "all") & runs.measure.isin(MEASURES)]
    wide = own.pivot(index=["mode", "length", "seed"], columns="measure", values="value").reindex(columns=MEASURES).dropna().reset_index()
    found = []
    for mode in dict.fromkeys(own["mode"]):
        part = wide[wide["mode"] == mode]
        lengths = in_order(part.drop_duplicates("length")).length
        for length in lengths:
            rows = part[part.length == length]
            gain, hours, wait = (rows[name].to_numpy(float) for name in MEASURES)
            if hours.mean() > 0:
                each = run_by_run(gain, hours / PER)
                found.append(Point(mode, length, mean(each), mean(wait), pd.Series(each, index=rows.seed)))
    return found


def mean(values: np.ndarray) -> tuple[float, float, float]:
    """Return the mean over runs with its 95% interval (Student's t)."""
    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def run_by_run(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return one value a run whose mean is the ratio of the two means, and whose interval is that of the ratio by the delta method."""
    value = above.mean() / below.mean()
    return value + (above - value * below) / below.mean()


def figure(found: Sequence[Point], subtitle: str) -> Figure:
    """Return the figure of some points."""
    title = title_of(found)
    best = max(found, key=lambda point: point.gain[0])
    most = max(found, key=lambda point: point.wait[0])
    words = (
        f"{title}; most for an hour with {named(best)}: {PLAIN.number(best.gain[0], PLAIN.places(best.gain[0]))}; "
        f"longest waits with {named(most)}: {PLAIN.number(most.wait[0], PLAIN.places(most.wait[0]))} weeks"
    )
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt("Scatter plot", f"gain, {UNIT},", "weeks waited for each person referred", "", words),
        table=table(found),
        note="A point is a length of programme; the line joins them from the shortest to no limit. Up and to the left is better. Thin lines: 95% intervals. "
        "Gain and hours are those until the same time after referral; with no limit more relationships still run then, and part of the gain leans on them.",
        **both(lambda width: draw(found, width)),
    )


def named(point: Point) -> str:
    """Return a point in words."""
    return f"{plain_length(point.length)} ({mode_name(point.mode)})"


def title_of(found: Sequence[Point]) -> str:
    """Return the finding: which length brings most for an hour where people wait, of those whose paired difference from the best is not clear of zero."""
    modes = list(dict.fromkeys(point.mode for point in found))
    mode = "backlog" if "backlog" in modes else modes[0]
    own = [point for point in found if point.mode == mode]
    best = max(own, key=lambda point: point.gain[0])
    where = " where a list waits" if mode == "backlog" else ""
    lengths = [plain_length(point.length) for point in own if point is best or not mean((best.each - point.each).dropna().to_numpy())[1] > 0]
    if len(lengths) > 1:
        which = " or ".join(lengths) if len(lengths) < 4 else f"{lengths[0]} to {lengths[-1]}"
        return f"Whether an hour brings most with {which} is too uncertain to say{where}"
    return f"An hour brings most with {lengths[0]}{where}"


def table(found: Sequence[Point]) -> Table:
    """Return the points as a table."""
    values = [[{"value": value, "ci_low": low, "ci_high": high} for value, low, high in (point.gain, point.wait)] for point in found]
    decimals = [decimals_of([pair[place] for pair in values], PLAIN) for place in (0, 1)]
    rows = []
    for point, pair in zip(found, values, strict=True):
        cells = (interval(value, PLAIN, places) for value, places in zip(pair, decimals, strict=True))
        rows.append((mode_name(point.mode), plain_length(point.length), *cells, f"{point.runs}"))
    head = ("Mode", "Programme", f"{UNIT} (95% interval)", "Weeks waited for each person referred (95% interval)", "Runs")
    return Table("What an hour brings, and how long people wait", head, tuple(rows))


def draw(found: Sequence[Point], width: float) -> Sheet:
    """Return the drawing at `width` pixels: a panel a mode, all on the same scales."""
    modes = list(dict.fromkeys(point.mode for point in found))
    panels, height = grid(len(modes), width, height=210, lines=3 if width <= NARROW else 1, foot=50)
    sheet = Sheet(width, height + 24)
    ends = [domain([v for point in found for v in getattr(point, name)], zero=False, room=0.12) for name in ("wait", "gain")]
    ends[0] = (max(0.0, ends[0][0]), ends[0][1])
    sheet.text(2, 14, UNIT, colour=QUIET, size=SMALL)
    first = min(panel.left for panel in panels)
    for mode, panel in zip(modes, panels, strict=True):
        place = Panel(panel.left, panel.top + 24, panel.width, panel.height)
        scales = Scale(*ends[0], place.left, place.left + place.width - 6), Scale(*ends[1], place.top + place.height, place.top)
        panel_name(sheet, place, capital(mode_name(mode)))
        one_panel(sheet, [point for point in found if point.mode == mode], *scales, place, panel.left == first)
    return sheet


def one_panel(sheet: Sheet, own: Sequence[Point], x: Scale, y: Scale, panel: Panel, numbered: bool) -> None:
    """Draw one mode: the line through its lengths, their intervals and names, and both axes."""
    edges = Scale(0, 1, panel.left, panel.left + panel.width)
    left_axis(sheet, edges, y, numbered=numbered)
    ticks = x.ticks(4)
    for tick in ticks:
        sheet.line(x(tick), y.end, x(tick), y.start, "grid")
        sheet.centred(x(tick), y.start + 19, tick_label(tick, ticks[1] - ticks[0] if len(ticks) > 1 else 1))
    sheet.line(edges.start, y.start, edges.end, y.start, "axis")
    sheet.text((edges.start + edges.end) / 2, y.start + 38, "weeks waited, each person referred", "middle", QUIET, size=SMALL)
    sheet.path([(x(point.wait[0]), y(point.gain[0])) for point in own], f'stroke="{NAVY}" stroke-width="1.5" fill="none" stroke-opacity="0.5"')
    marks = []
    for point in own:
        at = (x(point.wait[0]), y(point.gain[0]))
        sheet.path([(at[0], y(point.gain[1])), (at[0], y(point.gain[2]))], "range")
        sheet.path([(x(max(point.wait[1], x.low)), at[1]), (x(point.wait[2]), at[1])], "range")
        sheet.dot(*at, 5, f'fill="{NAVY}" stroke="white" stroke-width="1"')
        marks.append(Mark(*at, short(point.length)))
    frame = (panel.left, y.end - 6, panel.left + panel.width + 8, y.start)
    spots = places_of_words(marks, frame)
    for mark, spot in zip(marks, spots, strict=True):
        if spot:
            lead(sheet, mark, *spot)
    for mark, spot in zip(marks, spots, strict=True):
        if spot:
            halo(sheet, *spot, mark.words, "start")


def lead(sheet: Sheet, mark: Mark, left: float, base: float) -> None:
    """Draw a thin line from a point to its words where they stand apart from it."""
    end = min(max(mark.x, left), left + width_of(mark.words, SMALL)), base - 5
    if math.hypot(end[0] - mark.x, end[1] - mark.y) > APART:
        sheet.path([(mark.x, mark.y), end], f'stroke="{QUIET}" stroke-width="0.8" fill="none"')


def short(length: str) -> str:
    """Return a length at a point: '3 m', '2 y', 'no limit'."""
    if length == OPEN_LENGTH:
        return "no limit"
    words = plain_length(length)
    return words.replace(" months", " m").replace(" years", " y").replace(" year", " y").replace(" weeks", " w")


