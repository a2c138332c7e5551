"""From runs to verdicts: the mean of each target over seeds, its interval, and whether the model meets it.

A band is met when the mean over seeds lies in it. A direction (a sign, or a ratio above a bound) is met when the whole 95% interval lies on
the right side, and only "met in the mean" when the mean does and the interval does not. Some targets ask more; `RULES` says what.
The interval is that of the mean, and narrows with more seeds; beside it stands the middle 95% of single seeds, which does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.terminal import counted
from experiments.validation.studies import AT_REST, BEFORE, OWN_CARE
from experiments.validation.targets import EDGE, Target, reasons, shared, shipped

MET, IN_THE_MEAN, MISSED, UNANSWERED = VERDICTS = ("met", "met in the mean only", "missed", "not answered")
WHOLE = ""  # the part that is the target itself
COLUMNS = (
    "id", "pattern", "statistic", "kind", "use", "shared", "source", "published", "low", "high", "k", "n", "exact_low", "exact_high", "mean", "ci_low",
    "ci_high", "single_low", "single_high", "seeds_right", "verdict", "near_edge", "reason", "detail", "replications",
)  # fmt: skip
NO_REASON, ELSEWHERE = "Not known.", "In the default service: "
LOW_CONFIDENCE, CONFIDENT = "confidence below 0.45", "confidence 0.45 and above"  # parts of T12
INTERVIEW = ("T10a", "T10b", "T10c", "T10d")  # answers of which each person interviewed gives one
MIDDLE = (2.5, 97.5)  # percentiles
MOST_SEEDS = 0.9  # of the seeds, in which the sign of T20 must be right
NEAR_BAND, NEAR_BOUND = 0.1, 0.25  # of the width of a band, and of the way from the bound to the mean, within which a hit is near the edge
LITTLE = {"T24": 0.02}  # a relative change that is a sign and hardly a size
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
    return worst(directed(target, estimate(values)) for name, values in parts.items() if name != WHOLE)


def no_true_saving(target: Target, found: Estimate, parts: Parts) -> str:
    """T23: the sign of the naive comparison, and an interval that holds zero against the users' own usual care."""
    own = estimate(parts[OWN_CARE])
    return directed(target, found) if not (own.low > 0 or own.high < 0) else MISSED


def low_confidence_too(target: Target, found: Estimate, parts: Parts) -> str:
    """T12: the ratio, and a greater fall in those with low confidence."""
    if LOW_CONFIDENCE not in parts or CONFIDENT not in parts:
        return directed(target, found)
    more = estimate(parts[LOW_CONFIDENCE] - parts[CONFIDENT])
    return worst([directed(target, found), MET if more.low > 0 else IN_THE_MEAN if more.mean > 0 else MISSED])


def most_seeds(target: Target, found: Estimate, parts: Parts) -> str:
    """T20: the sign must also be right in nine of ten seeds."""
    enough = right_in(target, parts) >= MOST_SEEDS * found.seeds
    return worst([directed(target, found), MET if enough else IN_THE_MEAN if target.right(found.mean) else MISSED])


def worst(verdicts: Iterable[str]) -> str:
    """Return the least favourable of some verdicts."""
    return max(verdicts, key=(MET, IN_THE_MEAN, MISSED).index)


RULES: dict[str, Callable[[Target, Estimate, Parts], str]] = {
    "T12": low_confidence_too, "T20a": most_seeds, "T20b": most_seeds, "T20c": most_seeds, "T23": no_true_saving, "T24": all_four, "T27": every_seed,
}  # fmt: skip


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


def singles(name: str, parts: Parts) -> np.ndarray:
    """Return the value of a target in each single seed that has one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = parts[BEFORE] / parts[AT_REST] if name == "T12" and BEFORE in parts else parts[WHOLE]
    return values[np.isfinite(values)]


def right_in(target: Target, parts: Parts) -> int:
    """Return in how many single seeds the value lies in the band, or on the right side of the bound."""
    return sum(map(target.right, singles(target.id, parts)))


def near_edge(target: Target, mean: float, low: float, high: float) -> bool:
    """Whether a target that is met by `mean`, with the interval from `low` to `high`, is met only just."""
    inner = [end for end in (low, high) if not math.isnan(end)] or [mean]
    if not target.directed:
        room = min(mean - target.low, target.high - mean)
        return room < NEAR_BAND * (target.high - target.low) or not all(map(target.right, inner))
    away = abs(mean - target.bound)
    return min(abs(end - target.bound) for end in inner) < NEAR_BOUND * away or away < LITTLE.get(target.id, 0.0)


def judge(targets: Iterable[Target], runs: pd.DataFrame, default: bool = True) -> pd.DataFrame:
    """Return one row a target with `COLUMNS`, in the order of `targets`, from `runs` (`id, part, seed, value`).

    Reasons are known of the default service; for another one (`default` false) they say so.
    """
    published, in_common, rows = shipped(), shared(), []
    for target in targets:
        parts = parts_of(runs, target.id)
        found = found_in(target.id, parts)
        said = verdict(target, found, parts)
        near = said == MET and near_edge(target, found.mean, found.low, found.high)
        own = singles(target.id, parts)
        middle = np.percentile(own, MIDDLE) if len(own) else (math.nan, math.nan)
        leans = in_common.get(target.id, "") if target.source == published[target.id].source else ""
        beside = "; ".join(filter(None, (detail(parts), most_frequent(runs) if target.id == INTERVIEW[0] else "")))
        row = (
            target.id, target.pattern, target.statistic, target.kind, target.use, leans, target.source, target.value, *ends(target), target.k, target.n,
            *(target.exact or (math.nan, math.nan)), found.mean, found.low, found.high, *middle, right_in(target, parts), said, near,
            reason(target.id, said, near, default), beside, found.seeds,
        )  # fmt: skip
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"k": "Int64", "n": "Int64", "seeds_right": "int64", "replications": "int64"})


def reason(name: str, said: str, near: bool, default: bool) -> str:
    """Return why a target is not met, or only just, as far as known; nothing where it is met."""
    if said == UNANSWERED:
        return TOO_SHORT
    narrowly = reasons(EDGE).get(name, "")
    known = narrowly if near else "" if said == MET else reasons().get(name, narrowly or NO_REASON)
    return known if default or known in ("", NO_REASON) else f"{ELSEWHERE}{known}"


def most_frequent(runs: pd.DataFrame) -> str:
    """Return in how many seeds tapering is the most frequent answer of the interview; nothing without all of its answers."""
    table = runs[runs.id.isin(INTERVIEW)].pivot_table(index="seed", columns="id", values="value", aggfunc="first").dropna()
    if set(table.columns) != set(INTERVIEW):
        return ""
    return f"the most frequent of the four answers in {(table.idxmax(axis=1) == INTERVIEW[0]).sum()} of {counted(len(table), 'seed')}"


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
