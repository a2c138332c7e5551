"""Emulators: what the model would give at any point, from runs at some points, with the doubt about it and the luck of a run told apart.

One Gaussian process a statistic (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, chapters 2 and 5): a trend that is straight
in every parameter and what bends away from it, fitted to means over seeds whose noise is known from the seeds at each point. Shares are fitted as
log-odds.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import logit
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Kernel, Matern
from threadpoolctl import threadpool_limits

LEAST_POINTS = 10  # with a value, for an emulator to be made
RESTARTS = 1  # of the search for the parameters of a Gaussian process
HALF = 0.5  # added to both counts, so that a share of nobody has log-odds
LEAST_NOISE = 1e-6  # share of the variance between points
NOISE_POINTS = 4  # seeds beyond the first, over all points, without which luck is not known


@dataclass(frozen=True)
class Emulator:
    """A fitted Gaussian process of one statistic: `luck` is the standard deviation of one run around the mean over luck, `errors` are standardised.

    `errors` are those of each point when it is left out, and `explained` is the share of the variance between points that such predictions explain.
    `caution` is what the doubt is multiplied with, because the points left out were further off than was said.
    """

    name: str
    is_share: bool
    unit: np.ndarray
    kernel: Kernel = field(repr=False)
    weights: np.ndarray = field(repr=False)
    inverse: np.ndarray = field(repr=False)
    centre: float
    scale: float
    luck: float
    errors: np.ndarray = field(repr=False)
    explained: float
    caution: float

    def predict(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the statistic's mean over luck at (points, parameters) positions; of a share, in log-odds."""
        near = self.kernel(unit - HALF, self.unit)
        variance = self.kernel.diag(unit - HALF) - np.einsum("ij,ij->i", near @ self.inverse, near)
        return self.centre + self.scale * (near @ self.weights), self.scale * self.caution * np.sqrt(np.maximum(variance, 0.0))

    def of_a_run(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the statistic of one run: the luck of the run counts too."""
        mean, sd = self.predict(unit)
        return mean, np.hypot(sd, self.luck)


def fitted(name: str, is_share: bool, unit: np.ndarray, values: np.ndarray, counts: np.ndarray | None = None) -> Emulator | None:
    """Return the emulator of `values`, (points, seeds), at (points, parameters) positions between 0 and 1; None where too few have a value.

    `counts` are the people or events behind each share.
    """
    shown = transformed(values, is_share, counts)
    seeds = np.isfinite(shown).sum(axis=1)
    has = seeds > 0
    if has.sum() < LEAST_POINTS:
        return None
    shown, seeds, places = shown[has], seeds[has], unit[has] - HALF
    means = np.nanmean(shown, axis=1)
    spare = int((seeds - 1).sum())
    luck = float(np.sqrt(np.nansum((shown - means[:, None]) ** 2) / spare)) if spare >= NOISE_POINTS else 0.0
    centre, scale = float(means.mean()), float(means.std()) or 1.0
    target = (means - centre) / scale
    noise = np.maximum(luck**2 / seeds / scale**2, LEAST_NOISE)
    with threadpool_limits(1), warnings.catch_warnings():  # one thread, so that sums are added in the same order everywhere
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: this parameter bends nothing
        model = GaussianProcessRegressor(shape(places.shape[1]), alpha=noise, n_restarts_optimizer=RESTARTS, random_state=0).fit(places, target)
        inverse = cho_solve(cho_factor(model.kernel_(places) + np.diag(noise), lower=True), np.eye(len(places)))
    weights = inverse @ target
    left_out = np.diag(inverse)
    errors = weights / np.sqrt(left_out)
    explained = 1 - float(((weights / left_out) ** 2).mean() / target.var()) if target.var() > 0 else np.nan
    caution = max(1.0, float(np.sqrt((errors**2).mean())))
    return Emulator(name, is_share, places, model.kernel_, weights, inverse, centre, scale, luck, errors, explained, caution)


def shape(parameters: int) -> Kernel:
    """Return the kernel: a straight trend, and a smooth surface with a length for each parameter."""
    trend = ConstantKernel(1.0, (1e-4, 1e3)) * DotProduct(1.0, (1e-2, 1e2))
    return trend + ConstantKernel(0.5, (1e-4, 1e2)) * Matern(np.ones(parameters), (0.1, 20.0), nu=2.5)


def transformed(values: np.ndarray, is_share: bool, counts: np.ndarray | None = None) -> np.ndarray:
    """Return values as they are emulated: of a share the log-odds, half a person added to either side where the people are known."""
    values = np.asarray(values, float)
    if not is_share:
        return values
    people = np.full_like(values, 1e3) if counts is None else np.where(np.isfinite(counts) & (counts > 0), counts, 1e3)
    return logit((values * people + HALF) / (people + 2 * HALF))
