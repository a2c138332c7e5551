"""What one change of link worker costs the person it hits: its section of the report."""

from __future__ import annotations

import numpy as np

from experiments.report import html
from experiments.report.departures import exact
from experiments.report.figures.figure import Table
from experiments.report.material import Material
from experiments.report.numbers import signed, unit
from experiments.report.sentences import capital, told_as
from experiments.whatif.changes import AFTER_WEEKS
from experiments.whatif.compare import CHANGE_SEEDS
from experiments.whatif.differences import halfwidth, means

TITLE = "When a link worker leaves"
COSTS = {"change_cost_star": "Wellbeing", "change_cost_retention": "Share still with the service, or done with it"}
HEAD = ("Side", "What is looked at", "Cost of a change (95% interval)", "Unit", "Difference from the baseline (95% interval)", "Verdict", "Runs")
WHAT = (
    f"What happens to a person in the {AFTER_WEEKS} weeks after a first change of link worker, set against the same person with the same luck in a service "
    "that nobody leaves; below zero is a loss. The empty posts and the newcomers that go with leaving are part of it. It takes another run, so it comes "
    f"from the first {CHANGE_SEEDS} seeds at most. A scenario can also change how many are hit: that is the change of link worker among the headline "
    "differences."
)
MORE = (
    "This is not what one departure costs: vacancies and newcomers touch everybody. The same command with continuity=true cancels departures one by one, and "
    "tells what one costs by stage, confidence and kind of handover, what repeated changes cost, and what an hour of joint meetings buys. For the default "
    "service docs/results/continuity.md of spsim has it."
)


def leaving(m: Material) -> str:
    """Return what a change of link worker costs in the baseline and in each scenario, and nothing where it was not worked out."""
    baseline = m.comparison.question.baseline
    sides = {baseline.name: capital(m.against)} | {arm.name: arm.title for arm in m.scenarios if not m.changes_nothing(arm)}
    found = {(name, measure): cost_of(m, name, measure) for name in sides for measure in COSTS}
    if not any(runs for *_, runs in found.values()):
        return html.section("leaving", TITLE, exact(m))
    rows = [row(m, name, title, measure, found[name, measure]) for name, title in sides.items() for measure in COSTS if found[name, measure][-1]]
    told = html.paragraph(sentence(m, {measure: found[baseline.name, measure] for measure in COSTS}))
    told += html.table(Table("What a change of link worker costs those it hits, half a year on", HEAD, tuple(rows)))
    told += html.paragraph(WHAT, class_="note")
    if m.departures is None:
        return html.section("leaving", TITLE, told + html.paragraph(MORE, class_="note"))
    return html.section("leaving", TITLE, exact(m) + html.element("h3", "Against a service that nobody leaves") + told)


def cost_of(m: Material, name: str, measure: str) -> tuple[float, float, int]:
    """Return the mean of a cost over the runs of one side that tell it, half its 95% interval (`nan` with one run), and how many runs that are."""
    if measure not in m.of_everybody or name not in m.of_everybody.index.get_level_values("scenario"):
        return np.nan, np.nan, 0
    values = m.of_everybody[measure].loc[name].to_numpy(float)[:, None]
    return float(means(values)[0]), float(halfwidth(values)[0]), int(np.isfinite(values).sum())


def amount(measure: str, cost: tuple[float, float, int]) -> str:
    """Return a cost with its interval, without unit."""
    mean, half, _ = cost
    kind = unit(measure)
    return signed(kind, mean, mean - half, mean + half, kind.places(mean, mean - half, mean + half))


def row(m: Material, name: str, title: str, measure: str, cost: tuple[float, float, int]) -> tuple[str, ...]:
    """Return the row of one side and cost."""
    arm = next((arm for arm in m.scenarios if arm.name == name), None)
    effect = None if arm is None else m.effect(arm, measure)
    differs = ("–", "–") if effect is None else (effect.signed, told_as(effect))
    return title, COSTS[measure], amount(measure, cost), unit(measure).axis, *differs, str(cost[-1])


def sentence(m: Material, costs: dict[str, tuple[float, float, int]]) -> str:
    """Return what a change costs in the baseline, in words."""
    told = []
    for measure, (mean, half, runs) in costs.items():
        if runs:
            told.append(f"{COSTS[measure].lower()} {amount(measure, (mean, half, runs))} {unit(measure).axis}")
    if not told:
        return f"With {m.against} nobody changes link worker long enough before the end to be looked at."
    said = "; ".join(told)
    return (
        f"What one change of link worker costs the person it hits, half a year on, in the model and with {m.against}, against the same person in a service "
        f"that nobody leaves: {said}. In brackets: 95% intervals."
    )
