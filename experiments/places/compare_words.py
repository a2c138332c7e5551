"""A comparison of systems in words and as a page to forward, in the sentences of every comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.report import html
from experiments.report.effects import baseline_in_words
from experiments.report.figures import forest
from experiments.report.figures.figure import Table
from experiments.report.page import FOOT, document
from experiments.report.rule import Effect, Verdict
from experiments.report.sentences import answer, capital
from experiments.report.words import SHORT
from experiments.terminal import counted
from experiments.whatif.measures import HEADLINES, MEASURES

PRECISION = 0.25  # of a difference: half of an interval that is narrow enough
TOLD = (*HEADLINES, "wait_mean", "star_gain_latent_52")
TENTH = (0.1, 0.9)


@dataclass(frozen=True)
class Compared:
    """The differences of a system, as sentences and pages need them: titles by scenario, the baseline first; `posterior` is the name of its file."""

    titles: Mapping[str, str]
    differences: pd.DataFrame
    places: pd.DataFrame
    by_seed: Mapping[str, pd.DataFrame]
    weeks: int
    margins: Mapping[str, float]
    posterior: str = ""

    @property
    def baseline(self) -> str:
        """The name of the baseline."""
        return next(iter(self.titles))

    @property
    def against(self) -> str:
        """What scenarios are compared with, in the middle of a sentence."""
        return baseline_in_words(self.baseline, self.titles[self.baseline])

    @property
    def years(self) -> str:
        """How long a run is, in words."""
        return f"{self.weeks // 52} years" if self.weeks % 52 == 0 and self.weeks >= 104 else counted(self.weeks, "week")

    @property
    def count(self) -> int:
        """How many places there are."""
        return int(self.differences.places.max())

    @property
    def runs(self) -> int:
        """How often each was run under each scenario."""
        return int(self.differences.replications.max())

    @property
    def scenarios(self) -> list[str]:
        """The names of the scenarios."""
        return [name for name in self.titles if name != self.baseline]

    def effects(self, scenario: str) -> list[Effect]:
        """Return the differences of the headline measures of one scenario that have a value."""
        rows = self.differences[(self.differences.scenario == scenario) & (self.differences.group == "all")].set_index("measure")
        return [self.effect(scenario, name, rows.loc[name]) for name in TOLD if name in rows.index and np.isfinite(rows.at[name, "difference"])]

    def effect(self, scenario: str, measure: str, row: pd.Series) -> Effect:
        """Return one difference; its runs are those of the whole system."""
        return Effect(
            scenario=self.titles[scenario], measure=measure, baseline=row.baseline_mean, value=row.scenario_mean, difference=row.difference,
            low=row.ci_low, high=row.ci_high, changes=tuple(self.by_seed[scenario][measure]), margin=self.margins.get(measure), precision=PRECISION,
            against=self.against, years=self.years,
        )  # fmt: skip

    def over_places(self, scenario: str, effect: Effect) -> str:
        """Return in how many places it goes up and down, and how far apart they are; nothing where the whole does not clearly change."""
        if effect.verdict is not Verdict.CLEAR:
            return ""
        change = self.places[(self.places.scenario == scenario) & (self.places.measure == effect.measure)].difference.dropna()
        if change.empty or not effect.difference:
            return ""
        up, down = (change > 0).mean(), (change < 0).mean()
        low, high = change.quantile(TENTH[0]), change.quantile(TENTH[1])
        decimals = effect.decimals
        middle = f"from {effect.unit.number(low, decimals, False)} to {effect.unit.amount(high, decimals, False)}"
        return f"In single places, luck included: up in {up:.0%}, down in {down:.0%}; the middle eight in ten go {middle}."


def sentence(found: Compared, scenario: str, effect: Effect) -> str:
    """Return what is said of one difference. How many more runs would do is left out: each would be one of every place."""
    said = re.sub(r" About [\d,]+ more runs would give the wanted precision\.", "", answer(effect))
    return f"{said} {found.over_places(scenario, effect)}".rstrip()


def text(found: Compared, service: str, notes: Sequence[str]) -> list[str]:
    """Return the lines of the short answer."""
    lines = [f"{service}: {counted(found.count, 'place')}, {found.years}, {counted(found.runs, 'run')} of each place under each scenario"]
    for scenario in found.scenarios:
        lines += ["", f"{found.titles[scenario]}"]
        for effect in found.effects(scenario):
            lines.append(f"- {sentence(found, scenario, effect)}")
    lines += ["", how(found)]
    return [*lines, *(f"Note: {note}" for note in notes)]


def how(found: Compared) -> str:
    """Return what stands behind the intervals."""
    if found.posterior:
        return (
            f"Each of {counted(found.count, 'place')} has the same people and the same luck on both sides; all places of a run take one row of "
            f"{found.posterior}. Intervals are over runs of the whole system, and hold luck and the doubt of the fit; not that about other assumptions, nor "
            "about which places there are."
        )
    return (
        f"Each of {counted(found.count, 'place')} has the same people and the same luck on both sides. Intervals are what luck leaves open: it is seen "
        f"within places, between their {counted(found.runs, 'run')}, and adds up over them; they hold no doubt about the assumptions, nor about which places "
        "there are."
    )


def page(found: Compared, service: str, notes: Sequence[str], command: str) -> str:
    """Return the page to forward."""
    title = f"{service}: {', '.join(found.titles[name] for name in found.scenarios)}"
    asked = html.element("h1", title) + html.paragraph(
        f"What changes against {found.against}, in {counted(found.count, 'place')} over {found.years}, each with its own people, workers and services."
    )
    told, rest = "", ""
    for number, scenario in enumerate(found.scenarios):
        effects = found.effects(scenario)
        told += html.element("h3", found.titles[scenario]) + html.items([sentence(found, scenario, e) for e in effects])
        rated = [e for e in effects if e.measure in HEADLINES and e.margin and MEASURES[e.measure].better]
        drawn = html.figure(forest.of_scenario(rated)) if rated else ""
        rest += html.section(f"scenario{number}", found.titles[scenario], drawn + html.table(by_place(found, scenario, effects)))
    answers = html.section("answer", "The answer", told)
    made = html.paragraph(how(found)) + html.items(notes) + html.paragraph(f"Made by: {command}")
    return document(title, asked, answers, rest + html.section("made", "How this was made", made), FOOT)


def by_place(found: Compared, scenario: str, effects: Sequence[Effect]) -> Table:
    """Return how places differ in what the scenario does to them."""
    rows = []
    for e in effects:
        change = found.places[(found.places.scenario == scenario) & (found.places.measure == e.measure)].difference.dropna()
        told = [e.unit.amount(value, e.decimals, False) for value in change.quantile([0.1, 0.5, 0.9])]
        name = SHORT.get(e.measure, MEASURES[e.measure].words)
        rows.append((capital(name), *told, f"{(change > 0).mean():.0%}", f"{(change < 0).mean():.0%}"))
    head = ("Measure", "One place in ten is at or below", "Half are at or below", "Nine in ten are at or below", "Up in", "Down in")
    return Table("What it does to single places, luck included", head, tuple(rows))
