"""Doubt about parameters: values drawn from their declared distributions over their plausible ranges.

A draw is a pure function of (seed, number of the draw, name of the parameter): another parameter, another draw
or another scenario changes none that is there, and every scenario meets the same one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from scipy.special import ndtr, ndtri

from experiments.errors import UsageError
from sim import ParameterError, Parameters
from sim.parameters import Declaration, declarations

PRICES, EVERYTHING = "prices", "everything"
KINDS = (PRICES, EVERYTHING)
TRIES = 1000  # draws of a group that contradict one another before it is given up
NORMAL_WIDTH = 2 * 1.96  # standard deviations between the ends of the plausible range of a normal distribution
VISITS = ("model.economics.gp_visits", "model.economics.gp_per_condition", "model.economics.gp_per_star")
QALYS = ("model.economics.wellbys_per_qaly",)
RATES = ("model.economics.discount_rate", "model.economics.wellbeing_discount_rate")
YARDSTICKS = ("wellby_value", "deflator", "satisfaction_per_star", "family_spillover", "discount_rate", "wellbeing_discount_rate", "wellbys_per_qaly")
CHOSEN = tuple(
    f"model.{name}"
    for name in (
        "referrals.warm_up_weeks", "referrals.backlog", "life.follow_up_weeks", "workforce.posts", "workforce.hours", "workforce.caseload_cap",
        "workforce.intake_per_week", "workforce.opening_weeks_in_post", "handover.call_within_week", "contact.maintenance_interval", "programme.length_weeks",
        "programme.extension_weeks", "programme.max_extensions", "community.services", "community.places_min", "community.places_max",
        "community.austerity_from_week", "community.austerity_cut", "community.austerity_weeks", "community.austerity_closure_rate",
        "community.austerity_advice_factor", "community.sudden_loss_share", "community.sudden_loss_week", "wellbeing.review_weeks",
    )
)  # fmt: skip
WHY_VISITS = "it changes the visits themselves, so that a finished run cannot be counted anew; `uncertain=everything` draws it"
WHY_RATE = "it is set by guidance: a choice, not a doubt"
WHY_CHOSEN = "a service or its funder decides it, or can count it: the ranges are for trying other choices"
WHY_QALYS = "net benefit does not depend on it"
WHY_FITTED = "it is taken from the posterior, a row for each draw"
WHY_SET = "it was set to another value than the default, and is taken as known"


def uniform(seed: int, draw: int, name: str, attempt: int = 0) -> float:
    """Return a number in (0, 1) that depends on nothing but its arguments."""
    word = hashlib.blake2b(f"{seed}/{draw}/{name}/{attempt}".encode(), digest_size=8).digest()
    return ((int.from_bytes(word, "little") >> 12) + 0.5) * 2.0**-52


def quantile(declared: Declaration, default: float, u: float) -> float:
    """Return the value below which a share `u` of the declared distribution lies, always inside the plausible range.

    Triangular: the mode is the default. Normal: the range holds 95% of it, what lies outside is cut off. Whole
    numbers are equally frequent.
    """
    low, high = declared.plausible
    if low == high:
        return type(default)(low)
    if isinstance(default, int):
        return min(int(low + u * (high - low + 1)), int(high))
    shape = SHAPES.get(declared.distribution)
    if shape is None:
        raise ValueError(f"no distribution {declared.distribution!r}: it is one of {', '.join(SHAPES)}")
    return min(max(shape(low, high, default, u), low), high)


def uniform_shape(low: float, high: float, default: float, u: float) -> float:
    """Return the quantile of a uniform distribution."""
    return low + u * (high - low)


def loguniform_shape(low: float, high: float, default: float, u: float) -> float:
    """Return the quantile of a distribution whose logarithm is uniform."""
    return low * (high / low) ** u


def triangular_shape(low: float, high: float, default: float, u: float) -> float:
    """Return the quantile of a triangular distribution with its mode at `default`."""
    peak = (default - low) / (high - low)
    if u < peak:
        return low + math.sqrt(u * (high - low) * (default - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - default))


def normal_shape(low: float, high: float, default: float, u: float) -> float:
    """Return the quantile of a normal distribution around `default`, cut off at both ends."""
    sd = (high - low) / NORMAL_WIDTH
    first, last = ndtr((low - default) / sd), ndtr((high - default) / sd)
    return default + sd * float(ndtri(first + u * (last - first)))


SHAPES = {"uniform": uniform_shape, "loguniform": loguniform_shape, "triangular": triangular_shape, "normal": normal_shape}


@cache
def plausible() -> dict[str, tuple[Declaration, Any]]:
    """Return the declaration and default of every parameter that has a plausible range, by full key."""
    return {key: (declared, default) for key, declared, default in declarations() if declared.plausible}


def left_out(baseline: Parameters, kind: str, fitted: Collection[str] = ()) -> dict[str, str]:
    """Return the parameters that have a plausible range, belong to `kind` and are not drawn all the same, each with the reason.

    `fitted` are the full keys that a posterior sets.
    """
    here = values_of(baseline)
    reasons = dict.fromkeys(CHOSEN, WHY_CHOSEN) | dict.fromkeys(RATES, WHY_RATE) | dict.fromkeys(QALYS, WHY_QALYS)
    reasons |= dict.fromkeys(VISITS, WHY_VISITS) if kind == PRICES else {}
    reasons |= dict.fromkeys(fitted, WHY_FITTED)
    told = {key: reasons.get(key) or (WHY_SET if here[key] != default else "") for key, (_, default) in of_kind(kind).items()}
    return {key: why for key, why in told.items() if why}


def drawn(baseline: Parameters, kind: str, fitted: Collection[str] = ()) -> tuple[str, ...]:
    """Return the full keys of the parameters that are drawn, not those that a posterior sets, `fitted`."""
    out = left_out(baseline, kind, fitted)
    return tuple(key for key in of_kind(kind) if key not in out)


def of_kind(kind: str) -> dict[str, tuple[Declaration, Any]]:
    """Return what `plausible` does, of the parameters that `kind` is about: those of money, or all."""
    return {key: what for key, what in plausible().items() if kind == EVERYTHING or key.startswith("model.economics.")}


def changed(parameters: Parameters, baseline: Parameters) -> set[str]:
    """Return the full keys in which `parameters` differ from `baseline`."""
    before, after = values_of(baseline), values_of(parameters)
    return {key for key in after if after[key] != before[key]}


def values_of(parameters: Parameters) -> dict[str, Any]:
    """Return every value by its full key."""
    return {f"model.{group}.{name}": value for group, values in parameters.as_dict().items() for name, value in values.items()}


Rows = Callable[[int], dict[str, Parameters]]


class Drawer:
    """The draws of one comparison. `arms` are parameters by name; what an arm changes of `baseline` it keeps in every draw.

    `fitted` are the full keys that a posterior sets: these are not drawn, and `rows`, which gives the parameters of every arm with
    the posterior's row for a draw, comes first.
    """

    def __init__(
        self, baseline: Parameters, arms: Mapping[str, Parameters], kind: str, seed: int, fitted: Collection[str] = (), rows: Rows | None = None
    ) -> None:
        self.arms, self.kind, self.seed = dict(arms), kind, seed
        self.keys = drawn(baseline, kind, fitted)
        self.kept = {name: changed(parameters, baseline) for name, parameters in arms.items()}
        self.rows = rows or (lambda draw: self.arms)

    def __call__(self, draw: int) -> dict[str, Parameters]:
        """Return the parameters of every arm under draw number `draw`.

        Values of a group that contradict one another, in any arm, are drawn again for all arms.
        """
        out = self.rows(draw)
        for group, keys in groupby(self.keys, key=lambda key: key.split(".")[1]):
            out = self.with_group(out, list(keys), group, draw)
        return out

    def with_group(self, arms: dict[str, Parameters], keys: list[str], group: str, draw: int) -> dict[str, Parameters]:
        """Return `arms` with values drawn for the `keys` of one group."""
        for attempt in range(TRIES):
            values = {key: quantile(*plausible()[key], uniform(self.seed, draw, key, attempt)) for key in keys}
            try:
                return {name: p.replace({key: values[key] for key in keys if key not in self.kept[name]}) for name, p in arms.items()}
            except ParameterError as error:
                last = error
        raise UsageError(f"uncertain={self.kind}: in {TRIES} draws of model.{group} no values went together ({last}). Set less of that group.")
