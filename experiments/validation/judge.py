"""From runs to verdicts: the mean of each target over seeds, its interval, and whether the model meets it.

A band is met when the mean over seeds lies in it. A direction (a sign, or a ratio above a bound) is met when the whole 95% interval lies on
the right side, and only "met in the mean" when the mean does and the interval does not. Some targets ask more; `RULES` says what.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.validation.studies import AT_REST, BEFORE, OWN_CARE
from experiments.validation.targets import Target, reasons

MET, IN_THE_MEAN, MISSED, UNANSWERED = VERDICTS = ("met", "met in the mean only", "missed", "not answered")
WHOLE = ""  # the part that is the target itself
COLUMNS = (
    "id", "pattern", "statistic", "kind", "use", "source", "published", "low", "high", "k", "n", "exact_low", "exact_high", "mean", "ci_low", "ci_high",
    "verdict", "reason", "detail", "replications",
)  # fmt: skip
NO_REASON = "Not known."
TOO_SHORT = "The runs are too short or too small for this statistic to have a value in any of them."


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds, the ends of its 95% interval (not a number with fewer than two), and the number of seeds with a value."""

    mean: float
    low: float
    high: float
    seeds: int

    def clear(self, target: Target) -> bool:
        """Whether the whole interval lies on the right side of the bound of `target`."""
        return not math.isnan(self.low) and target.right(self.low) and target.right(self.high)


def estimate(values: np.ndarray) -> Estimate:
    """Return the mean of `values`, one a seed, with Student's t interval; seeds without a value are left out."""
    known = values[np.isfinite(values)]  # a ratio over nobody is infinite
    if not len(known):
        return Estimate(math.nan, math.nan, math.nan, 0)
    half = half_width(known.std(ddof=1), len(known)) if len(known) > 1 else math.nan
    mean = float(known.mean())
    return Estimate(mean, mean - half, mean + half, len(known))


def half_width(spread: float, seeds: int) -> float:
    """Return half the 95% interval of a mean over `seeds` whose standard deviation is `spread`."""
    return float(stdtrit(seeds - 1, 0.975) * spread / math.sqrt(seeds))


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return the ratio of two means over the same seeds, with its interval by linearisation.

    A mean of ratios would be pulled about by seeds in which the lower one is near zero. Source: Cochran 1977, Sampling Techniques, §2.11.
    """
    known = np.isfinite(above) & np.isfinite(below)
    a, b = above[known], below[known]
    if not len(a) or b.mean() == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    ratio = float(a.mean() / b.mean())
    half = half_width((a - ratio * b).std(ddof=1) / abs(b.mean()), len(a)) if len(a) > 1 else math.nan
    return Estimate(ratio, ratio - half, ratio + half, len(a))


Parts = dict[str, np.ndarray]  # values by seed, the target itself under `WHOLE`


def directed(target: Target, found: Estimate) -> str:
    """Return the verdict on a direction."""
    return MET if found.clear(target) else IN_THE_MEAN if target.right(found.mean) else MISSED


def every_seed(target: Target, found: Estimate, parts: Parts) -> str:
    """T27: the sign must be right in every seed."""
    values = parts[WHOLE][np.isfinite(parts[WHOLE])]
    return MET if all(map(target.right, values)) else IN_THE_MEAN if target.right(found.mean) else MISSED


def all_four(target: Target, found: Estimate, parts: Parts) -> str:
    """T24: each of the four signs must be right."""
    verdicts = {directed(target, estimate(values)) for name, values in parts.items() if name != WHOLE}
    return next(verdict for verdict in (MISSED, IN_THE_MEAN, MET) if verdict in verdicts)


def no_true_saving(target: Target, found: Estimate, parts: Parts) -> str:
    """T23: the sign of the naive comparison, and an interval that holds zero against the users' own usual care."""
    own = estimate(parts[OWN_CARE])
    return directed(target, found) if not (own.low > 0 or own.high < 0) else MISSED


RULES: dict[str, Callable[[Target, Estimate, Parts], str]] = {"T23": no_true_saving, "T24": all_four, "T27": every_seed}


def found_in(name: str, parts: Parts) -> Estimate:
    """Return the mean of a target; T12 is the ratio of two means, as its parts are the falls themselves."""
    return ratio_of_means(parts[BEFORE], parts[AT_REST]) if name == "T12" and BEFORE in parts else estimate(parts[WHOLE])


def verdict(target: Target, found: Estimate, parts: Parts) -> str:
    """Return whether the model meets `target`."""
    if not found.seeds:
        return UNANSWERED
    if not target.directed:
        return MET if target.right(found.mean) else MISSED
    return RULES[target.id](target, found, parts) if target.id in RULES else directed(target, found)


def judge(targets: Iterable[Target], runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a target with `COLUMNS`, in the order of `targets`, from `runs` (`id, part, seed, value`)."""
    known, rows = reasons(), []
    for target in targets:
        parts = parts_of(runs, target.id)
        found = found_in(target.id, parts)
        said = verdict(target, found, parts)
        why = {MET: "", UNANSWERED: TOO_SHORT}.get(said, known.get(target.id, NO_REASON))
        exact = target.exact or (math.nan, math.nan)
        row = (
            target.id, target.pattern, target.statistic, target.kind, target.use, target.source, target.value, *ends(target), target.k, target.n, *exact,
            found.mean, found.low, found.high, said, why, detail(parts), found.seeds,
        )  # fmt: skip
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"k": "Int64", "n": "Int64", "replications": "int64"})


def ends(target: Target) -> tuple[float, float]:
    """Return the ends of the band as they stand in a file: what is open is missing."""
    return tuple(end if math.isfinite(end) else math.nan for end in (target.low, target.high))


def parts_of(runs: pd.DataFrame, name: str) -> Parts:
    """Return the values of a target by seed, and of its parts."""
    own = runs[runs.id == name]
    parts = {part: rows.sort_values("seed")["value"].to_numpy(float) for part, rows in own.groupby("part", sort=False)}
    return parts if WHOLE in parts or BEFORE in parts else {WHOLE: np.array([math.nan]), **parts}


def detail(parts: Parts) -> str:
    """Return what stands beside a target, in words: each part with its mean and interval."""
    said = []
    for name, values in parts.items():
        found = estimate(values)
        if name != WHOLE and found.seeds:
            said.append(f"{name} {number(found.mean)}" + ("" if math.isnan(found.low) else f" ({number(found.low)} to {number(found.high)})"))
    return "; ".join(said)


def number(x: float) -> str:
    """Return `x` with two decimals; one figure where that would read as zero, one decimal from 10, none from 100."""
    if not math.isfinite(x):
        return "–"
    decimals = 0 if abs(x) >= 99.95 else 1 if abs(x) >= 9.995 else 2
    if 0 < abs(x) < 0.005:
        decimals = min(6, -math.floor(math.log10(abs(x))))
    text = f"{x:,.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")
