"""Designs: the points of a sweep on the unit cube, how many there are, and which designs hold which smaller ones.

SALib makes the designs of Morris, Sobol and FAST, and where a Latin hypercube begins. A design is a pure function of
method, factors, size and seed; points of a smaller design that are points of a larger one too are run once.

Morris's steps go between four positions, a third of the range apart, and never from one to the next: of four values of a choice only the first
and third, and the second and fourth, would be compared. A factor with few values therefore steps between two different ones, drawn so that
all pairs of values are compared equally often.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.errors import UsageError
from experiments.sweep.factors import Factor

MORRIS, SOBOL, FAST, PAWN, DELTA, LHS, GRID, OAT = "morris", "sobol", "fast", "pawn", "delta", "lhs", "grid", "oat"
METHODS = (MORRIS, SOBOL, FAST, PAWN, DELTA, LHS, GRID, OAT)
BY_GROUP = (MORRIS, SOBOL)  # methods that can take several factors for one
GIVEN_DATA = (PAWN, DELTA, LHS)  # methods that take any sample: all use the same Latin hypercube, and so share their runs
SIZES = {MORRIS: 10, SOBOL: 256, FAST: 257, PAWN: 256, DELTA: 256, LHS: 256, GRID: 5, OAT: 5}  # unless points= says otherwise
MEANING = {
    MORRIS: "trajectories", SOBOL: "base samples", FAST: "samples a parameter", PAWN: "samples", DELTA: "samples", LHS: "samples",
    GRID: "values a parameter", OAT: "values a parameter",
}  # fmt: skip
LEAST = {MORRIS: 2, SOBOL: 16, FAST: 65, PAWN: 32, DELTA: 32, LHS: 8, GRID: 2, OAT: 2}
MORRIS_LEVELS = 4
FEW_VALUES = 8  # a whole number with fewer values than this steps from value to value in a Morris design
MOST_OF_A_GRID = 10**9  # points, as many as points= may ask of other methods


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    `unit` is (points, factors): the position of each factor in its distribution, 0 to 1; in `oat` missing where a factor keeps
    its value in the service. `size` is what `points=` asked for, in the sense of the method (`MEANING`). `groups` names
    a group for each factor when the indices are those of groups. `counts` says of each factor how many values it has where these are few
    (0: many), `unordered` names the factors whose values have no order: choices.
    """

    method: str
    names: tuple[str, ...]
    unit: np.ndarray
    size: int
    seed: int
    groups: tuple[str, ...] = ()
    second_order: bool = False
    levels: int = MORRIS_LEVELS
    counts: tuple[int, ...] = ()
    unordered: tuple[str, ...] = ()

    @property
    def problem(self) -> dict[str, Any]:
        """The problem as SALib takes it: every factor uniform between 0 and 1."""
        return problem(self.names, self.groups)

    @property
    def few(self) -> tuple[int, ...]:
        """How many values each factor has; 0 where they are many."""
        return self.counts or (0,) * len(self.names)


def problem(names: Sequence[str], groups: Sequence[str] = ()) -> dict[str, Any]:
    """Return SALib's description of factors on the unit cube."""
    told = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    return told | ({"groups": list(groups)} if groups else {})


def rows(method: str, factors: Sequence[Factor], size: int, groups: Sequence[str] = (), second_order: bool = False) -> int:
    """Return how many points a design has, without making it."""
    sides = len(set(groups)) if groups else len(factors)
    if method == MORRIS:
        return size * (sides + 1)
    if method == SOBOL:
        return size * (2 * sides + 2 if second_order else sides + 2)
    if method == FAST:
        return size * len(factors)
    if method == GRID:
        return math.prod(steps(factor, size) for factor in factors)
    if method == OAT:
        return 1 + sum(steps(factor, size) for factor in factors)
    return size


def make(method: str, factors: Sequence[Factor], size: int, seed: int, groups: Sequence[str] = (), second_order: bool = False) -> Design:
    """Return the design. Raises `UsageError` for a size that the method cannot have, and for too few factors or groups."""
    check(method, factors, size, groups)
    names = tuple(factor.name for factor in factors)
    told, salib_seed = problem(names, groups), seed % 2**32
    if method == MORRIS:
        from SALib.sample import morris

        unit = morris.sample(told, size, num_levels=MORRIS_LEVELS, seed=salib_seed)
        for column, factor in enumerate(factors):
            if count := few_values(factor):
                unit[:, column] = from_value_to_value(unit[:, column].reshape(size, -1), count, factor.name, salib_seed).ravel()
    elif method == SOBOL:
        from SALib.sample import sobol

        unit = sobol.sample(told, size, calc_second_order=second_order, seed=salib_seed)
    elif method == FAST:
        from SALib.sample import fast_sampler

        unit = fast_sampler.sample(told, size, seed=salib_seed + 1)  # 0 would be no seed there
    elif method == GRID:
        axes = [positions(factor, size) for factor in factors]
        unit = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    elif method == OAT:
        unit = one_at_a_time(factors, size)
    else:
        unit = latin_hypercube(len(factors), size, salib_seed)
    counts, unordered = tuple(map(few_values, factors)), tuple(factor.name for factor in factors if has_no_order(factor))
    return Design(method, names, np.asarray(unit, float), size, seed, tuple(groups), second_order, counts=counts, unordered=unordered)


def few_values(factor: Factor) -> int:
    """Return how many values a switch, a choice or a whole number with few values has; 0 for any other factor."""
    if factor.levels:
        return len(factor.levels)
    count = int(factor.high - factor.low) + 1 if isinstance(factor.default, int) else 0
    return count if count < FEW_VALUES else 0


def has_no_order(factor: Factor) -> bool:
    """Whether the values of a factor have no order: those of a choice, not those of a switch."""
    return bool(factor.levels) and not isinstance(factor.default, bool)


def value_places(positions: np.ndarray, count: int) -> np.ndarray:
    """Return which of `count` equally frequent values each position stands for, from 0 on."""
    return np.minimum((positions * count).astype(int), count - 1)


def from_value_to_value(trajectories: np.ndarray, count: int, name: str, seed: int) -> np.ndarray:
    """Return the positions of a factor of `count` values in Morris trajectories, (trajectories, rows), its one step leading between two values.

    When the factor moves stays as it was. More trajectories begin with the same pairs of values.
    """
    pairs = pairs_of_values(count, name, seed)
    first = np.array([next(pairs) for _ in trajectories])
    moved = np.abs(trajectories - trajectories[:, :1]) > 0.5 / (MORRIS_LEVELS - 1)
    return (np.where(moved, first[:, 1:], first[:, :1]) + 0.5) / count


def pairs_of_values(count: int, name: str, seed: int) -> Iterator[tuple[int, int]]:
    """Yield without end the values between which a factor steps, in a random direction.

    Each round of count (count - 1) / 2 has every pair once, in the order of a tournament in which all play at a time, so that few pairs
    already have all values. The stream depends on seed and name alone.
    """
    rng = np.random.default_rng([seed, int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")])
    seats = count + count % 2  # with an odd number of values one pauses in each round
    while True:
        values = rng.permutation(seats)
        for _ in range(seats - 1):
            for one, other in zip(values[: seats // 2], values[: seats // 2 - 1 : -1], strict=True):
                if max(one, other) < count:
                    yield (one, other) if rng.random() < 0.5 else (other, one)
            values = np.concatenate([values[:1], values[-1:], values[1:-1]])


def check(method: str, factors: Sequence[Factor], size: int, groups: Sequence[str]) -> None:
    """Raise `UsageError` for what the method cannot do."""
    sides, what = (len(set(groups)), "groups") if groups else (len(factors), "parameters")
    if method in (MORRIS, SOBOL, FAST) and sides < 2:
        raise UsageError(f"method={method} needs two {what} at least, and {sides} was given: name more in parameters=, or use method=oat.")
    if size < LEAST[method]:
        raise UsageError(f"points={size} is too few for method={method}: it needs {LEAST[method]} {MEANING[method]} at least.")
    if method == SOBOL and size & (size - 1):
        power = 2 ** (size.bit_length() - 1)
        raise UsageError(f"points={size}: a Sobol design needs a power of two. The next are {power} and {2 * power}.")
    if method == GRID and rows(method, factors, size) > MOST_OF_A_GRID:
        raise UsageError(
            f"method=grid with points={size} and {len(factors)} parameters has more than {MOST_OF_A_GRID:,} points: name fewer parameters, or use method=lhs."
        )


def steps(factor: Factor, size: int) -> int:
    """Return how many values a grid has for `factor`: `size`, or all it has where these are fewer."""
    if factor.levels:
        return len(factor.levels)
    return min(size, int(factor.high - factor.low) + 1) if isinstance(factor.default, int) else size


def positions(factor: Factor, size: int) -> np.ndarray:
    """Return evenly spread positions of a factor's values, both ends among them."""
    count = steps(factor, size)
    every = factor.levels or (isinstance(factor.default, int) and count == int(factor.high - factor.low) + 1)
    if every:
        return (np.arange(count) + 0.5) / count
    return np.arange(count) / (count - 1)  # each the nearest number to its fraction, so that a finer grid has the very same; `linspace` has not


def one_at_a_time(factors: Sequence[Factor], size: int) -> np.ndarray:
    """Return the service as it is, then for each factor in turn its values while all others stay (missing)."""
    rows_of = [np.full((1, len(factors)), np.nan)]
    for column, factor in enumerate(factors):
        block = np.full((steps(factor, size), len(factors)), np.nan)
        block[:, column] = positions(factor, size)
        rows_of.append(block)
    return np.concatenate(rows_of)


def latin_hypercube(factors: int, size: int, seed: int) -> np.ndarray:
    """Return a Latin hypercube of `size` points, (points, factors), whose first half is the one of half the size.

    An odd number of points is drawn by SALib; each doubling puts a new point into every stratum that is still
    empty when the strata are halved (Sallaberry, Helton and Hora 2008, Reliability Engineering and System Safety 93: 1047-1059).
    """
    if size % 2 or size <= 2:
        from SALib.sample import latin

        return latin.sample(problem([str(number) for number in range(factors)]), size, seed=seed)
    first = latin_hypercube(factors, size // 2, seed)
    rng = np.random.Generator(np.random.Philox(key=[seed, size]))
    second = np.empty_like(first)
    for column in range(factors):
        taken = np.minimum((first[:, column] * size).astype(int), size - 1)
        empty = np.setdiff1d(np.arange(size), taken)
        second[:, column] = (rng.permutation(empty) + rng.random(len(empty))) / size
    return np.concatenate([first, second])


def holds(method: str, smaller: int, larger: int) -> str:
    """Return why a design of size `larger` does not hold all points of one of size `smaller` (same factors and seed); empty when it does."""
    if smaller == larger or method in (MORRIS, SOBOL):
        return "" if smaller <= larger else "it would have fewer points"
    if smaller > larger:
        return "it would have fewer points"
    ratio = larger / smaller
    if method in GIVEN_DATA:
        doubled = ratio == int(ratio) and int(ratio) & (int(ratio) - 1) == 0
        return "" if doubled else f"a Latin hypercube can only be doubled: {2 * smaller}, {4 * smaller}, …"
    if method == FAST:
        return "the frequencies of a FAST design change with its size, so that all points are new"
    return "" if (larger - 1) % (smaller - 1) == 0 else f"its values do not lie on the finer grid: {2 * smaller - 1} would hold them"
