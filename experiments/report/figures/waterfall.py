"""Which part did it: the share of each change in the whole difference, one after the other."""

from __future__ import annotations

import pandas as pd

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, bar, spans
from experiments.report.numbers import of, signed
from experiments.report.rule import Effect, Verdict, verdict
from experiments.report.sentences import capital
from experiments.report.svg import Scale, Sheet
from experiments.report.words import SHORT


def figure(parts: pd.DataFrame, effect: Effect) -> Figure | None:
    """Return the waterfall of one scenario and measure; `parts` as `experiments.whatif.parts` gives them. None for fewer than two parts."""
    rows = parts.to_dict("records")
    if len(rows) < 2 or parts["share"].isna().any():
        return None
    kind = effect.unit
    decimals = kind.places(*(abs(row[end]) for row in rows for end in ("share", "ci_low", "ci_high")), margin=effect.margin)
    steps, drawn = [0.0], []
    for row in rows:
        steps.append(steps[-1] + kind.scale * row["share"])
        drawn.append(Row(row["part"], step(steps[-2], steps[-1]), signed(kind, row["share"], row["ci_low"], row["ci_high"], decimals, False)))
    whole = sum(row["share"] for row in rows)
    number = f"{'+' if whole > 0 else ''}{kind.number(whole, decimals)}"
    drawn.append(Row("All changes together", bar(kind.scale * whole, "bar" if whole >= 0 else "bar down"), number))
    chart = Chart(tuple(drawn), *spans(steps), f"difference, {kind.axis}")
    title, most = title_of(rows, effect), max(rows, key=lambda row: abs(row["share"]))
    words = f"{title}; {most['part']} {kind.amount(most['share'], decimals)} of {kind.amount(whole, decimals)}"
    return Figure(
        title=title,
        subtitle=f"{capital(of(effect.measure).words)}: each change’s share, averaged over the orders of making them; {rows[0]['replications']} runs",
        alt=alt("Waterfall chart", f"{of(effect.measure).words}, {kind.axis},", "part of the scenario", "", words),
        table=Table(
            f"Shares of the difference in {of(effect.measure).words}, {kind.axis}: “{effect.scenario}”",
            ("Part", "Share (95% interval)"),
            tuple((row.label, row.number) for row in drawn),
        ),
        note="Shares add up to the whole difference. They are indicative: what two changes do only together is split between them.",
        **both(chart.draw),
    )


def title_of(rows: list[dict], effect: Effect) -> str:
    """Return the finding: the part with the largest clear share, by the rule."""
    told = {row["part"]: verdict(row["ci_low"], row["ci_high"], effect.margin) for row in rows}
    clear = [row for row in rows if told[row["part"]] is Verdict.CLEAR]
    name = SHORT.get(effect.measure, of(effect.measure).words)
    if clear:
        return f"{capital(name)}: “{max(clear, key=lambda row: abs(row['share']))['part']}” has the largest share"
    if all(what is Verdict.SMALL for what in told.values()):
        return f"{capital(name)}: no part makes a difference that matters"
    return f"{capital(name)}: too uncertain to say which part"


def step(start: float, end: float) -> Draw:
    """Return how to draw one step: a bar from where the last one ended, plum when it goes down, and a thin line on to the next."""
    kind = "bar" if end >= start else "bar down"

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        bar(end, kind, start)(sheet, scale, y)
        sheet.line(scale(end), y + 10, scale(end), y + 24, "axis")

    return draw
