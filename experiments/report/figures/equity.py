"""Who gains and who loses: the gap between pairs of groups before and after, with the interval of its change."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, spans
from experiments.report.numbers import Unit, of, signed, unit
from experiments.report.rule import Verdict, verdict
from experiments.report.sentences import capital
from experiments.report.svg import GREY, Scale, Sheet

PAIR_WORDS = {
    "women and men": "Women less men",
    "most and less deprived": "Most deprived less others",
    "minority or language need, and none": "Minority or language need less others",
    "mental-health condition, and none": "Mental-health condition less others",
    "complex and simple needs": "Complex needs less simple",
}
BY = {  # what groups are told apart by, in a title
    "women and men": "sex",
    "most and less deprived": "deprivation",
    "minority or language need, and none": "minority/language need",
    "mental-health condition, and none": "mental health",
    "complex and simple needs": "complexity",
}
MORE = "a gap above zero: the first group is higher"


def figure(gaps: pd.DataFrame, scenario: str, against: str, period: str, margin: float | None) -> Figure | None:
    """Return the dumbbells of one scenario and measure; `gaps` as `experiments.whatif.equity.gaps` gives them. None without enough people."""
    rows = [row for row in gaps.to_dict("records") if row["enough_people"] and row["ci_low"] == row["ci_low"]]
    if not rows:
        return None
    measure = rows[0]["measure"]
    kind = unit(measure)
    ends = spans([kind.scale * v for row in rows for v in (row["baseline_gap"], *around(row))])
    drawn = tuple(Row(PAIR_WORDS[row["pair"]], dumbbell(row, kind.scale), change(row, kind, margin)) for row in rows)
    chart = Chart(drawn, *ends, f"gap, {kind.axis}")
    title = title_of(rows, kind, margin)
    widest = max(rows, key=lambda row: abs(row["change"]))
    words = f"{title}; {PAIR_WORDS[widest['pair']].lower()}: gap {kind.amount(widest['baseline_gap'])} before, {kind.amount(widest['scenario_gap'])} after"
    return Figure(
        title=title,
        subtitle=f"{capital(of(measure).words)}: gap between groups, “{scenario}” and {against}; {rows[0]['replications']} paired runs of {period}",
        alt=alt("Dumbbell chart", f"gaps in {of(measure).words}, {kind.axis},", "pair of groups", f"runs of {period}", words),
        table=table(gaps, scenario, against, margin),
        note=f"Hollow: baseline; filled: scenario, with the 95% interval of the gap’s change. {capital(MORE)}.",
        **both(chart.draw),
    )


def around(row: dict) -> tuple[float, float]:
    """Return the interval of the change, drawn around the scenario's gap."""
    return row["baseline_gap"] + row["ci_low"], row["baseline_gap"] + row["ci_high"]


def dumbbell(row: dict, scale_by: float) -> Draw:
    """Return how one pair is drawn."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        before, after = (scale(scale_by * row[name]) for name in ("baseline_gap", "scenario_gap"))
        low, high = (scale(scale_by * end) for end in around(row))
        sheet.path([(before, y), (after, y)], f'stroke="{GREY}" stroke-width="2"')
        sheet.line(low, y, high, y, "interval")
        sheet.dot(before, y, 7.5, "hollow")
        sheet.dot(after, y, 5, "filled")

    return draw


def change(row: dict, kind: Unit, margin: float | None) -> str:
    """Return the change of a gap with sign and interval."""
    values = (row["change"], row["ci_low"], row["ci_high"])
    return signed(kind, *values, kind.places(*values, margin=margin), verdict(*values[1:], margin) is not Verdict.SMALL)


def title_of(rows: Sequence[dict], kind: Unit, margin: float | None) -> str:
    """Return the finding: the pair whose gap clearly changes most, or that none matters, or that it is too uncertain."""
    told = [verdict(row["ci_low"], row["ci_high"], margin) for row in rows]
    clear = [row for row, what in zip(rows, told, strict=True) if what is Verdict.CLEAR]
    if clear:
        most = max(clear, key=lambda row: abs(row["change"]))
        decimals = kind.places(most["change"], most["ci_low"], most["ci_high"], margin=margin)
        wider = abs(most["scenario_gap"]) > abs(most["baseline_gap"])
        return f"Gap by {BY[most['pair']]} {'widens' if wider else 'narrows'} by {kind.brief(abs(most['change']), decimals)}"
    if all(what is Verdict.SMALL for what in told):
        return "Gaps between groups: changes too small to matter"
    return "Gaps between groups: too uncertain to say"


def table(gaps: pd.DataFrame, scenario: str, against: str, margin: float | None) -> Table:
    """Return the gaps of one scenario and measure as a table; pairs with too few people have no figures."""
    rows = []
    for row in gaps.to_dict("records"):
        kind = unit(row["measure"])
        decimals = kind.places(row["change"], row["ci_low"], row["ci_high"], margin=margin)
        people = f"{row['people']:,.0f}"
        if not row["enough_people"] or row["change"] != row["change"]:
            rows.append((PAIR_WORDS[row["pair"]], "–", "–", "–", people, "too few people"))
            continue
        before, after = (kind.number(row[name], decimals, False) for name in ("baseline_gap", "scenario_gap"))
        rows.append((PAIR_WORDS[row["pair"]], before, after, change(row, kind, margin), people, word_of(row, margin)))
    measure = gaps.measure.iloc[0]
    return Table(
        f"{capital(of(measure).words)}, {unit(measure).axis}: gaps with “{scenario}” and {against}",
        ("Pair of groups", "Gap, baseline", "Gap, scenario", "Change (95% interval)", "People in the smaller group", "Verdict"),
        tuple(rows),
    )


def word_of(row: dict, margin: float | None) -> str:
    """Return the verdict on a gap: wider, narrower, too small to matter, too uncertain to say."""
    what = verdict(row["ci_low"], row["ci_high"], margin)
    if what is not Verdict.CLEAR:
        return str(what)
    return "wider" if abs(row["scenario_gap"]) > abs(row["baseline_gap"]) else "narrower"
