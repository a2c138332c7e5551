"""Who gains and who loses: differences by group of people, and how the gap between two groups changes, each with its own paired interval.

Two intervals that overlap do not tell whether two groups differ, so the gap between them is taken in every run and its
change is paired by run (Student's t), like any other difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from experiments.whatif.compare import FEWEST_PEOPLE, Comparison
from experiments.whatif.differences import halfwidth, means, single_runs
from experiments.whatif.measures import HEADLINES

PAIRS = {  # what the two groups are called together: the one thought worse off, and the other
    "women and men": ("sex: women", "sex: men"),
    "most and less deprived": ("deprivation: most deprived", "deprivation: less deprived"),
    "minority or language need, and none": ("minority or language need: yes", "minority or language need: no"),
    "mental-health condition, and none": ("mental health: condition", "mental health: none"),
    "complex and simple needs": ("complexity: complex", "complexity: simple"),
}
CALLED = {  # each group in the middle of a sentence
    "sex: women": "women", "sex: men": "men", "deprivation: most deprived": "the most deprived", "deprivation: less deprived": "the less deprived",
    "minority or language need: yes": "people with a minority background or language need", "minority or language need: no": "people without one",
    "mental health: condition": "people with a mental-health condition", "mental health: none": "people without one",
    "complexity: complex": "people with complex needs", "complexity: simple": "people with simple needs",
    "complexity: moderate": "people with moderate needs",
}  # fmt: skip
GAP_COLUMNS = (
    "scenario", "measure", "pair", "first", "second", "baseline_gap", "scenario_gap", "change", "ci_low", "ci_high",
    "replications", "run_low", "run_high", "people", "enough_people",
)  # fmt: skip
GROUP_COLUMNS = (
    "scenario", "measure", "group", "people", "baseline_mean", "scenario_mean", "difference", "ci_low", "ci_high",
    "replications", "run_low", "run_high", "enough_people",
)  # fmt: skip


def measures_of_people(comparison: Comparison, among: Iterable[str] = HEADLINES) -> list[str]:
    """Return the measures `among` which are told by group, in their order."""
    told = set(comparison.effects.loc[comparison.effects.group.isin(CALLED), "measure"])
    return [name for name in among if name in told]


def by_group(comparison: Comparison, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Return `GROUP_COLUMNS`: for each scenario, measure of people (None: the headlines) and group, the difference and the mean number of people behind it.

    `enough_people` is false below 30 people: no verdict is given there.
    """
    rows = comparison.effects[comparison.effects.group.isin(CALLED) & comparison.effects.measure.isin(measures or measures_of_people(comparison))]
    return rows.assign(enough_people=rows.people >= FEWEST_PEOPLE)[list(GROUP_COLUMNS)].reset_index(drop=True)


def gaps(comparison: Comparison, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Return `GAP_COLUMNS`: for each scenario, measure of people (None: the headlines) and pair of groups, how the gap changes.

    A gap is the first group's value less the second's, in the measure's unit; `change` is the scenario's gap less the
    baseline's, with a paired 95% interval. `people` is the smaller group's mean number.
    """
    wanted, question = measures or measures_of_people(comparison), comparison.question
    runs = comparison.runs[comparison.runs.measure.isin(wanted) & comparison.runs.group.isin(CALLED)]
    values = runs.pivot(index=["scenario", "seed"], columns=["measure", "group"], values="value")
    people = comparison.effects.set_index(["scenario", "measure", "group"])["people"]
    rows = []
    for arm in question.scenarios:
        seeds = question.seeds(comparison.replications[arm.name])
        before, after = (values.loc[name].reindex(seeds) for name in (question.baseline.name, arm.name))
        for measure in wanted:
            for pair, (first, second) in PAIRS.items():
                if not {(measure, first), (measure, second)} <= set(values.columns):
                    continue
                gap = [side[measure, first].to_numpy() - side[measure, second].to_numpy() for side in (before, after)]
                behind = min(people.get((arm.name, measure, group), np.nan) for group in (first, second))
                rows.append((arm.name, measure, pair, first, second, *change_of(*gap), behind, bool(behind >= FEWEST_PEOPLE)))
    return pd.DataFrame(rows, columns=list(GAP_COLUMNS))


def change_of(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float, float, float, int, float, float]:
    """Return mean gap before and after, mean change with its 95% interval, runs, and the range of single runs. Runs without a value are left out."""
    both = np.isfinite(before) & np.isfinite(after)
    change = (after - before)[both][:, None]
    if not len(change):
        return (np.nan,) * 5 + (0, np.nan, np.nan)
    mean, half = float(means(change)[0]), float(halfwidth(change)[0])
    low, high = (float(end[0]) for end in single_runs(change))
    return float(before[both].mean()), float(after[both].mean()), mean, mean - half, mean + half, len(change), low, high
