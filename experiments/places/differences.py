"""Two scenarios in the same places: paired place by place and person by person, since both sides have the same people and luck.

A measure of the system is a sum over places, or a ratio of two such sums. What luck does to the difference of the two sides is seen within
each place, between its runs; places are independent, so their variances add up (a stratified ratio estimator with the places as strata:
Cochran 1977, Sampling Techniques, section 6.10; degrees of freedom by Satterthwaite). Two runs a place are enough where places are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.whatif.differences import COLUMNS
from experiments.whatif.measures import HIGHER, MEASURES

EXTRA = ("places", "share_of_places_better", "people")


def difference(before: np.ndarray, after: np.ndarray, shared: bool = False) -> tuple[float, float, float, float]:
    """Return baseline, scenario, their difference and half its 95% interval; `before` and `after` are (places, runs, 2) of totals and what they are over.

    Where what a total is over is missing, the measure is a sum. The half-width is missing with one run. `shared` says that the places of a
    run have doubt in common, as the row of a posterior: then only the runs of the whole system are independent.
    """
    (first, e_first), (second, e_second) = (linear(side) for side in (before, after))
    errors = e_second - e_first
    runs = errors.shape[1]
    if runs < 2:
        return first, second, second - first, np.nan
    errors = errors.sum(axis=0, keepdims=True) if shared else errors
    variance = errors.var(axis=1, ddof=1) / runs
    total = variance.sum()
    if total == 0:
        return first, second, second - first, 0.0
    freedom = total**2 / (variance**2 / (runs - 1)).sum()
    return first, second, second - first, float(stdtrit(freedom, 0.975) * np.sqrt(total))


def linear(side: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the measure of the system, over all runs, and what each place and run adds to its error, (places, runs)."""
    totals, per = side[..., 0], side[..., 1]
    if np.isnan(per).all():
        return float(np.nansum(totals) / totals.shape[1]), np.nan_to_num(totals)
    totals, per = np.nan_to_num(totals), np.nan_to_num(per)
    size = per.sum() / per.shape[1]
    if size == 0:
        return np.nan, np.zeros(totals.shape)
    value = float(totals.sum() / per.sum())
    return value, (totals - value * per) / size


def table(
    scenario: str, keys: Sequence[tuple[str, str]], before: np.ndarray, after: np.ndarray, margins: Mapping[str, float], shared: bool = False
) -> pd.DataFrame:
    """Return one row for each of `keys`, (measure, group), with the columns of differences.csv and `EXTRA`.

    `before` and `after` are (places, runs, keys, 3): total, what it is over, and people.
    """
    rows = []
    for position, (measure, group) in enumerate(keys):
        sides = before[:, :, position], after[:, :, position]
        first, second, change, half = difference(*(side[..., :2] for side in sides), shared)
        better = share_better(*(values(side) for side in sides), measure)
        runs_better = share_better(*(overall(side) for side in sides), measure)
        margin = margins.get(measure)
        met = None if margin is None or np.isnan(half) else bool(half <= max(abs(change) / 4, margin / 2))
        people = min(float(np.nansum(side[..., 2]) / side.shape[1]) if not np.isnan(side[..., 2]).all() else np.nan for side in sides)
        low, high = change - half, change + half
        rows.append((scenario, measure, group, first, second, change, low, high, before.shape[1], half, met, runs_better, len(before), better, people))
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *EXTRA])
    frame["target_met"] = frame["target_met"].astype("boolean")
    return frame


def values(side: np.ndarray) -> np.ndarray:
    """Return the measure of each place over its runs, (places,), of (places, runs, 3)."""
    totals, per = np.nansum(side[..., 0], axis=1), np.nansum(side[..., 1], axis=1)
    if np.isnan(side[..., 1]).all():
        return totals / side.shape[1]
    return np.divide(totals, per, out=np.full(len(side), np.nan), where=per > 0)


def overall(side: np.ndarray) -> np.ndarray:
    """Return the measure of the system in each run, (runs,)."""
    return values(side.transpose(1, 0, 2)) * (len(side) if np.isnan(side[..., 1]).all() else 1)


def share_better(before: np.ndarray, after: np.ndarray, measure: str) -> float:
    """Return the share of pairs in which `after` is better; missing for measures that have no better. An equal pair is not better."""
    better = MEASURES[measure].better if measure in MEASURES else None
    change = (after - before)[~np.isnan(after - before)]
    if better is None or not len(change):
        return np.nan
    return float((change > 0 if better == HIGHER else change < 0).mean())
