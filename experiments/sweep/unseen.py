"""What a group of parameters can be worth without being told from one of no influence, and the unit normal loss that this is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from experiments.sweep.information import Sample


def floor_of(sample: Sample, blocks: np.ndarray) -> float:
    """Return the EVPPI that a group of no influence stays below on average.

    What it predicts is luck, and goes with net benefit by a few standard errors of a mean at most, as the best of several forms is taken:
    two are allowed.
    """
    return losses(sample, 2 / np.sqrt(len(np.unique(blocks))))


def unseen(sample: Sample, blocks: np.ndarray, parameters: int) -> float:
    """Return the EVPPI that a group of so many parameters can have without being told from one of no influence.

    Of n points, k parameters of no influence explain k/n of the variance on average, with a standard deviation of sqrt(2k)/n: two of these above is
    what chance alone gives at most.
    """
    share = (parameters + 2 * np.sqrt(2 * parameters)) / len(np.unique(blocks))
    return losses(sample, float(np.sqrt(min(1.0, share))))


def losses(sample: Sample, told: float) -> float:
    """Return no less than EVPI where what is known has `told` times the standard deviation of net benefit: each option's loss against the best, added up."""
    means = np.column_stack([np.zeros(len(sample.means)), sample.means])
    average = means.mean(axis=0)
    apart = means[:, [average.argmax()]] - np.delete(means, average.argmax(), axis=1)
    errors = told * apart.std(axis=0, ddof=1)
    return float(sum(loss(behind, error) for behind, error in zip(apart.mean(axis=0), errors, strict=True) if error > 0))


def loss(mean: float, sd: float) -> float:
    """Return EVPI of two options whose difference is normal: the unit normal loss times `sd`."""
    z = abs(mean) / sd
    return sd * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * ndtr(-z))
