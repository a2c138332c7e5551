"""Boxes of scenario discovery: how dense misses are in each combination of inputs, and how many of all misses it holds."""

from __future__ import annotations

import math

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.svg import Scale, Sheet
from experiments.sweep.figures.marks import Bar, chart_width, draw_bars, room
from experiments.sweep.figures.shown import Material, over, share_text
from experiments.sweep.figures.targets import sides, subtitle

MOST = 6  # boxes drawn
KIND = "Bar chart"
TALL = 44.0


def figure(m: Material) -> Figure | None:
    """Return the boxes of `m`; None where there are none."""
    if m.boxes is None or m.boxes.empty:
        return None
    found, rows = sides(m), m.boxes.to_dict("records")
    overall = float(found.missed.mean())
    title, first = title_of(rows), rows[0]
    bars = [bars_of(row) for row in rows[:MOST]]
    labels = [f"{row['box']}. {row['rule']}" for row in rows[:MOST]]
    drawn = tuple(Row(label, over_all(own, 100 * overall), tall=TALL) for label, own in zip(labels, bars, strict=True))
    flat = [bar for pair in bars for bar in pair]
    numbers = f"with {first['rule']}, {share_text(first['density'])} of points miss, against {share_text(overall)} overall"
    return Figure(
        title=title,
        subtitle=subtitle(m, found, "combinations of inputs in which misses crowd"),
        alt=alt(KIND, "share of points that miss and share of all misses, percent,", "combination of inputs", over(m.period), f"{title}; {numbers}"),
        table=table(rows),
        note=f"Navy: of the points with these inputs, how many miss, with 95% interval; teal: of all misses, how many have these inputs. "
        f"Dashed: {share_text(overall)} of all points miss. All are counted on points that the combinations were not found on.{unseen(rows)}",
        **both(lambda width: Chart(drawn, *room(flat, chart_width(width, labels)), "percent").draw(width)),
    )


def unseen(rows: list[dict]) -> str:
    """Return how many boxes are only in the table."""
    return f" {len(rows) - MOST} more are in the table." if len(rows) > MOST else ""


def title_of(rows: list[dict]) -> str:
    """Return the finding: how many of all misses the boxes hold; boxes share no point."""
    held = 100 * sum(row["coverage"] for row in rows)
    return f"{'One combination holds' if len(rows) == 1 else f'{len(rows)} combinations hold'} {held:.0f} of 100 misses"


def bars_of(row: dict) -> tuple[Bar, Bar]:
    """Return the bars of one box."""
    density, low, high, coverage = (100 * row[name] for name in ("density", "density_low", "density_high", "coverage"))
    return Bar(density, low, high, f"{density:.0f}% here miss", "navy"), Bar(coverage, math.nan, math.nan, f"{coverage:.0f}% of misses", "teal")


def over_all(bars: tuple[Bar, Bar], overall: float) -> Draw:
    """Return how to draw the bars of one box, with the share that misses overall as a dashed line."""

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        sheet.line(scale(overall), middle - TALL / 2, scale(overall), middle + TALL / 2, "baseline")
        draw_bars(bars)(sheet, scale, middle)

    return draw


def table(rows: list[dict]) -> Table:
    """Return the boxes with the numbers of points behind them."""
    cells = tuple(
        (
            str(row["box"]), row["rule"], f"{row['points']:,}", f"{row['misses']:,}",
            f"{share_text(row['density'])} ({100 * row['density_low']:.0f} to {100 * row['density_high']:.0f})", share_text(row["coverage"]),
        )
        for row in rows
    )  # fmt: skip
    head = ("Box", "Inputs", "Points", "Misses", "Density: of these points, share that miss (95% interval)", "Coverage: share of all misses")
    return Table("Combinations of inputs in which the target is missed, counted on points held out", head, cells)
