"""Week by week: the median over runs with the band of nine in ten, one single run, and the baseline dashed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.numbers import places, show
from experiments.report.rule import Effect
from experiments.report.sentences import finding, parting
from experiments.report.svg import GREY, NAVY, PLUM, QUIET, Scale, Sheet, domain, tick_label

WEEKS_PER_YEAR = 52
POINTS = 130  # drawn at most on a line
STAYS = 26  # weeks that the interval stays clear of zero before the lines are said to part
FULL = 0.9  # of the last year's caseload: from then on the service counts as filled up


@dataclass(frozen=True)
class Line:
    """One weekly measure: its name in `MEASURES`, its words, the unit of its axis, and how it is worked out of the weekly table."""

    measure: str
    words: str
    axis: str
    value: Callable[[pd.DataFrame], pd.Series]


LINES = (
    Line("waiting_mean", "People on the waiting list", "people", lambda weekly: weekly.waiting),
    Line(
        "caseload_mean",
        "Users for each filled post",
        "users a filled post",
        lambda weekly: weekly.open_caseload / weekly.posts_filled.where(weekly.posts_filled > 0),
    ),
)


@dataclass(frozen=True)
class Weeks:
    """Two matrices (run, week) of one weekly measure for the same seeds, and what the weeks are."""

    line: Line
    weeks: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def parted(self) -> int | None:
        """Return the first week from which the paired 95% interval stays clear of zero for half a year; None when never."""
        change = self.after - self.before
        runs = len(change)
        if runs < 3 or len(self.weeks) < STAYS:
            return None
        half = stdtrit(runs - 1, 0.975) * change.std(axis=0, ddof=1) / np.sqrt(runs)
        mean = change.mean(axis=0)
        side = np.where(mean - half > 0, 1, np.where(mean + half < 0, -1, 0))
        for first in range(len(side) - STAYS + 1):
            if side[first] and (side[first : first + STAYS] == side[first]).all():
                return int(self.weeks[first])
        return None


def weeks_of(line: Line, weekly: pd.DataFrame, baseline: str, scenario: str, seeds: list[int]) -> Weeks:
    """Return the weeks of `scenario` and `baseline` for `seeds`."""
    rows = weekly[weekly.scenario.isin([baseline, scenario]) & weekly.seed.isin(seeds)]
    wide = rows.assign(value=line.value(rows)).pivot(index=["scenario", "seed"], columns="week", values="value")
    return Weeks(line, wide.columns.to_numpy(), *(wide.loc[name].reindex(seeds).to_numpy(float) for name in (baseline, scenario)))


def filled_up(weekly: pd.DataFrame, baseline: str) -> int | None:
    """Return the week until which the baseline's service fills up; None when it opens full, or never settles."""
    caseload = weekly[weekly.scenario == baseline].groupby("week").open_caseload.median()
    settled = caseload.iloc[-WEEKS_PER_YEAR:].mean()
    reached = caseload.index[caseload >= FULL * settled]
    return int(reached[0]) if len(reached) and settled > 0 and reached[0] > caseload.index[0] + 4 else None


def figure(data: Weeks, effect: Effect, filling: int | None, moment: tuple[int, str] | None) -> Figure:
    """Return the figure of one weekly measure. `moment` is the week of the change and its words; None when it holds from opening."""
    runs, line = len(data.before), data.line
    week = data.parted() if effect.verdict == "clear" else None
    from_when = f"{moment[1]}, week {moment[0]}" if moment else "changed from opening"
    yearly = by_year(data)
    last = yearly[-1]
    words = f"{finding(effect)}; in {last[0]}, median {last[1]} against {last[2]}"
    return Figure(
        title=finding(effect),
        subtitle=f"{line.words}, week by week; {runs} runs each; {from_when}",
        alt=alt("Line chart with bands", line.words.lower(), "week", f"{len(data.weeks)} weeks", words),
        table=Table(f"{line.words}, yearly average, median of {runs} runs (nine in ten of runs)", ("Year", "Scenario", "Baseline"), rows_of(data)),
        note=(parting(week) + " " if week is not None else "") + "Bands hold nine in ten of the runs; the thin line is one single run.",
        **both(lambda width: draw(data, effect, width, filling, moment)),
    )


def by_year(data: Weeks) -> list[tuple[str, str, str]]:
    """Return for each year the median over runs of the yearly average: year, scenario, baseline."""
    return [(year, after.split(" (")[0], before.split(" (")[0]) for year, after, before in rows_of(data)]


def rows_of(data: Weeks) -> tuple[tuple[str, str, str], ...]:
    """Return for each year the median and the middle nine in ten of runs: year, scenario, baseline."""
    year = (data.weeks - data.weeks[0]) // WEEKS_PER_YEAR
    rows = []
    for number in np.unique(year):
        yearly = [pd.DataFrame(side[:, year == number]).mean(axis=1).to_numpy()[:, None] for side in (data.after, data.before)]
        bands = [band_of(side)[:, 0] for side in yearly]
        decimals = max(0, places(*(band[-1] for band in bands)))
        rows.append((f"year {number + 1}", *(f"{show(middle, decimals)} ({show(low, decimals)} to {show(high, decimals)})" for low, middle, high in bands)))
    return tuple(rows)


def band_of(values: np.ndarray) -> np.ndarray:
    """Return the 5th, 50th and 95th percentile over runs (rows) of each column, of the runs that have a value."""
    return pd.DataFrame(values).quantile([0.05, 0.5, 0.95]).to_numpy()


def draw(data: Weeks, effect: Effect, width: float, filling: int | None, moment: tuple[int, str] | None) -> Sheet:
    """Return the drawing at `width` pixels."""
    narrow = width <= NARROW
    height, left, right, top, bottom = 300.0, 48.0, (16.0 if narrow else 100.0), (54.0 if narrow else 34.0), 44.0
    sheet = Sheet(width, height)
    bands = [band_of(side) for side in (data.before, data.after)]
    low, high = domain([*bands[0].ravel(), *bands[1].ravel(), *data.after[0]])
    x, y = Scale(data.weeks[0], data.weeks[-1], left, width - right), Scale(low, high, height - bottom, top)
    if filling is not None:
        sheet.box(left, top, x(filling) - left, height - bottom - top, "shade")
        sheet.text(left + 5, top + 15, "filling up", colour=QUIET, size=14)
    axes(sheet, data.weeks, x, y, data.line.axis)
    thin = slice(None, None, max(1, -(-len(data.weeks) // POINTS)))
    for band, kind in zip(bands, ("band before", "band"), strict=True):
        lows, _, highs = ([(x(w), y(v)) for w, v in zip(data.weeks[thin], edge[thin], strict=True)] for edge in band)
        sheet.area(lows, highs, kind)
    for values, kind in ((data.after[0], "one run"), (bands[0][1], "baseline"), (bands[1][1], "scenario")):
        sheet.path([(x(w), y(v)) for w, v in zip(data.weeks[thin], values[thin], strict=True)], kind)
    if moment:
        sheet.line(x(moment[0]), top, x(moment[0]), height - bottom, "moment")
        sheet.text(min(x(moment[0]) + 4, width - right - 4), height - bottom - 6, moment[1], colour=PLUM, size=14)
    label(sheet, [y(band[1][-1]) for band in bands], effect, width, right, narrow)
    return sheet


def axes(sheet: Sheet, weeks: np.ndarray, x: Scale, y: Scale, unit: str) -> None:
    """Draw both axes with their labels; weeks are marked in years when there are enough."""
    for tick in (ticks := y.ticks(4)):
        sheet.line(x.start, y(tick), x.end, y(tick), "grid")
        sheet.text(x.start - 6, y(tick) + 5, tick_label(tick, ticks[1] - ticks[0] if len(ticks) > 1 else 1), "end", QUIET, size=14)
    sheet.text(2, y.end - 12, unit, colour=QUIET, size=14)
    sheet.line(x.start, y.start, x.end, y.start, "axis")
    long = weeks[-1] - weeks[0] >= 2 * WEEKS_PER_YEAR - 1
    marks = range(0, int(weeks[-1]) + 2, WEEKS_PER_YEAR) if long else x.ticks(5)
    for mark in marks:
        if mark >= weeks[0]:
            at = x(min(mark, weeks[-1]))
            sheet.centred(at, y.start + 18, f"{mark / WEEKS_PER_YEAR:.0f}" if long else f"{mark:g}")
    sheet.centred((x.start + x.end) / 2, y.start + 38, f"{'years' if long else 'weeks'} since opening")


def label(sheet: Sheet, ends: list[float], effect: Effect, width: float, right: float, narrow: bool) -> None:
    """Name the two lines: at their ends, apart from one another, or above when narrow."""
    names = ("Baseline", "Scenario")
    if narrow:
        sheet.text(2, 16, names[1] + " (solid)", colour=NAVY, bold=True)
        sheet.text(width, 16, names[0] + " (dashed)", "end", GREY, bold=True)
        return
    before, after = ends
    if abs(before - after) < 18:
        middle, sign = (before + after) / 2, 1 if before >= after else -1
        before, after = middle + 9 * sign, middle - 9 * sign
    sheet.text(width - right + 8, before + 5, names[0], colour=GREY, bold=True)
    sheet.text(width - right + 8, after + 5, names[1], colour=NAVY, bold=True)
