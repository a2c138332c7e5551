"""The one rule that says what a sweep tells of a measure. Sentences, titles, tables and the terminal all come from it.

A parameter's influence is *clear* when the 95% interval of its index, whatever the sign, lies above what a parameter without influence
has on average, and luck does not swamp the measure. That average is not zero for every index:

- `mu_star`: the mean size of a difference between two means that luck alone makes, over the steps of Morris.
- `range`: the expected range of as many means as there are values (Blom 1958, Statistical Estimates and Transformed Beta-Variables).
- `median` (PAWN): the mean of Kolmogorov's distance, 0.87 / sqrt(n), for the n points of a slide.
- `delta`: not known, and its interval seldom holds zero even then; so the share of variance `S1` decides, of which it is zero.
- shares of variance and correlations: zero. Luck passes for an interaction in `ST`, so that only `S1` counts where luck was not taken out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from experiments.sweep.designs import DELTA, FAST, GRID, MORRIS, OAT, PAWN, SOBOL, Design
from experiments.sweep.figures.shown import MAIN, Words, is_swamped, ranked, words_of
from experiments.sweep.indices import constant, least
from experiments.sweep.indices_given_data import slides_of
from experiments.sweep.indices_levels import DIGITS
from experiments.sweep.indices_morris import lengths
from experiments.sweep.indices_shared import sides
from experiments.sweep.noise import replications_for

if TYPE_CHECKING:
    from experiments.sweep.factors import Factor

KOLMOGOROV = math.sqrt(math.pi / 2) * math.log(2)  # mean distance of n points from their distribution, times sqrt(n)
MEAN_SIZE = math.sqrt(2 / math.pi)  # of a standard normal
LITTLE = 0.05  # of the largest index: a clear influence below it is only counted
IN_UNITS = (MORRIS, GRID, OAT)  # methods whose index is in the unit of the measure
BY_VARIANCE = (SOBOL, FAST)
FREE = "_noise_free"


class Verdict(StrEnum):
    """What can be told of a measure."""

    TOLD = "told"
    OPEN = "too uncertain to say"
    SWAMPED = "luck hides which parameters matter"
    ONE_SEED = "one seed cannot tell luck from influence"
    CONSTANT = "does not vary"
    NONE = "too few runs have a value"


@dataclass(frozen=True)
class Influence:
    """One parameter's (or group's) main index with its 95% interval, whether it is clear, and by variance also what it carries alone.

    `kind` is that of its values ("choice": they have no order); empty for a group.
    """

    parameter: str
    estimate: float
    low: float
    high: float
    clear: bool
    alone: tuple[float, float, float] | None = None
    kind: str = ""


@dataclass(frozen=True)
class Finding:
    """What is told of one measure: `found` has every parameter with an index, the largest first.

    `luck` is the seed's share of the variance of single runs, `left` what is left of it in the means (missing with one seed), `free`
    whether luck was taken out of the indices. `valued` of `points` points have a value for every seed, and `least` blocks of them are needed. Of `unknown`
    parameters there is no index, though others have one.
    """

    words: Words
    method: str
    verdict: Verdict
    found: tuple[Influence, ...]
    luck: float
    left: float
    free: bool
    points: int
    valued: int
    replications: int
    least: int = 0
    unknown: int = 0

    @property
    def alone(self) -> str:
        """The short words of the measure, without those of a scenario."""
        return words_of(self.words.name.rpartition(": ")[2]).short

    @property
    def clear(self) -> tuple[Influence, ...]:
        """The parameters whose influence is clear; none unless something is told."""
        return tuple(one for one in self.found if one.clear) if self.verdict is Verdict.TOLD else ()

    @property
    def named(self) -> tuple[Influence, ...]:
        """The clear parameters that are worth a word beside the first."""
        return tuple(one for one in self.clear if abs(one.estimate) >= LITTLE * abs(self.clear[0].estimate))

    @property
    def too_much(self) -> bool:
        """Whether a share of the variance came out above all of it, which is sampling error."""
        return self.method in BY_VARIANCE and any(share > 1 for one in self.named for share in (one.estimate, *(one.alone or ())[:1]))

    @property
    def leaders(self) -> tuple[Influence, ...]:
        """The clear parameters that may have the largest influence: the first, and those whose intervals reach into its."""
        if not self.clear:
            return ()
        ends = {one.parameter: sorted((abs(one.low), abs(one.high))) for one in self.clear}
        first = ends[self.clear[0].parameter][0]
        return tuple(one for one in self.clear if ends[one.parameter][1] >= first)

    @property
    def needed(self) -> int | None:
        """The replications that would bring the luck left in the means to a tenth, as the warnings of `noise` say; None where none would."""
        return replications_for(self.left, self.replications)


def finding(
    measure: str, values: np.ndarray, design: Design, indices: pd.DataFrame, noise: pd.DataFrame, factors: Sequence[Factor] = (), words: Words | None = None
) -> Finding:
    """Return what is told of `measure`; `values` is (points, replications), the tables are those of the sweep, `words` those of the measure."""
    own = noise[noise.measure == measure]
    row = dict(own.iloc[0]) if len(own) else {}
    free = not ranked(indices, measure, MAIN[design.method] + FREE).empty
    kinds = {factor.name: factor.kind for factor in factors}
    found = tuple(replace(one, kind=kinds.get(one.parameter, "")) for one in influences(measure, design, indices, row, free))
    whole = np.isfinite(values).all(axis=1)
    luck, left = (float(row.get(name, math.nan)) for name in ("share_seed", "share_seed_left"))
    return Finding(
        words or words_of(measure), design.method, verdict(values[whole], found, row, design.method), found, luck, left, free,
        len(values), int(whole.sum()), values.shape[1], least(design), (len(sides(design)) - len(found)) * bool(found),
    )  # fmt: skip


def verdict(values: np.ndarray, found: Sequence[Influence], row: Mapping[str, Any], method: str) -> Verdict:
    """Return what can be told; `values` are those of points with a value for every seed."""
    if len(values) and constant(values.mean(axis=1)):
        return Verdict.CONSTANT
    if not found:
        return Verdict.NONE
    if is_swamped(row):
        return Verdict.SWAMPED
    if values.shape[1] < 2 and method in IN_UNITS:
        return Verdict.ONE_SEED
    return Verdict.TOLD if any(one.clear for one in found) else Verdict.OPEN


def influences(measure: str, design: Design, indices: pd.DataFrame, row: Mapping[str, Any], free: bool) -> tuple[Influence, ...]:
    """Return every parameter with an index, the largest first."""
    method, found = design.method, []
    main = ranked(indices, measure, MAIN[method] + FREE * free)
    alone = ranked(indices, measure, "S1" + FREE * free).set_index("parameter") if method in (*BY_VARIANCE, DELTA) else None
    nothing = without_influence(design, row) if len(main) else {}
    for one in main.itertuples():
        share = None
        if alone is not None and one.parameter in alone.index:
            share = tuple(alone.loc[one.parameter, ["estimate", "ci_low", "ci_high"]].astype(float))
        lowest = one.ci_low if one.estimate >= 0 else -one.ci_high
        if method == DELTA or (method in BY_VARIANCE and not free):
            clear = share is not None and share[1] > 0
        elif method in BY_VARIANCE:
            clear = lowest > 0 or (share is not None and share[1] > 0)
        else:
            clear = lowest > nothing[one.parameter]
        found.append(Influence(one.parameter, one.estimate, one.ci_low, one.ci_high, bool(clear), share if method in BY_VARIANCE else None))
    return tuple(found)


def without_influence(design: Design, row: Mapping[str, Any]) -> dict[str, float]:
    """Return the index that each parameter, if it were without influence, has on average, in the unit of the index; missing where that cannot be told."""
    names = sides(design)
    if design.method == PAWN:
        count = int(row["points"])
        return {name: KOLMOGOROV / math.sqrt(count / (few or slides_of(count))) for name, few in zip(names, design.few, strict=True)}
    if design.method not in IN_UNITS:
        return dict.fromkeys(names, 0.0)
    jitter = luck_of_a_mean(row)
    if design.method == MORRIS:
        return dict(zip(names, MEAN_SIZE * math.sqrt(2) * jitter * (1 / np.abs(lengths(design))).mean(axis=0), strict=True))
    found = {}
    for name, column in zip(names, design.unit.T, strict=True):
        values = len(np.unique(column[~np.isnan(column)].round(DIGITS)))
        share = values / len(column) if design.method == GRID else 1.0
        found[name] = 2 * float(ndtri((values - 0.375) / (values + 0.25))) * jitter * math.sqrt(share)
    return found


def luck_of_a_mean(row: Mapping[str, Any]) -> float:
    """Return the standard deviation of a point's mean over its seeds that is luck of its own, not that which all points share."""
    share = row["share_seed"]
    if not share > 0:
        return 0.0 if share == 0 else math.nan
    own = row["sd_seed"] ** 2 * (share - row["share_seed_common"]) / share
    return math.sqrt(max(own, 0.0) / row["replications"])
