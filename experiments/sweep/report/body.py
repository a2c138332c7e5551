"""The middle of the report: what knowing more would be worth, the figures by measure, what tells misses apart, and the screening."""

from __future__ import annotations

import math
import re

from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.numbers import Unit, between
from experiments.report.sentences import capital, listed
from experiments.sweep.figures import information
from experiments.sweep.figures.shown import share_text, words_of
from experiments.sweep.figures.targets import target_words
from experiments.sweep.findings import Finding, Verdict
from experiments.sweep.information import Information
from experiments.sweep.report.material import OF_INDICES, Told
from experiments.sweep.report.words import counted, untold
from experiments.sweep.sweep import missed
from sim.economics import PRICE_YEAR

PERSON = Unit(1.0, "£", "per person referred")
BY_TARGET = ("regional", "discovery", "parallel")
MAIN_KINDS = tuple(kind for kind in OF_INDICES if kind != "response")  # the one figure of a measure that stands open
OTHER_KINDS = {"interactions": "In pairs", "response": "By value of a parameter"}
DROPPED = 10  # dropped parameters whose reason stands open


def worth(m: Told) -> str:
    """Return which numbers are worth measuring, when there is a choice to make."""
    info = m.sweep.last.information
    if info is None:
        return ""
    said = "".join(map(html.paragraph, information.sentences(info, m.titles)))
    drawn = html.figure(information.figure(info, m.titles)) if math.isfinite(info.evpi) else "".join(html.paragraph(note, class_="note") for note in info.notes)
    return html.section("worth", "Which numbers are worth measuring", said + drawn + html.table(options(m, info)))


def options(m: Told, info: Information) -> Table:
    """Return the options with their mean net benefit against the service as it is, and in how many settings each is best."""
    rows = []
    for row in info.options.itertuples():
        name, first = capital(m.titles[row.option]), row.option == m.question.sides[0]
        if not math.isfinite(row.mean_net_benefit):
            rows.append((name, "–", "–"))
            continue
        decimals = PERSON.places(row.mean_net_benefit, row.ci_low, row.ci_high)
        told = PERSON.number(row.mean_net_benefit, decimals, False)
        interval = between(PERSON, row.ci_low, row.ci_high, decimals, False)
        rows.append((name, "compared with" if first else f"{told} ({interval})", f"{round(100 * row.share_of_points_best)} of 100 settings"))
    head = ("Option", f"Net benefit, £ per person referred, {PRICE_YEAR} prices (95% interval)", "Best in")
    return Table("The options of the choice; a setting is one point of the sweep, not a chance that it holds in your area", head, tuple(rows))


def measures(m: Told) -> str:
    """Return the figures by measure: leading measures open, their further figures and all other measures folded behind their findings."""
    inner = ""
    for side in m.sides:
        shown = "".join(figures(m, f) for f in side.leading)
        rest = "".join(html.folded(first_title(m, f), figures(m, f), "one") for f in side.further)
        inner += (html.element("h3", side.title) if len(m.sides) > 1 else html.element("h3", "Leading measures")) + shown
        inner += html.element("h4", "Further measures") + rest if rest else ""
    return html.section("measures", "The figures, measure by measure", inner)


def figures(m: Told, f: Finding) -> str:
    """Return the figures of one measure, all but the first folded; a sentence where there is none."""
    if f.verdict is Verdict.NONE:
        return html.paragraph(f"{capital(f.words.short)}. {untold(f)}")
    own = [drawn for drawn in m.of_kinds((*MAIN_KINDS, *OTHER_KINDS)) if drawn.measure == f.words.name]
    main = "".join(html.figure(drawn.figure) for drawn in own if drawn.kind in MAIN_KINDS)
    others = [drawn for drawn in own if drawn.kind in OTHER_KINDS]
    return main + "".join(html.folded(drawn.figure.title, html.figure(drawn.figure), "one", OTHER_KINDS[drawn.kind]) for drawn in others)


def first_title(m: Told, f: Finding) -> str:
    """Return the finding that a measure's figures are folded behind."""
    if f.verdict is Verdict.NONE:
        return f"{capital(f.words.short)}: {f.verdict}"
    return next(drawn.figure.title for drawn in m.of_kinds(MAIN_KINDS) if drawn.measure == f.words.name)


def target(m: Told) -> str:
    """Return what tells the points that miss the target apart, when one was given."""
    asked, last = m.question.target, m.sweep.last
    if asked is None:
        return ""
    lost = missed(m.question, last.runs)
    said = [f"Target: {target_words(asked)}. In the model {int(lost.sum()):,} of {len(lost):,} points miss it, as means over their seeds."]
    if last.boxes is None:
        method = f"With method={last.step.design.method} the points are not spread evenly"
        said.append(f"{method}, so that nothing is told of what misses have in common: use method=lhs.")
    else:
        said += crowded(m)
        said += [note for note in last.notes if note.startswith(("The target is", "Only "))]
    drawn = "".join(html.figure(drawn.figure) for drawn in m.of_kinds(BY_TARGET))
    return html.section("target", "Runs that miss the target", "".join(map(html.paragraph, said)) + drawn)


def crowded(m: Told, most: int = 3) -> list[str]:
    """Return a sentence on each combination of inputs in which misses crowd, at most `most`."""
    if m.sweep.last.boxes is None:
        return []
    overall, found = float(missed(m.question, m.sweep.last.runs).mean()), []
    for row in m.sweep.last.boxes.head(most).itertuples():
        here = f"{share_text(row.density)} of points miss it (95% interval {100 * row.density_low:.0f} to {100 * row.density_high:.0f})"
        found.append(f"With {row.rule}, {here}, against {share_text(overall)} of all points; {share_text(row.coverage)} of all misses lie there.")
    return found


def screening(m: Told) -> str:
    """Return what the first of two steps kept and dropped, and why."""
    table = m.sweep.screening
    if table is None:
        return ""
    kept, dropped = table[table.kept], table[~table.kept]
    said = f"Of {counted(len(table), 'parameter')}, {len(kept)} went on to the second step: {listed(list(kept.parameter))}."
    gone = f" {counted(len(dropped), 'parameter')} dropped out: in the second step"
    rest = f"{gone} {'it keeps its value' if len(dropped) == 1 else 'they keep their values'} in the service, and no index holds what they do."
    shown = [*rows_of(m, kept), *rows_of(m, dropped.head(DROPPED))]
    inner = html.paragraph(said + (rest if len(dropped) else "")) + html.table(Table("Kept, and the first dropped, by rank", HEAD, tuple(shown)))
    if len(dropped) > DROPPED:
        more = Table("The others that were dropped", HEAD, tuple(rows_of(m, dropped.iloc[DROPPED:])))
        inner += html.folded(f"{len(dropped) - DROPPED} more that were dropped", html.table(more), "long")
    for drawn in m.drawn(m.sweep.steps[0]):
        if drawn.kind == "morris":
            inner += html.folded(drawn.figure.title, html.figure(drawn.figure), "one")
    return html.section("screening", "The screening: what was kept and dropped", inner)


HEAD = ("Parameter", "Rank", "Largest effect (upper end of its 95% interval)", "On", "Grade", "Why")


def rows_of(m: Told, rows: object) -> list[tuple[str, ...]]:
    """Return rows of the screening in words."""
    grades, found = {factor.name: factor.grade for factor in m.question.factors}, []
    for row in rows.itertuples():
        grade, effect, on = grades.get(row.parameter, "–"), "–", "–"
        if row.measure:
            words = words_of(row.measure)
            decimals = words.change.places(row.mu_star, row.mu_star_high)
            effect = f"{words.change.amount(row.mu_star, decimals, False)} ({words.change.number(row.mu_star_high, decimals, False)})"
            on = words.short
        why = re.sub(r"(?<= effect on )\w+", lambda name: words_of(name.group()).short, row.why)
        found.append((row.parameter, str(row.rank), effect, on, grade, why))
    return found
