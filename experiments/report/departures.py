"""What one departure costs, exactly, on each side of a comparison: its part of the section on leaving, and its lines in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from experiments.continuity.effects import FEWEST, FEWEST_RUNS
from experiments.continuity.figure import figure
from experiments.continuity.words import LEAVES, Told
from experiments.report import html
from experiments.report.effects import Told as Compared
from experiments.report.figures.figure import Table
from experiments.report.material import Material
from experiments.report.sentences import capital, counted, quoted
from experiments.whatif.departures import Departures

BESIDE = {  # what stands beside the weeks lost: estimand, head of its column, sign of a loss
    "contacts_26": ("Contacts lost in half a year", -1),
    "dropped_52": ("More drop out in the year, of 100", 1),
    "latent_52": ("Star points lost after a year", -1),
}
HEAD = (
    "Side",
    "People hit",
    "Departures",
    "Weeks with the service lost in the year after (95% interval)",
    *(head for head, _ in BESIDE.values()),
    "Weeks kept an hour of joint meetings",
)
NOBODY = "cannot be told: no departure hit anybody in these runs"
HOW = (
    "Each departure is taken back on its own: the run is lived again from the week of the notice, with the same luck, as it was; with that one notice not "
    "given; and with each kind of handover. Nothing else is changed, and others leave as before. Departures are those in weeks {first} to {last} of the first "
    "{runs} of each side, so that a year can follow. Different sides have different departures and people: their costs stand beside one another, not "
    "paired."
)
OUTCOMES = "What becomes of those hit, less what becomes of them had the worker stayed"
ROWS = " Each of these runs has its own row of the posterior, the same on all sides."
FEW = f" Intervals need {FEWEST_RUNS} runs at least (continuity_runs=)."


def exact(m: Material) -> str:
    """Return what one departure costs on every side, then by stage, confidence and handover, and what an hour of joint meetings buys; or nothing."""
    if m.departures is None:
        return ""
    named = dict(sides(m, m.departures))
    study = next((told.study for _, told in named.values() if told is not None), None)
    if study is None:
        return html.paragraph("Departures were to be cancelled one by one, but no link worker left where that could be followed for a year.")
    rows = tuple(row(title, told) for title, told in named.values())
    inner = html.paragraph(sentence(m, m.departures))
    inner += html.table(Table("What one departure costs those it hits, in the model", HEAD, rows))
    inner += "".join(of_side(title, told, name == m.comparison.question.baseline.name) for name, (title, told) in named.items() if not few(told))
    how = HOW.format(first=study.first, last=study.last, runs=counted(len(study.seeds), "run"))
    how += (ROWS if m.comparison.question.posterior else "") + (FEW if len(study.seeds) < FEWEST_RUNS else "")
    return html.element("h3", "One departure, cancelled") + inner + html.paragraph(how, class_="note")


def sides(m: Compared, departures: Departures) -> Iterator[tuple[str, tuple[str, Told | None]]]:
    """Yield each side that was looked at by name: what it is called in the middle of a sentence, and what was found."""
    baseline = m.comparison.question.baseline.name
    titles = {arm.name: m.against if arm.name == baseline else quoted(arm.title) for arm in m.comparison.question.arms}
    for name, told in departures.sides.items():
        yield name, (titles[name], told)


def sentence(m: Compared, departures: Departures) -> str:
    """Return what a departure costs on each side, in a sentence, as the report and the terminal have it."""
    amounts = [f"{title} {few(told) or told.number('weeks_52', LEAVES, sign=-1)}" for _, (title, told) in sides(m, departures)]
    return (
        "Weeks with the service that one departure of a link worker costs a person it hits in the model, in the year after, against the same person had "
        f"that worker stayed: {'; '.join(amounts)}."
    )


def few(told: Told | None) -> str:
    """Return why nothing is told of a side; an empty text where enough people were hit."""
    if told is None:
        return NOBODY
    people = told.row("weeks_52", LEAVES).people
    return f"cannot be told: only {people} people were hit, of {FEWEST} at least" if people < FEWEST else ""


def row(title: str, told: Told | None) -> tuple[str, ...]:
    """Return the row of one side."""
    if told is None:
        return capital(title), "–", "0", *["–"] * (len(HEAD) - 3)
    weeks = told.row("weeks_52", LEAVES)
    if few(told):
        return capital(title), f"{weeks.people:,}", str(weeks.departures), *["–"] * (len(HEAD) - 3)
    beside = (told.number(name, LEAVES, sign=sign) for name, (_, sign) in BESIDE.items())
    return capital(title), f"{weeks.people:,}", str(weeks.departures), told.number("weeks_52", LEAVES, sign=-1), *beside, told.hour("weeks_52")


def of_side(title: str, told: Told, is_open: bool) -> str:
    """Return all that is told of one side: its figure, open for the baseline, and tables folded away."""
    drawn = figure(told.study, told.table)
    folds = (
        ("Tables: stage, confidence and kind of handover", told.groups(), {"Lost by whom, and how handed over": told.by_group(), OUTCOMES: told.outcomes()}),
        ("Repeated changes", told.repeated(), {"By changes met, against a service that nobody leaves": told.doses()}),
        ("What a joint meeting buys an hour", told.hours(), {"What an hour of joint meetings buys": told.per_hour()}),
        ("Everybody else", told.others(), {"What one departure does to everybody else, and to all": told.spilled()}),
    )
    inner = html.figure(drawn) if drawn else ""
    for summary, said, tables in folds:
        text = "".join(map(html.paragraph, said)) + "".join(shown(caption, table) for caption, table in tables.items())
        inner += html.folded(summary, text, "long")
    if is_open:
        return html.element("h4", capital(title)) + inner
    return html.folded(drawn.title if drawn else "Too few people hit to tell groups apart", inner, "one", capital(title))


def shown(caption: str, table: pd.DataFrame) -> str:
    """Return a table as markup, nothing for an empty one."""
    if table.empty:
        return ""
    return html.table(Table(caption, tuple(capital(head) for head in table.columns), tuple(tuple(map(str, cells)) for cells in table.itertuples(index=False))))
