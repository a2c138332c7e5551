"""What every figure of a report is: a finding as title, what is drawn, words that stand in for it, and its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.report.svg import Sheet

WIDE, NARROW = 700.0, 340.0  # pixels


@dataclass(frozen=True)
class Table:
    """A table of plain texts: column heads, rows whose first cell is the row's head, and a caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A figure: plain texts, two drawings of the same, and the table of what is drawn.

    `title` is the finding, `subtitle` says measure, people, period and runs, `alt` names the kind of chart and gives two numbers.
    """

    title: str
    subtitle: str
    alt: str
    wide: Sheet
    narrow: Sheet
    table: Table
    note: str = ""


def both(draw: Callable[[float], Sheet]) -> dict[str, Sheet]:
    """Return the two drawings of `draw`, which takes the width."""
    return {"wide": draw(WIDE), "narrow": draw(NARROW)}


def alt(kind: str, of_what: str, by: str, period: str, finding: str) -> str:
    """Return the words that stand in for a chart."""
    over = f", {period}" if period else ""
    return f"{kind} of {of_what} by {by}{over}: {finding.rstrip('.')}. Table follows."
