"""How long people stay by length of programme: those still there week by week, and how first spells end, each cause a competing risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.length.figures.shown import Axis, in_words, left_axis, of_length, plain_length
from experiments.length.survival import CAUSES, Band, Curve, at_risk, band, curve, half_left, usual_weeks
from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.numbers import show
from experiments.report.sentences import counted, listed
from experiments.report.svg import CATEGORIES, DASHES, GREY, LILAC, NAVY, ORANGE, PLUM, QUIET, TEAL, Scale, Sheet, width_of
from experiments.sweep.figures.convergence import apart
from experiments.sweep.figures.marks import SMALL, Panel, grid, panel_name

MOST = 3  # lengths drawn
LAST = 260  # weeks drawn at most
BY_CAUSE = {  # colour and words of each way in which a spell ends
    "goals_met": (TEAL, "left with goals met"),
    "time_limit": (NAVY, "reached the time limit"),
    "lost_worker_change": (ORANGE, "dropped out after a change of link worker"),
    "lost_setback": (PLUM, "dropped out after a setback"),
    "lost_other": (LILAC, "dropped out for other reasons"),
    "gone": (GREY, "died or moved away"),
}
LOST = ("lost_worker_change", "lost_setback", "lost_other")
STILL, THERE = 'fill="#E6E6E6"', "still there"
EDGE = 'stroke="white" stroke-width="1"'


@dataclass(frozen=True)
class Stay:
    """The first spells of one length, of all runs, with their curves."""

    length: str
    spells: pd.DataFrame
    last: int

    @cached_property
    def curve(self) -> Curve:
        """The curve of all runs together."""
        return curve(self.spells, self.last)

    @cached_property
    def band(self) -> Band:
        """The share still there over runs."""
        return band(self.spells, self.last)

    @property
    def people(self) -> int:
        """People who started, of all runs together."""
        return int(self.spells.people.sum())


def stays(spells: pd.DataFrame, mode: str, lengths: Sequence[str], group: str = "all") -> list[Stay]:
    """Return the spells of a few lengths of one mode without a policy, as long as all of them are followed, five years at most."""
    own = spells[(spells["mode"] == mode) & (spells.policy == "") & (spells.group == group)]
    found = [(length, part) for length in lengths if len(part := own[own.length == length])]
    if not found:
        return []
    last = min(LAST, *(int(part.weeks.max()) for _, part in found if (part.cause == "open").any()), LAST)
    return [Stay(length, part, last) for length, part in found]


def chosen(lengths: Sequence[str]) -> list[str]:
    """Return the lengths that are drawn: one near half a year, one near two years, and no limit, of those there are."""
    timed = sorted((length for length in lengths if length.isdigit()), key=int)
    near = dict.fromkeys(min(timed, key=lambda length: abs(int(length) - weeks)) for weeks in (26, 104)) if timed else {}
    rest = [length for length in lengths if not length.isdigit()]
    return [*near, *rest][:MOST]


def engagement(found: list[Stay], subtitle: str) -> Figure:
    """Return the share of starters still there, a line a length, with the table of who is at risk, has left and was followed less long."""
    at = min(52, found[0].last)
    shares = [(one, 100 * one.band.mean[at]) for one in found]
    numbers = listed([f"{share:.0f}% with {of_length(one.length)}" for one, share in shares])
    halves = {one.length: half_left(one.curve) for one in found}
    title = f"{in_words(at)} after starting, {numbers} are still there" if at >= 13 else "Too short to see who stays"
    told = listed([f"{'not' if half is None else f'after {in_words(half)}'} with {of_length(length)}" for length, half in halves.items()])
    return Figure(
        title=title[0].upper() + title[1:],
        subtitle=subtitle,
        alt=alt("Line chart with bands", "share of starters still with the service", "weeks since the start", in_words(found[0].last), f"{title}"),
        table=table(found),
        note=f"Kaplan–Meier curves. Bands: 95% interval of the mean over runs, often no wider than the line. Half of them have left {told}.",
        **both(lambda width: draw_engagement(found, width)),
    )


def table(found: list[Stay]) -> Table:
    """Return, by length and time, the share still there with its interval, and the numbers at risk, left, and followed less long."""
    rows = []
    for one in found:
        counts = at_risk(one.spells, usual_weeks(one.last)).set_index("week")
        for week, count in counts.iterrows():
            middle, low, high = (100 * float(values[week]) for values in (one.band.mean, one.band.low, one.band.high))
            interval = f" ({show(low, 1, False)} to {show(high, 1, False)})" if math.isfinite(low) else ""
            share = f"{show(middle, 1, False)}%{interval}"
            rows.append((plain_length(one.length), in_words(int(week)), share, *(f"{count[name]:,}" for name in ("at_risk", "left", "open"))))
    runs = counted(found[0].band.runs, "run")
    head = ("Programme", "After the start", "Still there (95% interval)", "At risk: may still leave", "Have left", "Still there when the run ended")
    return Table(f"Starters still with the service, and how many people that is, of all {runs} together", head, tuple(rows))


def draw_engagement(found: list[Stay], width: float) -> Sheet:
    """Return the lines at `width` pixels."""
    narrow = width <= NARROW
    names = [plain_length(one.length) for one in found]
    right = 14.0 if narrow else max(width_of(name, SMALL) * 1.12 for name in names) + 16
    top = 36.0 + (20 * len(found) if narrow else 0)
    sheet = Sheet(width, top + 220 + 46)
    x, y = Scale(0, found[0].last, 48, width - right), Scale(0, 100, top + 220, top)
    left_axis(sheet, x, y, "% of starters still with the service", "%")
    Axis(found[0].last).under(sheet, x, y.start, "since the start")
    ends = []
    for one, colour, dash in zip(found, CATEGORIES, DASHES, strict=False):
        points = [[(x(week), y(100 * value)) for week, value in enumerate(values)] for values in (one.band.low, one.band.high, one.band.mean)]
        sheet.area(points[0], points[1], f'fill="{colour}" fill-opacity="0.18"')
        sheet.path(points[2], f'stroke="{colour}" stroke-width="2.5" fill="none"' + (f' stroke-dasharray="{dash}"' if dash else ""))
        ends.append(points[2][-1][1])
    for place, (name, at) in enumerate(zip(names, apart(ends, top, y.start), strict=True)):
        colour, dash = CATEGORIES[place], DASHES[place]
        if narrow:
            line = f'stroke="{colour}" stroke-width="2.5" fill="none"' + (f' stroke-dasharray="{dash}"' if dash else "")
            sheet.path([(2, 13 + 20 * place), (34, 13 + 20 * place)], line)
            sheet.text(42, 18 + 20 * place, name, colour=colour, bold=True, size=SMALL)
        else:
            sheet.text(width - right + 8, at + 5, name, colour=colour, bold=True, size=SMALL)
    return sheet


def endings(found: list[Stay], subtitle: str) -> Figure:
    """Return the cumulative incidence of each way in which first spells end, stacked, a panel a length."""
    at = min(104, found[0].last)
    lost = {one.length: 100 * sum(one.curve.left[cause][at] for cause in LOST) for one in found}
    numbers = listed([f"{share:.0f}% with {of_length(length)}" for length, share in lost.items()])
    title = f"Within {in_words(at)} of starting, {numbers} drop out"
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt("Stacked area chart", "share of starters by how their first spell ended", "weeks since the start", in_words(found[0].last), title),
        table=table_of_endings(found),
        note="Cumulative incidence: each cause competes with the others, so that at any time all parts add up to everybody who started. All runs together.",
        **both(lambda width: draw_endings(found, width)),
    )


def table_of_endings(found: list[Stay]) -> Table:
    """Return by length and time the share who have left by each cause, and who are still there."""
    rows = []
    for one in found:
        for week in usual_weeks(one.last)[1:]:
            shares = [one.curve.left[cause][week] for cause in CAUSES] + [one.curve.engaged[week]]
            rows.append((plain_length(one.length), in_words(week), *(f"{show(100 * share, 1, False)}%" for share in shares)))
    head = ("Programme", "After the start", *(words.capitalize() for _, words in BY_CAUSE.values()), THERE.capitalize())
    return Table("How first spells have ended, share of starters; every row adds up to 100%", head, tuple(rows))


def draw_endings(found: list[Stay], width: float) -> Sheet:
    """Return the stacked areas at `width` pixels, with the key above."""
    keys = [(f'fill="{colour}"', words) for colour, words in BY_CAUSE.values()] + [(STILL, THERE)]
    spots, foot = key_places([words for _, words in keys], width)
    panels, height = grid(len(found), width, height=170, lines=1 + (width <= NARROW))
    sheet = Sheet(width, foot + height)
    for (fill, words), (x, y) in zip(keys, spots, strict=True):
        sheet.box(x, y - 12, 14, 14, fill)
        sheet.text(x + 20, y, words, size=SMALL)
    for place, (one, panel) in enumerate(zip(found, panels, strict=True)):
        moved = Panel(panel.left, panel.top + foot, panel.width, panel.height)
        panel_name(sheet, moved, plain_length(one.length))
        stack(sheet, moved, one.curve, one.last, numbered=place == 0 or width <= NARROW)
    return sheet


def stack(sheet: Sheet, panel: Panel, one: Curve, last: int, numbered: bool) -> None:
    """Draw one panel: those still there below, each cause on top."""
    x = Scale(0, last, panel.left, panel.left + panel.width)
    y = Scale(0, 1, panel.top + panel.height, panel.top)
    lower = np.zeros(last + 1)
    parts: Mapping[str, np.ndarray] = {THERE: one.engaged} | dict(reversed(one.left.items()))
    for name, share in parts.items():
        upper = lower + share
        fill = STILL if name == THERE else f'fill="{BY_CAUSE[name][0]}"'
        if np.nanmax(share) > 0:
            sheet.area([(x(w), y(v)) for w, v in enumerate(lower)], [(x(w), y(v)) for w, v in enumerate(upper)], f"{fill} {EDGE}")
        lower = upper
    for share in (0, 0.5, 1):
        if numbered:
            sheet.text(panel.left - 6, y(share) + 5, f"{100 * share:.0f}%", "end", QUIET, size=SMALL)
    Axis(last, about=3).under(sheet, x, y.start, "since the start")


def key_places(words: Sequence[str], width: float) -> tuple[list[tuple[float, float]], float]:
    """Return where each entry of a key stands, in rows as wide as the sheet, and the pixels that all rows take."""
    spots, x, y = [], 2.0, 16.0
    for word in words:
        long = 20 + width_of(word, SMALL) + 18
        if x > 2 and x + long > width:
            x, y = 2.0, y + 20
        spots.append((x, y))
        x += long
    return spots, y + 12
