"""Indices of any sample: PAWN, delta, and regression on a Latin hypercube.

The estimators are SALib's. Its PAWN has no intervals: resamples are analysed here with the same statistic, made faster. Its `delta.analyze`
(1.6) makes its estimates from one resample instead of the sample, which doubles their variance and undoes the reduction of bias,
and takes a minute for twelve measures: the two statistics that it is made of, `calc_delta` and `sobol_first`, are made
here for all classes at once. A test holds each equal to SALib's.

All take the position in a factor's distribution for its value: PAWN, delta and `prcc` use its order only; `src` is the
coefficient of the position.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit
from scipy.stats import rankdata

from experiments.sweep.designs import Design
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
    from SALib.analyze import pawn as salib

    means = outputs.mean(axis=1)
    slides = next(number for number in SLIDES if len(means) >= number * IN_SLIDE)
    told = salib.analyze(design.problem, design.unit, means, S=slides)  # without a seed: nothing is drawn in it
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(min(resamples, PAWN_RESAMPLES)):
        chosen = rng.integers(len(means), size=len(means))
        distances = slide_distances(design.unit[chosen], means[chosen], slides)
        drawn.append([[np.median(one) for one in distances], [one.max() for one in distances]])
    half = NORMAL * np.std(drawn, axis=0, ddof=1)
    return {"median": around(told["median"], half[0]), "maximum": around(told["maximum"], half[1])}, {}


def slide_distances(unit: np.ndarray, means: np.ndarray, slides: int) -> list[np.ndarray]:
    """Return for each factor the Kolmogorov-Smirnov distance of the outputs in each slide from all outputs; empty slides are left out.

    The distance is taken where it can be largest: at each output of the slide, and just below it.
    """
    count, order = len(means), np.argsort(means)
    outputs, found = means[order], []
    below, up_to = (np.searchsorted(outputs, outputs, side=side) for side in ("left", "right"))
    for column in unit[order].T:
        # As in SALib a slide has its lower edge and not its upper, so that the largest position falls into none.
        slide = np.searchsorted(np.quantile(column, np.arange(slides + 1) / slides), column, side="right") - 1
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
    plain, share = class_deltas(design.unit, means, places, edges), class_shares(design.unit, means, finer)
    kept = (len(means) - 1) / (len(means) - len(finer) + 1)
    rng, deltas, shares = np.random.default_rng(seed), [], []
    for _ in range(min(resamples, DELTA_RESAMPLES)):
        chosen = rng.integers(len(means), size=len(means))
        deltas.append(class_deltas(design.unit[chosen], means[chosen], places, edges))
        shares.append(class_shares(design.unit[chosen], means[chosen], finer))
    half = stdtrit(len(deltas) - 1, PERCENTILES[1]) * np.std([deltas, shares], axis=1, ddof=1)
    return {"delta": around(2 * plain - np.mean(deltas, axis=0), half[0]), "S1": around(1 - kept * (1 - share), kept * half[1])}, {}


def classes(points: int) -> np.ndarray:
    """Return the edges, in ranks, of the equally large classes that SALib's `delta.analyze` uses for so many points."""
    exponent = 2 / (7 + np.tanh((1500 - points) / 500))
    return np.linspace(0, points, int(np.round(min(int(np.ceil(points**exponent)), MOST_CLASSES))) + 1)


def finer_classes(points: int) -> np.ndarray:
    """Return the edges, in ranks, of the classes for the share of variance between them: `IN_SLIDE` points in each, and no more classes than in SALib."""
    return np.linspace(0, points, min(points // IN_SLIDE, MOST_CLASSES) + 1)


def class_deltas(unit: np.ndarray, means: np.ndarray, places: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return delta without correction, (factors,): SALib's `calc_delta` for all factors."""
    starts, sizes = starts_and_sizes(edges)
    whole = densities(means, places, np.array([0]), np.array([len(means)]))[0]
    found = []
    for values in means[np.argsort(unit, axis=0, kind="stable")].T:
        apart = np.trapezoid(np.abs(densities(values, places, starts, sizes) - whole), places, axis=1)
        varies = np.maximum.reduceat(values, starts) > np.minimum.reduceat(values, starts)
        found.append(sizes @ np.where(varies, apart, 0) / (2 * len(means)))
    return np.array(found)


def class_shares(unit: np.ndarray, means: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the share of variance between classes, (factors,): SALib's `sobol_first` for all factors."""
    starts, sizes = starts_and_sizes(edges)
    within = np.add.reduceat(means[np.argsort(unit, axis=0, kind="stable")], starts) / sizes[:, None]
    return sizes @ (within - means.mean()) ** 2 / len(means) / means.var()


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
    Fisher's z, since ranks of a resample, which has ties, correlate less than those of the sample.
    Source: Saltelli et al. 2008, Global Sensitivity Analysis: The Primer, §1.2.5.
    """
    data = np.column_stack([design.unit, outputs.mean(axis=1)])
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(min(resamples, LHS_RESAMPLES)):
        drawn.append(regression(data[rng.integers(len(data), size=len(data))]))
    src, prcc = regression(data)
    spread = np.nanstd([straightened(*each) for each in drawn], axis=0, ddof=1)
    middle = straightened(src, prcc)
    low, high = middle - NORMAL * spread, middle + NORMAL * spread
    return {"src": np.vstack([src, low[0], high[0]]), "prcc": np.vstack([prcc, np.tanh(low[1]), np.tanh(high[1])])}, {}


def straightened(src: np.ndarray, prcc: np.ndarray) -> np.ndarray:
    """Return both, (2, factors), correlations on the scale of Fisher's z, on which they spread evenly."""
    return np.array([src, np.arctanh(np.clip(prcc, -NEARLY_ONE, NEARLY_ONE))])


def regression(data: np.ndarray) -> np.ndarray:
    """Return src and prcc, (2, factors), of (points, factors and the output); missing where the output or a factor does not vary.

    Both follow from a correlation matrix: with Q the inverse of that of the factors, b = Q r and v = 1 - r b, the partial
    correlation is b / sqrt(b^2 + v Q_jj).
    """
    src, _ = from_correlations(data)
    _, prcc = from_correlations(rankdata(data, axis=0))
    return np.array([src, prcc])


def from_correlations(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return regression coefficients of standardised columns on the last one, and partial correlations with it."""
    if (np.ptp(data, axis=0) == 0).any():
        return np.full(data.shape[1] - 1, np.nan), np.full(data.shape[1] - 1, np.nan)
    matrix = np.corrcoef(data, rowvar=False)
    inverse = np.linalg.pinv(matrix[:-1, :-1], hermitian=True)
    coefficients = inverse @ matrix[:-1, -1]
    unexplained = max(1 - matrix[:-1, -1] @ coefficients, 0.0)
    scale = np.sqrt(coefficients**2 + unexplained * np.diag(inverse))
    return coefficients, np.divide(coefficients, scale, out=np.full_like(scale, np.nan), where=scale > 0)
