"""What the statistic of a target can be at all, so that a band or a value beyond it is refused before anything is run."""

from __future__ import annotations

import math

from experiments.errors import UsageError

SHARES = ("T1", "T3", "T7", "T9a", "T10a", "T10b", "T10c", "T10d", "T11", "T14a", "T15", "T16a", "T16b", "T19a", "T19b")  # statistics that are a share
SHARE = (0.0, 1.0)
STAR = 32.0  # points between the lowest and the highest sum of eight areas, each of 1 to 5
RISE, APART, LOST_APART = (-STAR, STAR), (-2 * STAR, 2 * STAR), (-4 * STAR, 4 * STAR)  # two levels; two differences of them; two losses of those
UPWARDS, DIFFERENCE = (0.0, math.inf), (-1.0, 1.0)
RANGES: dict[str, tuple[float, float]] = dict.fromkeys(SHARES, SHARE) | {
    "T2a": UPWARDS, "T2b": UPWARDS, "T4": UPWARDS, "T6": RISE, "T8b": RISE, "T9b": DIFFERENCE, "T14b": UPWARDS, "T20b": APART, "T20c": APART,
    "T21b": RISE, "T23": (-1.0, math.inf), "T24": (-math.inf, 1.0), "T26a": LOST_APART, "T26b": LOST_APART, "T27": DIFFERENCE,
}  # fmt: skip
CLOSE = 0.01  # between a published share and its counts: rounding


def check_kind(name: str, binomial: bool) -> None:
    """Raise `UsageError` for counts of people behind what is no share of people."""
    if binomial and name not in SHARES:
        raise UsageError(f"{name}: kind is binomial, and this pattern is no share of people, so that k of n says nothing of it; use a band.")


def check_counts(name: str, value: float, k: int | None, n: int | None) -> None:
    """Raise `UsageError` for counts behind what is no share, and for a value that they contradict."""
    if k is None or not n:
        return
    if name not in SHARES:
        raise UsageError(f"{name}: k = {k} of n = {n}, and this pattern is no share of people; leave k and n empty.")
    if abs(value - k / n) > CLOSE:
        raise UsageError(f"{name}: value is {value:g}, but {k} of {n} is {k / n:.3g}; correct one of them, or leave the value empty.")


def check_band(name: str, value: float, low: float, high: float, k: int | None, n: int | None) -> None:
    """Raise `UsageError` for a band that the statistic cannot reach, and for a value or a share `k` of `n` outside it. An open end is infinite."""
    least, most = RANGES.get(name, (-math.inf, math.inf))
    for key, end in (("low", low), ("high", high), ("value", value)):
        if math.isfinite(end) and not least <= end <= most:
            raise UsageError(f"{name}: {key} is {end:g}, which cannot be: {span(name, least, most)}.")
    if not (math.isfinite(low) and math.isfinite(high)):
        bound = low if math.isfinite(low) else high
        if bound == (most if math.isfinite(low) else least):
            raise UsageError(f"{name}: nothing lies beyond the bound {bound:g}: {span(name, least, most)}.")
        return
    if not math.isnan(value) and not low <= value <= high:
        raise UsageError(f"{name}: value is {value:g}, outside its own band from {low:g} to {high:g}; correct one of them, or leave the value empty.")
    if k is not None and n and not low <= k / n <= high:
        raise UsageError(f"{name}: {k} of {n} is {k / n:.3g}, outside its own band from {low:g} to {high:g}; correct one of them.")


def span(name: str, least: float, most: float) -> str:
    """Return in words what the statistic can be."""
    if name in SHARES:
        return "this pattern is a share, between 0 and 1 (20% is 0.2)"
    if math.isinf(most):
        return f"this pattern is never below {least:g}"
    return f"this pattern is never above {most:g}" if math.isinf(least) else f"this pattern lies between {least:g} and {most:g}"
