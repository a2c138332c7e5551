"""The sentences of a report: which one is said, `experiments.report.rule` decides. All is plain text: whoever writes it into a page escapes it."""

from __future__ import annotations

import math

from experiments.report.numbers import Unit, between, of, plain, unit
from experiments.report.rule import Effect, Verdict, verdict
from experiments.report.words import SHORT
from experiments.whatif.measures import HIGHER

ENOUGH_RUNS = 20  # for nine in ten of single runs; with fewer, the lowest and the highest are named


def quoted(title: str) -> str:
    """Return a title as it stands in a sentence."""
    return f"“{title}”"


def capital(text: str) -> str:
    """Return `text` with its first letter large."""
    return text[:1].upper() + text[1:]


def named(measure: str) -> str:
    """Return the words of a measure as they stand in the middle of a sentence: an aside in them is closed."""
    words = of(measure).words
    return f"{words}," if "," in words else words


def answer(effect: Effect) -> str:
    """Return the sentence that the rule chooses."""
    return {Verdict.SMALL: small, Verdict.CLEAR: difference, Verdict.UNCERTAIN: uncertain}[effect.verdict](effect)


def difference(e: Effect) -> str:
    """Return the sentence of a clear difference, and which way is better."""
    verb = "raises" if e.difference > 0 else "lowers"
    low, high = sorted((abs(e.low), abs(e.high)))
    amount = e.amount(abs(e.difference))
    wanted = of(e.measure).better
    direction = "" if wanted is None else f" {capital(wanted)} is better."
    told = f"In the model, {quoted(e.scenario)} {verb} {named(e.measure)} by {amount} against {e.against}"
    return f"{told} (95% interval {between(e.unit, low, high, e.decimals)}; {len(e.changes)} paired runs).{direction}"


def small(e: Effect) -> str:
    """Return the sentence of a difference that does not matter, however it lies."""
    if e.low == e.high == 0:
        return f"{capital(of(e.measure).words)}: {quoted(e.scenario)} gives the same as {e.against} in each of {counted(len(e.changes), 'paired run')}."
    margin = f"±{e.unit.amount(e.margin)}"
    inside = f"95% interval {e.interval} lies inside the {margin} fixed beforehand"
    return f"With {quoted(e.scenario)}, any difference in {named(e.measure)} is too small to matter: its {inside} ({len(e.changes)} paired runs)."


def uncertain(e: Effect) -> str:
    """Return the sentence of a difference that may be either, and how many more runs would tell."""
    words = named(e.measure)
    if not math.isfinite(e.low):
        runs = len(e.changes)
        return f"Too uncertain to say for {quoted(e.scenario)}: {words} has {'no value' if not runs else f'{counted(runs, "run")}, and no interval'}."
    fall = f"fall by {e.amount(-e.low)}" if e.low < 0 else "stay as it is"
    rise = f"rise by {e.amount(e.high)}" if e.high > 0 else "stay as it is"
    told = f"Too uncertain to say for {quoted(e.scenario)}: {words} could {fall} or {rise} (95% interval, {len(e.changes)} paired runs)."
    more = more_runs(e)
    return f"{told} About {more:,} more runs would give the wanted precision." if more else told


def more_runs(e: Effect) -> int | None:
    """Return how many more runs would make the interval narrow enough: n((half-width / target)² − 1); None when none or unknown."""
    if e.margin is None or not math.isfinite(e.low):
        return None
    target, half = max(e.precision * abs(e.difference), e.margin / 2), (e.high - e.low) / 2
    more = math.ceil(len(e.changes) * ((half / target) ** 2 - 1)) if target > 0 else 0
    if more <= 0:
        return None
    return more if more < 10 else int(float(f"{more:.1e}"))


def single_runs(e: Effect) -> str:
    """Return the sentence on single runs, which follows every answer: what one stretch of luck may bring. Empty where no run differs."""
    if not any(e.changes):
        return ""
    runs, length = len(e.changes), f" of {e.years}" if e.years else ""
    low, high = spread(e.changes)
    if low == high:
        return f"Single runs{length}{nearly_alike(e, low)}."
    numbers = in_range(e, low, high)
    who = f"nine in ten gave {numbers}" if runs >= ENOUGH_RUNS else f"the {runs} runs gave {numbers}, lowest to highest"
    more = "" if e.high - e.low >= high - low else " vary more"
    return f"Single runs{length}{more}: {who}; {favoured(e)}."


def nearly_alike(e: Effect, usual: float) -> str:
    """Return the end of the sentence on single runs of which nine in ten or more gave the `usual` difference: what the others gave."""
    others = [change for change in e.changes if change != usual]
    if not others:
        return f" all gave the same difference, {e.unit.amount(usual)}"
    alike = "did not differ" if usual == 0 else f"gave the same difference, {e.unit.amount(usual)}"
    rest = f"the other gave {e.unit.amount(others[0])}" if len(others) == 1 else f"the others gave {in_range(e, min(others), max(others))}"
    return f": {len(e.changes) - len(others)} of {len(e.changes)} {alike}; {rest}"


def in_range(e: Effect, low: float, high: float) -> str:
    """Return 'low to high' of single differences, with the unit."""
    decimals = e.unit.places(low, high, margin=e.margin)
    return f"{e.unit.number(low, decimals, e.exact)} to {e.unit.amount(high, decimals, e.exact)}"


def spread(changes: tuple[float, ...]) -> tuple[float, float]:
    """Return the 5th and 95th percentile of single runs; the lowest and highest of fewer than 20."""
    ordered = sorted(changes)
    if len(ordered) < ENOUGH_RUNS:
        return ordered[0], ordered[-1]
    return quantile(ordered, 0.05), quantile(ordered, 0.95)


def quantile(ordered: list[float], share: float) -> float:
    """Return the quantile of sorted values, linear between two."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def favoured(e: Effect) -> str:
    """Return in how many runs the scenario did better, or was higher where neither way is better."""
    wanted = of(e.measure).better
    count = sum(change < 0 if wanted not in (None, HIGHER) else change > 0 for change in e.changes)
    alike = sum(change == 0 for change in e.changes)
    told = f"{count} of {len(e.changes)} {'were higher' if wanted is None else f'favoured {quoted(e.scenario)}'}"
    if not alike:
        return told
    other, against = len(e.changes) - count - alike, "lower" if wanted is None else "worse"
    rest = f"none was {against}" if not other else f"{other} {'was' if other == 1 else 'were'} {against}"
    return f"{told}, {alike} {'was' if alike == 1 else 'were'} the same, {rest}"


def people(e: Effect) -> str:
    """Return what the uptake means in people, of every 100 referred."""
    now, then = round(100 * e.baseline), round(100 * e.value)
    same = now == then or e.verdict is not Verdict.CLEAR
    return f"Of every 100 people referred, about {now} start either way." if same else f"Of every 100 people referred, {then} start instead of {now}."


def finding(e: Effect) -> str:
    """Return the title of a figure about one difference, at most about ten words."""
    name = SHORT.get(e.measure, of(e.measure).words)
    if e.verdict is Verdict.CLEAR:
        return f"{capital(name)} {'rises' if e.difference > 0 else 'falls'} by {e.unit.brief(abs(e.difference), e.decimals)}"
    return f"{capital(name)}: {'difference too small to matter' if e.verdict is Verdict.SMALL else 'too uncertain to say'}"


def told_as(e: Effect) -> str:
    """Return the verdict in a word or three: better, worse, higher, lower, too small to matter, too uncertain to say."""
    if e.verdict is not Verdict.CLEAR:
        return str(e.verdict)
    if e.better is None:
        return "higher" if e.difference > 0 else "lower"
    return "better" if e.better else "worse"


def by_group(first: str, second: str, differences: tuple[float, float], change: tuple[float, float, float], measure: str, margin: float | None) -> str:
    """Return the sentence on two groups: what each gains, and how the gap between them changes, by the gap's own interval.

    `change` is the change of the gap, first less second, and its 95% interval.
    """
    kind, (gap, low, high) = unit(measure), change
    decimals, what = kind.places(gap, low, high, *differences, margin=margin), verdict(low, high, margin)
    exact = what is not Verdict.SMALL
    one, other = (f"{direction(value, measure)} {kind.number(abs(value), decimals, exact)}" for value in differences)
    told = f"{capital(first)} {one} and {second} {other} {kind.suffix}; the gap changes by {kind.number(gap, decimals, exact)}"
    end = {Verdict.CLEAR: "", Verdict.SMALL: f", which is too small to matter: inside ±{kind.amount(margin or 0)}", Verdict.UNCERTAIN: ": too uncertain to say"}
    return f"{told} (95% interval {between(kind, low, high, decimals, exact)}){end[what]}."


def direction(value: float, measure: str) -> str:
    """Return what a group does: gain or lose where higher is better, else see a rise or a fall."""
    if of(measure).better == HIGHER:
        return "lose" if value < 0 else "gain"
    return "see a fall of" if value < 0 else "see a rise of"


def money(cost: float, small: bool, star_worth: float, wellby_value: float, net: tuple[float, float, float], margin: float | None, prices: str) -> str:
    """Return the sentence on money per person referred: extra cost, what it assumes, net benefit with interval and verdict, price year.

    `small`: whether the difference in cost is too small to matter.
    """
    pounds = Unit(1.0, "£", "")
    decimals = pounds.places(*net)
    more = f"£{plain(abs(cost))} {'more' if cost > 0 else 'less'} per person referred"
    costs = "It costs the same." if cost == 0 else f"It costs about the same: {more}." if small else f"It costs {more}."
    worth = f"If one Star point is worth {star_worth:g} life-satisfaction points, each valued at £{wellby_value:,.0f} a year"
    told = f"{costs} {worth}, net benefit is {pounds.amount(net[0], decimals)} ({between(pounds, *net[1:], decimals)}), {prices} prices"
    small_net = f": too small to matter, inside the ±£{margin or 0:,.0f} fixed beforehand"
    end = {Verdict.CLEAR: "", Verdict.SMALL: small_net, Verdict.UNCERTAIN: ": too uncertain to say"}
    return f"{told}{end[verdict(*net[1:], margin)]}."


def probability(share: float, value: float) -> str:
    """Return the sentence on the share of parameter draws in which net benefit is positive."""
    return (
        f"In {round(100 * share)} of 100 plausible settings net benefit is positive at £{value:,.0f}: a share of settings, "
        "not the chance that it pays in your area."
    )


def parting(week: int) -> str:
    """Return the sentence on when the lines part."""
    return f"The lines part from about month {max(1, round(week * 12 / 52))}."


def lasting(early: Effect, late: Effect, early_years: str, late_years: str) -> str | None:
    """Return how much of a clear early difference remains later, in the same people; None where the early one is not clear."""
    if early.verdict is not Verdict.CLEAR or not math.isfinite(late.difference):
        return None
    tenths = round(10 * late.difference / early.difference)
    kept = "none" if tenths <= 0 else "all" if tenths >= 10 else f"{tenths} tenths"
    sure = "" if late.verdict is Verdict.CLEAR else f", though the later difference is {late.verdict}"
    return f"Of the difference in wellbeing {early_years} after referral, {kept} {'remains' if kept in ('none', 'all') else 'remain'} after {late_years}{sure}."


def in_the_model(reproduced: int, of_all: int, missed: list[str]) -> str:
    """Return how the model did on findings it was not fitted to."""
    told = f"The model reproduces {reproduced} of {of_all} findings it was not fitted to"
    return f"{told} and misses {listed(missed, '; ')}: read what rests on them with care." if missed else f"{told}."


def listed(items: list[str], between_items: str = ", ") -> str:
    """Return 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{between_items.join(items[:-1])} and {items[-1]}" if items else "none"


def counted(number: int, thing: str) -> str:
    """Return '1 run' or '12 runs'."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def times(ratio: float) -> str:
    """Return 'three times' as a number: '3.9 times'."""
    return f"{plain(ratio)} times"
