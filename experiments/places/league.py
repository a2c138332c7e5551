"""How much places differ, and how much of that is luck: the spread between places, split into chance and structure.

A place run again with the same parameters and other luck gives another figure. The variance of such figures within places is what
chance makes; the variance between places is chance and structure together; the difference is structure: population, referrals, workers,
services. (One-way analysis of variance with places as random effects: Searle, Casella and McCulloch 1992.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAGUE = (
    "wait_mean", "uptake", "dropout", "contacts_per_user", "changed_worker", "star_gain_26", "setbacks_per_year", "posts_vacant", "places_taken",
    "cost_per_start",
)  # fmt: skip
COLUMNS = (
    "measure", "unit", "places", "mean", "p10", "p50", "p90", "sd", "sd_chance", "sd_structure", "chance_share", "chance_low", "chance_high",
    "outside_luck", "places_run_twice", "top_tenth_again",
)  # fmt: skip
NORMAL_95 = 1.96
DRAWS = 2_000  # of the bootstrap
FEWEST = 5  # places run twice, for a split to be told


@dataclass(frozen=True)
class Split:
    """The spread of one measure: `sd` over places in one run, what of it is chance and structure, and the share of its variance that is chance."""

    sd: float
    sd_chance: float
    sd_structure: float
    share: float
    low: float
    high: float


def split(first: np.ndarray, again: np.ndarray) -> Split:
    """Split the spread of `first`, (places,), by `again`, (places run twice, luck): figures of some of the places with the same parameters.

    The interval of the chance share is the middle 95% of a bootstrap over places.
    """
    rng, within = np.random.default_rng(0), again.var(axis=1, ddof=1)
    seen, chance = float(first.var(ddof=1)), float(within.mean())
    share = min(1.0, chance / seen) if seen > 0 else np.nan
    spread = rng.choice(first, (DRAWS, len(first))).var(axis=1, ddof=1)
    drawn = np.minimum(1, rng.choice(within, (DRAWS, len(within))).mean(axis=1)[spread > 0] / spread[spread > 0])
    low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (np.nan, np.nan)
    return Split(np.sqrt(seen), np.sqrt(chance), np.sqrt(max(0.0, seen - chance)), share, float(low), float(high))


def league(runs: pd.DataFrame, measures: Sequence[str] = LEAGUE) -> pd.DataFrame:
    """Return one row a measure, with `COLUMNS`, of `runs`: `place, seed, measure, value, unit`, the first seed of every place and others of some.

    `outside_luck` is the share of places further from the mean of all than luck alone carries 19 in 20 of them; `top_tenth_again` the share
    of the places in the highest tenth that are there in their other life too, among those run twice.
    """
    rows = []
    for measure in measures:
        part = runs[runs.measure == measure]
        wide = part.pivot(index="place", columns="seed", values="value").sort_index()
        if wide.empty or wide.iloc[:, 0].notna().sum() < 2:
            continue
        first, twice = wide.iloc[:, 0].dropna().to_numpy(), wide.dropna().to_numpy()
        told = split(first, twice) if len(twice) >= FEWEST and twice.shape[1] > 1 else Split(float(first.std(ddof=1)), *[np.nan] * 5)
        outside = float((np.abs(first - first.mean()) > NORMAL_95 * told.sd_chance).mean()) if np.isfinite(told.sd_chance) else np.nan
        rows.append((
            measure, part.unit.iloc[0], len(first), first.mean(), *np.quantile(first, (0.1, 0.5, 0.9)), told.sd, told.sd_chance, told.sd_structure,
            told.share, told.low, told.high, outside, len(twice) if twice.shape[1] > 1 else 0, again_at_the_top(twice),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def again_at_the_top(twice: np.ndarray) -> float:
    """Return which share of the highest tenth of places, in the first life, is in the highest tenth of the second; missing with too few."""
    if twice.ndim < 2 or twice.shape[1] < 2 or len(twice) < 10 * FEWEST:
        return np.nan
    tenth = len(twice) // 10
    first, second = (set(np.argsort(-twice[:, life], kind="stable")[:tenth].tolist()) for life in (0, 1))
    return len(first & second) / tenth
