"""What the targets say of each parameter: the posterior against the prior, what trades off with what, and what nothing is said of."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from experiments.calibration.calibrate import Calibration
from experiments.sweep.factors import Factor
from experiments.terminal import counted

PRIOR_VARIANCE = 1 / 12  # of a position on the unit cube, on which every prior is flat
LEARNED, SOME = 0.5, 0.1  # share of the variance that is gone, for the targets to tell a parameter, and to tell something
MOVED = 0.25  # standard deviations of the prior by which its mean is moved, for the targets to tell a little
EDGE, CROWDED = 0.1, 0.2  # of the prior next to a bound, and the share of the posterior in it, twice as much, for that to be told
RIDGE = 0.7  # size of a correlation that is told
TOLD, PARTLY, TOGETHER = "told by the targets", "told in part", "told only together with another"
LITTLE, NOTHING = "the data say little of it", "the data say nothing of it"
VERDICTS = (TOLD, PARTLY, TOGETHER, LITTLE, NOTHING)
ENDS = (2.5, 97.5)


def table_of(calibration: Calibration) -> pd.DataFrame:
    """Return a row for each parameter: prior and posterior with their 95% intervals, the share of its variance that is gone, and what trades off with it."""
    factors, pool = calibration.question.factors, calibration.chains.pool
    related = correlations(pool)
    rows = []
    for place, f in enumerate(factors):
        own = np.array([float(f.value(float(u))) for u in pool[:, place]])
        prior = prior_of(f)
        gone, moved = shrinkage(pool[:, place]), shift(pool[:, place])
        partner = int(np.abs(np.where(np.arange(len(factors)) == place, 0, related[place])).argmax()) if len(factors) > 1 else None
        low, high = np.percentile(own, ENDS)
        prior_low, prior_high = np.percentile(prior, ENDS)
        rows.append(
            {
                "parameter": f.name, "unit": f.unit, "grade": f.grade, "in_service": float(f.default), "prior_mean": prior.mean(), "prior_low": prior_low,
                "prior_high": prior_high, "posterior_mean": own.mean(), "posterior_median": np.median(own), "ci_low": low, "ci_high": high, "shrinkage": gone,
                "shift": moved, "verdict": verdict(gone, moved, 0.0 if partner is None else related[place, partner]),
                "trades_off_with": "" if partner is None else factors[partner].name,
                "correlation": np.nan if partner is None else related[place, partner],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def prior_of(factor: Factor) -> np.ndarray:
    """Return values that fill the prior of a parameter evenly, in their order."""
    return np.array([float(factor.value(u)) for u in (np.arange(1000) + 0.5) / 1000])


def position(factor: Factor, value: float) -> float:
    """Return the share of the prior that lies below `value`, and half of what lies at it."""
    prior = prior_of(factor)
    return float(np.searchsorted(prior, value, "left") + np.searchsorted(prior, value, "right")) / 2 / len(prior)


def verdict(gone: float, moved: float, correlation: float) -> str:
    """Return what is known of a parameter of whose variance a share is `gone`, whose mean is `moved`, with its strongest `correlation`."""
    if gone >= SOME:
        return TOLD if gone >= LEARNED else PARTLY
    if abs(correlation) > RIDGE:
        return TOGETHER
    return LITTLE if abs(moved) >= MOVED else NOTHING


def shrinkage(unit: np.ndarray) -> float:
    """Return the share of the prior's variance that is gone, of positions in the prior's distribution; below zero where the posterior is wider."""
    return 1 - float(unit.var()) / PRIOR_VARIANCE


def shift(unit: np.ndarray) -> float:
    """Return how far the posterior's mean lies from the prior's, in standard deviations of the prior, of positions in the prior's distribution."""
    return (float(unit.mean()) - 0.5) / PRIOR_VARIANCE**0.5


def correlations(unit: np.ndarray) -> np.ndarray:
    """Return the correlations of all pairs of parameters in the posterior, by their positions in the prior's distribution."""
    return np.atleast_2d(np.corrcoef(unit, rowvar=False))


def directions(unit: np.ndarray) -> int:
    """Return in how many directions of the parameters, each a combination of them, half of the prior's variance or more is gone."""
    return int((np.linalg.eigvalsh(np.atleast_2d(np.cov(unit, rowvar=False))) <= (1 - LEARNED) * PRIOR_VARIANCE).sum())


def ridges(calibration: Calibration) -> list[tuple[str, str, float]]:
    """Return the pairs of parameters that trade off: their names and correlation, the strongest first."""
    related = correlations(calibration.chains.pool)
    names = [f.name for f in calibration.question.factors]
    found = [(names[i], names[j], float(related[i, j])) for i, j in combinations(range(len(names)), 2) if abs(related[i, j]) > RIDGE]
    return sorted(found, key=lambda pair: -abs(pair[2]))


def edges(calibration: Calibration) -> list[tuple[str, str, float, float]]:
    """Return the parameters whose posterior is crowded at a bound: name, `lowest` or `highest`, that bound, and the share of it in the tenth next to it."""
    found = []
    for place, f in enumerate(calibration.question.factors):
        own = calibration.chains.pool[:, place]
        for end, share, bound in (("lowest", (own < EDGE).mean(), f.low), ("highest", (own > 1 - EDGE).mean(), f.high)):
            if share >= CROWDED:
                found.append((f.name, end, bound, float(share)))
    return found


def notes(calibration: Calibration) -> list[str]:
    """Return warnings: directions that the targets do not tell, bounds, parameters of which they say little or nothing, and pairs that trade off."""
    question, table, said = calibration.question, table_of(calibration), []
    parameters, carried = len(question.factors), directions(calibration.chains.pool)
    if carried < parameters:
        said.append(
            f"The targets tell {carried} of {counted(parameters, 'direction')} of these parameters, each a combination of them; along the others the "
            "posterior is about the prior."
        )
    for name, end, bound, share in edges(calibration):
        said.append(
            f"The posterior of {name} is crowded at the {end} value tried, {bound:g}, and cut off there: {share:.0%} of it lies in the tenth of the prior next "
            f"to that. Values beyond may fit better; bounds.{name}= tries them."
        )
    for row in table[table.verdict == LITTLE].itertuples():
        said.append(
            f"The data say little of {row.parameter}: its posterior is about as wide as the prior, and its mean moved by {row.shift:+.1f} of the prior's "
            "standard deviation.".replace("-", "−")
        )
    nothing = [row.parameter for row in table.itertuples() if row.verdict == NOTHING]
    if nothing:
        said.append(f"The data say nothing of {', '.join(nothing)}: the posterior is practically the prior.")
    for one, other, r in ridges(calibration):
        how = "rise together" if r > 0 else "stand in for one another, one up as the other goes down"
        said.append(f"{one} and {other} {how} (correlation {r:.2f}): the targets tell their combination, not each.")
    return said
