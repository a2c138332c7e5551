"""Sums of many arrays in little memory, as exact as if no rounding had happened on the way."""

from __future__ import annotations

import numpy as np


class ExactSum:
    """A running sum of arrays of one shape in twice the precision of a double (Knuth's two-sum); missing values count as nothing.

    Of up to millions of terms the result is the correctly rounded sum, but for cases made to defeat it, so that the order of
    the terms does not show.
    """

    def __init__(self) -> None:
        self.high: np.ndarray | None = None
        self.low: np.ndarray | None = None
        self.count: np.ndarray | None = None

    def add(self, values: np.ndarray) -> None:
        """Add `values`; the first fixes the shape."""
        values = np.asarray(values, float)
        if self.high is None:
            self.high, self.low, self.count = np.zeros(values.shape), np.zeros(values.shape), np.zeros(values.shape, np.int64)
        there = ~np.isnan(values)
        self.count += there
        values = np.where(there, values, 0.0)
        total = self.high + values
        part = total - self.high
        self.low += (self.high - (total - part)) + (values - part)
        self.high = total

    @property
    def value(self) -> np.ndarray:
        """The sum of what was there; missing where nothing was."""
        return np.where(self.count > 0, self.high + self.low, np.nan)
