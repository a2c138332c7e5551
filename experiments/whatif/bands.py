"""Week by week over all runs: the median and the band that nine in ten runs lie in."""

from __future__ import annotations

import pandas as pd

QUANTILES = {"run_low": 0.05, "median": 0.5, "run_high": 0.95}
SHOWN = (
    "waiting", "open_caseload", "posts_filled", "workload", "hours_unmet", "contacts", "worker_changes", "disengaged", "queued", "attending", "places",
    "star_mean",
)  # fmt: skip


def weekly_bands(weekly: pd.DataFrame) -> pd.DataFrame:
    """Return `scenario, measure, week, run_low, median, run_high, runs` of the weekly tables of several runs.

    `run_low` and `run_high` are the 5th and 95th percentile over runs in that week: a band of weeks, not of whole runs.
    """
    parts = []
    grouped = weekly.groupby(["scenario", "week"], sort=False)
    runs = grouped["seed"].nunique()
    for measure in SHOWN:
        part = grouped[measure].quantile(list(QUANTILES.values())).unstack()
        part.columns = list(QUANTILES)
        parts.append(part.assign(measure=measure, runs=runs).reset_index())
    return pd.concat(parts, ignore_index=True)[["scenario", "measure", "week", *QUANTILES, "runs"]]
