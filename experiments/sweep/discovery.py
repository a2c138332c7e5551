"""Scenario discovery: which combinations of inputs lead to missing a target, as a few boxes in words, judged on points held out.

Boxes are nodes of a small scikit-learn classification tree (CART, one of the two methods that Lempert, Bryant and Bankes 2008,
RAND WR-549, compare for this): scikit-learn is a dependency already, well kept, and takes switches and choices as columns of 0 and 1.
Of the PRIM implementations, `prim` (1.0.0, 2024) is under the GPL, which this project's licence cannot take in, and `ema_workbench`
(3.0.0, March 2026, BSD) is well kept but a framework of its own: 29 MB, with platypus-opt, statsmodels and seaborn, for this one step.

A tree describes the points it was grown on better than others. So it is grown on two thirds of the points, and how many points a
box holds and how many of them miss is counted on the last third. A box is kept when misses are clearly denser there than overall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from experiments.sweep.factors import Factor

FEWEST = 12  # points that miss, and points that do not: with fewer there is nothing to grow a tree on
FOLDS = 3  # one of them is held out
DEPTH = 3  # conditions of a rule at most
LEAST_SHARE, LEAST_POINTS = 0.03, 8  # of the points a tree is grown on, in a box
TIMES = 3.0  # the odds of a miss in a box over those of all points, from which a node is a box
FIGURES = 3  # significant figures of a limit; a box is judged by the limit as told
COLUMNS = ("box", "rule", "points", "misses", "density", "density_low", "density_high", "coverage")


class Found(NamedTuple):
    """The boxes (columns `COLUMNS`, the best covering first), and notes in words."""

    boxes: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """The values of one factor that are in a box: above `low` and at most `high`; for a choice its `levels`."""

    factor: Factor
    low: float = -math.inf
    high: float = math.inf
    levels: tuple = ()

    def holds(self, values: pd.Series) -> np.ndarray:
        """Return which values are inside."""
        if self.factor.levels:
            return values.isin(self.levels).to_numpy()
        return ((values > self.low) & (values <= self.high)).to_numpy()

    @property
    def words(self) -> str:
        """The condition in words: 'workforce.turnover above 0.31', 'handover.order is by need'."""
        name = self.factor.name
        if self.factor.kind == "switch":
            return f"{name} {'on' if self.levels[0] else 'off'}"
        if self.factor.levels:
            return f"{name} is {' or '.join(str(level) for level in self.levels)}"
        whole = self.factor.kind == "whole number"
        low, high = (f"{math.floor(end):,}" if whole and math.isfinite(end) else f"{end:,.6g}" for end in (self.low, self.high))
        if math.isinf(self.low):
            return f"{name} at most {high}"
        return f"{name} above {low}" if math.isinf(self.high) else f"{name} above {low}, at most {high}"


def boxes(design: pd.DataFrame, missed: np.ndarray, factors: Sequence[Factor], seed: int, blocks: np.ndarray | None = None) -> Found:
    """Return the boxes in which points miss the target clearly more often than overall.

    `design` has a column for each of `factors` (by `name`) with the value used, `missed` (points) says which points miss. `blocks` names for each
    point the block of points that share coordinates (a Sobol design): blocks are held out whole. In the table `points`, `misses`, `density`
    (share of points in the box that miss, with 95% interval) and `coverage` (share of all misses that are in the box) are of the held-out points.
    """
    missed, count = np.asarray(missed, bool), int(np.sum(missed))
    nothing = pd.DataFrame(columns=list(COLUMNS))
    if min(count, len(missed) - count) == 0:
        return Found(nothing, (f"The target is {'missed' if count else 'met'} at all {len(missed):,} points, so no inputs separate misses from the rest.",))
    if min(count, len(missed) - count) < FEWEST:
        rare, what = (count, "miss") if count < FEWEST else (len(missed) - count, "meet")
        return Found(nothing, (f"Only {rare} of {len(missed):,} points {what} the target: too few to look for combinations of inputs ({FEWEST} at least).",))
    grown, held = split(missed, seed, blocks)
    rules = grow(design.iloc[grown], missed[grown], factors, seed)
    rows = [judge(rule, design.iloc[held], missed[held]) for rule in rules]
    kept = sorted((row for row in rows if row["density_low"] > missed[held].mean()), key=lambda row: -row["coverage"])
    table = pd.DataFrame([{"box": number, **row} for number, row in enumerate(kept, start=1)], columns=list(COLUMNS))
    return Found(table, tuple(notes(len(rules), len(kept), missed[held])))


def split(missed: np.ndarray, seed: int, blocks: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the points to grow on and of those held out, misses in the same share in both."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    shared = blocks is not None and len(np.unique(blocks)) < len(blocks)
    folds = (StratifiedGroupKFold if shared else StratifiedKFold)(n_splits=FOLDS, shuffle=True, random_state=seed % 2**32)
    return next(iter(folds.split(np.zeros((len(missed), 1)), missed, blocks if shared else None)))


def grow(design: pd.DataFrame, missed: np.ndarray, factors: Sequence[Factor], seed: int) -> list[tuple[Limits, ...]]:
    """Return the boxes of a tree grown on these points: the largest nodes all of whose leaves have misses at `TIMES` the odds."""
    from sklearn.tree import DecisionTreeClassifier

    columns, inputs = numeric(design, factors)
    least = max(LEAST_POINTS, round(LEAST_SHARE * len(missed)))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=seed % 2**32).fit(inputs, missed).tree_
    share = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
    wanted = odds(share) >= TIMES * odds(share[0])
    found: list[tuple[Limits, ...]] = []

    def dense(node: int) -> bool:
        left = tree.children_left[node]
        return bool(wanted[node]) if left < 0 else dense(left) and dense(tree.children_right[node])

    def visit(node: int, limits: dict[str, Limits]) -> None:
        if dense(node):
            found.append(tuple(limits.values()))
            return
        if tree.children_left[node] < 0:
            return
        factor, level = columns[tree.feature[node]]
        old = limits.get(factor.name, Limits(factor, levels=factor.levels))
        for child, new in zip((tree.children_left[node], tree.children_right[node]), cut(old, level, tree.threshold[node]), strict=True):
            visit(child, limits | {factor.name: new})

    visit(0, {})
    return found


def odds(share: np.ndarray) -> np.ndarray:
    """Return the odds of a share; infinite for one."""
    with np.errstate(divide="ignore"):
        return share / (1 - share)


def numeric(design: pd.DataFrame, factors: Sequence[Factor]) -> tuple[list[tuple[Factor, object]], np.ndarray]:
    """Return the columns of the inputs (factor and level, or none) and their values (points, columns): a column of 0 and 1 a level of a choice or switch."""
    columns, values = [], []
    for factor in factors:
        for level in factor.levels or (None,):
            columns.append((factor, level))
            values.append(design[factor.name].astype(float) if level is None else design[factor.name].map(lambda v, level=level: float(v == level)))
    return columns, np.column_stack(values)


def cut(old: Limits, level: object, threshold: float) -> tuple[Limits, Limits]:
    """Return the two parts of `old` at a split: up to the threshold and above it, or without and with one level."""
    if old.factor.levels:
        without, only = tuple(v for v in old.levels if v != level), tuple(v for v in old.levels if v == level)
        return Limits(old.factor, levels=without), Limits(old.factor, levels=only)
    limit = float(threshold) if old.factor.kind == "whole number" else float(f"{threshold:.{FIGURES}g}")
    return Limits(old.factor, old.low, limit), Limits(old.factor, limit, old.high)


def judge(rule: tuple[Limits, ...], design: pd.DataFrame, missed: np.ndarray) -> dict[str, object]:
    """Return the row of one box, counted on points that it was not found on; the interval is Wilson's."""
    from scipy.stats import binomtest

    inside = np.logical_and.reduce([limits.holds(design[limits.factor.name]) for limits in rule])
    points, misses = int(inside.sum()), int((inside & missed).sum())
    spread = binomtest(misses, points).proportion_ci(method="wilson") if points else (math.nan, math.nan)
    return {
        "rule": " and ".join(limits.words for limits in rule), "points": points, "misses": misses,
        "density": misses / points if points else math.nan, "density_low": spread[0], "density_high": spread[1], "coverage": misses / int(missed.sum()),
    }  # fmt: skip


def notes(found: int, kept: int, held: np.ndarray) -> list[str]:
    """Return what must be known to read the boxes."""
    told = [
        f"Boxes were found on two thirds of the points; points, misses, density and coverage are counted on the other {len(held):,}, "
        f"{held.sum():,} of which miss."
    ]
    if not kept:
        told.insert(0, "No combination of inputs holds misses clearly more often than overall.")
    if found > kept:
        words = "1 box" if found - kept == 1 else f"{found - kept} boxes"
        told.append(f"{words} did not hold up on the points held out, and {'is' if found - kept == 1 else 'are'} left out.")
    return told
