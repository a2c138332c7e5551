"""What a group of parameters tells of net benefit: a regression on the group's positions, told out of fold.

EVPPI by regression (Strong, Oakley and Brennan 2014, Medical Decision Making 34: 311-326, doi:10.1177/0272989X13505910; reviewed by
Heath, Manolopoulou and Baio 2017, Medical Decision Making 37: 747-758, doi:10.1177/0272989X17697692): the mean net benefit given the
group is a smooth function of the group, so one set of runs serves every group, where nested simulation (Brennan et al. 2007, Medical
Decision Making 27: 448-470, doi:10.1177/0272989X07302555) needs runs within runs. Luck of single runs and what other parameters do are
noise to the regression, which averages them out.

Legendre polynomials, orthogonal on the uniform unit cube (as in polynomial chaos: Sudret 2008, Reliability Engineering and System
Safety 93: 964-979), with a ridge penalty that grows with the degree, so that data must speak for a bend. Forms: straight lines; additive
curves; and, of few parameters, products of pairs too; each of all parameters of the group and of the few that go most with net benefit in the
points that are fitted, since of a large group most do little. Number, form and penalty are those with the least error out of fold. Folds
are the same for all groups and options. What is predicted out of fold is drawn in further by the slope of net benefit on the
prediction, between 0 and 1: over-fitting then shows as a slope near 0, and not as knowledge.

A switch, a choice or a whole number with few values has contrasts of its values in the place of curves, which together can take any
value at each; those of a choice, whose values have no order, are not held down by degree.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.polynomial.legendre import legvander

from experiments.sweep.designs import value_places

DEGREE = 5  # of a curve
RANKED_BY = 2  # degrees by which parameters are ranked
PAIR_DEGREE = 4  # of a product of two parameters, both degrees together
STRONGEST = (1, 4)  # parameters of a larger group
MOST_IN_PAIRS = 8  # parameters that are given products: 28 pairs
LINES, CURVES, PAIRS = KINDS = ("lines", "curves", "curves and products")
FOLDS = 10
PENALTIES = np.logspace(-4, 2, 13)  # times the number of points


def folds_of(blocks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the fold of each point, (points,); points of one block, which are not independent, stay together."""
    _, block = np.unique(blocks, return_inverse=True)
    order = rng.permutation(block.max() + 1)
    return order[block] % FOLDS


def predicted(unit: np.ndarray, benefit: np.ndarray, folds: np.ndarray, few: Sequence[int] = (), unordered: Sequence[bool] = ()) -> np.ndarray:
    """Return net benefit predicted out of fold from a group, less its mean, (points, options).

    `unit` is (points, parameters of the group), `benefit` (points, options); `few` says how many values each parameter has (0: many),
    `unordered` whether these have no order. Each option has the form and penalty with its least error.
    """
    centred, curves = benefit - benefit.mean(axis=0), curves_of(unit, few, unordered)
    tried = np.zeros((len(sizes_and_kinds(curves)) * len(PENALTIES), *centred.shape))
    for fold in np.unique(folds):
        held = folds == fold
        order = ranked(curves[~held], centred[~held])
        columns = [form(curves[:, order[:size]], kind) for size, kind in sizes_and_kinds(curves)]
        tried[:, held] = np.concatenate([ridge(part[~held], centred[~held], part[held]) for part in columns])
    errors = ((tried - centred) ** 2).sum(axis=1)
    return tried[errors.argmin(axis=0), :, np.arange(benefit.shape[1])].T


def curves_of(unit: np.ndarray, few: Sequence[int] = (), unordered: Sequence[bool] = ()) -> np.ndarray:
    """Return polynomials of each parameter, (points, parameters, degrees): the smaller a column, the more the penalty holds it down."""
    degrees = np.arange(1, DEGREE + 1)
    curves = legvander(2 * unit - 1, DEGREE)[..., 1:] * np.sqrt(2 * degrees + 1) / degrees**2
    for place, count in enumerate(few):
        if 0 < count <= DEGREE + 1:
            curves[:, place] = 0
            held = 1 if len(unordered) and unordered[place] else degrees[: count - 1] ** 2
            curves[:, place, : count - 1] = contrasts(count)[value_places(unit[:, place], count)] / held
    return curves


def contrasts(count: int) -> np.ndarray:
    """Return orthogonal contrasts of equally frequent values, (values, values - 1), by degree, the mean square of each 1."""
    powers = np.vander(np.arange(count) - (count - 1) / 2, increasing=True)
    return np.linalg.qr(powers)[0][:, 1:] * np.sqrt(count)


def sizes_and_kinds(curves: np.ndarray) -> list[tuple[int, str]]:
    """Return the forms that are tried: of how many parameters, and of which kind."""
    count = curves.shape[1]
    sizes = [*(size for size in STRONGEST if size < count), count]
    return [(size, kind) for size in sizes for kind in KINDS if kind != PAIRS or 2 <= size <= MOST_IN_PAIRS]


def ranked(curves: np.ndarray, centred: np.ndarray) -> np.ndarray:
    """Return the parameters, those that go most with net benefit of any option first."""
    low = curves[..., :RANKED_BY]
    products = np.einsum("pkd,po->kdo", low, centred) ** 2
    squares = (low**2).sum(axis=0)[..., None]  # 0 where a parameter has fewer values than degrees
    explained = products / np.maximum(squares * (centred**2).sum(axis=0), np.finfo(float).tiny)
    return np.argsort(-explained.sum(axis=1).max(axis=1), kind="stable")


def form(curves: np.ndarray, kind: str) -> np.ndarray:
    """Return the columns of one form, (points, columns)."""
    if kind == LINES:
        return curves[..., 0]
    additive = curves.reshape(len(curves), -1)
    if kind == CURVES:
        return additive
    degrees = [(i, j) for i in range(DEGREE) for j in range(DEGREE) if i + j + 2 <= PAIR_DEGREE]
    products = [curves[:, a, i] * curves[:, b, j] for a, b in combinations(range(curves.shape[1]), 2) for i, j in degrees]
    return np.column_stack([additive, *products])


def ridge(columns: np.ndarray, centred: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return what ridge regression of `centred` (points, options) on `columns` predicts at the columns `held`, (penalties, points held, options)."""
    values, vectors = np.linalg.eigh(columns.T @ columns)
    turned = vectors.T @ (columns.T @ centred)
    penalties = len(centred) * PENALTIES[:, None, None]
    return held @ vectors @ (turned / (np.maximum(values, 0)[:, None] + penalties))


def evppi(predictions: np.ndarray, benefit: np.ndarray) -> np.ndarray:
    """Return the EVPPI of each group, (groups,), in the unit of `benefit`.

    `predictions` is (groups, points, options), from `predicted`; `benefit` (points, options), increments against the baseline, whose 0
    is an option too. It cannot be negative: no slope below 0 is used, and a group that changes no choice has exactly 0.
    """
    mean = benefit.mean(axis=0)
    centred = predictions - predictions.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    slope = np.divide((centred * (benefit - mean)).sum(axis=1), spread, out=np.zeros(spread.shape), where=spread > 0)
    return gain(mean + np.clip(slope, 0, 1)[:, None] * centred, mean)


def gain(known: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return how much better it is to choose by `known`, (..., points, options), than by `mean`, (options,); the baseline has 0 in both."""
    best = mean.argmax()
    today = known[..., best] if mean[best] > 0 else np.zeros(known.shape[:-1])
    return (np.maximum(known.max(axis=-1), 0) - today).mean(axis=-1)
