"""Small charts as SVG text: a sheet to draw on, the marks of the house, and scales.

Marks carry their style in themselves, so that a chart taken out of the page stays as it is. Words stay words, in the
font of the page. Lengths are pixels at full size; nothing has an id, so any number of charts fit in one page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

NAVY, TEAL, PLUM, ORANGE, CHARCOAL, LILAC, GREY = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1", "#767676"
INK, QUIET, PALE = "#3D3D3D", "#595959", "#E6E6E6"
CATEGORIES = (NAVY, TEAL, PLUM, ORANGE, CHARCOAL, LILAC)
READABLE = {TEAL: "#1C746D", ORANGE: "#B84A10", LILAC: "#6F4FA8"}  # the same colours, dark enough for words (4.5:1)
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4")
FONT, LETTER = 15, 0.6  # size of words; mean width of a letter, in sizes

STYLES = {
    "axis": f'stroke="{GREY}" stroke-width="1"',
    "grid": f'stroke="{PALE}" stroke-width="1"',
    "zero": f'stroke="{CHARCOAL}" stroke-width="1.5"',
    "moment": f'stroke="{PLUM}" stroke-width="1.5" stroke-dasharray="2 3"',
    "baseline": f'stroke="{GREY}" stroke-width="2.5" stroke-dasharray="7 4" fill="none"',
    "scenario": f'stroke="{NAVY}" stroke-width="2.5" fill="none"',
    "one run": f'stroke="{NAVY}" stroke-width="1" stroke-opacity="0.45" fill="none"',
    "interval": f'stroke="{NAVY}" stroke-width="6"',
    "range": f'stroke="{NAVY}" stroke-width="1.5"',
    "filled": f'fill="{NAVY}" stroke="white" stroke-width="1.5"',
    "hollow": f'fill="white" stroke="{GREY}" stroke-width="2.5"',
    "bar": f'fill="{NAVY}"',
    "bar before": f'fill="{GREY}"',
    "bar down": f'fill="{PLUM}"',
    "band": f'fill="{NAVY}" fill-opacity="0.2"',
    "band before": f'fill="{GREY}" fill-opacity="0.18"',
    "shade": 'fill="#F0F0F0"',
}


class Sheet:
    """A sheet of `width` by `height` pixels; marks are drawn in order."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height, self.marks = width, height, []

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self.marks.append(f'<path d="M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}" {STYLES[kind]}/>')

    def path(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """Draw a line through `points`; a point that is not a number breaks it."""
        self.marks.append(f'<path d="{steps(points)}" {STYLES.get(kind, kind)}/>')

    def area(self, low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]], kind: str) -> None:
        """Fill between two lines with the same x; where either is not a number, nothing is drawn. Style `kind`, or attributes."""
        both = [pair for pair in zip(low, high, strict=True) if all(math.isfinite(value) for point in pair for value in point)]
        if both:
            outline = [point for point, _ in both] + [point for _, point in reversed(both)]
            self.marks.append(f'<path d="{steps(outline)}Z" {STYLES.get(kind, kind)}/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Draw a rectangle; style `kind`, or attributes."""
        self.marks.append(f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(0, width))}" height="{n(max(0, height))}" {STYLES.get(kind, kind)}/>')

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a dot; style `kind`, or attributes."""
        self.marks.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" {STYLES.get(kind, kind)}/>')

    def cloud(self, points: Iterable[tuple[float, float]], colour: str, size: float = 4) -> None:
        """Draw many small round dots as one mark."""
        drawn = "".join(f"M{n(x)} {n(y)}h0" for x, y in points)
        self.marks.append(f'<path d="{drawn}" stroke="{colour}" stroke-opacity="0.45" stroke-width="{size}" stroke-linecap="round" fill="none"/>')

    def text(self, x: float, y: float, words: str, anchor: str = "start", colour: str = INK, bold: bool = False, size: float = FONT) -> None:
        """Write `words`, which are escaped here; y is the base line."""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        weight = ' font-weight="600"' if bold else ""
        self.marks.append(f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{READABLE.get(colour, colour)}"{where}{weight}>{escape(words)}</text>')

    def centred(self, x: float, y: float, words: str, size: float = FONT - 1) -> None:
        """Write `words` of a scale around x, moved inwards where they would leave the sheet."""
        half = width_of(words, size) / 2 + 1
        self.text(min(max(x, half), max(half, self.width - half)), y, words, "middle", QUIET, size=size)

    def svg(self, kind: str) -> str:
        """Return the chart as an SVG element of class `kind`; it shrinks with the page and never grows."""
        head = f'<svg class="{kind}" viewBox="0 0 {n(self.width)} {n(self.height)}" width="{n(self.width)}" aria-hidden="true" focusable="false">'
        return head + "".join(self.marks) + "</svg>"

    def file(self, kind: str = "wide", style: str = "") -> str:
        """Return the chart as the text of an SVG file of its own, with `style` of its element."""
        own = f' style="{style}"' if style else ""
        return self.svg(kind).replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"{own} ', 1) + "\n"


def n(value: float) -> str:
    """Return a length with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def steps(points: Iterable[tuple[float, float]]) -> str:
    """Return the path through `points`."""
    drawn, pen = [], "M"
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            drawn.append(f"{pen}{n(x)} {n(y)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(drawn)


class Scale:
    """A straight scale from values to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, about: int) -> list[float]:
        """Return about `about` round values on it."""
        return [tick for tick in round_values(self.low, self.high, about) if self.low <= tick <= self.high]


def round_values(low: float, high: float, about: int) -> list[float]:
    """Return about `about` round values from below `low` to above `high`: multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(power * m for m in (1, 2, 5, 10) if rough <= power * m * (1 + 1e-9))
    return [i * step for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def domain(values: Iterable[float], zero: bool = True, room: float = 0.05) -> tuple[float, float]:
    """Return the lowest and highest of `values` with some room; with `zero`, zero among them."""
    known = [v for v in values if math.isfinite(v)] + ([0.0] if zero else [])
    low, high = min(known, default=0.0), max(known, default=1.0)
    if low == high:
        return low - 1, high + 1
    space = room * (high - low)
    return (low - space if low < 0 or not zero else low), (high + space if high > 0 or not zero else high)


def width_of(words: str, size: float = FONT) -> float:
    """Return about how many pixels `words` take."""
    return LETTER * size * len(words)


def wrapped(words: str, pixels: float, size: float = FONT) -> list[str]:
    """Return `words` broken into lines of about `pixels`; a longer word is broken after its last dot or underscore that fits."""
    lines, line = [], ""
    for word in words.split():
        while width_of(word, size) > pixels and (first := broken(word, pixels, size)):
            lines += [line] if line else []
            line, word = "", word.removeprefix(first)
            lines.append(first)
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > pixels:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def broken(word: str, pixels: float, size: float) -> str:
    """Return the beginning of a `word` too long for `pixels`, up to the last dot or underscore that fits; empty when there is none."""
    ends = [place + 1 for place, letter in enumerate(word[:-1]) if letter in "._" and width_of(word[: place + 1], size) <= pixels]
    return word[: ends[-1]] if ends else ""


def tick_label(value: float, step: float) -> str:
    """Return the label of a tick, with the decimals that `step` needs and a true minus."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    text = f"{abs(value):,.{decimals}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) != 0 else text
