"""Charts of rows: a label, a mark on a shared scale and its number in words, side by side, or one below the other when narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.report.figures.figure import NARROW
from experiments.report.sentences import ENOUGH_RUNS, spread
from experiments.report.svg import FONT, GREY, INK, NAVY, QUIET, Scale, Sheet, domain, tick_label, width_of, wrapped

LINE = 19  # pixels a line of words
TOP, BOTTOM, MARK, LEFT = 28, 46, 24, 2
Draw = Callable[[Sheet, Scale, float], None]  # sheet, scale of x, middle of the row


@dataclass(frozen=True)
class Row:
    """One row: label, how its mark is drawn, and its number in words. A row without `draw` is a heading."""

    label: str
    draw: Draw | None = None
    number: str = ""
    above: str = ""  # a small word above the row, such as what is lost between two stages
    tall: float = MARK  # pixels that its mark needs


@dataclass(frozen=True)
class Chart:
    """A chart of rows over values `low` to `high`; `axis` names the unit, `left` and `right` what the sides mean."""

    rows: tuple[Row, ...]
    low: float
    high: float
    axis: str
    left: str = ""
    right: str = ""
    zero: bool = True
    shade: tuple[float, float] | None = None  # values between which nothing matters

    def draw(self, width: float) -> Sheet:
        """Return the chart at `width` pixels."""
        return stacked(self, width) if width <= NARROW else beside(self, width)


def spans(values: list[float]) -> tuple[float, float]:
    """Return the ends of a scale for `values` that holds zero."""
    return domain(values)


def beside(chart: Chart, width: float) -> Sheet:
    """Return the wide chart: label, mark and number in three columns."""
    label_width = min(230.0, max((width_of(row.label) for row in chart.rows if row.draw), default=100.0))
    number_width = max((width_of(row.number) for row in chart.rows), default=100.0)
    labels = [wrapped(row.label, label_width if row.draw else width) or [""] for row in chart.rows]
    heights = [max(30, LINE * len(lines) + 10, row.tall + 6) + (LINE if row.above else 0) for lines, row in zip(labels, chart.rows, strict=True)]
    bottom = TOP + sum(heights)
    sheet = Sheet(width, bottom + BOTTOM)
    scale = Scale(chart.low, chart.high, label_width + 16, width - number_width - 14)
    ground(sheet, chart, scale, TOP, bottom)
    axis(sheet, chart, scale, bottom)
    y = float(TOP)
    for row, lines, height in zip(chart.rows, labels, heights, strict=True):
        if row.above:
            sheet.text(scale.start + 4, y + LINE - 5, row.above, colour=QUIET, size=FONT - 1)
            y, height = y + LINE, height - LINE
        middle = y + height / 2
        for place, line in enumerate(lines):
            sheet.text(LEFT, middle + 5 + LINE * (place - (len(lines) - 1) / 2), line, bold=row.draw is None)
        if row.draw:
            row.draw(sheet, scale, middle)
            if row.number:
                sheet.text(width - number_width, middle + 5, row.number)
        y += height
    return sheet


def stacked(chart: Chart, width: float) -> Sheet:
    """Return the narrow chart: label, then mark, then number; the scale stands behind the marks only."""
    labels = [([row.above] if row.above else []) + (wrapped(row.label, width - 8) or [""]) for row in chart.rows]
    heights = [LINE * len(lines) + (row.tall + (LINE if row.number else 0) + 10 if row.draw else 4) for lines, row in zip(labels, chart.rows, strict=True)]
    bottom = TOP + sum(heights)
    more = LINE * (len(wrapped(chart.axis, width)) - 1)
    sheet = Sheet(width, bottom + BOTTOM + more)
    scale = Scale(chart.low, chart.high, 14, width - 18)
    axis(sheet, chart, scale, bottom)
    y = float(TOP)
    for row, lines, height in zip(chart.rows, labels, heights, strict=True):
        for place, line in enumerate(lines, start=1):
            sheet.text(LEFT, y + LINE * place - 4, line, bold=row.draw is None, colour=QUIET if row.above and place == 1 else INK)
        if row.draw:
            top = y + LINE * len(lines) + 2
            ground(sheet, chart, scale, top, top + row.tall)
            row.draw(sheet, scale, top + row.tall / 2)
            if row.number:
                sheet.text(LEFT, top + row.tall + LINE - 5, row.number)
        y += height
    return sheet


def ticks_of(scale: Scale) -> tuple[list[float], float]:
    """Return the ticks of a scale, three or more, and the step between them."""
    about, ticks = max(3, int((scale.end - scale.start) // 75)), []
    while len(ticks) < 3:
        ticks, about = scale.ticks(about), about + 1
    return ticks, ticks[1] - ticks[0]


def ground(sheet: Sheet, chart: Chart, scale: Scale, top: float, bottom: float) -> None:
    """Draw what lies behind marks: the shaded middle, a line a tick, and zero."""
    if chart.shade:
        low, high = (min(max(value, chart.low), chart.high) for value in chart.shade)
        sheet.box(scale(low), top, scale(high) - scale(low), bottom - top, "shade")
    ticks, step = ticks_of(scale)
    for tick in ticks:
        sheet.line(scale(tick), top, scale(tick), bottom, "zero" if chart.zero and abs(tick) < step / 1e6 else "grid")


def axis(sheet: Sheet, chart: Chart, scale: Scale, bottom: float) -> None:
    """Draw the axis with its unit, and above the rows what the sides mean."""
    sheet.line(scale.start, bottom, scale.end, bottom, "axis")
    ticks, step = ticks_of(scale)
    for tick in ticks:
        sheet.centred(scale(tick), bottom + 17, tick_label(tick, step))
    middle = (scale.start + scale.end) / 2
    for place, line in enumerate(wrapped(chart.axis, sheet.width)):
        sheet.centred(middle, bottom + 38 + LINE * place, line, FONT)
    anchor = scale(0.0) if chart.low <= 0 <= chart.high else middle
    if chart.left and anchor - scale.start > width_of(chart.left):
        sheet.text(anchor - 8, TOP - 9, chart.left, "end", QUIET)
    if chart.right:
        fits = sheet.width - anchor > width_of(chart.right)
        sheet.text(anchor + 8 if fits else sheet.width, TOP - 9, chart.right, "start" if fits else "end", QUIET)


def bar(value: float, kind: str = "bar", start: float = 0.0, thick: float = 20.0) -> Draw:
    """Return how to draw a bar from `start` to `value`."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        left, right = sorted((scale(start), scale(value)))
        sheet.box(left, y - thick / 2, max(1.0, right - left), thick, kind)

    return draw


def runs_and_interval(changes: tuple[float, ...], low: float, high: float, value: float, ends: tuple[float, float]) -> Draw:
    """Return how to draw a difference: single runs as dots (a thin range when there are many), thick interval, mean.

    What lies beyond `ends`, the ends of the scale, is marked by an arrow there.
    """

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        def x(v: float) -> float:
            return scale(min(max(v, ends[0]), ends[1]))

        if len(changes) < ENOUGH_RUNS:
            sheet.cloud([(x(change), y) for change in changes], NAVY, 7)
        else:
            ends_of_range = spread(changes)
            sheet.line(x(ends_of_range[0]), y, x(ends_of_range[1]), y, "range")
        sheet.line(x(low), y, x(high), y, "interval")
        for beyond, sign in ((value > ends[1], 1), (value < ends[0], -1)):
            if beyond:
                tip = scale(ends[1] if sign > 0 else ends[0])
                sheet.path([(tip - 9 * sign, y - 7), (tip, y), (tip - 9 * sign, y + 7)], f'fill="none" stroke="{GREY}" stroke-width="2.5"')
                return
        sheet.dot(x(value), y, 6, "filled")

    return draw
