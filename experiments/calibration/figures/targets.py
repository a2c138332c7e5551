"""The model against the targets before the fit and after it: each target on the scale of its own band."""

from __future__ import annotations

import math

import pandas as pd

from experiments.calibration.calibrate import Calibration
from experiments.calibration.fit import MET
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.svg import Scale, Sheet
from experiments.sweep.figures.shown import number_text
from experiments.terminal import counted

ENDS = (-150.0, 250.0)  # of the scale, in percent of the band; what lies beyond is drawn at the end
KIND = "Chart of rows"
BEFORE, AFTER = 6.0, 5.0  # pixels above and below the middle of a row


def figure(calibration: Calibration, table: pd.DataFrame, period: str) -> Figure:
    """Return the figure of `table`, that of `fit.targets_of`."""
    rows = table.to_dict("records")
    met = sum(row["verdict"] == MET for row in rows)
    title = f"The fitted model meets {met} of {counted(len(rows), 'target')}"
    chart = Chart(tuple(Row(f"{row['target']} {row['pattern']}", mark(row), told(row), tall=30) for row in rows), *ENDS,
                  "% of the way from the lower to the upper end of the band", zero=False, shade=(0.0, 100.0))  # fmt: skip
    return Figure(
        title=title,
        subtitle=f"Single runs of {period}: over the prior (grey), {calibration.question.points} points with their seeds, and at "
        f"{counted(calibration.question.checked, 'draw')} of the posterior (dark)",
        alt=alt(KIND, "the model against each published band", "target", period, f"{title}; {rows[0]['pattern']} is {told(rows[0])}"),
        table=Table(
            "Targets: published, and in the model before the fit and after it, mean (middle 95% of single runs)",
            ("Target", "Published (band)", "Counts as", "Over the prior", "At draws of the posterior", "Verdict"),
            tuple(
                (f"{row['target']} {row['pattern']}", published(row), row["likelihood"], span(row, "prior"), span(row, "posterior"), row["verdict"])
                for row in rows
            ),
        ),
        note="Shaded: the published band. Lines: the middle 95% of single runs, doubt about parameters and luck together; dots: their means. "
        "The number is the mean of the real runs at draws of the posterior.",
        **both(chart.draw),
    )  # fmt: skip


def mark(row: dict) -> Draw:
    """Return how to draw one target: before the fit in grey above, after it below."""

    def place(value: float) -> float:
        return min(max(100 * (value - row["low"]) / (row["high"] - row["low"]), ENDS[0]), ENDS[1])

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        for part, y, line, dot in (("prior", middle - BEFORE, "baseline", "hollow"), ("posterior", middle + AFTER, "interval", "filled")):
            values = [row[f"{part}_{end}"] for end in ("low", "high", "mean")]
            if all(math.isfinite(value) for value in values):
                low, high, mean = (scale(place(value)) for value in values)
                sheet.line(low, y, high, y, line)
                sheet.dot(mean, y, 5, dot)

    return draw


def told(row: dict) -> str:
    """Return the mean at draws of the posterior beside the band."""
    return f"{number_text(row['posterior_mean'])}; {number_text(row['low'])} to {number_text(row['high'])}"


def published(row: dict) -> str:
    """Return the published figure with its band."""
    return f"{number_text(row['published'])} ({number_text(row['low'])} to {number_text(row['high'])})"


def span(row: dict, part: str) -> str:
    """Return mean and middle 95% of single runs."""
    return f"{number_text(row[f'{part}_mean'])} ({number_text(row[f'{part}_low'])} to {number_text(row[f'{part}_high'])})"
