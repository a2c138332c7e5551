"""Indices of any sample: PAWN, delta, and regression on a Latin hypercube.

The estimators are SALib's. Its PAWN has no intervals: sample and resamples are analysed here with the same statistic, made faster. Its `delta.analyze`
(1.6) makes its estimates from one resample instead of the sample, which doubles their variance and undoes the reduction of bias,
and takes a minute for twelve measures: the two statistics that it is made of, `calc_delta` and `sobol_first`, are made
here for all classes at once. A test holds each equal to SALib's.

All take the position in a factor's distribution for its value: PAWN, delta and `prcc` use its order only; `src` is the
coefficient of the position. Of a switch, a choice, or a whole number with few values it is the values that count: a slide of PAWN or
a class of delta that held parts of two of them would blur what they do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import stdtrit
from scipy.stats import rankdata

from experiments.sweep.designs import Design, value_places
from experiments.sweep.indices_shared import NORMAL, PERCENTILES, Result, around

SLIDES, IN_SLIDE = (10, 8, 5, 4), 8  # conditioning intervals of PAWN: as many as have so many points each; SALib fails for 6 and 9
PAWN_RESAMPLES, DELTA_RESAMPLES, LHS_RESAMPLES = 50, 25, 150  # as many as take half a second a measure for 20 parameters and 1,000 points
MOST_CLASSES = 48  # of delta, as in SALib
NEARLY_ONE = 1 - 1e-9  # the largest correlation that has a place on the scale of Fisher's z
GRID = 100  # points at which the densities of delta are compared, as in SALib


def pawn(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `median` and `maximum` over slides of the Kolmogorov-Smirnov distance, (3, parameters) each; and why any is missing.

    A parameter without any effect has an index above 0: a distance between samples is never below it. Intervals are
    normal, from bootstrap resamples of points. Source: Pianosi and Wagener 2018, Environmental Modelling and Software 108: 197-207.
    """
    means = outputs.mean(axis=1)
    estimates = over_slides(design.unit, means, design.few)
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(min(resamples, PAWN_RESAMPLES)):
        chosen = rng.integers(len(means), size=len(means))
        drawn.append(over_slides(design.unit[chosen], means[chosen], design.few))
    half = NORMAL * np.std(drawn, axis=0, ddof=1)
    return {"median": around(estimates[0], half[0]), "maximum": around(estimates[1], half[1])}, {}


def over_slides(unit: np.ndarray, means: np.ndarray, few: tuple[int, ...]) -> np.ndarray:
    """Return the median and the maximum over slides of the distances of each factor, (2, factors)."""
    distances = slide_distances(unit, means, slides_of(len(means)), few)
    return np.array([[np.median(one) for one in distances], [one.max() for one in distances]])


def slides_of(points: int) -> int:
    """Return how many slides the range of a factor is cut into."""
    return next(number for number in SLIDES if points >= number * IN_SLIDE)


def slide_distances(unit: np.ndarray, means: np.ndarray, slides: int, few: tuple[int, ...] = ()) -> list[np.ndarray]:
    """Return for each factor the Kolmogorov-Smirnov distance of the outputs in each slide from all outputs; empty slides are left out.

    The distance is taken where it can be largest: at each output of the slide, and just below it. Each value of a factor of `few` values is a slide.
    """
    wanted, count, order = slides, len(means), np.argsort(means)
    outputs, found = means[order], []
    below, up_to = (np.searchsorted(outputs, outputs, side=side) for side in ("left", "right"))
    for column, values in zip(unit[order].T, few or (0,) * unit.shape[1], strict=True):
        slides = values or wanted
        # As in SALib a slide has its lower edge and not its upper, so that the largest position falls into none.
        slide = value_places(column, values) if values else np.searchsorted(np.quantile(column, np.arange(slides + 1) / slides), column, side="right") - 1
        ranked = np.argsort(slide.astype(np.int16), kind="stable")
        sizes = np.bincount(slide, minlength=slides + 1)
        starts = sizes.cumsum() - sizes
        place, size = np.arange(count) - np.repeat(starts, sizes), np.repeat(sizes, sizes)
        under, upper = below[ranked], up_to[ranked]
        new = np.append(True, (np.diff(under) != 0) | (np.diff(slide[ranked]) != 0))  # the first of equal outputs in a slide
        old = np.append(new[1:], True)  # the last of them
        apart = np.maximum(np.abs(place / size - under / count) * new, np.abs((place + 1) / size - upper / count) * old)
        some = sizes[:slides] > 0
        found.append(np.maximum.reduceat(apart[: starts[slides]], starts[:slides][some]))
    return found


def delta(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `delta` (moment-independent) and `S1` (share of variance between classes of a factor), (3, parameters) each; and why any is missing.

    `delta` is freed of the bootstrap's estimate of its bias, 2 d - mean of resamples (Plischke, Borgonovo and Smith 2013, European Journal of Operational
    Research 226: 536-550, equation 30); what is left lies above 0 for a parameter without effect. Intervals are Student's t,
    for the resamples are few, from bootstrap resamples of points. `S1` has more classes than SALib's, whose few classes
    miss what goes up and down within them, and is adjusted for their number as R^2 is, 1 - (1 - S1)(n - 1)/(n - classes).
    """
    means = outputs.mean(axis=1)
    places, edges, finer = np.linspace(means.min(), means.max(), GRID), classes(len(means)), finer_classes(len(means))
    plain, share = class_deltas(design.unit, means, places, edges, design.few), class_shares(design.unit, means, finer, design.few)
    kept = (len(means) - 1) / (len(means) - np.array([count or len(finer) - 1 for count in design.few]))
    rng, deltas, shares = np.random.default_rng(seed), [], []
    for _ in range(min(resamples, DELTA_RESAMPLES)):
        chosen = rng.integers(len(means), size=len(means))
        deltas.append(class_deltas(design.unit[chosen], means[chosen], places, edges, design.few))
        shares.append(class_shares(design.unit[chosen], means[chosen], finer, design.few))
    half = stdtrit(len(deltas) - 1, PERCENTILES[1]) * np.std([deltas, shares], axis=1, ddof=1)
    return {"delta": around(2 * plain - np.mean(deltas, axis=0), half[0]), "S1": around(1 - kept * (1 - share), kept * half[1])}, {}


def classes(points: int) -> np.ndarray:
    """Return the edges, in ranks, of the equally large classes that SALib's `delta.analyze` uses for so many points."""
    exponent = 2 / (7 + np.tanh((1500 - points) / 500))
    return np.linspace(0, points, int(np.round(min(int(np.ceil(points**exponent)), MOST_CLASSES))) + 1)


def finer_classes(points: int) -> np.ndarray:
    """Return the edges, in ranks, of the classes for the share of variance between them: `IN_SLIDE` points in each, and no more classes than in SALib."""
    return np.linspace(0, points, min(points // IN_SLIDE, MOST_CLASSES) + 1)


def class_deltas(unit: np.ndarray, means: np.ndarray, places: np.ndarray, edges: np.ndarray, few: tuple[int, ...] = ()) -> np.ndarray:
    """Return delta without correction, (factors,): SALib's `calc_delta` for all factors; each value of a factor of `few` values is a class."""
    whole = densities(means, places, np.array([0]), np.array([len(means)]))[0]
    found = []
    for values, starts, sizes in in_classes(unit, means, edges, few):
        apart = np.trapezoid(np.abs(densities(values, places, starts, sizes) - whole), places, axis=1)
        varies = np.maximum.reduceat(values, starts) > np.minimum.reduceat(values, starts)
        found.append(sizes @ np.where(varies, apart, 0) / (2 * len(means)))
    return np.array(found)


def class_shares(unit: np.ndarray, means: np.ndarray, edges: np.ndarray, few: tuple[int, ...] = ()) -> np.ndarray:
    """Return the share of variance between classes, (factors,): SALib's `sobol_first` for all factors; each value of a factor of `few` values is a class."""
    apart = [sizes @ (np.add.reduceat(values, starts) / sizes - means.mean()) ** 2 for values, starts, sizes in in_classes(unit, means, edges, few)]
    return np.array(apart) / len(means) / means.var()


def in_classes(unit: np.ndarray, means: np.ndarray, edges: np.ndarray, few: tuple[int, ...]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield for each factor the outputs in the order of its position, where its classes start in that order, and how many points each has."""
    starts, sizes = starts_and_sizes(edges)
    ordered = means[np.argsort(unit, axis=0, kind="stable")]
    for column, count in enumerate(few or (0,) * unit.shape[1]):
        if count:
            own = np.bincount(value_places(unit[:, column], count), minlength=count)
            own = own[own > 0]
            yield ordered[:, column], own.cumsum() - own, own
        else:
            yield ordered[:, column], starts, sizes


def starts_and_sizes(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where classes start in the order of ranks, and how many points each has: those with rank above its lower edge and up to its upper."""
    whole = np.floor(edges).astype(int)
    return whole[:-1], np.diff(whole)


def densities(values: np.ndarray, places: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the Gaussian kernel density, Silverman's bandwidth, of each class of `values` (one after another) at `places`: (classes, places)."""
    means = np.repeat(np.add.reduceat(values, starts) / sizes, sizes)
    variance = np.add.reduceat((values - means) ** 2, starts) / np.maximum(sizes - 1, 1)
    width = np.sqrt(np.where(variance > 0, variance, 1)) * (sizes * 0.75) ** -0.2
    scaled = (places[:, None] - values) / np.repeat(width, sizes)
    heights = np.add.reduceat(np.exp(-0.5 * scaled**2), starts, axis=1)
    return (heights / (np.sqrt(2 * np.pi) * width * sizes)).T


def lhs(design: Design, outputs: np.ndarray, seed: int, resamples: int) -> Result:
    """Return `src` (standardised regression coefficient) and `prcc` (partial rank correlation), (3, parameters) each; and why any is missing.

    Intervals are symmetric around the estimate, with the spread over bootstrap resamples of points; those of `prcc` on the scale of
    Fisher's z, since ranks of a resample, which has ties, correlate less than those of the sample. Values of a choice have no order: each has a
    column of its own, and the indices of a choice, which have no sign, are those of its columns together (`together`).
    Source: Saltelli et al. 2008, Global Sensitivity Analysis: The Primer, §1.2.5.
    """
    columns, owners = coded(design)
    choices = np.isin(design.names, design.unordered)
    data = np.column_stack([columns, outputs.mean(axis=1)])
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(min(resamples, LHS_RESAMPLES)):
        drawn.append(regression(data[rng.integers(len(data), size=len(data))], owners, choices))
    found = regression(data, owners, choices)
    spread = np.nanstd([straightened(*each) for each in drawn], axis=0, ddof=1)
    found[:, choices] = np.maximum(found[:, choices], 0)  # a share of variance below 0 is sampling error
    src, prcc = found
    middle = straightened(src, prcc)
    low, high = middle - NORMAL * spread, middle + NORMAL * spread
    low[:, choices] = np.maximum(low[:, choices], 0)
    return {"src": np.vstack([src, low[0], high[0]]), "prcc": np.vstack([prcc, np.tanh(low[1]), np.tanh(high[1])])}, {}


def coded(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of a regression, (points, columns), and the place of the factor that each belongs to.

    A factor has its position, where its values are few the number of the value, and a choice a column of 0 and 1 for each value but the last.
    """
    columns, owners = [], []
    for place, (name, count) in enumerate(zip(design.names, design.few, strict=True)):
        position = design.unit[:, place]
        value = value_places(position, count) if count else position
        own = [value == each for each in range(count - 1)] if name in design.unordered else [value]
        columns += own
        owners += [place] * len(own)
    return np.column_stack(columns).astype(float), np.array(owners)


def straightened(src: np.ndarray, prcc: np.ndarray) -> np.ndarray:
    """Return both, (2, factors), correlations on the scale of Fisher's z, on which they spread evenly."""
    return np.array([src, np.arctanh(np.clip(prcc, -NEARLY_ONE, NEARLY_ONE))])


def regression(data: np.ndarray, owners: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """Return src and prcc, (2, factors), of (points, columns and the output); missing where the output or a column does not vary.

    `owners` says which factor each column belongs to, `choices` which factors are told without sign. Both follow from a correlation matrix: with Q
    the inverse of that of the columns, b = Q r and v = 1 - r b, the partial correlation is b / sqrt(b^2 + v Q_jj).
    """
    src, _ = from_correlations(data, owners, choices)
    _, prcc = from_correlations(rankdata(data, axis=0), owners, choices)
    return np.array([src, prcc])


def from_correlations(data: np.ndarray, owners: np.ndarray, choices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return regression coefficients of standardised columns on the last one, and partial correlations with it, both (factors,)."""
    count = len(choices)
    if (np.ptp(data, axis=0) == 0).any():
        return np.full(count, np.nan), np.full(count, np.nan)
    matrix = np.corrcoef(data, rowvar=False)
    inverse = np.linalg.pinv(matrix[:-1, :-1], hermitian=True)
    coefficients = inverse @ matrix[:-1, -1]
    unexplained = max(1 - matrix[:-1, -1] @ coefficients, 0.0)
    scale = np.sqrt(coefficients**2 + unexplained * np.diag(inverse))
    partial = np.divide(coefficients, scale, out=np.full_like(scale, np.nan), where=scale > 0)
    found, free = np.full((2, count), np.nan), len(data) - len(matrix)
    for factor in range(count):
        own = np.flatnonzero(owners == factor)
        block = np.ix_(own, own)
        if choices[factor]:
            found[:, factor] = together(coefficients[own], matrix[block], inverse[block], unexplained, free)
        else:
            found[:, factor] = coefficients[own[0]], partial[own[0]]
    return found[0], found[1]


def together(coefficients: np.ndarray, correlations: np.ndarray, inverse: np.ndarray, unexplained: float, free: int) -> tuple[float, float]:
    """Return for the columns of one choice what |coefficient| and |partial correlation| are for one column, chance taken out.

    These are the standard deviation of what the columns give to the fitted output, and the root of the share that they explain of the variance
    which all other columns leave (partial correlation ratio). Both are squares less what luck alone would give, with `free` degrees of
    freedom left to the `unexplained` share of variance; where luck would give more, minus the root of what is wanting.
    """
    luck = unexplained / max(free, 1)
    carried = coefficients @ correlations @ coefficients - luck * np.sum(inverse * correlations)
    explained = coefficients @ np.linalg.pinv(inverse, hermitian=True) @ coefficients
    left, freed = explained + unexplained, free + len(coefficients)
    ratio = 1 - luck * freed / left if left > 0 else np.nan
    return tuple(np.sign(square) * np.sqrt(np.abs(square)) for square in (carried, ratio))
