"""How the page shows numbers: an estimate with its interval, a range, and what is left with all assumptions changed."""

from __future__ import annotations

import math

import pandas as pd

from experiments.report.numbers import places, show


def alone(value: float) -> str:
    """Return a value without an interval, two figures of it."""
    return ranged(value, math.nan, math.nan)


def together(ends: pd.DataFrame) -> str:
    """Return what is left of the finding with all assumptions at their mildest (first row) and at their harshest."""
    mild, harsh = ends.weeks_lost
    size = f"{alone(mild)} weeks with the service with all of them at the end that was taken to cost least, and {alone(harsh)} at the other"
    turned = "At the first those hit even stay a little longer, so that the direction of the cost is as much assumed as its size."
    return f"**All together they decide**: a change then costs {size}. {turned if mild < 0 else 'The direction holds at both.'}"


def span(values: pd.Series) -> str:
    """Return the lowest and highest of `values`."""
    return f"{alone(values.min())} to {alone(values.max())}"


def verdict(row: pd.Series) -> str:
    """Return whether an estimate is told apart from none."""
    if math.isnan(row.ci_low):
        return "too few runs for an interval"
    return "clear of zero" if row.ci_low > 0 or row.ci_high < 0 else "not told apart from none: the interval holds zero"


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
