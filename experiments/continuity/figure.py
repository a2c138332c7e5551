"""The figure of the page: what one change costs, by stage, confidence and kind of handover."""

from __future__ import annotations

import pandas as pd

from experiments.continuity.effects import FEWEST, Estimate, differences, groups_of, mean_effect
from experiments.continuity.study import Found
from experiments.continuity.tables import minus
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, spans
from experiments.report.numbers import show
from experiments.report.svg import NAVY, PLUM, TEAL, Scale, Sheet

KINDS = {"warm": "joint meeting", "called": "call in the first week", "passive": "neither"}
COLOURS = {"warm": TEAL, "called": NAVY, "passive": PLUM}
CELLS = tuple(f"{stage}, {sure}" for stage in ("before maintenance", "in maintenance") for sure in ("confidence below 0.45", "confidence 0.45 and above"))
OUTCOME = "weeks_52"


def lost(found: Found) -> dict[str, dict[str, Estimate]]:
    """Return the weeks lost by group of people and kind of handover; groups with too few people are left out."""
    told: dict[str, dict[str, Estimate]] = {}
    for world in KINDS:
        people = differences(found.people, world)
        groups = groups_of(people)
        for cell in CELLS:
            if groups[cell].sum() >= FEWEST:
                told.setdefault(cell, {})[world] = minus(mean_effect(people, OUTCOME, groups[cell]))
    return {cell: told[cell] for cell in CELLS if cell in told}


def figure(found: Found) -> Figure:
    """Return the dot plot with intervals."""
    told = lost(found)
    every = [e for cell in told.values() for e in cell.values()]
    rows = []
    for cell, kinds in told.items():
        people = next(iter(kinds.values())).people
        rows.append(Row(f"{cell[:1].upper()}{cell[1:]} ({people:,} people)"))
        rows += [Row(KINDS[world], mark(e, COLOURS[world]), said(e)) for world, e in kinds.items()]
    ends = spans([value for e in every for value in (e.value, e.low, e.high)])
    axis = "weeks with the service lost in the year after, a person hit"
    chart = Chart(tuple(rows), *ends, axis, "", "a change costs more →")
    title = title_of(told)
    study = found.study
    return Figure(
        title=title,
        subtitle=f"Weeks with the service in the year after the last day, those hit against themselves with that one departure cancelled; "
        f"{every[0].runs} runs of {study.weeks} weeks",
        alt=alt("Dot plot with 95% intervals", "weeks with the service lost", "stage, confidence and kind of handover", "the year after", title),
        table=table(told),
        note="Dots: means; bars: 95% intervals, runs as clusters. The same people in all three worlds: a joint meeting offered to all of them, "
        "diaries permitting; "
        "no meeting but a call by the new worker in the first week; neither.",
        **both(chart.draw),
    )


def title_of(told: dict[str, dict[str, Estimate]]) -> str:
    """Return the finding: the group and handover that lose most, against the same group handed over warmly."""
    cell, world = max(((c, w) for c, kinds in told.items() for w in kinds), key=lambda pair: told[pair[0]][pair[1]].value)
    most, warm = told[cell][world], told[cell]["warm"]
    how = {"passive": "without meeting or call"}.get(world, f"with a {KINDS[world]}")
    return f"{cell[:1].upper()}{cell[1:]}, a change {how} costs {show(most.value, 1)} weeks; with a joint meeting {show(warm.value, 1)}"


def said(e: Estimate) -> str:
    """Return an estimate with its interval."""
    return f"{show(e.value, 1)} ({show(e.low, 1, False)} to {show(e.high, 1, False)})"


def mark(e: Estimate, colour: str) -> Draw:
    """Return how an estimate is drawn: its interval as a bar, the mean as a dot."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        sheet.path([(scale(e.low), y), (scale(e.high), y)], f'stroke="{colour}" stroke-width="4" stroke-opacity="0.55" fill="none"')
        sheet.dot(scale(e.value), y, 6, f'fill="{colour}" stroke="white" stroke-width="1.5"')

    return draw


def table(told: dict[str, dict[str, Estimate]]) -> Table:
    """Return the table of what is drawn."""
    head = ("People", "Number", *(kind[:1].upper() + kind[1:] for kind in KINDS.values()))
    rows = tuple(
        (cell[:1].upper() + cell[1:], f"{next(iter(kinds.values())).people:,}", *(said(kinds[world]) for world in KINDS)) for cell, kinds in told.items()
    )
    return Table("Weeks with the service lost in the year after, a person hit (95% interval)", head, rows)


def frame(content: Table) -> pd.DataFrame:
    """Return a table as a frame."""
    return pd.DataFrame(content.rows, columns=list(content.head))
