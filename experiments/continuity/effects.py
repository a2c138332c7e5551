"""From the worlds of departures to effects with intervals: differences of the same people, with seeds as clusters.

People of one run share its luck, so that runs are the units: an effect is the mean over all people of all runs, and its interval comes
from leaving out one run at a time (jackknife, Student's t). Where runs have as many people each, this is the interval of the mean over runs.
Ratios of two effects have bootstrap intervals over runs, drawn in pairs with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.pieces import Tables

LEVEL = 0.975
RESAMPLES = 4000
FEWEST_RUNS = 5  # for a bootstrap interval: of fewer it would look narrow and be wrong
LOW_CONFIDENCE = 0.45  # the confidence at which the model's log-odds are told (dropout, attendance)
EARLY_WEEKS = 26
FEWEST = 100  # people of all runs below whom no effect of a group is told


@dataclass(frozen=True)
class Outcome:
    """What differs between two worlds: words for it, its unit, and whether `more` of it is better."""

    words: str
    unit: str
    scale: float = 1.0
    more: bool = True


OUTCOMES = {
    "contacts_26": Outcome("contacts in the half year after the last day", "contacts a person hit"),
    "contacts_52": Outcome("contacts in the year after the last day", "contacts a person hit"),
    "contacts_notice": Outcome("contacts during the notice", "contacts a person hit"),
    "wait": Outcome("weeks from the last day to the next contact (26 at most)", "weeks", more=False),
    "weeks_52": Outcome("weeks with the service in the year after", "weeks a person hit"),
    "engaged_26": Outcome("with the service half a year after", "percentage points", 100),
    "engaged_52": Outcome("with the service a year after", "percentage points", 100),
    "kept_52": Outcome("with the service a year after, or done with it as planned", "percentage points", 100),
    "dropped_52": Outcome("dropped out within the year", "percentage points", 100, more=False),
    "dropped_change_52": Outcome("dropped out within the year, half a year or less after a change of worker", "percentage points", 100, more=False),
    "trust_0": Outcome("trust in the worker at the end of the first week, of those with the service in both worlds", "on a scale of 0 to 1"),
    "trust_26": Outcome("trust in the worker half a year after, of those with the service in both worlds", "on a scale of 0 to 1"),
    "latent_26": Outcome("wellbeing half a year after", "points of the Star sum"),
    "latent_52": Outcome("wellbeing a year after", "points of the Star sum"),
    "star_year_52": Outcome("wellbeing over the year after", "points of the Star sum"),
}


@dataclass(frozen=True)
class Estimate:
    """An effect with its 95% interval (`nan` with one run), and the people, departures and runs behind it."""

    value: float
    low: float
    high: float
    people: int
    departures: int
    runs: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def gathered(by_seed: dict[int, Tables]) -> pd.DataFrame:
    """Return all people hit, of all runs: one row a seed, departure, person and world, with what they were like before and what became of them."""
    frames = []
    for seed, tables in by_seed.items():
        if len(tables["departures"]):
            frames.append(tables["outcomes"].merge(tables["hit"], on=["departure", "person"]).assign(seed=seed))
    return pd.concat(frames, ignore_index=True)


def differences(people: pd.DataFrame, world: str, against: str = "stayed") -> pd.DataFrame:
    """Return one row a person hit: what they were like before, and each outcome in `world` less that in `against`, in its unit."""
    keys = ["seed", "departure", "person"]
    first, second = (people[people.world == name].set_index(keys).sort_index() for name in (world, against))
    if not first.index.equals(second.index):
        raise ValueError("both worlds need the same people")
    before = first[["maintenance", "weeks_in", "confidence", "trust", "changes_before", "complexity"]]
    return pd.concat([before.assign(managed=first.managed), difference(first, second)], axis=1).reset_index()


def difference(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes of `first` less those of `second`, in their units."""
    return pd.DataFrame({name: (first[name].astype(float) - second[name].astype(float)) * outcome.scale for name, outcome in OUTCOMES.items()})


def groups_of(people: pd.DataFrame) -> dict[str, pd.Series]:
    """Return which of `people` are in each group, by what they were like just before the last day."""
    maintenance, low = people.maintenance.astype(bool), people.confidence < LOW_CONFIDENCE
    stages = {"before maintenance": ~maintenance, "in maintenance": maintenance}
    sure = {"confidence below 0.45": low, "confidence 0.45 and above": ~low}
    third = people.confidence.rank(pct=True)
    groups = {"all": pd.Series(True, people.index), **stages}
    groups |= {"first 26 weeks": people.weeks_in < EARLY_WEEKS, "later": people.weeks_in >= EARLY_WEEKS, **sure}
    groups |= {"lowest third of confidence": third <= 1 / 3, "middle third of confidence": (third > 1 / 3) & (third <= 2 / 3)}
    groups |= {"highest third of confidence": third > 2 / 3}
    groups |= {f"{stage}, {name}": in_stage & in_group for stage, in_stage in stages.items() for name, in_group in sure.items()}
    times = {"first change": people.changes_before == 0, "second change": people.changes_before == 1, "third or later change": people.changes_before >= 2}
    groups |= times | {f"before maintenance, {name}": stages["before maintenance"] & at for name, at in times.items()}
    groups |= {f"{name} users": people.complexity == code for code, name in enumerate(("simple", "moderate", "complex"))}
    return groups


def per_seed(values: pd.Series, seeds: pd.Series, every: Iterable[int]) -> np.ndarray:
    """Return one row a seed: the sum of `values`, those missing left out, and their number."""
    known = values.notna()
    told = values[known].groupby(seeds[known]).agg(["sum", "count"]).reindex(list(every), fill_value=0)
    return told.to_numpy(float)


def jackknife(sums: np.ndarray, statistic: Callable[[np.ndarray], float]) -> tuple[float, float, float]:
    """Return `statistic` of the sums over runs and its 95% interval, one run left out at a time. Runs are the rows of `sums`."""
    total, n = sums.sum(axis=0), len(sums)
    value = statistic(total)
    if n < 2:
        return value, np.nan, np.nan
    left_out = np.array([statistic(total - row) for row in sums])
    half = stdtrit(n - 1, LEVEL) * np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    return value, value - half, value + half


def ratio(sums: np.ndarray) -> float:
    """Return the first of `sums` over the second; `nan` when that is zero."""
    return float(sums[0] / sums[1]) if sums[1] else np.nan


def mean_effect(people: pd.DataFrame, outcome: str, which: pd.Series | None = None) -> Estimate:
    """Return the mean difference of those in the group `which` (None: all)."""
    own = people if which is None else people[which]
    known = own[own[outcome].notna()]
    sums = per_seed(own[outcome], own.seed, people.seed.unique())
    sums = sums[sums[:, 1] > 0]  # a run without anybody of the group says nothing of it
    value, low, high = jackknife(sums, ratio) if len(sums) else (np.nan,) * 3
    return Estimate(value, low, high, len(known), known.groupby(["seed", "departure"]).ngroups, len(sums))


def contrast(people: pd.DataFrame, outcome: str, first: pd.Series, second: pd.Series) -> Estimate:
    """Return the mean difference of the group `first` less that of `second`, runs with both groups."""
    every = people.seed.unique()
    sums = np.hstack([per_seed(people[outcome][which], people.seed[which], every) for which in (first, second)])
    sums = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    value, low, high = jackknife(sums, lambda s: ratio(s[:2]) - ratio(s[2:])) if len(sums) else (np.nan,) * 3
    known = people[(first | second) & people[outcome].notna()]
    return Estimate(value, low, high, len(known), known.groupby(["seed", "departure"]).ngroups, len(sums))


def bootstrap(sums: np.ndarray, statistic: Callable[[np.ndarray], float], resamples: int = RESAMPLES) -> tuple[float, float, float]:
    """Return `statistic` of the sums over runs and the 2.5th and 97.5th percentile over resampled runs, `nan` with fewer than five. One row of `sums` a run."""
    value = statistic(sums.sum(axis=0))
    if len(sums) < FEWEST_RUNS:
        return value, np.nan, np.nan
    drawn = np.random.default_rng(1).integers(0, len(sums), (resamples, len(sums)))
    found = np.array([statistic(sums[rows].sum(axis=0)) for rows in drawn])
    low, high = np.nanquantile(found, (1 - LEVEL, LEVEL))
    return value, float(low), float(high)


def ratio_of_effects(people: pd.DataFrame, outcome: str, first: pd.Series, second: pd.Series) -> Estimate:
    """Return the mean difference of the group `first` over that of `second`, with its bootstrap interval over runs."""
    every = people.seed.unique()
    sums = np.hstack([per_seed(people[outcome][which], people.seed[which], every) for which in (first, second)])
    value, low, high = bootstrap(sums, lambda s: ratio(np.array([ratio(s[:2]), ratio(s[2:])])))
    known = people[(first | second) & people[outcome].notna()]
    return Estimate(value, low, high, len(known), known.groupby(["seed", "departure"]).ngroups, len(sums))


def t12(tables: Tables) -> dict[str, float]:
    """Return what T12 needs of one run's tables: the mean fall in contacts over 26 weeks, by stage and by confidence, the ratios and the people."""
    people = differences(gathered({0: tables}), "as_is")
    groups = groups_of(people)
    told: dict[str, float] = {"departures": float(len(tables["departures"])), "people": float(len(people))}
    pairs = {"stage": ("before maintenance", "in maintenance"), "confidence": ("confidence below 0.45", "confidence 0.45 and above")}
    for by, names in pairs.items():
        falls = [-float(people.contacts_26[groups[name]].mean()) for name in names]
        told |= dict(zip(names, falls, strict=True)) | {f"people {name}": float(groups[name].sum()) for name in names}
        told[f"ratio by {by}"] = ratio(np.array(falls))
    return told
