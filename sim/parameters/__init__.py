"""Every parameter of the model, declared once, in groups. `Parameters()` is the Ways to Wellness preset."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sim.parameters.activity import Activity, Habit
from sim.parameters.community import Community
from sim.parameters.contact import Contact
from sim.parameters.declaration import GRADES, Declaration, Group, ParameterError, nearest
from sim.parameters.economics import Economics
from sim.parameters.health import Mood, Setbacks
from sim.parameters.people import Life, Population, Referrals
from sim.parameters.programme import Programme
from sim.parameters.wellbeing import Dropout, Motivation, Wellbeing
from sim.parameters.workforce import Allocation, Handover, Workforce

WEEKS_PER_YEAR = 52
WEEKS_PER_MONTH = 4.345


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """All parameters of one run: immutable, checked when made, and replaceable with `replace`."""

    referrals: Referrals = Referrals()
    population: Population = Population()
    life: Life = Life()
    setbacks: Setbacks = Setbacks()
    mood: Mood = Mood()
    allocation: Allocation = Allocation()
    workforce: Workforce = Workforce()
    handover: Handover = Handover()
    contact: Contact = Contact()
    programme: Programme = Programme()
    community: Community = Community()
    activity: Activity = Activity()
    habit: Habit = Habit()
    motivation: Motivation = Motivation()
    wellbeing: Wellbeing = Wellbeing()
    dropout: Dropout = Dropout()
    economics: Economics = Economics()

    def replace(self, values: Mapping[str, Any]) -> Parameters:
        """Return a copy with `values`, keyed `group.name` or `model.group.name`.

        Raises `ParameterError` for an unknown name (with the nearest ones) or a value not allowed.
        """
        by_group: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            group, name = split_key(key)
            by_group.setdefault(group, {})[name] = value
        return dataclasses.replace(self, **{g: dataclasses.replace(getattr(self, g), **v) for g, v in by_group.items()})

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Return `{group: {name: value}}`, lists for tuples: what a manifest or a YAML file holds."""
        return {g.name: {f.name: plain(getattr(getattr(self, g.name), f.name)) for f in fields(g.default)} for g in fields(self)}

    @classmethod
    def from_dict(cls, nested: Mapping[str, Mapping[str, Any]]) -> Parameters:
        """Return the parameters of `{group: {name: value}}`; what is not named keeps its default."""
        return cls().replace({f"{group}.{name}": value for group, values in nested.items() for name, value in values.items()})


def plain(value: Any) -> Any:
    """Return a tuple as a list, anything else as it is."""
    return list(value) if isinstance(value, tuple) else value


def declarations() -> Iterator[tuple[str, Declaration, Any]]:
    """Yield `(full key, declaration, default)` of every parameter, in order."""
    for group in fields(Parameters):
        for f in fields(group.default):
            yield f"model.{group.name}.{f.name}", f.metadata["declaration"], f.default


@cache
def known() -> dict[str, None]:
    """Return the full key of every parameter, in order."""
    return dict.fromkeys(key for key, _, _ in declarations())


def split_key(key: str) -> tuple[str, str]:
    """Return `(group, name)` of a full or short key, or raise `ParameterError` with the nearest names."""
    full = key if key.startswith("model.") else f"model.{key}"
    if full not in known():
        raise ParameterError(f"{full} is not a parameter.{nearest(full, list(known()))} `spsim describe` lists all.")
    _, group, name = full.split(".")
    return group, name


__all__ = ["GRADES", "Declaration", "Group", "ParameterError", "Parameters", "declarations", "nearest"]
