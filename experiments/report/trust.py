"""The end of a report: what it rests on, what it cannot tell, and how it was made."""

from __future__ import annotations

import pandas as pd

from experiments.posterior import Posterior
from experiments.report import html
from experiments.report.assumed import in_words
from experiments.report.figures import twins
from experiments.report.figures.figure import Figure, Table
from experiments.report.made import how_made
from experiments.report.material import Material
from experiments.report.misses import held_out
from experiments.report.numbers import of, signed, unit
from experiments.report.sentences import capital, finding, in_the_model, listed
from experiments.report.words import SHORT
from experiments.whatif.bench import Arm


def rests_on(m: Material) -> str:
    """Return what the conclusions rest on: the assumed values that would turn one round."""
    if m.rests_on is None:
        how = "This was not looked into. The same command with rests_on=true tries the assumed parameters, one at a time, at the ends of their ranges."
        return html.section("rests", "What it rests on", html.paragraph(how))

    def make(arm: Arm) -> tuple[list[str], list[Figure]]:
        told = in_words(m.rests_on[m.rests_on.scenario == arm.name])
        if not told:
            return ["No headline difference of this scenario is clear, so there is none to turn round."], []
        return [f"{finding(effect)}. {' '.join(sentences)}" for (_, measure), sentences in told.items() if (effect := m.effect(arm, measure))], []

    inner = m.each(make)
    reversing = m.rests_on[m.rests_on.reverses]
    if len(reversing):
        inner += html.folded("Table: every assumed value that turns a conclusion", html.table(turning_table(m, reversing)), "long")
    caution = "One parameter at a time, the others as they are; a reversal is counted when the 95% interval there is clear of zero on the other side."
    if names := m.comparison.question.in_doubt:
        caution += f" Not tried: {listed(names)}, which each pair of runs takes from the posterior."
    return html.section("rests", "What it rests on", inner + html.paragraph(caution, class_="note"))


def turning_table(m: Material, rows: pd.DataFrame) -> Table:
    """Return the assumed values that turn a conclusion as a table."""
    titles = {arm.name: arm.title for arm in m.scenarios}
    out = []
    for row in rows.to_dict("records"):
        kind = unit(row["measure"])
        values = (row["difference_there"], row["ci_low"], row["ci_high"])
        there = signed(kind, *values, kind.places(*values))
        measure = capital(SHORT.get(row["measure"], of(row["measure"]).words))
        out.append((titles[row["scenario"]], measure, row["parameter"], f"{row['value']:g}", f"{row['at_value']:g}", kind.amount(row["difference"]), there))
    head = ("Scenario", "Measure", "Parameter (grade D)", "Value", "Other value", "Difference", "Difference there (95% interval)")
    return Table("Assumed values within their range that turn the sign of a clear difference", head, tuple(out))


def cannot(m: Material) -> str:
    """Return what the report cannot tell: the flattering gain, the model's misses, and what is left out."""
    drawn = twins.figure(m)
    inner = html.element("h3", "A before-and-after figure would flatter") + html.figure(drawn) if drawn else ""
    known = held_out()
    missed = [finding for finding, met in known.items() if not met]
    inner += html.element("h3", "Where the model is known to be wrong")
    inner += html.paragraph(in_the_model(len(known) - len(missed), len(known), missed))
    inner += html.paragraph("That was tried with the default service (Ways to Wellness), whatever service is compared here.", class_="note")
    inner += html.element("h3", "What no number here holds")
    inner += html.items([LEFT_OUT[0], of_parameters(m), *LEFT_OUT[1:]])
    return html.section("cannot", "What it cannot tell", inner)


LEFT_OUT = (
    "Your area: people, services and link workers are simulated from published figures, many of one service; put in your own figures.",
    "Community places: all are paid for, and only the wellbeing of those referred is counted, so that a cut of places looks better than it is.",
    "Early and late: gains further from referral are those of people referred earlier, so figures for different times are of different people.",
    "Chance: of 100 headline differences that are truly zero, about 5 would look clear by luck of the runs alone.",
    "How a change would be carried out: the model makes it in full, without the cost and time of putting it in place, unless the scenario says so.",
    "Friends, carers and neighbours, who may gain or be burdened; staff morale beyond workload; anything beyond the years simulated.",
)


ASSUMED_VALUES = "Which assumed values a conclusion hangs on is under “What it rests on”, if asked for."


def of_parameters(m: Material) -> str:
    """Return which doubt about parameters the intervals hold, and which not."""
    names = m.comparison.question.in_doubt
    if not names:
        return f"Doubt about parameters: intervals hold the luck of runs. {ASSUMED_VALUES}"
    return f"Doubt about all parameters but {listed(names)}: these differ from one pair of runs to the next, as fitted. {ASSUMED_VALUES}"


def made(m: Material) -> str:
    """Return how the report was made: the command, versions, seeds, and the full record."""
    question = m.comparison.question
    runs = ", ".join(f"{arm.title} {m.comparison.replications[arm.name]}" for arm in m.scenarios)
    rows = [
        ("Command", m.command),
        ("Service", m.service),
        ("Weeks of each run", f"{question.weeks}"),
        ("Pairs of runs", runs),
        ("First seed", f"{question.seed}"),
        ("Posterior", posterior_in_words(question.posterior)),
        ("Runs stop when", f"each headline interval reaches at most {question.precision:g} times the difference, or half the margin, to each side"),
        ("Pairs of runs, fewest and most", f"{question.least} and {question.most}"),
    ]
    margins = Table(
        "Margins: the smallest differences that matter, fixed before any result was seen",
        ("Measure", "Margin"),
        tuple((capital(of(name).words), unit(name).amount(question.all_margins[name])) for name in SHORT if name in question.all_margins),
    )
    folded = html.folded("Margins", html.table(margins), "long")
    return how_made(rows, m.record, m.tables, "Tables beside this report, each figure with its interval:", folded)


def posterior_in_words(posterior: Posterior | None) -> str:
    """Return the file, how many rows it has of which parameters, and its digest; empty without one."""
    if posterior is None:
        return ""
    return f"{posterior.name}: {len(posterior.draws):,} rows of {listed(list(posterior.draws.columns))}, content {posterior.digest[:12]}"
