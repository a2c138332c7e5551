"""The acceptability curve: in what share of draws each option is best, over what a WELLBY may be worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.numbers import Unit
from experiments.report.rule import Verdict
from experiments.report.sentences import capital
from experiments.report.svg import CATEGORIES, DASHES, GREY, QUIET, Scale, Sheet, tick_label, width_of

SHADED = (10_000.0, 16_000.0)  # HM Treasury 2021: low and high value of a WELLBY, 2019 prices
MOST_LINES = 6  # scenarios drawn
POUNDS = Unit(1.0, "£", "")


def at(rows: pd.DataFrame, value: float) -> pd.Series:
    """Return the row of one option whose value of a WELLBY is nearest to `value`."""
    return rows.iloc[(rows.value - value).abs().argmin()]


def figure(acceptability: pd.DataFrame, titles: Mapping[str, str], baseline: str, value: float, prices: str, verdicts: Mapping[str, Verdict]) -> Figure:
    """Return the curves of the baseline and of up to six scenarios, those with the highest mean net benefit at `value`; the table holds all.

    `acceptability` has a row an option (the baseline among them) and `value` (£ a WELLBY): `share` of draws in which it is
    best of all, and `mean_net_benefit`. `titles` names every option; `verdicts` say what the runs tell of each scenario's net benefit.
    """
    rows = {name: acceptability[acceptability.scenario == name].sort_values("value") for name in titles}
    ranked = sorted(rows, key=lambda name: -float(at(rows[name], value).mean_net_benefit))
    drawn = [baseline, *[name for name in ranked if name != baseline][:MOST_LINES]]
    top = at(rows[ranked[0]], value)
    who = titles[baseline] if ranked[0] == baseline else f"“{titles[ranked[0]]}”"
    found = f"{capital(who)} is best in {round(100 * float(top.share))} of 100 settings"
    title = left_open([verdicts[name] for name in (verdicts if ranked[0] == baseline else ranked[:1])]) or found
    second = at(rows[ranked[1]], value)
    words = f"{found}; the next in {round(100 * float(second.share))} of 100"
    words = words if title == found else f"{title}; {words[:1].lower()}{words[1:]}"
    return Figure(
        title=title,
        subtitle=f"Share of plausible settings in which each option has the highest net benefit; title: at £{top.value:,.0f} a WELLBY, {prices} prices",
        alt=alt("Line chart", "share of settings in which each option is best", "value of a WELLBY in pounds", "", words),
        table=Table(
            f"At £{top.value:,.0f} a WELLBY: share of settings in which each option is best, and mean net benefit per person referred",
            ("Option", "Best in", "Mean net benefit"),
            tuple((titles[name], f"{100 * at(r, value).share:.0f}%", POUNDS.amount(float(at(r, value).mean_net_benefit))) for name, r in rows.items()),
        ),
        note="Shaded: £10,000 to £16,000 a WELLBY (HM Treasury 2021). Decide by mean net benefit; the curve says how sure it is."
        + (f" Drawn: the {MOST_LINES} with the highest." if len(rows) > MOST_LINES + 1 else ""),
        **both(lambda width: draw({titles[name]: rows[name] for name in drawn}, width)),
    )


def left_open(verdicts: Sequence[Verdict]) -> str:
    """Return the title where the runs alone do not tell the best option from the baseline, whatever the settings; else an empty text."""
    if Verdict.UNCERTAIN in verdicts:
        return "Net benefit is too uncertain to say which is best"
    return "Net benefit changes too little to say which is best" if Verdict.SMALL in verdicts else ""


def draw(lines: Mapping[str, pd.DataFrame], width: float) -> Sheet:
    """Return the drawing at `width` pixels, the baseline first and dashed; lines are named in a key above that repeats colour and dash."""
    key, left, right = 22.0 * len(lines), 52.0, 24.0
    top, bottom = key + 38, key + 268
    sheet = Sheet(width, bottom + 50)
    values = pd.concat(lines.values()).value
    x, y = Scale(float(values.min()), float(values.max()), left, width - right), Scale(0, 1, bottom, top)
    low, high = (min(max(end, x.low), x.high) for end in SHADED)
    sheet.box(x(low), top, x(high) - x(low), bottom - top, "shade")
    for share in (0, 0.25, 0.5, 0.75, 1):
        sheet.line(left, y(share), width - right, y(share), "grid")
        sheet.text(left - 6, y(share) + 5, f"{100 * share:.0f}%", "end", QUIET, size=14)
    for tick in (ticks := x.ticks(3 if width <= NARROW else 6)):
        sheet.centred(x(tick), bottom + 18, tick_label(tick, ticks[1] - ticks[0] if len(ticks) > 1 else 1))
    sheet.centred((left + width - right) / 2, bottom + 40, "£ a WELLBY")
    sheet.text(2, top - 14, "share of settings", colour=QUIET, size=14)
    looks = ((GREY, "7 4"), *zip(CATEGORIES, DASHES, strict=True))
    for place, ((title, rows), (colour, dash)) in enumerate(zip(lines.items(), looks, strict=False)):
        style = f'stroke="{colour}" stroke-width="2.5" fill="none" stroke-dasharray="{dash or "none"}"'
        sheet.path([(x(v), y(s)) for v, s in zip(rows.value, rows.share, strict=True)], style)
        sheet.path([(0, 22 * place + 11), (34, 22 * place + 11)], style)
        room = int((width - 42) // width_of("m"))
        sheet.text(42, 22 * place + 16, title if len(title) <= room else f"{title[: room - 1]}…", colour=colour)
    return sheet
