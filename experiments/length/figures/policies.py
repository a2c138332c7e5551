"""Other answers to "when should it end?": what each changes in gain, wait and hours, as dots with intervals against the service as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.figures.rows import ticks_of
from experiments.report.numbers import Unit, signed
from experiments.report.rule import Verdict, verdict
from experiments.report.svg import NAVY, QUIET, Scale, Sheet, domain, tick_label, width_of, wrapped
from experiments.sweep.figures.marks import SMALL, halo

LABEL, GAP, ROW, LINE = 176.0, 22.0, 52.0, 18.0


@dataclass(frozen=True)
class Change:
    """What one policy changes in one measure against the service as it is: difference, 95% interval."""

    difference: float
    low: float
    high: float
    runs: int = 0


@dataclass(frozen=True)
class Column:
    """One measure: its words, how it is shown, which way is better (1, −1, or 0 where neither is), its margin, and what each policy changes."""

    words: str
    kind: Unit
    better: int
    margin: float | None
    changes: tuple[Change | None, ...]

    def text(self, change: Change | None) -> str:
        """Return a change with its interval."""
        if change is None or not math.isfinite(change.difference):
            return "–"
        decimals = self.kind.places(change.difference, change.low, change.high, margin=self.margin)
        return signed(self.kind, change.difference, change.low, change.high, decimals, False)

    def verdict(self, change: Change | None) -> str:
        """Return what can be said of a change, in a word or three."""
        if change is None:
            return "–"
        found = verdict(change.low, change.high, self.margin)
        if found is not Verdict.CLEAR:
            return str(found)
        if not self.better:
            return "higher" if change.difference > 0 else "lower"
        return "better" if change.difference * self.better > 0 else "worse"

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of its scale."""
        margin = self.margin or 0.0
        known = [value for change in self.changes if change for value in (change.low, change.high, change.difference)]
        return domain([self.kind.scale * value for value in (*known, -margin, margin)], room=0.12)


def figure(policies: Sequence[str], columns: Sequence[Column], title: str, subtitle: str, against: str) -> Figure:
    """Return the dots: a row for each of `policies` (titles), a column a measure."""
    first = columns[0]
    ranked = [(policy, change) for policy, change in zip(policies, first.changes, strict=True) if change and math.isfinite(change.difference)]
    top, low = (pick(ranked, key=lambda pair: pair[1].difference) for pick in (max, min))
    words = f"{title}; {first.words.lower()} from {first.text(low[1])} with “{low[0]}” to {first.text(top[1])} with “{top[0]}”"
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt("Dot chart", "differences in gain, wait and hours", "policy", "", words),
        table=table(policies, columns, against),
        note=f"Zero: {against}. Bars: 95% interval of the average difference. Grey: too small to matter.",
        **both(lambda width: draw(policies, columns, width)),
    )


def table(policies: Sequence[str], columns: Sequence[Column], against: str) -> Table:
    """Return every difference with its interval and verdict."""
    rows = []
    for place, policy in enumerate(policies):
        told = [(column, column.changes[place]) for column in columns]
        rows.append((policy, *(f"{column.text(change)}: {column.verdict(change)}" if change else "–" for column, change in told)))
    head = ("Policy", *(f"{column.words}, {column.kind.axis} (95% interval)" for column in columns))
    return Table(f"Differences from {against}", head, tuple(rows))


def draw(policies: Sequence[str], columns: Sequence[Column], width: float) -> Sheet:
    """Return the dots at `width` pixels: measures beside each other, or below each other when narrow."""
    return draw_narrow(policies, columns, width) if width <= NARROW else draw_wide(policies, columns, width)


def draw_wide(policies: Sequence[str], columns: Sequence[Column], width: float) -> Sheet:
    """Return the wide drawing."""
    each = (width - LABEL - GAP * len(columns)) / len(columns)
    heads = [wrapped(column.words, each, SMALL) for column in columns]
    top = 8 + LINE * max(map(len, heads))
    bottom = top + ROW * len(policies)
    sheet = Sheet(width, bottom + 46)
    for place, (column, head) in enumerate(zip(columns, heads, strict=True)):
        left = LABEL + GAP * (place + 1) + each * place
        for number, line in enumerate(head):
            sheet.text(left, 14 + LINE * number, line, bold=True, size=SMALL)
        scale = Scale(*column.ends, left, left + each - 4)
        ground(sheet, column, scale, top, bottom)
        for row, change in enumerate(column.changes):
            dot(sheet, column, change, scale, top + ROW * row + 19)
    for row, policy in enumerate(policies):
        lines = wrapped(policy, LABEL)
        for number, line in enumerate(lines):
            sheet.text(2, top + ROW * row + 24 + LINE * (number - (len(lines) - 1) / 2), line)
    return sheet


def draw_narrow(policies: Sequence[str], columns: Sequence[Column], width: float) -> Sheet:
    """Return the narrow drawing."""
    labels = [wrapped(policy, width - 8) for policy in policies]
    tall = sum(LINE * len(lines) + 44 for lines in labels)
    part = 26 + tall + 50
    sheet = Sheet(width, part * len(columns))
    for place, column in enumerate(columns):
        y = part * place
        sheet.text(2, y + 16, column.words, bold=True, size=SMALL)
        scale = Scale(*column.ends, 14, width - 14)
        at = y + 26
        for lines, change in zip(labels, column.changes, strict=True):
            for line in lines:
                at += LINE
                sheet.text(2, at - 4, line, size=SMALL)
            ground(sheet, column, scale, at, at + 40, marks=False)
            dot(sheet, column, change, scale, at + 13)
            at += 44
        ground(sheet, column, scale, at, at)
    return sheet


def ground(sheet: Sheet, column: Column, scale: Scale, top: float, bottom: float, marks: bool = True) -> None:
    """Draw what lies behind the dots of one measure, and with `marks` the axis below."""
    if column.margin and bottom > top:
        left, right = (scale(column.kind.scale * value) for value in (-column.margin, column.margin))
        sheet.box(left, top, right - left, bottom - top, "shade")
    ticks, step = ticks_of(scale)
    for tick in ticks:
        sheet.line(scale(tick), top, scale(tick), bottom, "zero" if abs(tick) < step / 1e6 else "grid")
    taken: list[tuple[float, float]] = []
    for tick in sorted(ticks, key=abs) if marks else ():  # zero first: where labels would touch, those nearer to it stay
        name = tick_label(tick, step)
        left, right = scale(tick) - width_of(name, SMALL) / 2, scale(tick) + width_of(name, SMALL) / 2
        if all(right + 6 < other[0] or left - 6 > other[1] for other in taken):
            sheet.centred(scale(tick), bottom + 18, name)
            taken.append((left, right))
    if marks:
        sheet.line(scale.start, bottom, scale.end, bottom, "axis")
        sheet.text((scale.start + scale.end) / 2, bottom + 38, column.kind.axis, "middle", QUIET, size=SMALL)


def dot(sheet: Sheet, column: Column, change: Change | None, scale: Scale, y: float) -> None:
    """Draw one difference with its interval, and its number below."""
    if change is None or not math.isfinite(change.difference):
        sheet.text(scale.start, y + 5, "no value", colour=QUIET, size=SMALL)
        return
    size = column.kind.scale
    if math.isfinite(change.low):
        sheet.line(scale(size * change.low), y, scale(size * change.high), y, "interval")
    sheet.dot(scale(size * change.difference), y, 6, f'fill="{NAVY}" stroke="white" stroke-width="1.5"')
    words = column.text(change).split(" (")[0]
    middle = min(max(scale(size * change.difference), scale.start + 20), scale.end - 20)
    halo(sheet, middle, y + 24, words, "middle")
