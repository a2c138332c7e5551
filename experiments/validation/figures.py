"""Forests of targets: what the model gives, against what is accepted. Hits and misses are drawn alike, misses first."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.svg import GREY, NAVY, ORANGE, PLUM, Scale, Sheet
from experiments.validation.judge import IN_THE_MEAN, MET, MISSED, UNANSWERED, VERDICTS, number
from experiments.validation.targets import TWO_ENDS
from experiments.validation.words import accepted, interval, published, seeds_right, single_seeds

BAND = 'fill="#D5D5D5"'
COLOURS = {MET: NAVY, IN_THE_MEAN: ORANGE, MISSED: PLUM}
WORDS = {MET: "met", IN_THE_MEAN: "in the mean only", MISSED: "missed"}
BAND_ENDS, SIDE_ENDS = (-1.0, 2.0), (-1.1, 1.1)
HEAD = ("Target", "Model (95% interval of the mean)", "Single seeds (middle 95%)", "Accepted", "Published", "Verdict", "Seeds right")
KEY = "Dot and thick line: mean and its 95% interval in the model; thin line with ends: the middle 95% of single seeds, as far as the scale reaches."
LINE, THIN, TICK, DOT = 6.0, 1.5, 8.0, 6.0


def of_bands(table: pd.DataFrame, who: str, runs: str) -> Figure | None:
    """Return the forest of targets with a band, each scaled to its own band; None without any."""
    rows = ordered(table[table.kind.isin(TWO_ENDS)])
    if not len(rows):
        return None

    def place(row: pd.Series, value: float) -> float:
        return (value - row.low) / (row.high - row.low)

    chart = chart_of(rows, place, BAND_ENDS, "each scaled to its own band: 0 is its lower end, 1 its upper end", ("", ""))
    missed = rows[rows.verdict == MISSED]
    furthest = max(((abs(place(row, row["mean"]) - 0.5), row) for _, row in rows.iterrows()), key=lambda pair: pair[0])[1]
    title = f"{capital(who)}: {(rows.verdict == MET).sum()} of {len(rows)} inside the published band" + (f", {len(missed)} outside" if len(missed) else "")
    told = f"{title}; furthest from the middle of its band {furthest.pattern}, {number(furthest['mean'])} against {accepted(furthest)}"
    return Figure(
        title=title,
        subtitle=f"Model mean over seeds against the accepted band; {runs}",
        alt=alt("Forest plot", "model means and 95% intervals, scaled to the band", "target", "", told),
        table=table_of(f"{capital(who)}: targets with a band", rows),
        note=f"Grey: what is accepted. {KEY} An arrow: further than the scale reaches.",
        **both(chart.draw),
    )


def of_directions(table: pd.DataFrame, who: str, runs: str) -> Figure | None:
    """Return the forest of targets with a direction, each scaled so that its interval ends at 1, the expected side to the right; None without any."""
    rows = ordered(table[~table.kind.isin(TWO_ENDS)])
    if not len(rows):
        return None

    def place(row: pd.Series, value: float) -> float:
        bound, sign = (row.low, 1.0) if not math.isnan(row.low) else (row.high, -1.0)
        ends = [abs(v - bound) for v in (row["mean"], row.ci_low, row.ci_high) if not math.isnan(v)]
        return sign * (value - bound) / max(ends) if max(ends, default=0.0) else 0.0

    chart = chart_of(rows, place, SIDE_ENDS, "each scaled to its own interval: 0 is the bound", ("← against", "as published →"))
    clear, against = (rows.verdict == MET).sum(), (rows.verdict == MISSED).sum()
    title = f"{capital(who)}: {clear} of {len(rows)} published directions come out clearly" + (f", {against} missed" if against else "")
    first = rows.iloc[0]
    told = f"{title}; {first.pattern}: {interval(first)}, accepted {accepted(first)}"
    return Figure(
        title=title,
        subtitle=f"Model mean over seeds against the bound of each direction; {runs}",
        alt=alt("Forest plot", "model means and 95% intervals on the two sides of a bound", "target", "", told),
        table=table_of(f"{capital(who)}: targets with a direction", rows),
        note=(
            f"Grey: the side that was published. {KEY} How far right says how clear a direction is, not how large. Some targets ask for more than their own "
            "sign; the report says what."
        ),
        **both(chart.draw),
    )


def chart_of(rows: pd.DataFrame, place: Callable[[pd.Series, float], float], ends: tuple[float, float], axis: str, sides: tuple[str, str]) -> Chart:
    """Return the chart of `rows`; `place` puts a value of a row on the scale."""
    high = 1.0 if sides == ("", "") else ends[1]
    drawn = [Row(f"{row.id} {row.pattern}", mark(row, place, ends, high), f"{number(row['mean'])} {WORDS[row.verdict]}") for _, row in rows.iterrows()]
    return Chart(tuple(drawn), *ends, axis, *sides, zero=sides != ("", ""))


def mark(row: pd.Series, place: Callable[[pd.Series, float], float], ends: tuple[float, float], high: float) -> Draw:
    """Return how one target is drawn: what is accepted in grey, the interval, the mean; an arrow where it lies beyond `ends`."""
    values = [place(row, row[name]) for name in ("ci_low", "ci_high", "mean")]
    singles = [place(row, row[name]) for name in ("single_low", "single_high")]
    low_end, high_end = sorted(value for value in values[:2]) if not math.isnan(row.ci_low) else (values[2], values[2])
    colour = COLOURS[row.verdict]

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        def x(value: float) -> float:
            return scale(min(max(value, ends[0]), ends[1]))

        sheet.box(x(0.0), y - 10, x(high) - x(0.0), 20, BAND)
        thin = f'stroke="{colour}" stroke-width="{THIN}" fill="none"'
        sheet.path([(x(end), y) for end in singles], thin)
        for end in singles:
            if ends[0] <= end <= ends[1]:
                sheet.path([(x(end), y - TICK), (x(end), y + TICK)], thin)
        sheet.path([(x(low_end), y), (x(high_end), y)], f'stroke="{colour}" stroke-width="{LINE}" fill="none"')
        for beyond, sign in ((values[2] > ends[1], 1), (values[2] < ends[0], -1)):
            if beyond:
                tip = scale(ends[1] if sign > 0 else ends[0])
                sheet.path([(tip - 9 * sign, y - 7), (tip, y), (tip - 9 * sign, y + 7)], f'fill="none" stroke="{GREY}" stroke-width="2.5"')
                return
        sheet.dot(x(values[2]), y, DOT, f'fill="{colour}" stroke="white" stroke-width="1.5"')

    return draw


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have an answer, missed first, then in the order of the targets."""
    rank = {MISSED: 0, IN_THE_MEAN: 1, MET: 2}
    return table[table.verdict != UNANSWERED].sort_values("verdict", key=lambda said: said.map(rank), kind="stable")


def table_of(caption: str, rows: pd.DataFrame) -> Table:
    """Return targets as a table."""
    cells = [(f"{r.id} {r.pattern}", interval(r), single_seeds(r), accepted(r), published(r), r.verdict, seeds_right(r)) for _, r in rows.iterrows()]
    return Table(caption, HEAD, tuple(cells))


def capital(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


assert set(COLOURS) | {UNANSWERED} == set(VERDICTS)
