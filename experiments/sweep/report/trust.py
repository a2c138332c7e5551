"""The end of the report: how far it can be trusted, and how it was made."""

from __future__ import annotations

import re

from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.made import how_made
from experiments.report.sentences import capital
from experiments.report.trust import posterior_in_words
from experiments.sweep.designs import DELTA, FAST, GIVEN_DATA, GRID, LHS, MORRIS, OAT, PAWN, SOBOL
from experiments.sweep.report.material import Told
from experiments.sweep.report.words import counted, period, readable
from experiments.sweep.runs import FAILED, NOT_ALLOWED

REASONS = 5  # different errors told
ASSUMES = {  # method: what it does and takes for granted, with its source
    MORRIS: (
        "Each parameter is moved by one step at a time, from several starting points; what is told is the mean size of the change, scaled to the whole range.",
        "It ranks parameters from few runs, and cannot tell an effect that bends from one that depends on others. Luck makes a mean size larger.",
        "Morris 1991, Technometrics 33: 161-174; Campolongo, Cariboni and Saltelli 2007, Environmental Modelling & Software 22: 1509-1518.",
    ),
    SOBOL: (
        "The variance of a result is shared out: what each parameter makes by itself, and with all it does in combination with others.",
        "It takes parameters to be independent of one another, and variance to say all about spread, which it does not for very skewed results.",
        "Saltelli et al. 2010, Computer Physics Communications 181: 259-270; Jansen 1999, Computer Physics Communications 117: 35-43.",
    ),
    FAST: (
        "All parameters swing at once, each at its own frequency, and the strength of each frequency in the result gives its share of the variance.",
        "It takes parameters to be independent and the result to be smooth; its intervals are a rough guide, and luck counts as an interaction.",
        "Saltelli, Tarantola and Chan 1999, Technometrics 41: 39-56 (extended FAST).",
    ),
    PAWN: (
        "A parameter is held within narrow slices of its range; the further the result’s distribution then moves from that of all points, the more it matters.",
        "It looks at the whole distribution and takes any sample; from few points even a parameter that does nothing has an index above zero.",
        "Pianosi and Wagener 2015, Environmental Modelling & Software 67: 1-11; 2018, 108: 197-207.",
    ),
    DELTA: (
        "It is half the area by which the distribution of the result differs, on average, when a parameter is known.",
        "It looks at the whole distribution; some bias is left from few points, so an influence is named here only where the share of variance is clear too.",
        "Borgonovo 2007, Reliability Engineering & System Safety 92: 771-784; Plischke, Borgonovo and Smith 2013, European Journal of Operational "
        "Research 226: 536-550.",
    ),
    LHS: (
        "A straight line through ranks is fitted in all parameters at once; each one’s correlation is told with the others taken out.",
        "It takes the result to rise or fall steadily with a parameter: one that turns in between may seem to do nothing.",
        "Saltelli et al. 2008, Global Sensitivity Analysis: The Primer, section 1.2.",
    ),
    GRID: (
        "Every combination of a few values is run, and the mean at each value of a parameter is taken over all values of the others.",
        "It counts each value alike, and says nothing of values in between; intervals tell of luck over seeds only.",
        "Law 2015, Simulation Modeling and Analysis, section 10.2.",
    ),
    OAT: (
        "One parameter at a time takes other values, all others staying as they are in the service.",
        "It sees nothing of what parameters do together; elsewhere in their ranges the effects may differ. Intervals tell of luck over seeds only.",
        "Law 2015, Simulation Modeling and Analysis, section 10.2.",
    ),
}
RANGES = (
    "The ranges are priors: the plausible range that each parameter is declared with, or bounds given here. They were not fitted to this service.",
    "Indices depend on the ranges: with a wider range a parameter matters more. What is not varied here has no index, and may matter all the same.",
    "Parameters are varied independently of one another, though some may go together in truth.",
    "It is the model that is examined. Whether it is right about the world is another question: see the page on validation in its documentation.",
)


def trust(m: Told) -> str:
    """Return whether it can be trusted: luck, convergence, failed runs, notes, and what the method takes for granted."""
    inner = html.element("h3", "How much is luck") + luck(m)
    inner += html.element("h3", "Have the indices settled?") + settled(m)
    inner += html.element("h3", "Runs without a result") + failures(m)
    if told := notes(m):
        inner += html.element("h3", "Notes") + html.items(told)
    inner += html.element("h3", "What the method takes for granted") + "".join(map(assumed, methods(m)))
    inner += html.element("h3", "What any sweep takes for granted") + html.items(RANGES)
    return html.section("trust", "Can it be trusted?", inner)


def luck(m: Told) -> str:
    """Return the figure of luck; a sentence where it cannot be told."""
    drawn = "".join(html.figure(drawn.figure) for drawn in m.of_kinds(("noise",)))
    if drawn:
        return drawn
    if m.question.replications == 1:
        return html.paragraph("One seed a point: how much is luck cannot be told. replications=2 or more would tell.")
    return html.paragraph("No measure varies, so there is no spread to share out.")


def settled(m: Told) -> str:
    """Return the figures of convergence, each folded behind its finding; a sentence where there are none."""
    drawn = [html.folded(drawn.figure.title, html.figure(drawn.figure), "one") for drawn in m.of_kinds(("convergence",))]
    how = "Each index is made anew from the first half of the points, from a quarter, and so on; where it still moves, more points are needed."
    grows = m.step.design.method in (MORRIS, SOBOL, *GIVEN_DATA)
    part = "too small for a part of it to be analysed" if grows else "one of which no part is a design of its own"
    none = f"This cannot be seen from these points: the design is {part}. The same command with a larger points= would tell."
    return html.paragraph(how if drawn else none, class_="note") + "".join(drawn)


def failures(m: Told) -> str:
    """Return how many runs failed and the most frequent reasons."""
    failed = sum(step.failed for step in m.sweep.steps)
    refused = sum(int((step.runs.status == NOT_ALLOWED).sum()) for step in m.sweep.steps)
    if not failed + refused:
        return html.paragraph(f"None of {m.runs:,}.")
    reasons: dict[str, int] = {}
    for step in m.sweep.steps:
        for error, count in step.runs[step.runs.status.isin((FAILED, NOT_ALLOWED))].error.value_counts().items():
            reasons[str(error)] = reasons.get(str(error), 0) + int(count)
    rows = tuple((error, str(count)) for error, count in sorted(reasons.items(), key=lambda item: -item[1])[:REASONS])
    more = f" Of {len(reasons)} different reasons the {REASONS} most frequent are shown." if len(reasons) > REASONS else ""
    said = [f"Of {m.runs:,} runs {failed:,} failed; retry=failed makes them again."] if failed else []
    if refused:
        crossed = "as values of their points are not allowed together; ranges that do not cross (bounds.NAME=[low,high]) would do."
        said.append(f"Of {m.runs:,} runs {refused:,} were not made, {crossed}")
    return html.paragraph(f"{' '.join(said)} Their measures are missing.{more}") + html.table(Table("Why runs have no result", ("Reason", "Runs"), rows))


def notes(m: Told) -> list[str]:
    """Return the notes of the sweep, those of the value of information left out, which stand with its figure."""
    worth = m.sweep.last.information
    told = set() if worth is None else set(worth.notes)
    every = [*m.sweep.notes, *(note for step in m.sweep.steps for note in step.notes)]
    found = [readable(note, m.titles) for note in dict.fromkeys(every) if note not in told]
    return [capital(note) if re.match(r"[a-z-]+[ ,:]", note) else note for note in found]  # the name of a parameter keeps its letters


def methods(m: Told) -> list[str]:
    """Return the methods used, one a step."""
    return [step.step.design.method for step in m.sweep.steps]


def assumed(method: str) -> str:
    """Return what a method does and takes for granted, in two sentences, and its source."""
    does, limits, source = ASSUMES[method]
    return html.paragraph(f"{does} {limits}") + html.paragraph(source, class_="note")


def made(m: Told) -> str:
    """Return how the report was made: the command, sizes, seeds, versions, and the full record."""
    question = m.question
    rows = [
        ("Command", m.command),
        ("Service", m.service),
        ("Method", f"{m.method}, {m.size}"),
        ("Runs", f"{m.runs:,}, of {period(question.weeks)} each"),
        ("Seeds at every point", f"{question.seeds[0]} to {question.seeds[-1]}" if question.replications > 1 else f"{question.seed}"),
        ("Posterior", posterior_in_words(question.posterior)),
    ]
    beside = f"{counted(len(m.tables), 'table').capitalize()} beside this report, explained in data_dictionary.csv:"
    return how_made(rows, m.record, m.tables, beside)
