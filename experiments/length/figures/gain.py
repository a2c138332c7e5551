"""What is gained and kept, by length of programme: a panel for each group of people, with the needed length and its interval marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from experiments.length.figures.shown import OPEN_LENGTH, STAR, decimals_of, in_order, interval, left_axis, order, plain_length
from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.svg import GREY, NAVY, PLUM, QUIET, Scale, Sheet, domain, width_of
from experiments.sweep.figures.marks import SMALL, Panel, grid, panel_name

GAP = 72  # pixels between the longest limit and no limit, so that both have room for their names
CUT = f'stroke="{NAVY}" stroke-width="1.5" stroke-dasharray="2 4" fill="none"'
OWN = f'stroke="{GREY}" stroke-width="2" stroke-dasharray="6 4" fill="none"'
RANGE = f'stroke="{PLUM}" stroke-width="5" fill="none" stroke-opacity="0.55"'


@dataclass(frozen=True)
class Needed:
    """The needed length of a group: a length, the interval `low` to `high` over bootstrap samples, and in what share of them it is that length.

    A length is empty where none of those tried is enough. With few runs there is no interval: its ends are empty and the share is missing.
    """

    length: str
    low: str
    high: str
    share: float = math.nan

    @property
    def ranged(self) -> bool:
        """Whether there were runs enough for an interval."""
        return math.isfinite(self.share)


@dataclass(frozen=True)
class Group:
    """One panel: the words of a group, its `rows` by length (value and interval), and what is needed.

    `own` is, by length, the value less what leans on a relationship that still lasts.
    """

    name: str
    rows: pd.DataFrame
    needed: Needed | None = None
    own: Mapping[str, float] = field(default_factory=dict)

    @property
    def lengths(self) -> list[str]:
        """The lengths that have a value, the shortest first."""
        return list(self.rows.length)

    @property
    def values(self) -> list[float]:
        """All that is drawn."""
        return [*(value for name in ("ci_low", "ci_high", "value") for value in self.rows[name]), *self.own.values()]


def group(name: str, rows: pd.DataFrame, own: pd.DataFrame, needed: Needed | None) -> Group:
    """Return the panel of one group from its `rows` of a measure and of the same less the relationship."""
    known = own[own.value.notna()]
    return Group(name, in_order(rows[rows.value.notna()]), needed, dict(zip(known.length, known.value, strict=True)))


def figure(groups: Sequence[Group], title: str, subtitle: str, words: str, note: str) -> Figure:
    """Return the figure of one measure (`words`) in one mode: a panel for each of `groups` that has a value."""
    shown = [one for one in groups if len(one.rows)]
    first, last = (shown[0].rows.iloc[place] for place in (0, -1))
    ends = " and ".join(f"{STAR.amount(row.value)} with {plain_length(row.length)}" for row in (first, last))
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt("Line chart with bands", words, "length of the programme", "", f"{title}; for {shown[0].name.lower()}, {ends}"),
        table=table(shown, words),
        note=note,
        **both(lambda width: draw(shown, width)),
    )


def draw(groups: Sequence[Group], width: float) -> Sheet:
    """Return the drawing at `width` pixels: all panels on one scale."""
    panels, height = grid(len(groups), width, height=150, lines=3 if width <= NARROW else 2, foot=50)
    sheet = Sheet(width, height + 24)
    ends = domain([value for one in groups for value in one.values])
    first = min(panel.left for panel in panels)
    for one, panel in zip(groups, panels, strict=True):
        place = Panel(panel.left, panel.top + 24, panel.width, panel.height)
        one_panel(sheet, place, one, Scale(*ends, place.top + place.height, place.top), panel.left == first)
    sheet.text(2, 14, STAR.axis, colour=QUIET, size=SMALL)
    return sheet


def one_panel(sheet: Sheet, panel: Panel, one: Group, y: Scale, numbered: bool) -> None:
    """Draw one group: the needed length behind, the lines with the band, and the lengths below."""
    at = places(one.lengths, panel)
    left_axis(sheet, Scale(0, 1, panel.left, panel.left + panel.width), y, numbered=numbered)
    panel_name(sheet, panel, one.name, told(one.needed))
    mark_needed(sheet, panel, one.needed, at, y.start)
    rows = list(one.rows.itertuples())
    timed, apart = ([row for row in rows if (row.length == OPEN_LENGTH) is is_open] for is_open in (False, True))
    sheet.area([(at[row.length], y(row.ci_low)) for row in timed], [(at[row.length], y(row.ci_high)) for row in timed], "band")
    sheet.path([(at[row.length], y(one.own[row.length])) for row in timed if row.length in one.own], OWN)
    sheet.path([(at[row.length], y(row.value)) for row in timed], "scenario")
    for row in apart:
        if timed:
            sheet.path([(at[timed[-1].length], y(timed[-1].value)), (at[row.length], y(row.value))], CUT)
        sheet.line(at[row.length], y(row.ci_low), at[row.length], y(row.ci_high), "interval")
        if row.length in one.own:
            sheet.dot(at[row.length], y(one.own[row.length]), 4, f'fill="white" stroke="{GREY}" stroke-width="2"')
    for row in rows:
        sheet.dot(at[row.length], y(row.value), 4, f'fill="{NAVY}" stroke="white" stroke-width="1"')
    sheet.line(panel.left, y.start, panel.left + panel.width, y.start, "axis")
    under(sheet, panel, at, y.start)


def places(lengths: Sequence[str], panel: Panel) -> dict[str, float]:
    """Return where each length stands across a panel: limits on one straight scale from 0, no limit apart at the right."""
    timed = sorted(int(length) for length in lengths if length != OPEN_LENGTH)
    is_open = OPEN_LENGTH in lengths
    end = panel.left + panel.width - GAP * (is_open and bool(timed))
    scale = Scale(0, max(timed, default=1), panel.left, end - 6)
    return {str(length): scale(length) for length in timed} | ({OPEN_LENGTH: panel.left + panel.width - 8} if is_open else {})


def mark_needed(sheet: Sheet, panel: Panel, needed: Needed | None, at: Mapping[str, float], bottom: float) -> None:
    """Draw the needed length as a dotted line, and its interval as a bar on the axis; to the edge where it holds 'none of those tried'."""
    if needed is None or needed.length not in at:
        return
    sheet.line(at[needed.length], panel.top, at[needed.length], bottom, "moment")
    if needed.low != needed.high and needed.low in at:
        end = at[needed.high] + 2 if needed.high in at else panel.left + panel.width
        sheet.path([(at[needed.low] - 2, bottom - 3), (end, bottom - 3)], RANGE)


def under(sheet: Sheet, panel: Panel, at: Mapping[str, float], bottom: float) -> None:
    """Write lengths in months below a panel, the longest first, as far as they have room."""
    free = math.inf
    for length, x in sorted(at.items(), key=lambda item: -order(item[0])):
        sheet.line(x, bottom, x, bottom + 4, "axis")
        name = "no limit" if length == OPEN_LENGTH else f"{round(int(length) * 12 / 52, 1):g}"
        half = width_of(name, SMALL) / 2
        middle = min(x, panel.left + panel.width + 8 - half)
        if middle + half <= free:
            sheet.text(middle, bottom + 19, name, "middle", QUIET, size=SMALL)
            free = middle - half - 5
    sheet.centred(panel.left + panel.width / 2, bottom + 38, "months of programme")


def told(needed: Needed | None) -> str:
    """Return the needed length in a few words."""
    if needed is None:
        return ""
    return f"needed: {briefly(needed)}" if needed.length else briefly(needed)


def briefly(needed: Needed | None) -> str:
    """Return a needed length with its interval, for a cell."""
    if needed is None:
        return "–"
    if not needed.length:
        return "none of those tried"
    return plain_length(needed.length) + ("" if not needed.ranged or needed.low == needed.high == needed.length else f" ({span(needed)})")


def span(needed: Needed) -> str:
    """Return the interval of a needed length: '6 months to 2 years', 'none of those tried' for an end without one."""
    low, high = (plain_length(length) if length else "none of those tried" for length in (needed.low, needed.high))
    return low if low == high else f"{low} to {high}"


def table(groups: Sequence[Group], words: str) -> Table:
    """Return the value with its interval by group and length, and below it what is left without the relationship."""
    every = pd.concat([one.rows for one in groups])
    lengths, decimals = sorted(every.length.unique(), key=order), decimals_of(every.to_dict("records"), STAR)
    rows = []
    for one in groups:
        by = one.rows.set_index("length")
        rows.append((one.name, *(interval(by.loc[length], STAR, decimals) if length in by.index else "–" for length in lengths), briefly(one.needed)))
        if one.own:
            left = (STAR.number(one.own.get(length, math.nan), decimals, False) for length in lengths)
            rows.append((f"{one.name}, less the relationship", *left, ""))
    return Table(f"{words[0].upper()}{words[1:]}, {STAR.axis} (95% interval)", ("People", *map(plain_length, lengths), "Needed length (95%)"), tuple(rows))
