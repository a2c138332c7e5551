"""The two figures of the page: from the gain that is reported to the effect, and the unadjusted comparison of costs beside the adjusted one."""

from __future__ import annotations

from experiments.flattery.care import ALL, STAYERS
from experiments.flattery.study import Estimate, Study
from experiments.flattery.words import FLATTERS, OTHERS, Source
from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, bar, spans
from experiments.report.numbers import show
from experiments.report.sentences import times
from experiments.report.svg import Scale, Sheet

PUBLISHED = (-45.0, -11.0)  # percent of secondary-care cost: Ways to Wellness news 2018 and 2020
HOSPITAL, CARE = "hospital", "cost"
COMPARED = (  # heading, then each line: label, name, kind of bar
    ("All who took part, against all who did not", ALL),
    ("Those with a six-month review, against all others", STAYERS),
)
LINES = (
    ("as it is reported", "naive", "bar before"),
    ("the same groups, no service", "selection", "bar down"),
    ("users against own usual care", "own", "bar"),
)


def told(e: Estimate, decimals: int = 2, suffix: str = "", sign: int = 1) -> str:
    """Return a mean with its interval; with `sign` -1 as what is taken off."""
    low, high = sorted((sign * e.low, sign * e.high))
    mean = sign * e.mean
    return f"{show(mean, decimals, False)}{suffix} ({show(low, decimals, False)} to {show(high, decimals, False)})"


def waterfall(study: Study) -> Figure:
    """Return the steps from the recorded gain to the effect on the same people, and on to that on all referred."""
    recorded, same, effect = study("recorded"), study("effect, reviewed"), study("effect")
    rows = [Row("What the study reports", bar(recorded.mean, "bar before"), told(recorded)), *down(study, FLATTERS, recorded.mean)]
    rows.append(Row("What the service adds to the same people", bar(same.mean), told(same)))
    rows += [Row("Others who were referred"), *down(study, OTHERS, same.mean)]
    rows.append(Row("What the service adds, everybody referred", bar(effect.mean), told(effect)))
    chart = Chart(tuple(rows), *spans([0.0, recorded.mean]), "points of the Star sum (8 to 40)")
    title = "The reported gain, and what is left of it"
    if effect.low > 0 and same.low > 0:
        ratios = [times(recorded.mean / e.mean) for e in (same, effect)]
        title = f"The reported gain is {ratios[0]} what the service adds to the same people, and {ratios[1]} what it adds over everybody referred"
    first = study(FLATTERS[0].name)
    words = f"{title}: reported {recorded.mean:.1f} points, of which {first.mean:.1f} would have come anyway; effect {same.mean:.2f} and {effect.mean:.2f}"
    return Figure(
        title=title,
        subtitle=f"Rise of the Wellbeing Star over half a year; effects are against the same people's usual care; {study.seeds} runs of the model",
        alt=alt("Waterfall chart", "the recorded gain in wellbeing, points of the Star sum,", "source", "over half a year", words),
        table=shares_table(study),
        note="In brackets: 95% interval of the mean over runs.",
        **both(chart.draw),
    )


def down(study: Study, sources: tuple[Source, ...], level: float) -> list[Row]:
    """Return a row a source, each a step down from where the one before ends, the first from `level`."""
    rows = []
    for source in sources:
        share = study(source.name)
        rows.append(Row(source.label, step(level, level - share.mean), told(share, sign=-1)))
        level -= share.mean
    return rows


def shares_table(study: Study) -> Table:
    """Return every step in points and as a share of the reported gain."""

    def row(label: str, name: str, sign: int = 1) -> tuple[str, str, str]:
        return label, told(study(name), sign=sign), told(study.share(name), 1, "%", sign)

    rows = [("**What the study reports**, those with two reviews", told(study("recorded")), "100%")]
    rows += [row(f"{source.label} ({source.term})", source.name, -1) for source in FLATTERS]
    rows.append(row("**What the service adds to the same people**", "effect, reviewed"))
    rows += [row(f"Others who were referred: {source.label[:1].lower()}{source.label[1:]} ({source.term})", source.name, -1) for source in OTHERS]
    rows.append(row("**What the service adds**, everybody referred", "effect"))
    head = ("", "points (95% interval)", "share of the reported gain")
    return Table("From the gain that is reported to what the service adds, points of the Star sum", head, tuple(rows))


def costs_table(study: Study) -> Table:
    """Return the comparisons of hospital cost and of all cost of care, in percent."""
    rows = []
    for heading, users in COMPARED:
        for label, name, _ in LINES:
            rows.append((f"{heading}: {label}", *(percent(study, measure, users, name) for measure in (HOSPITAL, CARE))))
    rows.append(("Everybody referred, against their own usual care", *(percent(study, measure, ALL, "itt") for measure in (HOSPITAL, CARE))))
    head = ("", "hospital cost (95% interval)", "all cost of care, with general practice")
    return Table("Differences in cost a person in the year after referral", head, tuple(rows))


def percent(study: Study, measure: str, users: str, name: str) -> str:
    """Return one comparison of costs in percent, with its interval."""
    return told(study(f"{measure}, {users}: {name}", kind="care", scale=100), 1, "%")


def step(start: float, end: float) -> Draw:
    """Return how to draw one step down (or, for a share that hides some of the effect, up), with a thin line on to the next."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        bar(end, "bar down" if end <= start else "bar", start)(sheet, scale, y)
        if sheet.width > NARROW:  # where numbers stand beside the marks, not below them
            sheet.line(scale(end), y + 10, scale(end), y + 24, "axis")

    return draw


def costs(study: Study) -> Figure:
    """Return the comparison of hospital costs of users and non-users, as reported, without any service, and against users' own usual care."""

    def of(name: str, users: str) -> Estimate:
        return study(f"{HOSPITAL}, {users}: {name}", kind="care", scale=100)

    rows = [Row("Published, unadjusted", bar(PUBLISHED[0], "bar before", PUBLISHED[1]), f"{show(PUBLISHED[1], 0)}% to {show(PUBLISHED[0], 0)}%")]
    for heading, users in COMPARED:
        rows.append(Row(heading))
        for label, name, kind in LINES:
            found = of(name, users)
            rows.append(Row(label, whisker(found, kind), told(found, 0 if abs(found.mean) >= 10 else 1, "%")))
    everybody = of("itt", ALL)
    rows += [Row("Everybody referred"), Row("against own usual care", whisker(everybody, "bar"), told(everybody, 1, "%"))]
    chart = Chart(tuple(rows), -50.0, 10.0, "difference in hospital cost in the year after referral, percent")
    naive, own = of("naive", STAYERS), of("own", STAYERS)
    title = "Hospital cost of users and others"
    if naive.high < own.low and own.high < 0:
        title = f"Users who stay cost {-naive.mean:.0f}% less than others, but {-own.mean:.0f}% less than without the service"
    return Figure(
        title=title,
        subtitle=f"Emergency admissions and emergency departments, a person, year after referral; {study.seeds} runs of the model",
        alt=alt("Bar chart", "differences in hospital cost, percent,", "kind of comparison", "in the year after referral", title),
        table=costs_table(study),
        note="Thin lines and brackets: 95% interval of the mean over runs.",
        **both(chart.draw),
    )


def whisker(e: Estimate, kind: str) -> Draw:
    """Return how to draw a bar from zero with its interval as a thin line below the middle of its end."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        bar(e.mean, kind, thick=14)(sheet, scale, y)
        sheet.line(scale(e.low), y + 10, scale(e.high), y + 10, "zero")

    return draw
