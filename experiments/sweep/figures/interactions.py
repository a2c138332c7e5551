"""Pairs of parameters that act together: Sobol's second-order shares, the largest first."""

from __future__ import annotations

import math

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Row
from experiments.report.numbers import show
from experiments.report.sentences import capital
from experiments.sweep.figures.marks import Bar, chart_width, draw_bars, room
from experiments.sweep.figures.shown import Material, interval_text, ranked

MOST = 8  # pairs drawn
KIND = "Bar chart"
WHAT = "share of its spread that pairs of parameters make only together"


def figure(m: Material, measure: str) -> Figure | None:
    """Return the largest second-order shares of `measure`; None where there are none."""
    own = ranked(m.indices, measure, "S2")
    own = own.sort_values("estimate", ascending=False, kind="stable")
    if own.empty:
        return None
    shown, rows = m.shown(measure), own.to_dict("records")
    clear = [row for row in rows if row["ci_low"] > 0]
    title = shown.title(f"{len(clear)} of {len(rows)} pairs clearly act together" if clear else "no pair of parameters clearly acts together")
    bars = [Bar(row["estimate"], row["ci_low"], row["ci_high"], show(row["estimate"], 2, False), "navy") for row in rows[:MOST]]
    labels = [row["parameter"] for row in rows[:MOST]]
    drawn = tuple(Row(label, draw_bars([bar]), tall=26.0) for label, bar in zip(labels, bars, strict=True))
    numbers = "; ".join(f"{row['parameter']} {show(row['estimate'], 2)}" for row in rows[:2])
    known = [row for row in rows if math.isfinite(row["ci_low"])]
    return Figure(
        title=title,
        subtitle=shown.subtitle(WHAT),
        alt=alt(KIND, f"second-order shares of {shown.words.full}", "pair of parameters", shown.over, f"{title}; {numbers}"),
        table=Table(
            f"{capital(shown.words.full)}: second-order shares of all pairs",
            ("Pair", "S2 (95% interval)"),
            tuple((row["parameter"], interval_text(row, 3)) for row in rows),
        ),
        note="Thin lines are 95% intervals; estimates below zero mean about zero. "
        f"Of {len(known)} pairs looked at, {0.05 * len(known):.1f} intervals would miss by luck alone.",
        **both(lambda width: Chart(drawn, *room(bars, chart_width(width, labels)), "share of the spread (S2)").draw(width)),
    )
