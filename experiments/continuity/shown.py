"""How the page shows numbers: an estimate with its interval, a range, and what is left with all assumptions changed."""

from __future__ import annotations

import math

import pandas as pd

from experiments.report.numbers import places, show


def together(ends: pd.DataFrame) -> str:
    """Return what is left of the finding with all assumptions at their mildest (first row) and at their harshest."""
    mild, harsh = ends.weeks_lost
    size = f"{show(mild, 1)} weeks with the service with all of them at the end that was taken to cost least, and {show(harsh, 1)} at the other"
    left = "At the first a change costs nothing: its direction is as much assumed as its size." if mild <= 0 else "The direction holds at both."
    return f"**All together they decide**: a change then costs {size}. {left}"


def span(values: pd.Series) -> str:
    """Return the lowest and highest of `values`."""
    return f"{show(values.min(), 1)} to {show(values.max(), 1)}"


def who(group: str) -> str:
    """Return whom a row is about."""
    return group.partition(", an hour")[0]


def interval(row: pd.Series | object, sign: int = 1) -> str:
    """Return an estimate with its interval, times `sign`."""
    low, high = sorted((sign * row.ci_low, sign * row.ci_high))
    return ranged(sign * row.value, low, high)


def ranged(value: float, low: float, high: float) -> str:
    """Return a value with its interval, two figures of the largest; the value alone where there is no interval."""
    if math.isnan(low):
        return show(value, min(places(value), 2))
    decimals = min(places(value, low, high), 2)
    return f"{show(value, decimals)} ({show(low, decimals)} to {show(high, decimals)})"
