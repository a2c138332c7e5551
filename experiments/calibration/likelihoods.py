"""How likely published figures are, given what the model would give: normal, binomial or multinomial, all doubt about the model's figure counted.

What the model gives at a point is known as a normal distribution, of the figure itself or for a share of its log-odds: the emulator's doubt
and the luck of one run. The likelihood is its mean over that distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit, gammaln, logsumexp, ndtri
from scipy.stats import qmc

from experiments.calibration.targets import centre, is_share
from experiments.validation.targets import BAND, Target

NORMAL, BINOMIAL, MULTINOMIAL = "normal", "binomial", "multinomial"
TABLE_1 = ("T10a", "T10b", "T10c", "T10d")  # answers of the same people, of which each gave one
OF_TABLE_1 = {"T10b": (3, 17)}  # of the rows of Table 1 that are at hand; alone it is 5 of the 24 of the text
SETBACKS = ("T15", "T10b")  # the same five people of 24
EITHER_SIDE = float(ndtri(0.975))  # standard deviations from the middle to the end of a 95% interval
NODES, POINTS = 24, 256  # of the mean over one normal distribution; over several at once
MOST_EXACT = 400  # people of a study beyond whom their share counts as normal
LEAST = 1e-6  # no share is less likely: an answer that a run never gave is not impossible


@dataclass(frozen=True)
class Term:
    """One factor of the likelihood: the targets that it is of, its kind, and the counts of each target out of `n`."""

    kind: str
    targets: tuple[Target, ...]
    counts: tuple[int, ...] = ()
    n: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its targets."""
        return tuple(target.id for target in self.targets)

    def words(self, name: str) -> str:
        """Return the likelihood of one of its targets in words."""
        if self.kind == NORMAL:
            return "normal"
        count = self.counts[self.ids.index(name)]
        return f"{self.kind}, {count} of {self.n}"

    def observed(self, place: int) -> float:
        """Return the published figure of the target at `place`, as it is counted here."""
        return centre(self.targets[place]) if self.kind == NORMAL else self.counts[place] / self.n

    def log_likelihood(self, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
        """Return the log-likelihood of each of (points, targets) normal distributions, (points,)."""
        if self.kind == NORMAL:
            return normal(self.targets[0], *moments(self.targets[0], mean[:, 0], sd[:, 0]))
        if self.kind == BINOMIAL and self.n > MOST_EXACT:
            middle, variance = moments(self.targets[0], mean[:, 0], sd[:, 0])
            total = variance + middle * (1 - middle) / self.n
            return -0.5 * ((self.counts[0] / self.n - middle) ** 2 / total + np.log(2 * np.pi * total)) - math.log(self.n)
        if self.kind == BINOMIAL:
            nodes, weights = hermite()
            return logsumexp(self.of_shares(expit(mean + sd * nodes)[..., None]) + np.log(weights), axis=1)
        drawn = spread(len(self.targets))
        shares = expit(mean[:, None, :] + sd[:, None, :] * drawn)
        return logsumexp(self.of_shares(shares), axis=1) - math.log(len(drawn))

    def of_shares(self, shares: np.ndarray) -> np.ndarray:
        """Return the log-probability of the counts for (…, targets) shares; what is left of 1 is the share of all other answers."""
        shares = np.maximum(shares, LEAST)
        total = shares.sum(axis=-1, keepdims=True)
        shares = shares * np.where(total > 1 - LEAST, (1 - LEAST) / total, 1.0)
        rest, others = 1 - shares.sum(axis=-1), self.n - sum(self.counts)
        ways = gammaln(self.n + 1) - sum(gammaln(count + 1) for count in (*self.counts, others))
        return (np.log(shares) * np.array(self.counts)).sum(axis=-1) + others * np.log(np.maximum(rest, LEAST)) + ways

    def implausibility(self, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
        """Return how many standard deviations of all doubt each published figure lies from the model's, (points, targets)."""
        found = np.empty_like(mean)
        for place, target in enumerate(self.targets):
            middle, variance = moments(target, mean[:, place], sd[:, place])
            own = sides(target, middle) ** 2 if self.kind == NORMAL else np.clip(middle * (1 - middle), LEAST, None) / self.n
            found[:, place] = np.abs(self.observed(place) - middle) / np.sqrt(own + variance)
        return found


def terms_of(targets: Sequence[Target]) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """Return the factors of the likelihood of `targets`, and notes on what is counted how."""
    notes = []
    ids = [target.id for target in targets]
    together = [target for target in targets if target.id in TABLE_1 and target.kind != BAND]
    counts = [OF_TABLE_1.get(target.id, (target.k, target.n)) if len(together) > 1 and target.n == 24 else (target.k, target.n) for target in together]
    if len({n for _, n in counts}) > 1 or sum(k for k, _ in counts) > max((n for _, n in counts), default=0):
        together = []  # of a file in which they are not answers of the same people
    terms = []
    for target in targets:
        if target in together and len(together) > 1:
            if target is together[0]:
                terms.append(Term(MULTINOMIAL, tuple(together), tuple(k for k, _ in counts), counts[0][1]))
        elif target.kind == BAND:
            terms.append(Term(NORMAL, (target,)))
        else:
            terms.append(Term(BINOMIAL, (target,), (target.k,), target.n))
    if len(together) > 1 and "T10b" in ids:
        k, n = counts[[target.id for target in together].index("T10b")]
        notes.append(f"T10b counts as {k} of {n}, as in the rows of Table 1 at hand, so that these people are one multinomial sample.")
    if all(name in ids for name in SETBACKS):
        notes.append("T15 and T10b rest on the same people (5 of 24) and are both fitted: they count twice. Leave one of them out.")
    for target in targets:
        if target.kind == BAND and not target.low < target.value < target.high:
            notes.append(f"{target.id}: no published value inside its band, so the middle of the band, {centre(target):g}, counts as published.")
    return tuple(terms), tuple(notes)


def moments(target: Target, mean: np.ndarray, sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the model's figure, which for a share is known by its log-odds."""
    if not is_share(target):
        return mean, sd**2
    nodes, weights = hermite()
    shares = expit(np.asarray(mean)[..., None] + np.asarray(sd)[..., None] * nodes)
    middle = shares @ weights
    return middle, ((shares - middle[..., None]) ** 2) @ weights


def sides(target: Target, middle: np.ndarray) -> np.ndarray:
    """Return the standard deviation of the published figure on the side where the model's lies: the band's two halves are each half a normal distribution."""
    return np.where(middle <= centre(target), centre(target) - target.low, target.high - centre(target)) / EITHER_SIDE


def normal(target: Target, middle: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the log-density of a published value whose 95% interval is the band, around the model's figure; the doubts add up."""
    both = [np.sqrt((end / EITHER_SIDE) ** 2 + variance) for end in (centre(target) - target.low, target.high - centre(target))]
    own = np.sqrt(sides(target, middle) ** 2 + variance)
    return -0.5 * ((centre(target) - middle) / own) ** 2 - np.log(math.sqrt(2 * math.pi) * (both[0] + both[1]) / 2)


@cache
def hermite() -> tuple[np.ndarray, np.ndarray]:
    """Return places and weights of the mean over a standard normal distribution (Gauss and Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


@cache
def spread(dimensions: int) -> np.ndarray:
    """Return points that fill a standard normal distribution of several dimensions evenly, (points, dimensions)."""
    return ndtri(qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(0)).random(POINTS))
