"""The short answer for the terminal: the question, and a line for each headline difference of each scenario."""

from __future__ import annotations

from experiments.posterior_notes import doubt
from experiments.report.departures import sentence
from experiments.report.effects import NOTHING_YET, SAME, Told
from experiments.report.sentences import Effect, capital, told_as
from experiments.report.words import SHORT
from experiments.terminal import unbroken
from experiments.whatif.bench import Arm
from experiments.whatif.departures import Departures
from experiments.whatif.measures import MEASURES

SUMMARY = "summary.txt"
WIDEST = 110
NAMES, NARROWEST_TABLE = 34, 80
INTERVALS = "In brackets: 95% interval of the average difference, paired by seed. "
OF_LUCK = "Single runs vary more, and doubt about the assumptions comes on top: see the report."
OF_BOTH = "It is an average over {doubt} as well as luck. Single runs vary more, and doubt about the other assumptions comes on top: see the report."


def told(comparison: Told, service: str, width: int = WIDEST, departures: Departures | None = None) -> str:
    """Return the answer in lines of at most `width` columns, with what one departure costs where that was worked out."""
    question = comparison.comparison.question
    lines = unbroken(f"{service}: {len(question.scenarios)} against {comparison.against}, runs of {comparison.years}, in the model", "", width)
    for arm in comparison.scenarios:
        lines += ["", *headline_lines(comparison, arm, width)]
    if departures is not None:
        lines += ["", *unbroken(sentence(comparison, departures), "", width)]
    of = OF_BOTH.format(doubt=doubt(question.posterior, question.in_doubt)) if question.in_doubt else OF_LUCK
    return "\n".join([*lines, *(line for text in ("", INTERVALS + of, *question.notes) for line in unbroken(text, "", width))])


def headline_lines(comparison: Told, arm: Arm, width: int = WIDEST) -> list[str]:
    """Return the lines of one scenario: its title, its headline differences, which have none, and which are not as narrow as asked."""
    lines = unbroken(f"{arm.title} ({comparison.runs_in_words(arm)})", "", width)
    if comparison.changes_nothing(arm):
        return [*lines, *unbroken(SAME, "  ", width)]
    effects = comparison.headlines(arm)
    for effect in effects:
        lines += line(effect, width)
    if not effects:
        lines += unbroken(f"{capital(NOTHING_YET)}.", "  ", width)
    for said in [*comparison.untold(arm), *not_narrow(comparison, arm)]:
        lines += unbroken(said, "  ", width)
    return lines


def line(effect: Effect, width: int) -> list[str]:
    """Return the line of one difference: name, difference with interval and unit, verdict; below one another where it is narrow."""
    name = capital(SHORT.get(effect.measure, MEASURES[effect.measure].words))
    figure = f"{effect.signed} {effect.unit.suffix}".rstrip()
    if width < NARROWEST_TABLE:
        return [*unbroken(name, "  ", width), *unbroken(f"{figure}: {told_as(effect)}", "    ", width)]
    return [f"  {name:<{NAMES}}{figure:<{width - NAMES - 30}}  {told_as(effect)}".rstrip()]


def not_narrow(comparison: Told, arm: Arm) -> list[str]:
    """Return the sentence on headline differences that did not get as narrow as was asked, or none."""
    names = comparison.not_narrow(arm)
    question = comparison.comparison.question
    key = "replications" if question.least == question.most else "max_replications"
    runs = comparison.comparison.replications[arm.name]
    return [f"Not as narrow as asked after {runs} pairs: {', '.join(names)}. More pairs narrow them ({key}=)."] if names else []
