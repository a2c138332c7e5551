"""The top of a report: what was asked, the answer at a glance, and a box for each scenario."""

from __future__ import annotations

import math

from experiments.posterior_notes import doubt
from experiments.report import html
from experiments.report.effects import NOTHING_YET, SAME
from experiments.report.figures import forest
from experiments.report.figures.figure import Table
from experiments.report.material import Material
from experiments.report.rule import Effect, Verdict
from experiments.report.sentences import answer, capital, listed, people, single_runs, told_as
from experiments.report.words import SHORT
from experiments.whatif.bench import Arm
from experiments.whatif.measures import HEADLINES

COST = "cost_per_person"
NAMED_IN_TITLE = 3
GROUPS = (
    ("better", "Clearly better"),
    ("worse", "Clearly worse"),
    (str(Verdict.SMALL), "Too small to matter"),
    (str(Verdict.UNCERTAIN), "Too uncertain to say"),
)
MEANING = (
    "“Clearly” means that the 95% interval of the average difference is clear of zero and not inside the margin, the smallest difference that matters, "
    "fixed beforehand. The interval says how well the runs pin down the average; "
)
OF_LUCK = "the range of single runs says what one stretch of luck may bring. Neither holds doubt about the model’s parameters."
OF_BOTH = (
    "the range of single runs says what one stretch of luck may bring, and holds {doubt} as well as luck: each pair of runs has its own values of these. "
    "The average is one over both, and more runs narrow its interval, not the range. Neither holds doubt about the other parameters."
)


def title(m: Material) -> str:
    """Return the title: the question."""
    first, *others = (arm.title for arm in m.scenarios)
    if len(others) >= NAMED_IN_TITLE:
        return f"What if: {len(m.scenarios)} changes, compared with {m.against}"
    return f"What if: {'; '.join([first, *others])}?"


def question(m: Material) -> str:
    """Return the header: the question, and who is compared with whom, for how long."""
    referred = m.people_referred()
    service = f" ({m.service})" if m.service else ""
    whom = f"About {rounded(referred)} people are referred over {m.years}" if math.isfinite(referred) else f"Over {m.years}"
    which = "Each change" if len(m.scenarios) > 1 else "This change"
    what = f"{which} is compared with {m.against}{service}. {whom}, simulated again and again with the same people and the same luck in both."
    rows = [arm for arm in m.scenarios if arm.description]
    described = "".join(html.wrap("p", f"{html.element('strong', arm.title)}. {html.element('span', arm.description)}") for arm in rows)
    if m.many and described:
        described = html.folded("What each change is", described)
    return html.paragraph("A what-if comparison, simulated", class_="kicker") + html.element("h1", title(m)) + html.paragraph(what, class_="lead") + described


def rounded(number: float) -> str:
    """Return a count of people to two figures."""
    return f"{float(f'{number:.1e}'):,.0f}"


def answers(m: Material, contents: str) -> str:
    """Return the answer: in short, the `contents` of the rest, then a box for each scenario, and what the words mean."""
    first = html.table(at_a_glance(m), "glance") if m.many else html.wrap("ul", "".join(in_short(m, arm) for arm in m.scenarios), class_="short")
    return html.section("answer", "The answer", first + contents + "".join(box(m, arm) for arm in m.scenarios) + meaning(m))


def meaning(m: Material) -> str:
    """Return what the words of the answer mean, whose doubt its intervals hold, and what must be known of the posterior."""
    asked = m.comparison.question
    of = OF_BOTH.format(doubt=doubt(asked.posterior, asked.in_doubt)) if asked.in_doubt else OF_LUCK
    return "".join(html.paragraph(text, class_="note") for text in (f"{MEANING}{of}", *asked.notes))


def in_short(m: Material, arm: Arm) -> str:
    """Return the answer for one scenario in a line."""
    return html.wrap("li", f"{html.element('strong', arm.title)}: {html.element('span', in_line(m, arm))}")


def in_line(m: Material, arm: Arm) -> str:
    """Return the answer for one scenario without its title."""
    return SAME if m.changes_nothing(arm) else short(m.headlines(arm))


def short(effects: list[Effect]) -> str:
    """Return the verdicts on all headline measures in a line: which are clearly better and worse, and how many are not.

    Amounts are given of the two differences that are largest in their margins, and of the cost.
    """
    if not effects:
        return f"{NOTHING_YET}."
    clear = sorted((e for e in effects if e.verdict is Verdict.CLEAR and e.margin), key=lambda e: -abs(e.difference / e.margin))
    amounts = {COST, *(e.measure for e in clear[:2])}
    told = {word: [e for e in effects if told_as(e) == word] for word, _ in GROUPS}
    names = {word: [moved(e) if e.measure in amounts else SHORT[e.measure] for e in chosen] for word, chosen in told.items()}
    parts = [f"{label.lower()} on {listed(names[word])}" for word, label in GROUPS[:2] if names[word]]
    small, uncertain = (len(told[word]) for word, _ in GROUPS[2:])
    counts = ((small, "changes too little to matter", "change too little to matter"), (uncertain, "is too uncertain to say", "are too uncertain to say"))
    rest = [f"{'all' if count == len(effects) else count} {one if count == 1 else more}" for count, one, more in counts if count]
    return "; ".join([*parts, f"of {len(effects)} headline measures, {listed(rest)}"] if rest else parts) + "."


def at_a_glance(m: Material) -> Table:
    """Return one row a scenario: wellbeing and cost, and how many headline measures are clearly better and worse."""
    shown = [measure for measure in (m.wellbeing, COST) if measure]
    units = {m.wellbeing: "points", COST: "£ a person"}
    head = ("Scenario", "Clearly better on", "Clearly worse on", *(f"{capital(SHORT[measure])}, {units[measure]} (95% interval)" for measure in shown))
    rows = []
    for arm in m.scenarios:
        effects = m.headlines(arm)
        cells = [in_cell(m.effect(arm, measure)) for measure in shown]
        counts = [SAME, "–"] if m.changes_nothing(arm) else [names(effects, word) for word in ("better", "worse")]
        rows.append((arm.title, *counts, *cells))
    return Table(f"At a glance: differences from {m.against}", head, tuple(rows))


def in_cell(effect: Effect | None) -> str:
    """Return a difference and its verdict in a cell."""
    return "–" if effect is None else f"{capital(told_as(effect))}: {effect.signed}"


def names(effects: list[Effect], word: str) -> str:
    """Return the short names of the measures with this verdict."""
    return ", ".join(SHORT[e.measure] for e in effects if told_as(e) == word) or "none"


def box(m: Material, arm: Arm) -> str:
    """Return the answer for one scenario: its box, its forest, and every measure in words; all folded when there are many scenarios."""
    if m.changes_nothing(arm):
        return plain_box(m, arm, SAME)
    effects = m.headlines(arm)
    if not effects:
        return plain_box(m, arm, capital(short(effects)), shortcomings(m, arm))
    main = [measure for measure in (m.wellbeing, COST) if measure and m.effect(arm, measure)]
    main = [measure for measure in main if measure in HEADLINES] or main
    said = [in_words(e) for measure in main if (e := m.effect(arm, measure))]
    uptake = m.effect(arm, "uptake")
    said += [people(uptake)] if uptake else []
    inner = html.wrap("dl", "".join(verdicts(effects)), class_="verdicts") + html.items(said, class_="say") + shortcomings(m, arm)
    drawn = html.figure(forest.of_scenario(effects))
    rest = [in_words(e) for e in effects if e.measure not in main]
    words = html.folded("Every headline measure in words", html.items(rest, class_="say"), "long") if rest else ""
    if m.many:
        return html.folded(short(effects), inner + drawn + words, "one", arm.title)
    return html.wrap("div", html.element("h3", arm.title) + inner, class_="answer") + drawn + words


def plain_box(m: Material, arm: Arm, said: str, more: str = "") -> str:
    """Return the box of a scenario of which nothing but a sentence is told; a line when there are many scenarios."""
    if m.many:
        return html.wrap("p", f"{html.element('strong', arm.title)}: {html.element('span', said)}") + more
    return html.wrap("div", html.element("h3", arm.title) + html.paragraph(said) + more, class_="answer")


def in_words(e: Effect) -> str:
    """Return the answer on one measure, and always next what single runs gave."""
    return f"{answer(e)} {single_runs(e)}"


def verdicts(effects: list[Effect]) -> list[str]:
    """Return the verdict groups as terms and descriptions: what is clearly better and worse always, the rest where there is any."""
    told = []
    for word, label in GROUPS:
        chosen = [e for e in effects if told_as(e) == word]
        if word in ("better", "worse"):
            text = "; ".join(map(moved, chosen)) or "nothing"
        else:
            text = ", ".join(SHORT[e.measure] for e in chosen)
        if text:
            told.append(html.wrap("div", html.element("dt", label) + html.element("dd", text)))
    return told


def moved(e: Effect) -> str:
    """Return a clear difference in a few words."""
    return f"{SHORT[e.measure]} ({'up' if e.difference > 0 else 'down'} {e.unit.brief(abs(e.difference), e.decimals)})"


def shortcomings(m: Material, arm: Arm) -> str:
    """Return the sentences on headline measures of which nothing is told, and on intervals that did not get as narrow as was asked."""
    said, wide = m.untold(arm), m.not_narrow(arm)
    if wide:
        said.append(f"After {m.runs_in_words(arm)} still wide, and more runs would narrow them: {listed(wide)}.")
    return "".join(html.paragraph(text, class_="note") for text in said)
