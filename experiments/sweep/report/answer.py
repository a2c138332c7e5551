"""The top of the report: what was asked, what matters most, and the answer on each measure in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from experiments.report import html
from experiments.report.figures.figure import Table
from experiments.report.sentences import capital, listed
from experiments.sweep.designs import LHS
from experiments.sweep.factors import CHOICE, SWITCH, Factor
from experiments.sweep.figures import information
from experiments.sweep.figures.shown import share_text, value_text
from experiments.sweep.findings import BY_VARIANCE, Finding, Influence, Verdict
from experiments.sweep.report.material import Told
from experiments.sweep.report.words import ASSUMED, TOO_MUCH, brief, counted, graded, hidden, in_full, leading, luck, meaning, period
from experiments.sweep.sweep import people_a_year

AT_A_GLANCE = 7  # measures in the short answer
EXPLAINED = 3  # parameters that are told with what they mean where several lead
MANY_MORE = " Many more runs of each point, or wider bounds, are needed."
METHOD = {
    "morris": "all together, a step of one parameter at a time from many starting points",
    "sobol": "all together, so that each one’s share of the spread can be told apart",
    "fast": "all together along one curve, each at its own frequency",
    "pawn": "all together, at points spread evenly",
    "delta": "all together, at points spread evenly",
    "lhs": "all together, at points spread evenly",
    "grid": "in every combination of a few values",
    "oat": "one at a time, all others as they are in the service",
    "screen-then-sobol": "first all of them in steps of one at a time, then those that mattered all together",
}
IN_SHORT = {
    "sobol": "{} of the spread", "fast": "{} of the spread", "pawn": "a shift of {} on a scale of 0 to 1",
    "delta": "a change of {} on a scale of 0 to 1",
}  # fmt: skip
MEANING = (
    "“Matters” means: moves the result as this parameter goes over the range tried. It does not say which value is right or better. An influence is named "
    "when its 95% interval stands clear of what luck alone would give. A parameter that is known well has a narrow range, and so matters little here, "
    "however strongly it acts."
)


def title(m: Told) -> str:
    """Return the title: the question."""
    return f"Which numbers matter most? {m.service}"


def question(m: Told) -> str:
    """Return the header: what was varied over what, how, for whom and how long."""
    asked = m.question
    count, assumed = len(asked.factors), sum(factor.grade == ASSUMED for factor in asked.factors)
    which = "The parameter is" if count == 1 else f"{'All' if assumed == count else assumed} of them {'is' if assumed == 1 else 'are'}"
    parts = [
        f"What does the result of a service hang on? The model was run {m.runs:,} times, each run {period(asked.weeks)} with about "
        f"{round(people_a_year(asked)):,} people referred a year, while {counted(count, 'parameter')} took other values, {METHOD[asked.method]}.",
        f"{which} assumed (grade {ASSUMED}), not measured." if assumed else "",
        f"The choice is between {listed([f'“{name}”' for name in m.titles.values()])}." if asked.scenarios else "",
    ]
    inner = html.paragraph("A sensitivity sweep, simulated", class_="kicker") + html.element("h1", title(m))
    inner += html.paragraph(" ".join(filter(None, parts)), class_="lead")
    inner += html.paragraph(f"By {m.method}: {m.scale}.", class_="note")
    return inner + html.folded("The parameters that are varied, and over what", html.table(varied(m)), "long")


def varied(m: Told) -> Table:
    """Return every parameter with what it means, the range tried, its value in the service, and its grade."""
    rows = []
    for factor in m.question.factors:
        tried = listed([value_text(factor, level) for level in factor.levels]) if factor.levels else (
            f"{value_text(factor, factor.low)} to {value_text(factor, factor.high)} {factor.unit}"
        )  # fmt: skip
        rows.append((factor.name, factor.meaning, tried, value_text(factor, factor.default), factor.grade))
    head = ("Parameter", "What it means", "Values tried", "In the service", "Grade")
    return Table("Parameters that are varied; grades of evidence from A, measured here, to D, assumed", head, tuple(rows))


def answers(m: Told, contents: str) -> str:
    """Return the answer: the finding over all leading measures, each in a line, the `contents` of the rest, and each in sentences."""
    lines = "".join(html.wrap("li", f"{html.element('strong', name)}: {html.element('span', said)}") for name, said in at_a_glance(m))
    first = html.paragraph(overall(m), class_="lead") + html.wrap("ul", lines, class_="short")
    return html.section("answer", "The answer", first + contents + "".join(boxes(m)) + html.paragraph(MEANING, class_="note"))


def overall(m: Told) -> str:
    """Return what matters most over all leading measures, in a sentence or two."""
    told = [f for f in m.leading if f.verdict is Verdict.TOLD]
    if not told:
        return f"These runs do not tell which parameters matter for {'any of the leading measures' if len(m.leading) > 1 else 'this measure'}. {remedy(m)}"
    (name, times), *_ = Counter(one.parameter for f in told for one in f.leaders[:1]).most_common(1)
    who, of = in_full(m.step.factors, name), f"{len(m.leading)} leading measures"
    if len(m.leading) == 1:
        return f"In the model, what matters most is {who}."
    rest = len(m.leading) - len(told)
    if rest > len(told):
        names = list(dict.fromkeys(f.clear[0].parameter for f in told))
        said = listed([in_full(m.step.factors, each) for each in names] if len(names) <= EXPLAINED else names)
        leads = f"In the model {said} {'leads' if len(names) == 1 else 'lead'} where these runs tell"
        return f"{leads}; for {rest} of {of} they do not tell which parameters matter. {remedy(m)}"
    after = f"; for {'one' if rest == 1 else rest} the runs do not tell which leads" if rest else ""
    if times == 1 and len(told) > 1:
        return f"In the model no one parameter leads: {len(told)} leading measures each hang most on another one{after}."
    return f"In the model, what matters most is {who}: it leads in {times} of {of}{after}."


def remedy(m: Told) -> str:
    """Return what would help most where nothing is told."""
    swamped = [f for f in m.leading if f.verdict is Verdict.SWAMPED]
    if 2 * len(swamped) >= len(m.leading):
        needed = sorted({f.needed for f in swamped if f.needed})
        runs = counted(swamped[0].replications, "run")
        first = f" About {needed[0]:,} runs of each point, in place of {runs}, would bring it down" if needed else MANY_MORE
        rest = "." if len(needed) == 1 else f" for one of them, {needed[-1]:,} for all that can be mended." if needed else ""
        return f"Luck, from run to run, hides what the parameters do.{first}{rest}"
    if any(f.verdict is Verdict.ONE_SEED for f in m.leading):
        return "With one run of each point, luck cannot be told from influence: two or more (replications=2) would tell."
    if all(f.verdict in (Verdict.CONSTANT, Verdict.NONE) for f in m.leading):
        return "They do not vary, or have no value: other parameters, longer runs or another measure may tell more."
    return "More points, or more runs of each, would narrow the intervals."


def at_a_glance(m: Told) -> list[tuple[str, str]]:
    """Return what is worth measuring, if there is a choice; the leading measures of which something is told, at most seven; and why of others nothing is."""
    info = m.sweep.last.information
    lines = [] if info is None else [("Worth measuring", information.title_of(info, information.told_groups(info)))]
    lines += [(capital(f.words.short), in_short(m, f)) for f in m.leading if f.verdict is Verdict.TOLD][:AT_A_GLANCE]
    for why in Verdict:
        names = [f.words.short for f in m.leading if f.verdict is why is not Verdict.TOLD]
        more = f" and {len(names) - AT_A_GLANCE} more" if len(names) > AT_A_GLANCE else ""
        lines += [(capital(str(why)), f"{', '.join(names[:AT_A_GLANCE])}{more}" if more else listed(names))] if names else []
    return lines


def in_short(m: Told, f: Finding) -> str:
    """Return what leads in one measure of which something is told, in a few words."""
    first = f.clear[0]
    number = with_it(first, brief(f, first)) if f.method == LHS else IN_SHORT.get(f.method, "{}").format(brief(f, first))
    if f.method in BY_VARIANCE and first.estimate > 1:
        number = f"nearly all of the spread{f' ({share_text(first.low)} or more)' if 0 < first.low < 1 else ''}"
    others = len(f.leaders) - 1
    level = f", level with {f.leaders[1].parameter}" if others == 1 else f", level with {others} others" if others else ""
    said = meaning(m.step.factors, first.parameter)
    return f"{first.parameter} ({f'{said}; ' if said else ''}{known(m.step.factors, first.parameter)}), {number}{level}"


def with_it(one: Influence, number: str) -> str:
    """Return which way a measure goes with the parameter that leads, and how closely, in a few words."""
    if one.kind == CHOICE:
        return f"by which of its values holds: {number} on a scale of 0 to 1"
    way = "higher" if one.estimate > 0 else "lower"
    return f"{way} with it {'on' if one.kind == SWITCH else 'higher'}: {number} on a scale of −1 to 1"


def known(factors: Sequence[Factor], parameter: str) -> str:
    """Return what stands behind a parameter, without grades: 'assumed, not measured'."""
    grade = next((factor.grade for factor in factors if factor.name == parameter), "")
    return "assumed, not measured" if grade == ASSUMED else f"evidence of grade {grade}, of A to D" if grade else graded(factors, parameter)


def boxes(m: Told) -> list[str]:
    """Return the answer on each side: a box with the leading measures in sentences, and the others folded."""
    found = []
    for side in m.sides:
        note = html.paragraph(TOO_MUCH, class_="note") if any(f.too_much for f in side.leading) else ""
        inner = html.element("h3", side.title) + sentences(m, side.leading) + note
        more = html.folded("Further measures in words", sentences(m, side.further), "long") if side.further else ""
        found.append(html.wrap("div", inner, class_="answer") + more)
    return found


def sentences(m: Told, findings: tuple[Finding, ...]) -> str:
    """Return a list with an entry for each measure, what it depends on and how much of it is luck; and one for all that luck swamps."""
    lines = []
    for f in (f for f in findings if f.verdict is not Verdict.SWAMPED):
        said = " ".join(filter(None, (leading(f, m.step.factors), luck(f))))
        lines.append(html.wrap("li", f"{html.element('strong', capital(f.alone))}. {html.element('span', said)}"))
    swamped = [f for f in findings if f.verdict is Verdict.SWAMPED]
    lines += [html.element("li", hidden(swamped))] if swamped else []
    return html.wrap("ul", "".join(lines), class_="say")
