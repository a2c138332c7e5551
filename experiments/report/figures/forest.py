"""Forests of headline differences: of one scenario in margins, so that units are not mixed; of one measure over scenarios, in its unit."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row, runs_and_interval, spans
from experiments.report.numbers import of
from experiments.report.rule import Effect, Verdict
from experiments.report.sentences import ENOUGH_RUNS, capital, finding, told_as
from experiments.report.words import SHORT
from experiments.whatif.measures import HIGHER, LOWER

WIDEST = 8.0  # margins: what lies beyond is marked by an arrow
KEY = "Thick bar: 95% interval of the average difference; {runs}. "
LEVELLESS = ("net_benefit_per_person",)  # as no sum of zero exists, only differences have a meaning
WHOLE_POUNDS = 100  # pounds from which no pence are told
HEAD = ("Measure", "Baseline", "Scenario", "Difference (95% interval)", "Unit", "Verdict", "Runs")


def of_scenario(effects: Sequence[Effect]) -> Figure:
    """Return the forest of one scenario's headline differences, in margins, better to the right."""
    rated = [effect for effect in effects if effect.margin and of(effect.measure).better]
    ends = scale_ends([turned(e, v) for e in rated for v in (e.low, e.high, e.difference, *e.changes)])
    rows = tuple(Row(capital(SHORT[e.measure]), marks(e, ends), f"{short_number(e)}") for e in rated)
    chart = Chart(rows, *ends, "in margins: 1 is the smallest difference that matters", "← worse", "better →", shade=(-1, 1))
    first = rated[0]
    better, worse = (sum(told_as(e) == word for e in rated) for word in ("better", "worse"))
    title = f"Of {len(rated)} headline measures, {better} clearly better, {worse} clearly worse"
    extreme = max(rated, key=lambda e: abs(e.difference / e.margin))
    words = f"{better} of {len(rated)} clearly better, {worse} clearly worse; furthest from zero, {SHORT[extreme.measure]}: {number(extreme)}"
    return Figure(
        title=title,
        subtitle=f"Difference from {first.against}, each measure in its own margin; runs of {first.years}, {len(first.changes)} pairs",
        alt=alt("Forest plot", "differences in margins", "headline measure", f"runs of {first.years}", words),
        table=table(f"Headline differences of “{first.scenario}” from {first.against}", rated),
        note=KEY.format(runs=key_of_runs(rated)) + "Grey: too small to matter. An arrow: further than the scale reaches.",
        **both(chart.draw),
    )


def of_measure(effects: Sequence[Effect]) -> Figure:
    """Return the forest of one measure over scenarios, in its own unit, with what was shown in the same order."""
    kind, first = effects[0].unit, effects[0]
    values = [v * kind.scale for e in effects for v in (e.low, e.high, e.difference, *e.changes)]
    ends = spans(values)
    rows = tuple(Row(e.scenario, marks_in_unit(e, ends), e.signed) for e in effects)
    wanted, margin = of(first.measure).better, first.margin
    left, right = {HIGHER: ("", "better →"), LOWER: ("← better", ""), None: ("", "")}[wanted]
    shade = (-margin * kind.scale, margin * kind.scale) if margin else None
    chart = Chart(rows, *ends, f"difference, {kind.axis}", left, right, shade=shade)
    title = title_of(effects)
    extreme = max(effects, key=lambda e: abs(e.difference))
    return Figure(
        title=title,
        subtitle=f"{capital(of(first.measure).words)}: difference from {first.against}, runs of {first.years}",
        alt=alt("Forest plot", f"{of(first.measure).words}, {kind.axis}", "scenario", f"runs of {first.years}", f"{title}; furthest {number(extreme)}"),
        table=table(f"{capital(of(first.measure).words)}, by scenario", effects, scenarios=True),
        note=KEY.format(runs=key_of_runs(effects)) + ("Grey: too small to matter." if margin else ""),
        **both(chart.draw),
    )


def title_of(effects: Sequence[Effect]) -> str:
    """Return the finding of one measure over scenarios, from the rule."""
    if len(effects) == 1:
        return finding(effects[0])
    name = capital(SHORT.get(effects[0].measure, of(effects[0].measure).words))
    words = [told_as(e) for e in effects]
    told = [f"{words.count(word)} {word}" for word in ("better", "worse", "higher", "lower") if word in words]
    if told:
        told[0] = told[0].replace(" ", f" of {len(effects)} ", 1)
        return f"{name}: {', '.join(told)}"
    return f"{name}: {'all too small to matter' if set(words) == {str(Verdict.SMALL)} else f'none of {len(effects)} clear'}"


def number(e: Effect) -> str:
    """Return the difference with unit and interval."""
    return f"{e.amount(e.difference)} (95% interval {e.interval})"


def short_number(e: Effect) -> str:
    """Return the difference in a few letters: units that are needed, briefly."""
    return f"{e.signed} {SUFFIX.get(e.unit.suffix, '')}".rstrip()


SUFFIX = {"percentage points": "% points", "weeks": "weeks", "points of the Star sum": "points"}


def turned(e: Effect, value: float) -> float:
    """Return a difference in margins, better above zero."""
    return value / e.margin * (1 if of(e.measure).better == HIGHER else -1)


def scale_ends(values: list[float]) -> tuple[float, float]:
    """Return the ends of a scale in margins: from a little beyond one margin, to `WIDEST` at most."""
    low, high = spans([*values, -1.2, 1.2])
    return max(low, -WIDEST), min(high, WIDEST)


def marks(e: Effect, ends: tuple[float, float]) -> Draw:
    """Return how one difference is drawn in margins."""
    low, high = sorted((turned(e, e.low), turned(e, e.high)))
    return runs_and_interval(tuple(turned(e, c) for c in e.changes), low, high, turned(e, e.difference), ends)


def marks_in_unit(e: Effect, ends: tuple[float, float]) -> Draw:
    """Return how one difference is drawn in its unit."""
    scale = e.unit.scale
    return runs_and_interval(tuple(c * scale for c in e.changes), e.low * scale, e.high * scale, e.difference * scale, ends)


def key_of_runs(effects: Sequence[Effect]) -> str:
    """Return what shows single runs."""
    few = [len(e.changes) < ENOUGH_RUNS for e in effects]
    if all(few):
        return "pale dots: single runs"
    return "pale dots: single runs, or a thin line for nine in ten of them" if any(few) else "thin line: nine in ten of single runs"


def decimals_of_levels(e: Effect) -> int:
    """Return the decimals of baseline and scenario: those of the difference, within two and four figures of the baseline; whole pounds from 100 up."""
    least = e.unit.places(e.baseline)
    decimals = min(max(e.decimals, least), least + 2)
    return min(decimals, 0) if e.unit.prefix and abs(e.baseline) >= WHOLE_POUNDS else decimals


def table(caption: str, effects: Sequence[Effect], scenarios: bool = False) -> Table:
    """Return differences as a table, in each measure's unit."""
    rows = []
    for e in effects:
        head = e.scenario if scenarios else capital(of(e.measure).words)
        before, after = (e.unit.number(v, decimals_of_levels(e), False) for v in (e.baseline, e.value))
        if e.measure in LEVELLESS:
            before = after = "–"
        rows.append((head, before, after, e.signed, e.unit.axis, told_as(e), str(len(e.changes))))
    return Table(caption, ("Scenario" if scenarios else "Measure", *HEAD[1:]), tuple(rows))
