"""Posterior against prior: what is left of the doubt about each parameter, in its range."""

from __future__ import annotations

import pandas as pd

from experiments.calibration.calibrate import Calibration
from experiments.calibration.identifiability import LITTLE, NOTHING, TOLD, position
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.sentences import listed
from experiments.report.svg import Scale, Sheet
from experiments.sweep.factors import Factor
from experiments.sweep.figures.shown import number_text, share_text
from experiments.terminal import counted

TALL = 9.0  # pixels of the prior to each side of a row's middle
KIND = "Chart of rows"


def figure(calibration: Calibration, table: pd.DataFrame, period: str) -> Figure:
    """Return the figure of `table`, that of `identifiability.table_of`."""
    rows = table.to_dict("records")
    title = title_of(table)
    first = max(rows, key=lambda row: row["shrinkage"])
    numbers = f"most is known of {first['parameter']}, {told(first)}"
    factors = {f.name: f for f in calibration.question.factors}
    chart = Chart(tuple(Row(f"{row['parameter']} ({row['grade']}), {ends(factors[row['parameter']])}", mark(factors[row["parameter"]], row), told(row))
                        for row in rows), 0, 100, "% of the prior that lies below", zero=False)  # fmt: skip
    return Figure(
        title=title,
        subtitle=f"Posterior against prior, {counted(len(rows), 'parameter')} with the grade of evidence; runs of {period}",
        alt=alt(KIND, "what the targets leave of each range", "parameter", "", f"{title}; {numbers}"),
        table=table_of(rows),
        note="Under each name: the lowest and the highest value tried. Pale: the whole prior, drawn so that each tenth of the width holds a tenth of it. Dark: "
        "the middle 95% of the posterior, with its median as a dot; the upright line is the value in the service. At the right: median and interval.",
        **both(chart.draw),
    )


def title_of(table: pd.DataFrame) -> str:
    """Return the finding: how many parameters the targets tell."""
    known, little, nothing = (int((table.verdict == said).sum()) for said in (TOLD, LITTLE, NOTHING))
    if not known:
        return "The targets tell none of these parameters well" if nothing < len(table) else "The targets say nothing of these parameters"
    less = [f"{word} of {count}" for word, count in (("little", little), ("nothing", nothing)) if count]
    return f"The targets tell {listed([f'{known} of {counted(len(table), "parameter")}', *less])}"


def ends(factor: Factor) -> str:
    """Return the lowest and the highest value tried."""
    return f"{number_text(factor.low)} to {number_text(factor.high)}"


def mark(factor: Factor, row: dict) -> Draw:
    """Return how to draw one parameter."""

    def place(value: float) -> float:
        return 100 * position(factor, value)

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        sheet.box(scale(0), middle - TALL, scale(100) - scale(0), 2 * TALL, "band before")
        sheet.line(scale(place(row["ci_low"])), middle, scale(place(row["ci_high"])), middle, "interval")
        if factor.low <= row["in_service"] <= factor.high:
            service = place(row["in_service"])
            sheet.line(scale(service), middle - TALL, scale(service), middle + TALL, "zero")
        sheet.dot(scale(place(row["posterior_median"])), middle, 6, "filled")

    return draw


def told(row: dict) -> str:
    """Return the median of the posterior with its interval."""
    return f"{number_text(row['posterior_median'])} ({number_text(row['ci_low'])} to {number_text(row['ci_high'])})"


def table_of(rows: list[dict]) -> Table:
    """Return the numbers."""
    head = ("Parameter (grade)", "In the service", "Prior, middle 95%", "Posterior: median (95% interval)", "Doubt gone", "Known", "Trades off with")
    lines = tuple(
        (
            f"{row['parameter']} ({row['grade']})",
            number_text(row["in_service"]),
            f"{number_text(row['prior_low'])} to {number_text(row['prior_high'])} {row['unit']}",
            told(row),
            share_text(max(0.0, row["shrinkage"])),
            row["verdict"],
            f"{row['trades_off_with']} ({row['correlation']:+.2f})".replace("-", "−") if row["trades_off_with"] else "–",
        )
        for row in rows
    )
    return Table("Posterior against prior. Doubt gone: share of the prior's variance", head, lines)
