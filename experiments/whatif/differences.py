"""Paired differences: run by run, with Student's t interval of their mean. Pure functions of tables.

Source: Law 2015, Simulation Modeling and Analysis, §10.2 (paired t under common random numbers).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.whatif.measures import HIGHER, MEASURES

COLUMNS = (
    "scenario", "measure", "group", "baseline_mean", "scenario_mean", "difference", "ci_low", "ci_high", "replications", "halfwidth", "target_met",
    "share_of_runs_better",
)  # fmt: skip
RANGE = (0.05, 0.95)  # of single runs
EXTRAS = ("run_low", "run_high", "people")


def matrix(measures: pd.DataFrame) -> pd.DataFrame:
    """Return one row a seed and one column a `(measure, group)`, in order of first appearance."""
    wide = measures.pivot(index="seed", columns=["measure", "group"], values="value")
    return wide[list(dict.fromkeys(measures[["measure", "group"]].itertuples(index=False, name=None)))]


def paired(name: str, baseline: pd.DataFrame, scenario: pd.DataFrame, precision: float, margins: dict[str, float]) -> pd.DataFrame:
    """Return the differences of scenario `name` from `baseline`, both long tables of measures with the same seeds.

    One row a measure and group, with `COLUMNS` and `EXTRAS`: 5th and 95th percentile of single paired differences, and the
    mean number of people behind the value of the side that has fewer. A pair counts when both runs have a value.
    """
    before, after = matrix(baseline), matrix(scenario)
    if not before.index.equals(after.index):
        raise ValueError("both sides of a paired difference need the same seeds, in the same order")
    keys = [key for key in after.columns if key in before.columns]
    first, second = before[keys].to_numpy(), after[keys].to_numpy()
    change = second - first
    half = halfwidth(change)
    mean = means(change)
    runs = (~np.isnan(change)).sum(axis=0)
    low, high = single_runs(change)
    behind = np.fmin(*(side.groupby(["measure", "group"], sort=False)["people"].mean().reindex(keys).to_numpy() for side in (baseline, scenario)))
    both = ~np.isnan(change)
    table = pd.DataFrame(
        {
            "scenario": name,
            "measure": [measure for measure, _ in keys],
            "group": [group for _, group in keys],
            "baseline_mean": means(np.where(both, first, np.nan)),
            "scenario_mean": means(np.where(both, second, np.nan)),
            "difference": mean,
            "ci_low": mean - half,
            "ci_high": mean + half,
            "replications": runs,
            "halfwidth": half,
            "target_met": [met(*case, precision) for case in zip(half, mean, (margins.get(measure) for measure, _ in keys), strict=True)],
            "share_of_runs_better": share_better(change, [measure for measure, _ in keys]),
            "run_low": low,
            "run_high": high,
            "people": behind,
        }
    )
    table["target_met"] = table["target_met"].astype("boolean")
    return table


def means(values: np.ndarray) -> np.ndarray:
    """Return the mean of each column over the runs that have a value; `nan` where none has."""
    count = (~np.isnan(values)).sum(axis=0)
    return np.divide(np.nansum(values, axis=0), count, out=np.full(values.shape[1], np.nan), where=count > 0)


def halfwidth(change: np.ndarray) -> np.ndarray:
    """Return half the 95% interval (Student's t) of the mean of each column of `change` (runs, columns); `nan` below two runs."""
    count = (~np.isnan(change)).sum(axis=0)
    squares = np.nansum((change - means(change)) ** 2, axis=0)
    enough = count > 1
    error = np.sqrt(np.divide(squares, (count - 1) * count, out=np.full(change.shape[1], np.nan), where=enough))
    return stdtrit(np.where(enough, count - 1, 1), 0.975) * error


def met(half: float, difference: float, margin: float | None, precision: float) -> bool | None:
    """Whether an interval is narrow enough: half of it at most `precision` times the difference or half the margin. None without a margin or interval."""
    if margin is None or np.isnan(half):
        return None
    return bool(half <= max(precision * abs(difference), margin / 2))


def single_runs(change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 5th and 95th percentile over runs of each column; `nan` where no run has a value."""
    low, high = np.full(change.shape[1], np.nan), np.full(change.shape[1], np.nan)
    some = ~np.isnan(change).all(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(change[:, some], RANGE, axis=0)
    return low, high


def share_better(change: np.ndarray, measures: list[str]) -> np.ndarray:
    """Return the share of runs in which the scenario is better than the baseline; `nan` for measures that have no better. An equal run is not better."""
    sign = np.array([{None: np.nan}.get(MEASURES[m].better, 1.0 if MEASURES[m].better == HIGHER else -1.0) if m in MEASURES else np.nan for m in measures])
    count = (~np.isnan(change)).sum(axis=0)
    better = np.nansum(change * sign > 0, axis=0)
    share = np.divide(better, count, out=np.full(change.shape[1], np.nan), where=count > 0)
    return np.where(np.isnan(sign), np.nan, share)
