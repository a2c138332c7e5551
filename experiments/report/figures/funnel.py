"""The way through the service: of every 100 people referred, how many are left at each stage, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.report.effects import Told
from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.numbers import Unit, show, signed
from experiments.report.rule import Verdict, verdict
from experiments.report.sentences import capital
from experiments.report.svg import Scale, Sheet
from experiments.whatif.bench import Arm
from experiments.whatif.differences import halfwidth, means

STAGES = (  # words; measure of those who start, on top of the uptake
    ("take the service up", None),
    ("with it or done with it after 6 months", "retention_26"),
    ("… after a year", "retention_52"),
    ("… after 2 years", "retention_104"),
)
TITLED = {  # what a stage is called in a title
    "with it or done with it after 6 months": "kept after 6 months",
    "… after a year": "kept after a year",
    "… after 2 years": "kept after 2 years",
}
LOST = {  # when those who do not reach a stage are lost
    "take the service up": "before they start",
    "with it or done with it after 6 months": "within 6 months of starting",
    "… after a year": "by a year",
    "… after 2 years": "by 2 years",
}
PEOPLE = Unit(1.0, "", "people")


@dataclass(frozen=True)
class Stage:
    """One stage: people of every 100 referred in the baseline and the scenario, and the difference with its paired interval."""

    words: str
    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """People of every 100 more in the scenario."""
        return self.after - self.before


def stages(told: Told, arm: Arm) -> list[Stage]:
    """Return the stages that have a value in every pair of runs, and enough people behind it."""
    runs, baseline = told.comparison.replications[arm.name], told.comparison.question.baseline.name
    found = []
    for words, measure in STAGES:
        sides = []
        for name in (baseline, arm.name):
            share = told.values(name, "uptake", runs)
            sides.append(100 * (share * told.values(name, measure, runs) if measure else share))
        change = (sides[1] - sides[0])[:, None]
        if not np.isfinite(change).all() or told.effect(arm, measure or "uptake") is None:
            continue
        mean, half = float(means(change)[0]), float(halfwidth(change)[0])
        found.append(Stage(words, float(sides[0].mean()), float(sides[1].mean()), mean - half, mean + half))
    return found


def figure(told: Told, arm: Arm) -> Figure | None:
    """Return the funnel of one scenario beside the baseline; None where there are no starts."""
    found = stages(told, arm)
    if not found:
        return None
    rows, before, after = [Row("referred", pair(100, 100), "100")], 100.0, 100.0
    for stage in found:
        lost = f"lost: {max(0, after - stage.after):.0f}, baseline {max(0, before - stage.before):.0f}"
        rows.append(Row(stage.words, pair(stage.after, stage.before), f"{stage.after:.0f}, baseline {stage.before:.0f}", above=lost))
        before, after = stage.before, stage.after
    chart = Chart(tuple(rows), 0, 100, "of every 100 people referred", zero=False)
    title, last = title_of(found, told.comparison.question.all_margins.get("uptake", 0.02)), found[-1]
    words = f"{title}; at the last stage {last.after:.0f} of 100 against {last.before:.0f}"
    return Figure(
        title=title,
        subtitle=f"Of every 100 people referred; {told.runs_in_words(arm)} of {told.years}",
        alt=alt("Bar chart", "people of every 100 referred", "stage", f"runs of {told.years}", words),
        table=Table(
            f"Of every 100 people referred: “{arm.title}” and {told.against}",
            ("Stage", "Scenario", "Baseline", "Difference (95% interval)"),
            tuple((capital(s.words), show(s.after, 1), show(s.before, 1), signed(PEOPLE, s.difference, s.low, s.high, 1, False)) for s in found),
        ),
        note="Dark: scenario; grey below: baseline. Each stage is over those referred or started long enough ago to have reached it.",
        **both(chart.draw),
    )


def title_of(found: list[Stage], margin: float) -> str:
    """Return the finding: the stage that changes most among the clear ones, else the step at which most are lost, with their number."""
    clear = [s for s in found if verdict(s.low, s.high, 100 * margin) is Verdict.CLEAR]
    if clear:
        most = max(clear, key=lambda s: abs(s.difference))
        more = "more" if most.difference > 0 else "fewer"
        return f"{abs(most.difference):.0f} {more} of every 100 {TITLED.get(most.words, most.words)}"
    counts = [100.0, *(s.after for s in found)]
    losses = [a - b for a, b in zip(counts, counts[1:], strict=False)]
    worst = int(np.argmax(losses))
    largest = f"{max(0, losses[worst]):.0f} of 100 are lost {LOST[found[worst].words]}, the largest step"
    same = all(verdict(s.low, s.high, 100 * margin) is Verdict.SMALL for s in found)
    return f"{largest}, in both alike" if same else f"{largest}; difference uncertain"


def pair(after: float, before: float) -> Draw:
    """Return how to draw two bars: the scenario's above, the baseline's thinner below."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        sheet.box(scale(0), y - 11, scale(after) - scale(0), 13, "bar")
        sheet.box(scale(0), y + 3, scale(before) - scale(0), 7, "bar before")

    return draw
