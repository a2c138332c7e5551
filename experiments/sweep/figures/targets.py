"""Points that miss a target and points that meet it: in words, and how far each input separates the two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.sweep.factors import CHOICE, SWITCH, Factor
from experiments.sweep.figures.shown import Material, coded, value_text, words_of

if TYPE_CHECKING:
    from experiments.planning.question import Target

CHANCE = 0.05  # that any of all inputs seems to separate by luck alone


@dataclass(frozen=True)
class Sides:
    """The points, a row each with the values of the factors, and which of them miss the target."""

    points: pd.DataFrame
    missed: np.ndarray

    @property
    def apart(self) -> bool:
        """Whether there are points on both sides."""
        return 0 < int(self.missed.sum()) < len(self.missed)


@dataclass(frozen=True)
class Separation:
    """How far one input separates misses from the rest: the largest gap between the two cumulative shares (0 to 1), and where.

    For a choice, whose levels have no order, the gap is half the sum of differences of shares (total variation).
    """

    factor: Factor
    gap: float
    at: Any
    higher: bool

    @property
    def where(self) -> str:
        """In words, which values misses have more often."""
        name = self.factor.name
        if self.factor.kind == SWITCH:
            return f"{name} {'on' if self.higher else 'off'}"
        if self.factor.kind == CHOICE:
            return f"{name} = {self.at}"
        return f"{'higher' if self.higher else 'lower'} {name}"


def sides(m: Material) -> Sides:
    """Return the points of `m` and which of them miss its target."""
    return Sides(m.points.reset_index(drop=True), np.asarray(m.missed, bool))


def target_words(target: Target) -> str:
    """Return the target in words: 'the share who … at least 60%'."""
    words = words_of(target.measure)
    return f"{words.full} at {'most' if target.at_most else 'least'} {words.told(target.limit)}"


def subtitle(m: Material, found: Sides, what: str) -> str:
    """Return the line below the title of a figure of misses."""
    missing, count, seeds = int(found.missed.sum()), len(found.missed), m.replications
    told = f"Target: {target_words(m.target)}; {missing:,} of {count:,} points miss it (means of {seeds} {'seed' if seeds == 1 else 'seeds'})"
    return f"{told}; {what}"


def separations(found: Sides, factors: Sequence[Factor]) -> list[Separation]:
    """Return every input by how far it separates misses from the rest, the furthest first."""
    every = [separation(factor, found) for factor in factors]
    return sorted(every, key=lambda one: -one.gap)


def separation(factor: Factor, found: Sides) -> Separation:
    """Return how far `factor` separates misses from the rest."""
    values = coded(factor, found.points[factor.name]).to_numpy()
    one, other = values[found.missed], values[~found.missed]
    if factor.kind == CHOICE:
        shares = [np.array([(side == place).mean() for place in range(len(factor.levels))]) for side in (one, other)]
        excess = shares[0] - shares[1]
        return Separation(factor, float(np.abs(excess).sum() / 2), factor.levels[int(excess.argmax())], True)
    grid, low, high = cumulative(one, other)
    place = int(np.abs(low - high).argmax())
    return Separation(factor, float(abs(low[place] - high[place])), grid[place], bool(low[place] < high[place]))


def cumulative(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all values in order, and the share of each side at or below each."""
    grid = np.unique(np.concatenate([one, other]))
    return grid, *(np.searchsorted(np.sort(side), grid, side="right") / len(side) for side in (one, other))


def by_chance(found: Sides, looked: int, independent: int) -> float:
    """Return the gap that luck alone seldom passes for any of `looked` inputs (Kolmogorov and Smirnov's limit, shared out over them).

    `independent` is the number of settings of the inputs that are independent.
    """
    used = independent / len(found.missed)
    sizes = [max(1.0, used * float(side.sum())) for side in (found.missed, ~found.missed)]
    return math.sqrt(-math.log(CHANCE / looked / 2) / 2 * sum(sizes) / math.prod(sizes))


def span_text(factor: Factor, values: pd.Series) -> tuple[str, str]:
    """Return the lowest and highest value that was run."""
    return value_text(factor, values.min()), value_text(factor, values.max())


def of_100(share: float) -> str:
    """Return a share of misses: '82 of 100 misses'."""
    return f"{100 * share:.0f} of 100 misses"
