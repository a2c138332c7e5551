"""What a service's file says of its places: how many, what they are like, and the distributions from which they differ.

    places:
      like: nhs_pcn            # every place is like this service, but for what stands below
      count: 1250
      seed: 1                  # of the places themselves; the seed of a run does not change them
      draw:
        referrals.later_years: {distribution: lognormal, mean: 720, sd: 250}
        referrals.first_year: {times: referrals.later_years}
        workforce.posts: {distribution: lognormal, mean: 0.0037, sd: 0.0008, times: referrals.later_years, low: 1}

The n-th place has the same values however many places there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri

from experiments.errors import UsageError
from experiments.settings import in_words, plain
from sim.parameters import declarations, nearest

KEYS = ("like", "count", "seed", "draw")
MOST_PLACES = 100_000
NUMBERS = {"lognormal": ("mean", "sd"), "normal": ("mean", "sd"), "beta": ("mean", "sd"), "uniform": ("from", "to")}
OTHERS = ("distribution", "times", "low", "high")


@dataclass(frozen=True)
class Draw:
    """How one parameter differs between places: numbers of a `distribution`, `times` another parameter, kept between `low` and `high`."""

    key: str
    distribution: str | None
    numbers: Mapping[str, float]
    times: str | None = None
    low: float = -np.inf
    high: float = np.inf

    def values(self, luck: np.ndarray, others: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return one value for each of `luck` (uniform in 0 to 1), given those of `others` drawn before, by full key."""
        drawn = np.ones(len(luck)) if self.distribution is None else inverse(self.distribution, self.numbers, luck)
        return np.clip(drawn * (others[self.times] if self.times else 1), self.low, self.high)


@dataclass(frozen=True)
class Spec:
    """What a service's file says of its places; `origin` names the file in errors."""

    origin: str
    count: int
    seed: int
    draws: tuple[Draw, ...]

    def values(self, count: int) -> list[dict[str, Any]]:
        """Return, for each of the first `count` places, the parameters in which it differs, by full key; whole numbers stay whole."""
        whole = {key for key, _, default in declarations() if isinstance(default, int)}
        columns: dict[str, np.ndarray] = {}
        for draw in self.draws:
            columns[draw.key] = draw.values(luck_of(self.seed, draw.key, count), columns)
        told = {key: [round(v) for v in values.tolist()] if key in whole else values.tolist() for key, values in columns.items()}
        return [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]


def luck_of(seed: int, key: str, count: int) -> np.ndarray:
    """Return the uniforms of the first `count` places for one parameter: more places leave the first as they were."""
    word = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")
    return np.random.Generator(np.random.Philox(key=np.array([seed, word], np.uint64))).random(count)


def inverse(distribution: str, numbers: Mapping[str, float], luck: np.ndarray) -> np.ndarray:
    """Return the values below which a share `luck` of `distribution` lies."""
    if distribution == "uniform":
        return numbers["from"] + (numbers["to"] - numbers["from"]) * luck
    mean, sd = numbers["mean"], numbers["sd"]
    if distribution == "normal":
        return mean + sd * ndtri(luck)
    if distribution == "lognormal":
        spread = np.log1p((sd / mean) ** 2)
        return np.exp(np.log(mean) - spread / 2 + np.sqrt(spread) * ndtri(luck))
    size = mean * (1 - mean) / sd**2 - 1
    return betaincinv(mean * size, (1 - mean) * size, luck)


def spec_of(content: Any, origin: str) -> Spec:
    """Return what the section `places` of the service file `origin` says; raise `UsageError` naming the key for what it may not say."""
    if not isinstance(content, Mapping):
        raise UsageError(f"places in {origin}: below it stand {in_words(KEYS)}.")
    for key in content:
        if key not in KEYS:
            raise UsageError(f"places.{key} in {origin}: below places stand {in_words(KEYS)}.{nearest(str(key), list(KEYS))}")
    count, seed, drawn = content.get("count"), content.get("seed", 1), content.get("draw") or {}
    if not is_whole(count) or not 1 <= count <= MOST_PLACES:
        raise UsageError(f"places.count = {plain(count)} in {origin} is not allowed: it must be a whole number from 1 to {MOST_PLACES:,}.")
    if not is_whole(seed) or not 0 <= seed < 2**63:
        raise UsageError(f"places.seed = {plain(seed)} in {origin} is not allowed: it must be a whole number from 0 on.")
    if not isinstance(drawn, Mapping):
        raise UsageError(f"places.draw in {origin}: below it stand parameters, each with its distribution.")
    draws: list[Draw] = []
    for name, how in drawn.items():
        draws.append(draw_of(str(name), how, [draw.key for draw in draws], origin))
    return Spec(origin, count, seed, tuple(draws))


def draw_of(name: str, how: Any, before: list[str], origin: str) -> Draw:
    """Return how the parameter `name` is drawn; those in `before` may be factors of it."""
    where, key = f"places.draw.{name}", full(name)
    numeric = {k for k, _, default in declarations() if isinstance(default, (int, float)) and not isinstance(default, bool)}
    if key not in numeric:
        raise UsageError(f"{where} in {origin}: this is no parameter that is a number.{nearest(key, sorted(numeric))} `spsim describe` lists all.")
    if not isinstance(how, Mapping):
        raise UsageError(f"{where} = {plain(how)} in {origin}: say how it is drawn, as in {{distribution: normal, mean: 1, sd: 0.1}}.")
    distribution, times = how.get("distribution"), how.get("times")
    if distribution is None and times is None or distribution is not None and distribution not in NUMBERS:
        raise UsageError(f"{where}.distribution = {plain(distribution)} in {origin}: it must be one of {in_words(list(NUMBERS))}.")
    if times is not None and full(str(times)) not in before:
        raise UsageError(f"{where}.times = {plain(times)} in {origin}: name a parameter that is drawn above this one.")
    wanted = NUMBERS.get(distribution, ())
    for part, value in how.items():
        if part not in (*wanted, *OTHERS):
            raise UsageError(f"{where}.{part} in {origin}: {distribution or 'a factor'} takes {in_words([*wanted, 'times', 'low', 'high'])}.")
        if part not in ("distribution", "times") and not is_number(value):
            raise UsageError(f"{where}.{part} = {plain(value)} in {origin} is not allowed: it must be a number.")
    if missing := [part for part in wanted if part not in how]:
        raise UsageError(f"{where} in {origin}: {distribution} needs {in_words(missing)}.")
    numbers = {part: float(how[part]) for part in wanted}
    check_numbers(where, distribution, numbers, origin)
    limits = {part: float(how[part]) for part in ("low", "high") if part in how}
    return Draw(key, distribution, numbers, full(str(times)) if times else None, **limits)


def check_numbers(where: str, distribution: str | None, numbers: Mapping[str, float], origin: str) -> None:
    """Refuse numbers that make no distribution."""
    mean, sd = numbers.get("mean", 0), numbers.get("sd", 1)
    if sd <= 0:
        raise UsageError(f"{where}.sd = {sd:g} in {origin} is not allowed: it must be above 0.")
    if distribution == "lognormal" and mean <= 0:
        raise UsageError(f"{where}.mean = {mean:g} in {origin} is not allowed: of a lognormal distribution it must be above 0.")
    if distribution == "beta" and not (0 < mean < 1 and sd**2 < mean * (1 - mean)):
        most = np.sqrt(mean * (1 - mean)) if 0 < mean < 1 else 0.5
        raise UsageError(f"{where} in {origin}: a beta distribution has a mean between 0 and 1 and, with it, an sd below {most:.3g}.")
    if distribution == "uniform" and numbers["from"] > numbers["to"]:
        raise UsageError(f"{where} in {origin}: from = {numbers['from']:g} is above to = {numbers['to']:g}.")


def full(name: str) -> str:
    """Return the full key of a parameter."""
    return name if name.startswith("model.") else f"model.{name}"


def is_whole(value: Any) -> bool:
    """Whether `value` is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether `value` is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))
