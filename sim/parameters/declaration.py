"""How a parameter is declared: its value, bounds, unit, evidence and meaning, in one place.

A group of parameters is a frozen dataclass whose fields are made by `declare`. Everything else
(validation, the command line's schema, `spsim describe`, docs/parameters.md, sweeps) is derived.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import MISSING, dataclass, field, fields
from numbers import Integral, Real
from typing import Any, ClassVar

GRADES = {
    "A": "measured in Ways to Wellness or this setting",
    "B": "measured elsewhere",
    "C": "derived from published figures",
    "D": "assumed",
}

LARGEST = 2**63 - 1  # whole number
SHARE = (0.0, 1.0)  # the allowed bounds of a share or a probability
WTW = "Wildman et al. 2019"


class ParameterError(ValueError):
    """A parameter that is unknown, of the wrong type or out of bounds. The message is for its user."""


@dataclass(frozen=True)
class Declaration:
    """What is known about one parameter.

    `allowed` are logical limits (validation, property tests); `plausible` is what the evidence
    leaves open (tuning, sweeps, priors). Both are inclusive, in `unit`. A lever that is a choice
    has `choices` instead; a switch or a list has neither.
    """

    unit: str
    meaning: str
    grade: str
    source: str
    allowed: tuple[float, float] | None = None
    plausible: tuple[float, float] | None = None
    distribution: str = "uniform"
    choices: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise ValueError(f"grade {self.grade!r} is not one of {', '.join(GRADES)}")
        if self.plausible and self.allowed:
            low, high = self.plausible
            if not self.allowed[0] <= low <= high <= self.allowed[1]:
                raise ValueError(f"plausible {self.plausible} is not inside allowed {self.allowed}")


def declare(default: Any, **what: Any) -> Any:
    """Return a dataclass field with `default` that carries a `Declaration` made of `what`."""
    return field(default=default, metadata={"declaration": Declaration(**what)})


def nearest(name: str, known: list[str]) -> str:
    """Return ' Did you mean …?' with the closest known names, or an empty text when none is close."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if not close:
        tail = name.rsplit(".", 1)[-1]
        close = [k for k in known if k.rsplit(".", 1)[-1] == tail][:3]
    return f" Did you mean {' or '.join(close)}?" if close else ""


def written(value: Any) -> str:
    """Return `value` as its user would write it: true, [1,2], 'text'; nothing where there is none."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{','.join(written(v) for v in value)}]"
    return repr(value)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Base of all groups: checks every field against its declaration when made."""

    group: ClassVar[str]

    def __post_init__(self) -> None:
        for f in fields(self):
            value = check(f"model.{self.group}.{f.name}", f.metadata["declaration"], f.default, getattr(self, f.name))
            object.__setattr__(self, f.name, value)
        self.check_together()

    def check_together(self) -> None:
        """Refuse values that are each allowed but contradict one another. Groups override it."""

    def refuse(self, name: str, rule: str) -> None:
        """Raise a `ParameterError` about field `name` of this group."""
        raise ParameterError(f"model.{self.group}.{name} = {written(getattr(self, name))}: {rule}")


def check(key: str, declared: Declaration, default: Any, value: Any) -> Any:
    """Return `value` in the type of `default`, or raise a `ParameterError` that says what is allowed."""
    if default is MISSING:
        raise TypeError(f"{key} has no default")
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ParameterError(f"{key} = {written(value)} is not allowed: it must be true or false.")
        return value
    if isinstance(default, str):
        choices = declared.choices or ()
        if value not in choices:
            raise ParameterError(f"{key} = {written(value)} is not allowed: it must be one of {', '.join(choices)}.{nearest(str(value), list(choices))}")
        return value
    if isinstance(default, tuple):
        if not isinstance(value, (tuple, list)):
            raise ParameterError(f"{key} = {written(value)} is not allowed: it must be a list of numbers, in {declared.unit}.")
        kind = float if any(isinstance(d, float) for d in default) else int
        return tuple(check_number(f"{key}[{i}]", declared, kind, v) for i, v in enumerate(value))
    return check_number(key, declared, type(default), value)


def check_number(key: str, declared: Declaration, kind: type, value: Any) -> Any:
    """Return `value` as `kind` (int or float) when it is finite and inside the allowed bounds."""
    what = "a whole number" if kind is int else "a number"
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or (kind is int and not isinstance(value, Integral)):
        raise ParameterError(f"{key} = {written(value)} is not allowed: it must be {what}, in {declared.unit}.{allowed_text(declared)}")
    if isinstance(value, Integral) and abs(value) > LARGEST:  # too large to compare with a bound, or to show
        raise ParameterError(f"{key} is a whole number of {len(str(abs(int(value)))):,} digits, which is not allowed.{allowed_text(declared)}")
    if not math.isfinite(value) or (declared.allowed and not declared.allowed[0] <= value <= declared.allowed[1]):
        raise ParameterError(f"{key} = {value:.12g} {declared.unit} is not allowed.{allowed_text(declared)}")
    return kind(value)


def allowed_text(declared: Declaration) -> str:
    """Return the sentence that gives the allowed bounds, with the unit."""
    if not declared.allowed:
        return ""
    low, high = declared.allowed
    return f" Allowed: {low:.12g} to {high:.12g} {declared.unit}."
