"""Value of information: what it would be worth, for choosing between given scenarios, to know parameters for certain.

EVPI is the mean over points of the best option's net benefit, less the net benefit of the option that is best on average. Taken from the
means of few seeds as they are, luck would count as knowledge, and the value would come out too high. With two seeds or more the spread that
luck leaves in these means is known from the two-way layout of point and seed, and is taken out: points are drawn in by the smallest linear
change after which their covariance is that of net benefit without luck (the transport map between normal distributions: Olkin and
Pukelsheim 1982, Linear Algebra and its Applications 48: 257-263). This is exact where net benefit is normal over points, and nearly so
where luck is small; where luck explains all the spread, EVPI is 0. Its bounds are told beside it: choosing by one half of the seeds and
valuing by the other gives too little on average, the means as they are too much.

EVPPI of a group is a regression's (`experiments.sweep.evppi`), and comes out rather low where a group has few points a parameter. EVPI and
EVPPI alike are low by up to 0.4 standard errors of a mean where options are equal on average.

Intervals: 95%, from a bootstrap of points with the regression's predictions held, in which the mean of the seeds moves by the luck that
all points of a seed share. Near a tie the bootstrap is biased as the estimate is, so they reach from the estimate to both sides as far
as the further of the two percentiles, and not below 0. Doubt about the form of the regression is not in them: it may see nothing in a group of
many parameters from few points. So of a group that does not stand out of luck the upper end is at least what one of as many parameters
can be worth unseen (`unseen`). No group is worth more than everything: what comes out above is set to that.

A point is a draw of parameters from their distributions, so designs that are no such draws (morris, fast, grid, oat) will not do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from experiments.errors import UsageError
from experiments.sweep.evppi import evppi, folds_of, gain, predicted
from experiments.sweep.unseen import floor_of, unseen

LEAST_POINTS = 50  # independent of one another: blocks, where points share values
POINTS_A_PARAMETER = 5  # of a group, at least
BOOTSTRAPS = 500
INTERVAL = (0.025, 0.975)
EVERYTHING = "everything"
PLUG_IN, LUCK_OUT = "means of points, luck counted as knowledge: an upper bound", "means of points, luck taken out"
REGRESSION = "regression, out of fold"
ONE_SEED = (
    "With one seed a point, luck cannot be told from knowledge: the value of knowing everything is an upper bound, "
    "and intervals hold no luck that all points share."
)
SEEDS = (
    "Knowing everything: the luck of runs is taken out of the means of points. Bounds: £{:,.2f} (chosen by half of the seeds, valued by "
    "the other half; low on average) and £{:,.2f} (luck counted as knowledge)."
)
GROUPS = (
    "Groups: regression on the parameters of the group, out of fold (Strong, Oakley and Brennan 2014). "
    "A large group with few points a parameter comes out low. £0 is what these points do not tell from nothing; the upper end is the most that it may be."
)
ABOVE = "A group that came out above everything is set to it: no group can be worth more."
NOT_IN_IT = (
    "Not in it: what a study would cost and how much one of some size would tell, what the model leaves out, "
    "and what knowing would be worth elsewhere."
)
COLUMNS = ["parameter_group", "parameters", "evppi", "ci_low", "ci_high", "share_of_evpi", "method"]


@dataclass(frozen=True)
class Information:
    """What knowing would be worth. Amounts are pounds (2022/23) per person referred; times `people` they are pounds a year.

    `table`: `parameter_group, parameters, evppi, ci_low, ci_high, share_of_evpi, method`, a row a group, largest first after the row
    "everything", which is EVPI. `options`: `option, mean_net_benefit, ci_low, ci_high, share_of_points_best`, net benefit against the
    baseline (the first); options that are equally good share a point. `best` is the best on average. `people` is the people referred a year.
    `bounds` are those of EVPI by halves of the seeds and by the means as they are (nan: one seed). `floor` is the EVPPI that a
    group of no influence stays below on average. `points` and `replications` are what was used.
    """

    table: pd.DataFrame
    options: pd.DataFrame
    best: str
    people: float
    notes: tuple[str, ...]
    bounds: tuple[float, float]
    floor: float
    points: int
    replications: int

    @property
    def evpi(self) -> float:
        """Pounds per person referred that knowing everything would be worth."""
        return float(self.table["evppi"].iloc[0])


@dataclass(frozen=True)
class Sample:
    """Increments of net benefit against the baseline, of the options but the baseline: `runs` (points, seeds, options), `means` (points, options).

    The luck that all points of a seed share is out of `runs`; `shared` is its covariance in the mean over seeds, `luck` that of what is
    left in `means`, both (options, options), zero with one seed.
    """

    runs: np.ndarray
    means: np.ndarray
    shared: np.ndarray
    luck: np.ndarray


def information(
    names: Sequence[str],
    unit: np.ndarray,
    groups: Mapping[str, Sequence[str]],
    benefit: Mapping[str, np.ndarray],
    people_per_year: float,
    seed: int = 0,
    blocks: np.ndarray | None = None,
    few: Sequence[int] = (),
    unordered: Sequence[str] = (),
) -> Information:
    """Return the value of knowing everything and each group of `groups` (short keys by group name).

    `unit` is (points, parameters `names`), positions in the parameters' distributions; `benefit` gives for each option, the baseline first,
    net benefit in pounds per person referred, (points, seeds). Points with a missing run are left out. `blocks`, (points,), numbers
    points that share values, such as the rows of one base sample of a Sobol design: all rows are used, a block stays in one fold and is
    drawn whole. `few` says of each parameter how many values it has (0: many), `unordered` names those whose values have no order. `seed` is that of
    folds and bootstrap. Raises `UsageError` for fewer than two options, an unknown parameter in a group,
    and points that are no draws.
    """
    check(names, unit, groups, benefit, blocks)
    blocks = np.arange(len(unit)) if blocks is None else np.asarray(blocks)
    runs = np.stack([np.asarray(values, float) for values in benefit.values()], axis=2)
    kept = np.isfinite(runs).all(axis=(1, 2))
    notes = [f"{(~kept).sum()} of {len(kept)} points are left out, as runs of them are missing."] if not kept.all() else []
    runs, unit, blocks = (runs[..., 1:] - runs[..., :1])[kept], unit[kept], blocks[kept]
    if len(np.unique(blocks)) < LEAST_POINTS:
        return nothing_known(groups, names, benefit, people_per_year, notes, runs.shape[:2])
    sample, rng = sample_of(runs), np.random.default_rng(seed)
    columns = {name: [list(names).index(key) for key in keys] for name, keys in groups.items()}
    known = {name: which for name, which in columns.items() if len(runs) >= POINTS_A_PARAMETER * len(which)}
    folds = folds_of(blocks, rng)
    with threadpool_limits(1):  # matrices are small: threads would only wait for each other, for ten times as long on a busy machine
        few, loose = np.array(few or [0] * len(names)), np.isin(names, unordered)
        told = [predicted(unit[:, which], sample.means, folds, few[which], loose[which]) for which in known.values()]
        estimates, low, high = with_intervals(sample, np.reshape(told, (len(told), *sample.means.shape)), blocks, rng)
    above = bound(estimates, low, high, sample, blocks, [len(which) for which in known.values()])
    values = pd.DataFrame({"evppi": estimates, "ci_low": low, "ci_high": high}, [EVERYTHING, *known, *benefit])
    table = table_of(values.iloc[: len(known) + 1], columns, len(names), LUCK_OUT if runs.shape[1] > 1 else PLUG_IN)
    options = options_of(sample.means, values.iloc[len(known) + 1 :])
    bounds = (by_halves(sample), float(gain(sample.means, sample.means.mean(axis=0))))
    notes += notes_of(sample, bounds, [name for name in columns if name not in known]) + [ABOVE] * above
    best = options.option[options.mean_net_benefit.argmax()]
    return Information(table, options, best, people_per_year, tuple(notes), bounds, floor_of(sample, blocks), *runs.shape[:2])


def check(
    names: Sequence[str], unit: np.ndarray, groups: Mapping[str, Sequence[str]], benefit: Mapping[str, np.ndarray], blocks: np.ndarray | None
) -> None:
    """Raise `UsageError` for what cannot be valued."""
    if len(benefit) < 2:
        raise UsageError(f"scenarios={', '.join(benefit)}: the value of information needs two options at least. Name a scenario beside the baseline.")
    for group, keys in groups.items():
        for key in keys:
            if key not in names:
                raise UsageError(f"parameters={key} (of group {group}) is not varied in this sweep: take it out, or vary it.")
    if blocks is None and any(len(np.unique(column)) < len(column) for column in unit.T):
        raise UsageError("scenarios=: the value of information needs points that are independent draws, and these share values. Use method=lhs.")


def sample_of(runs: np.ndarray) -> Sample:
    """Return the sample of `runs` (points, seeds, options): Y_ps = f_p + g_s + e_ps, with g taken out of the runs and the variance of e estimated."""
    points, seeds, options = runs.shape
    of_seeds, means = runs.mean(axis=0), runs.mean(axis=1)
    runs = runs - of_seeds + of_seeds.mean(axis=0)
    if seeds == 1:
        return Sample(runs, means, np.zeros((options, options)), np.zeros((options, options)))
    left = (runs - means[:, None]).reshape(-1, options)
    luck = left.T @ left / ((points - 1) * (seeds - 1)) / seeds
    return Sample(runs, means, np.atleast_2d(np.cov(of_seeds.T)) / seeds, luck)


def evpi(means: np.ndarray, luck: np.ndarray) -> float:
    """Return EVPI of `means` (points, options) in which there is luck of covariance `luck`; 0 where luck explains all the spread."""
    centre, spread = means.mean(axis=0), np.atleast_2d(np.cov(means.T))
    return float(gain(centre + (means - centre) @ transport(spread, positive(spread - luck)), centre))


def transport(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the smallest linear change that gives what has covariance `before` the covariance `after`; both (options, options)."""
    root, back = power(before, 0.5), power(before, -0.5)
    return back @ power(root @ after @ root, 0.5) @ back


def power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Return a power of a covariance; directions in which there is no spread stay without."""
    values, vectors = np.linalg.eigh(matrix)
    spread = values > 1e-12 * max(values.max(), 0.0)
    return (vectors[:, spread] * values[spread] ** exponent) @ vectors[:, spread].T


def positive(covariance: np.ndarray) -> np.ndarray:
    """Return `covariance` with variances below 0, which luck may leave, set to 0."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.maximum(values, 0)) @ vectors.T


def by_halves(sample: Sample) -> float:
    """Return the value of choosing by one half of the seeds, drawn in by how much they tell, valued by the other half: low on average; nan for one seed."""
    seeds = sample.runs.shape[1]
    if seeds == 1:
        return np.nan
    centre = sample.means.mean(axis=0)
    spread = positive(np.atleast_2d(np.cov(sample.means.T)) - sample.luck)
    values = []
    for first in (0, 1):
        choose, value = (sample.runs[:, start::2].mean(axis=1) for start in (first, 1 - first))
        luck = sample.luck * seeds / len(range(first, seeds, 2))
        expected = centre + (choose - centre) @ np.linalg.pinv(spread + luck) @ spread
        both = [np.column_stack([np.zeros(len(choose)), part]) for part in (expected, value)]
        chosen = both[1][np.arange(len(choose)), both[0].argmax(axis=1)]
        values.append(chosen.mean() - max(centre.max(), 0.0))
    return float(np.mean(values))


def with_intervals(sample: Sample, predictions: np.ndarray, blocks: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimate, low and high of EVPI, of EVPPI of each group, and of the mean of each option, the baseline's among them."""

    def figures(rows: np.ndarray | slice, shift: np.ndarray | float) -> np.ndarray:
        means = sample.means[rows] + shift
        return np.concatenate([[evpi(means, sample.luck)], evppi(predictions[:, rows], means), [0.0], means.mean(axis=0)])

    order = np.argsort(blocks, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(blocks[order])) + 1)
    shifts = rng.multivariate_normal(np.zeros(len(sample.shared)), sample.shared, BOOTSTRAPS, method="eigh")
    estimates = figures(slice(None), 0.0)
    again = [figures(np.concatenate([members[block] for block in rng.integers(len(members), size=len(members))]), shift) for shift in shifts]
    half = np.abs(np.quantile(again, INTERVAL, axis=0) - estimates).max(axis=0)
    value = np.arange(len(estimates)) <= len(predictions)  # a value of knowing, which cannot be negative; after these come means
    return estimates, np.where(value, np.maximum(estimates - half, 0), estimates - half), estimates + half


def bound(estimates: np.ndarray, low: np.ndarray, high: np.ndarray, sample: Sample, blocks: np.ndarray, sizes: Sequence[int]) -> bool:
    """Bring the groups, which come after everything and have `sizes` parameters, into the bounds that they have; return whether any was above everything."""
    groups, floor = slice(1, 1 + len(sizes)), floor_of(sample, blocks)
    above = estimates[groups] > estimates[0]
    for values in (estimates, low):
        values[groups] = np.minimum(values[groups], estimates[0])
    most = np.array([min(unseen(sample, blocks, size), high[0]) for size in sizes])
    high[groups] = np.minimum(np.where(low[groups] > floor, high[groups], np.maximum(high[groups], most)), high[0])
    return bool(above.any() and estimates[0] > 0)


def table_of(values: pd.DataFrame, columns: Mapping[str, Sequence[int]], parameters: int, method: str) -> pd.DataFrame:
    """Return the table of `Information`: EVPI, then groups by EVPPI, those that are missing last."""
    counts = {EVERYTHING: parameters} | {name: len(which) for name, which in columns.items()}
    out = values.reindex(list(counts)).rename_axis("parameter_group").reset_index()
    out["parameters"], whole = list(counts.values()), out.evppi[0]
    out["share_of_evpi"] = out.evppi / whole if whole > 0 else np.nan
    out["method"] = [method, *[REGRESSION if known else "" for known in out.evppi[1:].notna()]]
    return pd.concat([out[:1], out[1:].sort_values("evppi", ascending=False, kind="stable")], ignore_index=True)[COLUMNS]


def options_of(means: np.ndarray, values: pd.DataFrame) -> pd.DataFrame:
    """Return the options of `Information`; `values` has the mean of each, by option, and its interval."""
    every = np.column_stack([np.zeros(len(means)), means])
    best = every == every.max(axis=1, keepdims=True)
    shares = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    columns = {"index": "option", "evppi": "mean_net_benefit"}
    return values.reset_index().rename(columns=columns).assign(share_of_points_best=shares)


def nothing_known(
    groups: Mapping[str, Sequence[str]], names: Sequence[str], benefit: Mapping[str, np.ndarray], people: float, notes: list[str], shape: tuple[int, int]
) -> Information:
    """Return what can be said of too few points: nothing, and why."""
    note = f"{shape[0]} points are too few for the value of information: it needs {LEAST_POINTS} that are independent of one another."
    values = pd.DataFrame(np.nan, [EVERYTHING, *groups], ["evppi", "ci_low", "ci_high"])
    table = table_of(values, {name: range(len(keys)) for name, keys in groups.items()}, len(names), "")
    options = pd.DataFrame(np.nan, range(len(benefit)), ["mean_net_benefit", "ci_low", "ci_high", "share_of_points_best"])
    options.insert(0, "option", list(benefit))
    return Information(table, options, "", people, (*notes, note), (np.nan, np.nan), np.nan, *shape)


def notes_of(sample: Sample, bounds: tuple[float, float], unknown: Sequence[str]) -> list[str]:
    """Return what a reader must know beside the numbers."""
    notes = [ONE_SEED if sample.runs.shape[1] == 1 else SEEDS.format(*bounds)]
    if unknown:
        notes.append(f"Too few points for {', '.join(unknown)}: a group needs {POINTS_A_PARAMETER} points a parameter at least.")
    return [*notes, GROUPS, NOT_IN_IT]
