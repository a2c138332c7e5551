"""The sentences of a sweep's report. All is plain text: whoever writes it into a page escapes it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from experiments.report.numbers import Unit, between, show
from experiments.report.sentences import capital, listed
from experiments.sweep.designs import DELTA, FAST, GIVEN_DATA, GRID, LHS, MORRIS, OAT, PAWN, SOBOL
from experiments.sweep.factors import CHOICE, SWITCH, Factor
from experiments.sweep.figures.shown import share_text, words_of
from experiments.sweep.findings import BY_VARIANCE, IN_UNITS, Finding, Influence, Verdict
from experiments.terminal import counted
from experiments.whatif.measures import MEASURES
from sim.parameters import WEEKS_PER_YEAR

NAMED = 3  # parameters named after the leading one
TOGETHER = 3  # parameters that are named as sharing the lead
LONGEST = 120  # letters of a meaning that stands within a sentence
ASSUMED = "D"
INDEX = Unit(1.0, "", "")
BREAK = re.compile(r"[:;]| \(")  # where a long meaning can be cut
MEASURED_BY = {  # what the number of a method is, for a table or the terminal
    MORRIS: "mean size of the change over a parameter's whole range",
    SOBOL: "share of the spread, with all that a parameter does in combination",
    FAST: "share of the spread, with all that a parameter does in combination",
    PAWN: "how far holding a parameter still shifts the distribution, 0 to 1",
    DELTA: "how far knowing a parameter changes the distribution, 0 to 1",
    LHS: "partial rank correlation, −1 to 1",
    GRID: "widest change between values of a parameter, averaged over the others",
    OAT: "widest change between values of a parameter, all others as in the service",
}
TOO_MUCH = "A share above 100% is sampling error; more points would bring it down."
ONE_SEED = "With one seed a point, luck cannot be told from influence; replications=2 or more would tell."


def graded(factors: Iterable[Factor], parameter: str) -> str:
    """Return what stands behind a parameter: 'assumed, grade D', 'grade B'; of a group how many of its parameters are assumed."""
    own = [factor for factor in factors if factor.name == parameter]
    if own:
        return f"assumed, grade {ASSUMED}" if own[0].grade == ASSUMED else f"grade {own[0].grade}"
    members = [factor for factor in factors if factor.group == parameter]
    assumed = sum(factor.grade == ASSUMED for factor in members)
    return f"{counted(len(members), 'parameter')}, {'all' if assumed == len(members) else assumed or 'none'} assumed"


def meaning(factors: Iterable[Factor], parameter: str) -> str:
    """Return what a parameter means, to stand within a sentence: of a long text its beginning, of a choice its values; empty for a group."""
    own = next((factor for factor in factors if factor.name == parameter), None)
    if own is not None and own.kind == CHOICE:
        return f"one of {', '.join(map(str, own.levels))}"
    told = (own.meaning if own else "").split(". ")[0].rstrip(".")
    if len(told) > LONGEST:
        told = BREAK.split(told)[0]
    first = told[:1] if told[1:2].isupper() else told[:1].lower()  # an abbreviation keeps its letters
    return f"{first}{told[1:]}" if 0 < len(told) <= LONGEST else ""


def leading(f: Finding, factors: Sequence[Factor]) -> str:
    """Return the sentences on what matters most for a measure, or why that cannot be told."""
    if f.verdict is not Verdict.TOLD:
        return untold(f)
    leaders = [one.parameter for one in f.leaders]
    first, rest = f.clear[0], f.named[1:]
    if len(leaders) == 1:
        start = f"In the model it depends most on {in_full(factors, leaders[0])}: {amount(f, first)}."
    else:
        named = leaders[:TOGETHER] if len(leaders) <= TOGETHER else leaders[:1]
        who = listed([in_full(factors, name) if name == leaders[0] else f"{name} ({graded(factors, name)})" for name in named])
        others = "" if len(leaders) <= TOGETHER else f" and {len(leaders) - 1} others"
        start = f"In the model it depends most on {who}{others}, which these points do not put in order. For {leaders[0]}: {amount(f, first)}."
    listing = "; ".join(f"{one.parameter} ({graded(factors, one.parameter)}) {brief(f, one)}" for one in rest[:NAMED])
    after = f" Then {listing}." if listing else ""
    return f"{start}{after}{unnamed(f, len(rest[NAMED:]))}"


def in_full(factors: Sequence[Factor], parameter: str) -> str:
    """Return a parameter with its meaning and what stands behind it."""
    said = meaning(factors, parameter)
    return f"{parameter} ({said}; {graded(factors, parameter)})" if said else f"{parameter} ({graded(factors, parameter)})"


def unnamed(f: Finding, more: int) -> str:
    """Return how many parameters are not named: clear ones, and those of which nothing can be told."""
    little, open_ = len(f.clear) - len(f.named), len(f.found) + f.unknown - len(f.clear)
    parts = [f"{more} more {'matters' if more == 1 else 'matter'} less"] if more else []
    parts += [f"{little} {'matters' if little == 1 else 'matter'} little"] if little else []
    if open_ and not parts:
        return f" Of the {f'other {open_}' if open_ > 1 else 'other one'} no influence can be told."
    parts += [f"of {open_} no influence can be told"] if open_ else []
    return f" Of the others {listed(parts)}." if parts else ""


def untold(f: Finding) -> str:
    """Return why nothing is told of a measure, and what would help."""
    if f.verdict is Verdict.CONSTANT:
        return "It does not vary over the points of this sweep: none of these parameters moves it."
    if f.verdict is Verdict.NONE:
        return without_value(f)
    if f.verdict is Verdict.ONE_SEED:
        return ONE_SEED
    if f.verdict is Verdict.SWAMPED:
        means = f"each the mean of {counted(f.replications, 'run')}, {share_text(f.left)} is luck"
        return f"Luck hides which parameters matter: of the spread between points, {means}; {enough(f)}."
    top = f"; the largest, {f.found[0].parameter}: {brief(f, f.found[0])}" if f.found else ""
    return f"Too uncertain to say which parameters matter: no influence stands clear of none{top}. {more_of(f)}"


def enough(f: Finding) -> str:
    """Return what would bring the luck of a swamped measure down."""
    if not f.needed:
        return "only many more runs of each point, or wider bounds, would show more"
    return f"about {f.needed:,} runs of each point would bring that to a tenth (replications={f.needed})"


def hidden(findings: Sequence[Finding]) -> str:
    """Return one sentence on several measures that luck swamps."""
    if len(findings) == 1:
        return f"{capital(findings[0].alone)}. {untold(findings[0])}"
    each = [f"{f.alone} ({share_text(f.left)}{f'; {f.needed:,} runs' if f.needed else ''})" for f in findings]
    runs = counted(findings[0].replications, "run")
    told = f"Luck hides which parameters matter for {listed(each)}. In brackets: how much of the spread between points, each the mean of {runs}, is luck"
    return f"{told}; and, where that can be told, how many runs of each point (replications=) would bring it to a tenth."


def without_value(f: Finding) -> str:
    """Return why a measure has no index."""
    if not f.valued:
        return "It has no value in runs of this length and size, so that nothing can be told of it; longer runs (weeks=) may give one."
    needed = f"{f.least:,} points at least" if f.method in GIVEN_DATA else "more"
    return f"Nothing can be told: {f.valued:,} of {f.points:,} points have a value in every run, and for so many parameters this method needs {needed}."


def more_of(f: Finding) -> str:
    """Return what would narrow the intervals of a method."""
    if f.method in (GRID, OAT):
        return f"More replications would narrow the intervals: replications={max(8, 4 * f.replications)}, for instance."
    return "Four times the points (points=) would halve the intervals."


def amount(f: Finding, one: Influence) -> str:
    """Return how strong an influence is, with its interval, as the end of a sentence."""
    number = brief(f, one, "95% interval ")
    if f.method in BY_VARIANCE:
        out = ", luck taken out," if f.free else ""
        if one.alone is None or not math.isfinite(one.alone[0]):
            return f"it carries {number} of the spread{out} with all that it does in combination"
        return f"alone it carries {percent(*one.alone, '95% interval ')} of the spread{out} and {brief(f, one)} with all that it does in combination"
    if f.method == LHS:
        return by_correlation(one, number)
    if f.method == MORRIS and one.kind in (SWITCH, CHOICE):
        return f"{'from off to on' if one.kind == SWITCH else 'from one of its values to another'} it moves it by {number} on average"
    return {
        MORRIS: f"over its whole range it moves it by {number} on average",
        OAT: f"over its whole range it moves it by {number}, all else as in the service",
        GRID: f"over its values it moves it by {number}, averaged over the others",
        PAWN: f"holding it still shifts the distribution by {number} on a scale of 0 to 1",
        DELTA: f"knowing it changes the distribution by {number} on a scale of 0 to 1",
    }[f.method]


def by_correlation(one: Influence, number: str) -> str:
    """Return which way a measure goes with a parameter, as far as its values have an order, and how closely."""
    if one.kind == CHOICE:
        return f"which of its values holds goes with how high it is, a correlation ratio of {number} (0 to 1, without direction)"
    way = "higher" if one.estimate > 0 else "lower"
    start = f"it is {way} with this on than off" if one.kind == SWITCH else f"the higher the one, the {way} the other"
    return f"{start}, a partial rank correlation of {number}"


def brief(f: Finding, one: Influence, label: str = "") -> str:
    """Return the main index with unit and interval: '9.1 percentage points (8.2 to 11)', '46% (40 to 52)', '0.31 (0.25 to 0.37)'."""
    if f.method in BY_VARIANCE:
        return percent(one.estimate, one.low, one.high, label)
    kind = f.words.change if f.method in IN_UNITS else INDEX
    known = [value for value in (one.estimate, one.low, one.high) if math.isfinite(value)]
    decimals = kind.places(*known) if f.method in IN_UNITS else 2
    told = kind.amount(one.estimate, decimals, False)
    return f"{told} ({label}{between(kind, one.low, one.high, decimals, False)})" if len(known) == 3 else told


def percent(estimate: float, low: float, high: float, label: str = "") -> str:
    """Return a share with its interval in percent: '46% (40 to 52)'."""
    value, *ends = (show(100 * share, 0, False) if math.isfinite(share) else "" for share in (estimate, low, high))
    return f"{value}% ({label}{ends[0]} to {ends[1]})" if all(ends) else f"{value}%"


def luck(f: Finding) -> str:
    """Return how much of the spread is luck, in a sentence; empty where there is nothing to share out."""
    if f.verdict in (Verdict.NONE, Verdict.CONSTANT):
        return ""
    if not math.isfinite(f.luck):
        return "How much is luck is not known from one seed a point." if f.replications == 1 else ""
    means = f", and {share_text(f.left)} of that of the means over {f.replications} runs" if math.isfinite(f.left) else ""
    return f"Luck makes {share_text(f.luck)} of the spread of single runs{means}."


def period(weeks: int) -> str:
    """Return how long a run is, in words."""
    return counted(weeks, "week") if weeks % WEEKS_PER_YEAR else counted(weeks // WEEKS_PER_YEAR, "year")


def readable(note: str, titles: Mapping[str, str] | None = None) -> str:
    """Return a note with the names of measures, and of scenarios by `titles`, in words."""
    names = "|".join(sorted(MEASURES, key=len, reverse=True))
    return re.sub(rf"(?<!=)\b(?:[\w+]+: )?(?:{names})\b(?=[,:])", lambda found: words_of(found.group(), titles).short, note) if note else note
