"""Sensitivity indices of one measure: which rows of a design can be used, what stops an index, and the method that makes it.

Everything here is pure: the same design, outputs, seed and number of resamples give the same numbers. Outputs are
(points, replications); indices are those of the mean over replications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from experiments.sweep.designs import DELTA, FAST, GIVEN_DATA, GRID, LHS, MORRIS, OAT, PAWN, SOBOL, Design
from experiments.sweep.indices_given_data import delta, lhs, pawn
from experiments.sweep.indices_levels import grid, oat
from experiments.sweep.indices_morris import check_trajectories, morris
from experiments.sweep.indices_shared import Result, sides
from experiments.sweep.indices_variance import check_blocks, fast, sobol

INDICES = {
    MORRIS: ("mu_star", "mu", "sigma"),
    SOBOL: ("S1", "ST", "S1_noise_free", "ST_noise_free"),
    FAST: ("S1", "ST"),
    PAWN: ("median", "maximum"),
    DELTA: ("delta", "S1"),
    LHS: ("src", "prcc"),
    GRID: ("range",),
    OAT: ("range", "low", "high"),
}
PAIRS = "S2"  # also made by a Sobol design with second_order
LEVELS = (GRID, OAT)  # methods that take missing values themselves
BLOCKS = {MORRIS: "trajectories", SOBOL: "base samples"}  # what is left out as a whole when one of its points has no value
LEAST_BLOCKS = {MORRIS: 2, SOBOL: 16, PAWN: 32, DELTA: 32, LHS: 8, FAST: 1, GRID: 2, OAT: 2}
POINTS_A_FACTOR = 4  # and at least so many points for each factor where the method takes any sample
RELATIVE, ABSOLUTE = 1e-10, 1e-9  # an output that varies by less is constant: what is left is rounding, also of differences of large numbers
CONSTANT = "it does not vary from point to point, so that no parameter has an index"
TOLERABLE = 0.1  # share of points left out above which the indices are said to describe only a part

METHODS: Mapping[str, Callable[[Design, np.ndarray, int, int], Result]] = {
    MORRIS: morris, SOBOL: sobol, FAST: fast, PAWN: pawn, DELTA: delta, LHS: lhs, GRID: grid, OAT: oat,
}  # fmt: skip


@dataclass(frozen=True)
class Estimates:
    """Indices of one measure: `rows` of `(parameter, index, estimate, ci_low, ci_high)`, `notes`, and the `points` that were used."""

    rows: tuple[tuple[str, str, float, float, float], ...]
    notes: tuple[str, ...]
    points: int


def block(design: Design) -> int:
    """Return how many consecutive rows belong together: a base sample, a trajectory, or one point."""
    count = len(sides(design))
    if design.method == SOBOL:
        return 2 * count + 2 if design.second_order else count + 2
    return count + 1 if design.method == MORRIS else 1


def least(design: Design) -> int:
    """Return how many blocks (`block`) must have a value for there to be indices."""
    return least_points(design.method, len(design.names) + more_columns(design.few, design.names, design.unordered))


def least_points(method: str, columns: int) -> int:
    """Return how many blocks of a method need a value when so many columns are fitted: as many as factors, a choice one for each value but the last."""
    return max(LEAST_BLOCKS[method], POINTS_A_FACTOR * columns) if method in GIVEN_DATA else LEAST_BLOCKS[method]


def more_columns(counts: Sequence[int], names: Sequence[str], unordered: Sequence[str]) -> int:
    """Return how many columns choices have beyond one each."""
    return sum(count - 2 for name, count in zip(names, counts, strict=True) if name in unordered)


def check_rows(design: Design) -> None:
    """Raise `ValueError` when the rows of a design are not those of its method, size, groups and order: SALib would give wrong numbers without a word."""
    length, count = block(design), len(sides(design))
    wanted = {MORRIS: length * design.size, SOBOL: length * design.size, FAST: count * design.size}.get(design.method, len(design.unit))
    if len(design.unit) != wanted:
        raise ValueError(f"a {design.method} design of size {design.size} with {count} parameters or groups has {wanted} rows, not {len(design.unit)}")
    if design.method in BLOCKS:
        members = np.array([[(design.groups or design.names)[column] == side for side in sides(design)] for column in range(len(design.names))])
        rows = design.unit.reshape(-1, length, len(design.names))
        (check_blocks if design.method == SOBOL else check_trajectories)(rows, members)


def constant(means: np.ndarray) -> bool:
    """Whether outputs (points,) vary by no more than rounding."""
    return bool(np.ptp(means) <= max(ABSOLUTE, RELATIVE * np.abs(means).max()))


def estimates(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Estimates:
    """Return the indices of one measure with 95% intervals.

    `outputs` is (points, replications), finite or missing; a point counts when all its replications are there. Rows that
    a method cannot use without their neighbours are left out with them. No row at all is returned when too few are left,
    and missing estimates when the output does not vary: a note says which. `seed` starts the resampling.
    """
    length = block(design)
    whole = np.isfinite(outputs).all(axis=1).reshape(-1, length).all(axis=1)
    notes = list(left_out(design, whole))
    if whole.sum() < least(design) or (design.method == FAST and not whole.all()):
        return Estimates((), (*notes, too_few(design, int(whole.sum()))), int(whole.sum()) * length)
    if constant(spread(design, outputs, whole)):
        told = {index: np.full((3, len(parameters)), np.nan) for index, parameters in labels(design)}
        return Estimates(tuple(rows(design, told)), (*notes, CONSTANT), int(whole.sum()) * length)
    if design.method in LEVELS:
        found, why = METHODS[design.method](design, np.where(whole[:, None], outputs, np.nan), seed, resamples)
    else:
        kept = np.repeat(whole, length)
        used = replace(design, unit=design.unit[kept], size=int(whole.sum()) if design.method in BLOCKS else design.size)
        found, why = METHODS[design.method](used, outputs[kept], seed, resamples)
    return Estimates(tuple(rows(design, found)), (*notes, *gaps(design, found, why)), int(whole.sum()) * length)


def spread(design: Design, outputs: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return the means, (points,), whose variance indices are shares of: for Sobol the first and last row of each base sample that is `whole`."""
    means = outputs.mean(axis=1).reshape(len(whole), -1)[whole]
    return means[:, [0, -1]].ravel() if design.method == SOBOL else means.ravel()


def labels(design: Design) -> list[tuple[str, tuple[str, ...]]]:
    """Return each index of a design's method and the parameters, groups or pairs that have it."""
    single = [(index, sides(design)) for index in INDICES[design.method]]
    if design.method == SOBOL and design.second_order:
        single.append((PAIRS, tuple(f"{first} × {second}" for first, second in combinations(sides(design), 2))))
    return single


def rows(design: Design, found: Mapping[str, np.ndarray]) -> Iterator[tuple[str, str, float, float, float]]:
    """Yield the rows of `Estimates` from (3, parameters) arrays by index."""
    for index, parameters in labels(design):
        for parameter, (estimate, low, high) in zip(parameters, found[index].T.tolist(), strict=True):
            yield parameter, index, estimate, low, high


def gaps(design: Design, found: Mapping[str, np.ndarray], why: Mapping[str, str]) -> Iterator[str]:
    """Yield a note for each reason why estimates are missing, so that none is missing without a word."""
    reasons: dict[str, None] = {}
    for index, parameters in labels(design):
        absent = [name for name, estimate in zip(parameters, found[index][0], strict=True) if not np.isfinite(estimate)]
        if absent:
            reasons[why.get(index, f"{index} of {', '.join(absent)} cannot be computed from these outputs")] = None
    yield from reasons


def left_out(design: Design, whole: np.ndarray) -> Iterator[str]:
    """Yield what is left out of the indices because a run failed or a measure has no value, and whether that is tolerable."""
    lost, total = int((~whole).sum()), len(whole)
    if not lost or design.method == FAST:
        return
    told = f"{lost} of {total} {BLOCKS.get(design.method, 'points')} are left out, for want of a value in some run of theirs"
    if lost <= TOLERABLE * total:
        yield f"{told}: tolerable, unless it is the values of the parameters that bring it about"
    else:
        yield f"{told}: that is more than a tenth, so that the indices describe only the part where there is a value"


def too_few(design: Design, kept: int) -> str:
    """Return why there are no indices at all."""
    if design.method == FAST:
        return f"no indices: {len(design.unit) - kept} of {len(design.unit)} points have no value, and FAST cannot leave out a point"
    return f"no indices: {kept} {BLOCKS.get(design.method, 'points')} have a value in every run, and {least(design)} are needed"
