"""The look of every picture: colours, type, titles as findings, and PNG files that carry their own description.

Colours keep 3:1 against white and differ in lightness, so that they survive colour blindness and grey
print; no meaning rests on colour alone. Pictures are made without a screen and without shared state.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

NAVY, TEAL, PLUM, ORANGE, CHARCOAL, LILAC, GREY, PALE = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1", "#767676", "#D9D9D9"
BROWN = "#8C5A2B"
BASELINE = {"color": GREY, "linestyle": (0, (4, 2))}  # usual care, dashed everywhere
WEEKS_PER_YEAR = 52
DPI = 145
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 13,
    "axes.edgecolor": GREY,
    "axes.labelcolor": CHARCOAL,
    "text.color": CHARCOAL,
    "xtick.color": CHARCOAL,
    "ytick.color": CHARCOAL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.8,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style, whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` x `height` inches that is drawn without a screen."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def head(ax: Axes, finding: str, measure: str, width: int) -> None:
    """Put the finding as title and, smaller, what is measured below it; lines break after `width` characters."""
    below = fill(measure, round(width * 1.4))
    ax.set_title(fill(finding, width), loc="left", weight="bold", color=CHARCOAL, pad=8 + 13 * (below.count("\n") + 1))
    ax.annotate(below, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", fontsize=10, color="#595959", va="bottom", linespacing=1.15)


def years(ax: Axes, weeks: int, label: bool = True) -> None:
    """Scale the x axis from 0 to `weeks`, marked in years, or in weeks when there are few."""
    ax.set_xlim(0, max(1, weeks))
    if weeks >= 2 * WEEKS_PER_YEAR:
        step = max(1, round(weeks / WEEKS_PER_YEAR / 8))
        marks = range(0, weeks // WEEKS_PER_YEAR + 1, step)
        ax.set_xticks([mark * WEEKS_PER_YEAR for mark in marks], [str(mark) for mark in marks])
    if label:
        ax.set_xlabel("years since opening" if weeks >= 2 * WEEKS_PER_YEAR else "weeks since opening")


def at_end(ax: Axes, labels: list[tuple[float, str, str]], gap: float, leaders: bool = False) -> None:
    """Write `(height, text, colour)` right of the axes, moved apart to at least `gap` (in units of y).

    With `leaders`, a thin line leads from each height to its text.
    """
    bottom, top = ax.get_ylim()
    spread: list[float] = []
    for height, _, _ in sorted(labels):
        spread.append(max(height, spread[-1] + gap if spread else bottom + gap / 2))
    over = max(0.0, spread[-1] - (top - gap / 4)) if spread else 0.0
    for place in range(len(spread) - 1, -1, -1):  # those pushed beyond the top come down again, in order
        ceiling = spread[place + 1] - gap if place + 1 < len(spread) else spread[place] - over
        spread[place] = min(spread[place], ceiling)
    for height, (own, text, colour) in zip(spread, sorted(labels), strict=True):
        start = 1.02 if leaders else 1
        if leaders:
            ax.add_artist(Line2D([1.002, start], [own, height], transform=ax.get_yaxis_transform(), color=colour, linewidth=1, clip_on=False))
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        ax.annotate(text, (start, height), (3 if leaders else 6, 0), color=colour, va="center", annotation_clip=False, **place)


def only_words(ax: Axes, text: str) -> None:
    """Show `text` where there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0, 0.95, fill(text, 48), transform=ax.transAxes, va="top", color="#595959")


def save_png(figure: Figure, path: Path | str, title: str, description: str) -> None:
    """Write `figure` as PNG whose metadata hold `title` and `description`; the same figure gives the same bytes."""
    drawn = io.BytesIO()
    metadata = {"Title": latin(title), "Description": latin(description), "Software": None}
    figure.savefig(drawn, format="png", dpi=DPI, facecolor="white", metadata=metadata)
    Path(path).write_bytes(drawn.getvalue())


def latin(text: str) -> str:
    """Return `text` in the characters that a PNG's metadata can hold."""
    return text.encode("latin-1", "replace").decode("latin-1")
