"""Marks that several figures of a sweep share: bars with intervals and their labels, small panels, names that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from experiments.report.figures.figure import NARROW, WIDE, Figure, Table, alt, both
from experiments.report.figures.rows import Draw
from experiments.report.svg import CHARCOAL, FONT, GREY, INK, NAVY, QUIET, TEAL, Scale, Sheet, width_of, wrapped

FILL = {"navy": f'fill="{NAVY}"', "teal": f'fill="{TEAL}"', "grey": f'fill="{GREY}"', "pale": 'fill="#BFBFBF"'}
THICK, PITCH = 12.0, 19.0  # pixels of a bar, and from one bar of a row to the next
SMALL = 14  # size of words at marks
CASING = 'stroke="white" stroke-width="3.4" fill="none"'  # so that an interval is seen on a dark bar
AWAY = (0, 12, 24, 38, 54, 72, 92, 114, 138, 164)  # pixels above or below a dot at which its words are tried
FITS = 25  # rounds in which a scale is fitted to its words
WHISKER = f'stroke="{CHARCOAL}" stroke-width="1.6" fill="none"'
BOLD = 1.12  # how much wider bold words are


@dataclass(frozen=True)
class Bar:
    """One bar from `start` to `value` with its interval (missing ends: none) and the words at its end."""

    value: float
    low: float
    high: float
    words: str
    fill: str
    start: float = 0.0

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and highest value that is drawn."""
        known = [v for v in (self.start, self.value, self.low, self.high) if math.isfinite(v)]
        return min(known, default=0.0), max(known, default=0.0)


def draw_bars(bars: Sequence[Bar]) -> Draw:
    """Return how to draw the bars of one row below each other, for a `Row`."""

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        for place, bar in enumerate(bars):
            one_bar(sheet, scale, middle + PITCH * (place - (len(bars) - 1) / 2), bar)

    return draw


def one_bar(sheet: Sheet, scale: Scale, y: float, bar: Bar) -> None:
    """Draw a bar, its interval and its words, which stand beyond both on the bar's side."""
    low, high = bar.reach
    if math.isfinite(bar.value):
        left, right = sorted((scale(bar.start), scale(bar.value)))
        sheet.box(left, y - THICK / 2, right - left, THICK, FILL[bar.fill])
        whisker(sheet, scale, y, bar.low, bar.high)
    if bar.value < bar.start:
        halo(sheet, scale(low) - 6, y + 5, bar.words, "end")
    else:
        halo(sheet, scale(high) + 6, y + 5, bar.words, "start")


def halo(sheet: Sheet, x: float, y: float, words: str, anchor: str, colour: str = INK, bold: bool = False) -> None:
    """Write words over lines, on a white ground."""
    wide = width_of(words, SMALL) * (BOLD if bold else 1.0) + 2
    start = {"middle": x - wide / 2, "start": x - 1, "end": x - wide + 1}[anchor]
    sheet.box(start, y - 13, wide, 17, 'fill="white" fill-opacity="0.8"')
    sheet.text(x, y, words, anchor, colour, bold, SMALL)


def whisker(sheet: Sheet, scale: Scale, y: float, low: float, high: float) -> None:
    """Draw an interval as a thin line with ends, cased in white; nothing where it is missing."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return
    line = [(scale(low), y), (scale(high), y)]
    sheet.path(line, CASING)
    sheet.path(line, WHISKER)
    for x, _ in line:
        sheet.path([(x, y - 4), (x, y + 4)], WHISKER)


def room(bars: Sequence[Bar], width: float, zero: bool = True) -> tuple[float, float]:
    """Return the ends of a scale `width` pixels long on which all bars and their words fit; with `zero`, zero is on it."""
    reached = [bar.reach for bar in bars] + ([(0.0, 0.0)] if zero else [])
    least, most = min(r[0] for r in reached), max(r[1] for r in reached)
    if least == most:
        least, most = least - (0.0 if zero else 0.5), most + (1.0 if zero else 0.5)
    low, high = least, most
    for _ in range(FITS):  # words take pixels, and the more room they get, the more of the scale a pixel is
        each = (high - low) / width
        low = min(least - 4 * each, *(bar.reach[0] - each * (width_of(bar.words, SMALL) + 8) for bar in bars if bar.value < bar.start), least)
        high = max(most + 4 * each, *(bar.reach[1] + each * (width_of(bar.words, SMALL) + 8) for bar in bars if not bar.value < bar.start), most)
    return low, high


@dataclass(frozen=True)
class Panel:
    """Where one small chart stands: the corner of its frame, and its size."""

    left: float
    top: float
    width: float
    height: float


def grid(count: int, width: float, height: float = 150.0, lines: int = 3, foot: float = 44.0) -> tuple[list[Panel], float]:
    """Return the panels of `count` small charts at `width` pixels, three or two beside each other (one when narrow), and the height of all.

    There is room for `lines` of words above each (one less when narrow), and `foot` pixels below for its axis.
    """
    narrow = width <= NARROW
    across = 1 if narrow else min(3, count) if count != 4 else 2
    head = 8.0 + 18 * (lines - narrow)
    left, gap = 46.0, 26.0
    each = (width - left - 10 - (across - 1) * gap) / across
    panels = [Panel(left + (i % across) * (each + gap), head + (i // across) * (height + head + foot), each, height) for i in range(count)]
    return panels, math.ceil(count / across) * (height + head + foot)


def panel_name(sheet: Sheet, panel: Panel, name: str, below: str = "") -> None:
    """Write the name of a panel above it, and a quiet line under the name."""
    lines = wrapped(name, panel.width + 8, SMALL * BOLD)[:3]
    base = panel.top - (26 if below else 8) - 18 * (len(lines) - 1)
    for place, line in enumerate(lines):
        sheet.text(panel.left, base + 18 * place, line, bold=True, size=SMALL)
    if below:
        sheet.text(panel.left, panel.top - 8, below, colour=QUIET, size=SMALL)


def ends_of_axis(sheet: Sheet, panel: Panel, words: Sequence[str], centred: bool = False) -> None:
    """Write words under a panel: at its two ends, or with `centred` one in the middle of each equal part."""
    y = panel.top + panel.height + 17
    if not centred:
        sheet.text(panel.left, y, words[0], colour=QUIET, size=SMALL)
        sheet.text(panel.left + panel.width, y, words[-1], "end", QUIET, size=SMALL)
        return
    part = panel.width / len(words)
    for place, word in enumerate(words):
        lower = 16 if place % 2 and crowded(words, part) else 0
        cut = fitted(word, part, words)
        half = width_of(cut, SMALL) / 2
        x = min(max(panel.left + part * (place + 0.5), panel.left - 12 + half), panel.left + panel.width + 10 - half)
        sheet.text(x, y + lower, cut, "middle", QUIET, size=SMALL)


def crowded(words: Sequence[str], part: float) -> bool:
    """Whether words would touch each other in parts of `part` pixels, so that every second one stands a line lower."""
    return any(width_of(word, SMALL) > part for word in words)


def fitted(word: str, part: float, words: Sequence[str]) -> str:
    """Return `word`, cut where it would run into its neighbours."""
    return shortened(word, part * (2 if crowded(words, part) else 1))


def shortened(word: str, pixels: float) -> str:
    """Return `word`, cut to about `pixels`."""
    letters = int(pixels / width_of("n", SMALL))
    return word if len(word) <= letters else f"{word[: max(1, letters - 1)]}…"


def nothing(title: str, subtitle: str, kind: str, what: str, words: str) -> Figure:
    """Return a figure that says in words why there is nothing to draw."""

    def draw(width: float) -> Sheet:
        lines = wrapped(words, width - 8)
        sheet = Sheet(width, 24 + 19 * len(lines))
        for place, line in enumerate(lines):
            sheet.text(2, 22 + 19 * place, line, colour=QUIET, size=FONT)
        return sheet

    return Figure(title, subtitle, alt(kind, what, "parameter", "", words), table=Table(title, ("Finding",), ((words,),)), **both(draw))


@dataclass(frozen=True)
class Mark:
    """A labelled dot: where it is, its words, and the half-length of its interval to both sides, in pixels."""

    x: float
    y: float
    words: str
    left: float = 0.0
    right: float = 0.0


Box = tuple[float, float, float, float]  # left, top, right, bottom


def places_of_words(marks: Sequence[Mark], frame: Box, taken: Sequence[Box] = (), furthest: float = 164) -> list[tuple[float, float] | None]:
    """Return for each mark the left end and base line of its words, so that words touch neither each other nor a dot; None where nothing is free.

    Tried are places right, left, above and below, then ever further away up to `furthest` pixels, for the marks in their order.
    """
    used = [*taken, *((m.x - max(7, m.left), m.y - 7, m.x + max(7, m.right), m.y + 7) for m in marks)]
    found: list[tuple[float, float] | None] = []
    for mark in marks:
        width = width_of(mark.words, SMALL)
        free = next((box for box in tried(mark, width, furthest) if inside(box, frame) and not any(touch(box, other) for other in used)), None)
        found.append((free[0], free[3] - 4) if free else None)
        if free:
            used.append(free)
    return found


def tried(mark: Mark, width: float, furthest: float) -> Iterator[Box]:
    """Yield the boxes in which the words of `mark` may stand, the nearest first."""
    for away in (step for step in AWAY if step <= furthest):
        for x in (mark.x + max(9, mark.right) + 3, mark.x - max(9, mark.left) - 3 - width, mark.x - width / 2, mark.x + 4, mark.x - 4 - width):
            for y in (mark.y - away, mark.y + away):
                yield x, y - 9, x + width, y + 9


def inside(box: Box, frame: Box) -> bool:
    """Whether `box` lies in `frame`."""
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def chart_width(width: float, labels: Sequence[str]) -> float:
    """Return about how long the scale of a chart of rows is whose rows have `labels` and no numbers."""
    if width < WIDE:
        return width - 32
    return width - min(230.0, max((width_of(label) for label in labels), default=100.0)) - 30
