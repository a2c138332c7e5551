"""Value of information as a chart and in sentences: which missing number would be worth measuring, for which choice, in pounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, spans
from experiments.report.numbers import Unit, between
from experiments.report.sentences import capital, quoted
from experiments.report.svg import Scale, Sheet
from experiments.sweep.figures.marks import FILL, THICK, nothing, whisker
from experiments.sweep.information import EVERYTHING, Information
from sim.economics import PRICE_YEAR

MOST = 12  # groups drawn
NOTHING = 0.5  # pounds per person referred below which knowing is told as worth nothing
PERSON = Unit(1.0, "£", "per person referred")
YEAR = Unit(1.0, "£", "a year")
KIND, WHAT = "Bar chart", "value of knowing parameters for certain, pounds per person referred,"
HEAD = ("What would be known", "Parameters", "£ per person referred (95% interval)", "£ a year for this service", "Share of knowing everything")


def figure(info: Information, titles: Mapping[str, str] | None = None) -> Figure:
    """Return the EVPPI of each group as bars with intervals, the largest on top, at most 12, and EVPI as a line. `titles` names options."""
    titles, groups = titles or {}, told_groups(info)
    many = f"{info.points} points of {info.replications} seed{'s' if info.replications > 1 else ''} each"
    subtitle = f"Expected value of perfect information for choosing between {options(info, titles)}, £ per person referred ({PRICE_YEAR} prices); {many}"
    if not changes_a_choice(info):
        return nothing(title_of(info, groups), subtitle, KIND, WHAT, " ".join(sentences(info, titles)))
    whole, drawn = info.table.iloc[0], groups[:MOST]
    rows = [Row("Everything", mark(whole, info.evpi), money(whole)), *(Row(row.parameter_group, mark(row, info.evpi), money(row)) for row in drawn)]
    chart = Chart(tuple(rows), *spans([max(row.ci_high, row.evppi) for row in (whole, *drawn)]), "pounds per person referred")
    title = title_of(info, groups)
    words = f"{title}; everything {PERSON.amount(whole.evppi)}" + "".join(f", {row.parameter_group} {PERSON.amount(row.evppi)}" for row in drawn[:1])
    rest = f" Not drawn: {len(groups) - MOST} more, each at most {PERSON.amount(drawn[-1].evppi)}." if len(groups) > MOST else ""
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt(KIND, WHAT, "parameter group", "", words),
        table=table(info),
        note=f"Dashed line: knowing everything, {PERSON.amount(info.evpi)}, which no group can exceed. Thin lines: 95% intervals. Navy: groups; "
        f"teal: single parameters, which are in their groups too. Values do not add up. "
        f"£0 is what {info.points:,} points do not tell from nothing: the end of its line is the most that it may be.{rest}",
        **both(chart.draw),
    )


def sentences(info: Information, titles: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return what the value of information tells, as plain sentences; `titles` names options."""
    titles = titles or {}
    whole, groups = info.table.iloc[0], told_groups(info)
    if not math.isfinite(info.evpi):
        return ("There are too few points to say what knowing more would be worth.",)
    today = best_today(info, titles)
    if not changes_a_choice(info):
        return (no_change(info, today, titles),)
    least = "at most " if info.replications == 1 else ""
    first = (
        f"In the model, knowing all {int(whole.parameters)} parameters in doubt for certain would be worth {least}{amount(whole)}, "
        f"{yearly(info, whole)} for this service, for choosing between {options(info, titles)}; {today}."
    )
    second = "Where the same option is best in every setting, knowing more changes no decision and is worth nothing."
    return first, *about(info, groups), second


def best_today(info: Information, titles: Mapping[str, str]) -> str:
    """Return which option is best on average as things stand, or that none clearly is, by the intervals of their differences from the baseline."""
    first, best = info.options.iloc[0], info.options.set_index("option").loc[info.best]
    name = named(info.best, titles)
    if info.best != first.option and not best.ci_low > 0:
        decimals = PERSON.places(best.mean_net_benefit, best.ci_low, best.ci_high)
        ahead = f"by {PERSON.amount(best.mean_net_benefit, decimals)} (95% interval {between(PERSON, best.ci_low, best.ci_high, decimals, False)})"
        return f"today no option is clearly best on average: {name} is ahead {ahead}"
    if info.best == first.option and (info.options.ci_high[1:] >= 0).any():
        return f"today no option is clearly best on average: {name} is ahead"
    return f"today {name} is best on average"


def no_change(info: Information, today: str, titles: Mapping[str, str]) -> str:
    """Return the sentence for a choice that no measurement would change."""
    share = float(info.options.set_index("option").share_of_points_best[info.best])
    start = f"In the model, no measurement would change the choice between {options(info, titles)}: {today.removeprefix('today ')}"
    if share == 1:
        return f"{start} and in every setting, so knowing more is worth nothing."
    gains = f"choosing otherwise in the rest would gain less than £{NOTHING:.2f} per person referred"
    return f"{start} and in {round(100 * share)} of 100 settings; {gains}."


def about(info: Information, groups: Sequence[pd.Series]) -> list[str]:
    """Return the sentences on the group and on the single parameter that would be most worth knowing."""
    clear = [row for row in groups if stands_out(info, row)]
    if not groups:
        return []
    if not clear:
        return [f"No group of parameters is clearly worth knowing by itself: the largest value is that of {groups[0].parameter_group}, {amount(groups[0])}."]
    out = [f"Knowing {clear[0].parameter_group} alone would be worth {amount(clear[0])}, {yearly(info, clear[0])}."]
    single = [row for row in clear if row.parameters == 1]
    if single and single[0].parameter_group != clear[0].parameter_group:
        out.append(f"The single number most worth measuring is {single[0].parameter_group}: {amount(single[0])}, {yearly(info, single[0])}.")
    return out


def told_groups(info: Information) -> list[pd.Series]:
    """Return the rows of groups that have a value, the largest first."""
    return [row for _, row in info.table[1:].iterrows() if math.isfinite(row.evppi)]


def changes_a_choice(info: Information) -> bool:
    """Whether knowing everything may be worth more than next to nothing."""
    return math.isfinite(info.evpi) and float(info.table.ci_high[0]) >= NOTHING


def stands_out(info: Information, row: pd.Series) -> bool:
    """Whether the value of a group is more than luck gives to one of no influence, and more than next to nothing."""
    return row.ci_low > info.floor and row.evppi >= NOTHING


def title_of(info: Information, groups: Sequence[pd.Series]) -> str:
    """Return the finding in at most ten words."""
    if not math.isfinite(info.evpi):
        return "Too few points to say what knowing would be worth"
    if not changes_a_choice(info):
        return "No measurement would change the choice"
    first = next((row for row in groups if stands_out(info, row)), None)
    if first is None:
        return "No group of parameters is clearly worth measuring by itself"
    return f"Knowing {first.parameter_group} would be worth most: {PERSON.number(first.evppi, PERSON.places(first.evppi))} a person"


def amount(row: pd.Series) -> str:
    """Return the value of a row with unit and interval: '£3.1 per person referred (95% interval £2.0 to £4.2)'."""
    decimals = PERSON.places(row.evppi, row.ci_high)
    return f"{PERSON.amount(row.evppi, decimals)} (95% interval {between(PERSON, row.ci_low, row.ci_high, decimals, False)})"


def money(row: pd.Series) -> str:
    """Return the value of a row with its interval, for a chart or a table."""
    decimals = PERSON.places(row.evppi, row.ci_high)
    return f"{PERSON.number(row.evppi, decimals, False)} ({between(PERSON, row.ci_low, row.ci_high, decimals, False)})"


def yearly(info: Information, row: pd.Series) -> str:
    """Return the value of a row for the people referred in a year: '£1,200 a year'."""
    return YEAR.amount(row.evppi * info.people)


def named(option: str, titles: Mapping[str, str]) -> str:
    """Return an option as it stands in a sentence."""
    return quoted(titles.get(option, option))


def options(info: Information, titles: Mapping[str, str]) -> str:
    """Return all options as they stand in a sentence."""
    *most, last = [named(option, titles) for option in info.options.option]
    return f"{', '.join(most)} and {last}"


def mark(row: pd.Series, evpi: float) -> Draw:
    """Return how to draw one value with its interval, and the line of EVPI behind it."""

    fill = "grey" if row.parameter_group == EVERYTHING else "teal" if row.parameters == 1 else "navy"

    def draw(sheet: Sheet, scale: Scale, middle: float) -> None:
        sheet.line(scale(evpi), middle - 15, scale(evpi), middle + 15, "moment")
        sheet.box(scale(0), middle - THICK / 2, scale(row.evppi) - scale(0), THICK, FILL[fill])
        whisker(sheet, scale, middle, row.ci_low, row.ci_high)

    return draw


def table(info: Information) -> Table:
    """Return every row, those with too few points among them."""
    rows = []
    for _, row in info.table.iterrows():
        known = math.isfinite(row.evppi)
        share = f"{100 * row.share_of_evpi:.0f}%" if math.isfinite(row.share_of_evpi) else "–"
        year = YEAR.number(row.evppi * info.people, YEAR.places(row.evppi * info.people))
        name = capital(row.parameter_group) if row.parameter_group == EVERYTHING else row.parameter_group
        rows.append((name, str(int(row.parameters)), money(row) if known else "too few points", year, share))
    return Table(f"What knowing would be worth, pounds of {PRICE_YEAR}", HEAD, tuple(rows))
