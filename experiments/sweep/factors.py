"""The factors of a sweep: which parameters are varied, between which bounds, and the value at each position of a distribution.

Designs are made on the unit cube. A position u becomes a value by the quantile of the declared distribution, so that
whole numbers, switches and choices take each of their values equally often, and no value lies outside its bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from experiments.errors import UsageError
from experiments.levers import LEVERS
from experiments.settings import plain
from experiments.whatif.draws import EVERYTHING, WHY_SET, drawn, left_out, quantile, values_of
from sim import ParameterError, Parameters
from sim.parameters import Declaration, declarations, nearest
from sim.parameters.declaration import check

ALL, DOUBTS, LEVERS_WORD, GROUP = "all", "doubts", "levers", "group:"
THE_SERVICE = "model.programme.enabled"  # off: usual care, which no service decides on
NUMBER, WHOLE, SWITCH, CHOICE = "number", "whole number", "switch", "choice"


@dataclass(frozen=True)
class Factor:
    """One parameter that is varied.

    `low` and `high` are its bounds (positions in `levels` for a switch or a choice), `default` its value in the service
    that is swept, `declared` and `declared_default` what the model says of it.
    """

    key: str
    kind: str
    low: float
    high: float
    default: Any
    levels: tuple[Any, ...]
    declared: Declaration
    declared_default: Any

    @property
    def name(self) -> str:
        """The short key: `workforce.turnover`."""
        return self.key.removeprefix("model.")

    @property
    def group(self) -> str:
        """The parameter group: `workforce`."""
        return self.name.split(".")[0]

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return self.declared.unit

    @property
    def meaning(self) -> str:
        """What it means."""
        return self.declared.meaning

    @property
    def grade(self) -> str:
        """The grade of its evidence; D is assumed."""
        return self.declared.grade

    def value(self, u: float) -> Any:
        """Return the value below which a share `u` of the distribution lies; a missing `u` stands for the value in the service."""
        if u != u:
            return self.default
        if self.levels:
            return self.levels[min(int(u * len(self.levels)), len(self.levels) - 1)]
        return quantile(*self.shape, u)

    @cached_property
    def shape(self) -> tuple[Declaration, Any]:
        """Its declaration with the bounds for a range, and the mode of its distribution within them."""
        mode = type(self.declared_default)(min(max(self.declared_default, self.low), self.high))
        return replace(self.declared, plausible=(self.low, self.high)), mode

    def as_dict(self) -> dict[str, Any]:
        """Return what decides its values, for the manifest."""
        told = {"levels": list(self.levels)} if self.levels else {"low": self.low, "high": self.high, "distribution": self.declared.distribution}
        return told | {"default": self.default}


def chosen(words: Sequence[str], service: Parameters, bounds: Mapping[str, Any]) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
    """Return the factors that `words` name, in the order of declaration, and notes on what was left out.

    A word is a parameter, `group:NAME`, `all` (every parameter with a plausible range, and all switches and choices but whether there is a
    service), `doubts` (those that nobody can know or decide) or `levers` (those that a service decides). `bounds` holds `[low, high]`, or
    levels of a choice, by short key. Raises `UsageError` for a word that names nothing, an empty range, and a value outside what is allowed.
    """
    if not words:
        raise UsageError("parameters= names none. Give some, as in parameters=[workforce.turnover,group:handover], or doubts, levers or all.")
    known = {key: (declared, default) for key, declared, default in declarations()}
    limits = {full(key, known): value for key, value in bounds.items()}
    here, notes = values_of(service), []
    wanted: dict[str, bool] = {}
    for word in words:
        for key, named in meant(word.strip(), service, known):
            wanted[key] = wanted.get(key, False) or named
    factors = []
    for key in (key for key in known if key in wanted):
        declared, default = known[key]
        why = unfit(key, declared, default, here[key], limits)
        if not why:
            factors.append(factor(key, declared, default, here[key], limits.get(key)))
        elif wanted[key] or key in limits:
            raise UsageError(f"{key}: {why}")
        else:
            notes.append(f"{key.removeprefix('model.')} is left out: {why}")
    if idle := [key for key in limits if key not in wanted]:
        raise UsageError(f"bounds.{idle[0].removeprefix('model.')}: this parameter is not varied; name it in parameters= too.")
    if not factors:
        raise UsageError(f"parameters={plain(list(words))}: nothing is left to vary. {' '.join(notes)}")
    return tuple(factors), tuple(notes)


def meant(word: str, service: Parameters, known: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    """Yield each full key that `word` stands for, and whether it was named itself."""
    discrete = {key for key, (_, default) in known.items() if isinstance(default, (bool, str)) and key != THE_SERVICE}
    varied = [key for key, (declared, _) in known.items() if declared.plausible or key in discrete]
    if word == ALL:
        yield from ((key, False) for key in varied)
    elif word == DOUBTS:
        taken = [key for key, why in left_out(service, EVERYTHING).items() if why == WHY_SET]
        yield from ((key, False) for key in (*drawn(service, EVERYTHING), *taken))
    elif word == LEVERS_WORD:
        decided = [f"model.{name}" for names in LEVERS.values() for name in names]
        yield from ((key, False) for key in decided if key in varied)
    elif word.startswith(GROUP):
        name, groups = word.removeprefix(GROUP).removeprefix("model."), list(dict.fromkeys(key.split(".")[1] for key in known))
        if name not in groups:
            raise UsageError(f"parameters={word}: there is no group {name}.{nearest(name, groups)} There are: {', '.join(groups)}.")
        yield from ((key, False) for key in varied if key.split(".")[1] == name)
    else:
        yield full(word, known), True


def full(word: str, known: Mapping[str, Any]) -> str:
    """Return the full key of a parameter; raise `UsageError` with the nearest when there is none."""
    key = word if word.startswith("model.") else f"model.{word}"
    if key not in known:
        groups = {name.split(".")[1] for name in known}
        hint = f" For a whole group write group:{word}." if word in groups else nearest(key, list(known))
        raise UsageError(f"parameters: {word} is not a parameter.{hint} `spsim describe` lists all; all, doubts and levers stand for many.")
    return key


def unfit(key: str, declared: Declaration, default: Any, here: Any, limits: Mapping[str, Any]) -> str:
    """Return why a parameter cannot be varied as things stand, or an empty text."""
    if isinstance(default, tuple):
        return "it is a list, which a sweep cannot vary; make scenarios of it."
    if isinstance(default, (bool, str)) or key in limits:
        return ""
    if declared.plausible is None:
        return f"it has no plausible range; give bounds.{key.removeprefix('model.')}=[low,high]."
    low, high = declared.plausible
    if low == high:
        return f"its plausible range is the single value {low:g}; give bounds.{key.removeprefix('model.')}=[low,high]."
    if not low <= here <= high:
        return (
            f"its value in this service, {here:g}, lies outside its plausible range, {low:g} to {high:g} {declared.unit}; "
            f"give bounds.{key.removeprefix('model.')}=[low,high]."
        )
    return ""


def factor(key: str, declared: Declaration, default: Any, here: Any, limits: Any) -> Factor:
    """Return the factor of one parameter, within `limits` when they are given."""
    if isinstance(default, bool):
        levels = checked_levels(key, declared, default, limits, (False, True))
        return Factor(key, SWITCH, 0, len(levels) - 1, here, levels, declared, default)
    if isinstance(default, str):
        levels = checked_levels(key, declared, default, limits, declared.choices or ())
        return Factor(key, CHOICE, 0, len(levels) - 1, here, levels, declared, default)
    low, high = declared.plausible if limits is None else checked_range(key, declared, default, limits)
    return Factor(key, WHOLE if isinstance(default, int) else NUMBER, low, high, here, (), declared, default)


def checked_range(key: str, declared: Declaration, default: Any, limits: Any) -> tuple[float, float]:
    """Return the bounds that the user gave, when they are two allowed values, the lower first."""
    name = f"bounds.{key.removeprefix('model.')}"
    if not isinstance(limits, (list, tuple)) or len(limits) != 2:
        raise UsageError(f"{name}={plain(limits)} is not allowed: give the lowest and the highest value, as in {name}=[{low_high(declared)}].")
    try:
        low, high = (check(key, declared, default, value) for value in limits)
    except ParameterError as error:
        raise UsageError(f"{name}={plain(limits)}: {error}") from None
    if not low < high:
        raise UsageError(f"{name}={plain(limits)} is an empty range: the first value must be below the second, as in {name}=[{low_high(declared)}].")
    if declared.distribution == "loguniform" and low <= 0:
        raise UsageError(f"{name}={plain(limits)}: this parameter is varied in proportion (loguniform), so its lowest value must be above 0.")
    return low, high


def low_high(declared: Declaration) -> str:
    """Return an example of bounds: the plausible range, or else what is allowed."""
    low, high = declared.plausible or declared.allowed or (0, 1)
    return f"{low:g},{high:g}"


def checked_levels(key: str, declared: Declaration, default: Any, limits: Any, levels: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the levels of a switch or a choice: all, or those that the user gave."""
    if limits is None:
        return levels
    name = f"bounds.{key.removeprefix('model.')}"
    given = list(limits) if isinstance(limits, (list, tuple)) else [limits]
    try:
        given = [check(key, declared, default, value) for value in given]
    except ParameterError as error:
        raise UsageError(f"{name}={plain(limits)}: {error}") from None
    if len(set(given)) < 2:
        raise UsageError(f"{name}={plain(limits)} is an empty range: give two or more of {', '.join(plain(level) for level in levels)}.")
    return tuple(level for level in levels if level in given)
