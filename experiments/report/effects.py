"""From a comparison to what its report tells: differences as `Effect`, in the words of the user's own titles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.report.rule import Effect
from experiments.report.sentences import listed, quoted
from experiments.report.words import SHORT
from experiments.whatif.bench import Arm
from experiments.whatif.compare import FEWEST_PEOPLE, Comparison
from experiments.whatif.measures import HEADLINES

TODAY = "baseline"  # the scenario that changes nothing
SAME = "This scenario changes nothing in this service."
NOTHING_YET = "nothing can be told yet"  # of a scenario without any headline difference
WEEKS_PER_YEAR = 52


def baseline_in_words(name: str, title: str) -> str:
    """Return what a baseline is called in the middle of a sentence."""
    return "today’s service" if name == TODAY else quoted(title)


@dataclass(frozen=True)
class Told:
    """A comparison as a report tells it."""

    comparison: Comparison

    @property
    def scenarios(self) -> tuple[Arm, ...]:
        """The scenarios, in the order asked for."""
        return self.comparison.question.scenarios

    @cached_property
    def against(self) -> str:
        """What scenarios are compared with, in the middle of a sentence."""
        baseline = self.comparison.question.baseline
        return baseline_in_words(baseline.name, baseline.title)

    @property
    def years(self) -> str:
        """How long a run is, in words."""
        weeks = self.comparison.question.weeks
        if weeks % WEEKS_PER_YEAR:
            return "a week" if weeks == 1 else f"{weeks} weeks"
        years = weeks // WEEKS_PER_YEAR
        return "a year" if years == 1 else f"{years} years"

    @cached_property
    def rows(self) -> dict[tuple[str, str, str], dict]:
        """The rows of `effects` by scenario, measure and group."""
        return {(row["scenario"], row["measure"], row["group"]): row for row in self.comparison.effects.to_dict("records")}

    @cached_property
    def of_everybody(self) -> pd.DataFrame:
        """The measures of every run for everybody: one row a scenario and seed, one column a measure."""
        runs = self.comparison.runs[self.comparison.runs.group == "all"]
        return runs.pivot(index=["scenario", "seed"], columns="measure", values="value")

    def values(self, arm: str, measure: str, runs: int) -> np.ndarray:
        """Return the values of `measure` in the first `runs` runs of an arm; `nan` where there is none."""
        if measure not in self.of_everybody:
            return np.full(runs, np.nan)
        return self.of_everybody[measure].loc[arm].reindex(self.comparison.question.seeds(runs)).to_numpy(float)

    def effect(self, arm: Arm, measure: str) -> Effect | None:
        """Return the difference of a scenario in `measure`, for everybody; None where there is no value, or where too few people are behind it."""
        if not self.has_value(arm, measure) or self.people_behind(arm, measure) < FEWEST_PEOPLE:
            return None
        row = self.rows[arm.name, measure, "all"]
        runs = self.comparison.replications[arm.name]
        change = self.values(arm.name, measure, runs) - self.values(self.comparison.question.baseline.name, measure, runs)
        return Effect(
            scenario=arm.title,
            measure=measure,
            baseline=row["baseline_mean"],
            value=row["scenario_mean"],
            difference=row["difference"],
            low=row["ci_low"],
            high=row["ci_high"],
            changes=tuple(change[np.isfinite(change)]),
            margin=self.comparison.question.all_margins.get(measure),
            precision=self.comparison.question.precision,
            against=self.against,
            years=self.years,
        )

    def has_value(self, arm: Arm, measure: str) -> bool:
        """Whether any pair of runs has a value of `measure` for everybody."""
        row = self.rows.get((arm.name, measure, "all"))
        return row is not None and bool(np.isfinite(row["difference"]))

    def people_behind(self, arm: Arm, measure: str) -> float:
        """Return the people behind a difference, of all its runs together; `nan` for a measure that does not count people."""
        row = self.rows[arm.name, measure, "all"]
        return row["people"] * row["replications"]

    def headlines(self, arm: Arm) -> list[Effect]:
        """Return the differences of the headline measures that have a value and enough people behind it."""
        found = (self.effect(arm, measure) for measure in HEADLINES)
        return [effect for effect in found if effect is not None]

    def untold(self, arm: Arm) -> list[str]:
        """Return the sentences on headline measures of which nothing is told: those without a value, and those with too few people behind it."""
        told = {effect.measure for effect in self.headlines(arm)}
        left = [measure for measure in HEADLINES if measure not in told]
        none, few = ([SHORT[m] for m in left if self.has_value(arm, m) is known] for known in (False, True))
        of_none = [f"No value in runs of {self.years}: {listed(none)}."] if none else []
        return of_none + ([f"Too few people, under {FEWEST_PEOPLE} in all runs together: {listed(few)}."] if few else [])

    def not_narrow(self, arm: Arm) -> list[str]:
        """Return the short names of the headline measures that are told and whose interval is not as narrow as was asked."""
        told = {effect.measure for effect in self.headlines(arm)}
        return [SHORT[measure] for measure in self.comparison.not_narrow(arm.name) if measure in told]

    def changes_nothing(self, arm: Arm) -> bool:
        """Whether a scenario is the baseline in this service, whatever it changes elsewhere."""
        return self.comparison.question.same(arm)

    @cached_property
    def wellbeing(self) -> str | None:
        """The measure of wellbeing that the answer is about: two years after referral, or as late as these runs reach, else over all weeks."""
        measures = (*(f"gain_over_usual_care_{weeks}" for weeks in (104, 52, 26)), "star_years_per_person")
        return next((measure for measure in measures if any(self.effect(arm, measure) for arm in self.scenarios)), None)

    def people_referred(self) -> float:
        """Mean number of people referred in a run of the baseline; `nan` when not known."""
        runs = max(self.comparison.replications.values())
        values = self.values(self.comparison.question.baseline.name, "people_referred", runs)
        return float(values.mean()) if len(values) else np.nan

    def runs_in_words(self, arm: Arm) -> str:
        """Return how many pairs of runs a scenario rests on."""
        return f"{self.comparison.replications[arm.name]} paired runs"
