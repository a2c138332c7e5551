"""The figure of the page: what one change costs, by stage, confidence and kind of handover."""

from __future__ import annotations

import math

import pandas as pd

from experiments.continuity.effects import FEWEST_RUNS, Estimate
from experiments.continuity.shown import ranged
from experiments.continuity.study import Study
from experiments.continuity.tables import minus
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, spans
from experiments.report.numbers import show
from experiments.report.sentences import capital
from experiments.report.svg import NAVY, PLUM, TEAL, Scale, Sheet

KINDS = {"warm": "joint meeting", "called": "call in the first week", "passive": "neither"}
COLOURS = {"warm": TEAL, "called": NAVY, "passive": PLUM}
CELLS = tuple(f"{stage}, {sure}" for stage in ("before maintenance", "in maintenance") for sure in ("confidence below 0.45", "confidence 0.45 and above"))
OUTCOME = "weeks_52"


def lost(table: pd.DataFrame) -> dict[str, dict[str, Estimate]]:
    """Return the weeks lost by group of people and kind of handover, from the table of estimates; groups with too few people are not in it."""
    rows = table[(table.estimand == OUTCOME) & table.group.isin(CELLS)].set_index(["group", "contrast"])
    told: dict[str, dict[str, Estimate]] = {}
    for cell in CELLS:
        for world in KINDS:
            if (cell, f"{world} - stayed") in rows.index:
                row = rows.loc[(cell, f"{world} - stayed")]
                e = Estimate(row.value, row.ci_low, row.ci_high, int(row.people), int(row.departures), int(row.replications))
                told.setdefault(cell, {})[world] = minus(e)
    return told


def figure(study: Study, table: pd.DataFrame) -> Figure | None:
    """Return the dot plot with intervals, from the table of estimates; None where every group has too few people."""
    told = lost(table)
    if not told:
        return None
    every = [e for cell in told.values() for e in cell.values()]
    rows = []
    for cell, kinds in told.items():
        people = next(iter(kinds.values())).people
        rows.append(Row(f"{capital(cell)} ({people:,} people)"))
        rows += [Row(KINDS[world], mark(e, COLOURS[world]), said(e)) for world, e in kinds.items()]
    ends = spans([value for e in every for value in (e.value, e.low, e.high)])
    axis = "weeks with the service lost in the year after, a person hit"
    chart = Chart(tuple(rows), *ends, axis, "", "a change costs more →")
    title = title_of(told)
    return Figure(
        title=title,
        subtitle=f"Weeks with the service in the year after the last day, those hit against themselves with that one departure cancelled; "
        f"{every[0].runs} runs of {study.weeks} weeks",
        alt=alt("Dot plot", "weeks with the service lost", "stage, confidence and kind of handover", "the year after", title),
        table=drawn_table(told),
        note=f"{marks(every)} The same people in all three worlds: with a joint meeting offered to all of them, diaries permitting (green); with no meeting "
        "but a call by the new worker in the first week (blue); with neither (plum).",
        **both(chart.draw),
    )


def marks(every: list[Estimate]) -> str:
    """Return what the marks are."""
    if all(math.isnan(e.low) for e in every):
        return f"Dots: means; no intervals, which need {FEWEST_RUNS} runs at least."
    return "Dots: means; bars: 95% intervals, runs as clusters."


def title_of(told: dict[str, dict[str, Estimate]]) -> str:
    """Return the finding: the group and handover that lose most, against the same group handed over warmly."""
    cell, world = max(((c, w) for c, kinds in told.items() for w in kinds), key=lambda pair: told[pair[0]][pair[1]].value)
    most, warm = told[cell][world], told[cell]["warm"]
    how = {"passive": "without meeting or call"}.get(world, f"with a {KINDS[world]}")
    return f"{capital(cell)}, a change {how} costs {show(most.value, 1)} weeks; with a joint meeting {show(warm.value, 1)}"


def said(e: Estimate) -> str:
    """Return an estimate with its interval."""
    return ranged(e.value, e.low, e.high)


def mark(e: Estimate, colour: str) -> Draw:
    """Return how an estimate is drawn: its interval as a bar, the mean as a dot."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        sheet.path([(scale(e.low), y), (scale(e.high), y)], f'stroke="{colour}" stroke-width="4" stroke-opacity="0.55" fill="none"')
        sheet.dot(scale(e.value), y, 6, f'fill="{colour}" stroke="white" stroke-width="1.5"')

    return draw


def drawn_table(told: dict[str, dict[str, Estimate]]) -> Table:
    """Return the table of what is drawn."""
    head = ("People", "Number", *(kind[:1].upper() + kind[1:] for kind in KINDS.values()))
    rows = tuple(
        (capital(cell), f"{next(iter(kinds.values())).people:,}", *(said(kinds[world]) for world in KINDS)) for cell, kinds in told.items()
    )
    return Table("Weeks with the service lost in the year after, a person hit (95% interval)", head, rows)


def frame(content: Table) -> pd.DataFrame:
    """Return a table as a frame."""
    return pd.DataFrame(content.rows, columns=list(content.head))
