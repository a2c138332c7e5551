"""The places of one request: their names, their parameters under each scenario, and the luck of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from experiments.catalogue import Scenario
from experiments.cli import parameters_of
from experiments.errors import UsageError
from experiments.places.draws import spec_of
from experiments.places.file import read_places
from experiments.settings import Request
from experiments.terminal import counted
from sim import Parameters

MOST_NAMED = 5  # places that a note names


@dataclass(frozen=True)
class Place:
    """One place: its name, the parameters in which places differ, by full key, and all its parameters."""

    name: str
    values: Mapping[str, Any]
    parameters: Parameters

    def seed(self, seed: int) -> int:
        """Return the seed of this place in the run of `seed`: its own luck, whichever other places there are and in whatever order."""
        word = hashlib.blake2b(f"{seed}/{self.name}".encode(), digest_size=8).digest()
        return int.from_bytes(word, "little") >> 1  # seeds have 63 bits


@dataclass(frozen=True)
class System:
    """All places of a request, in order; `origin` says where they come from."""

    places: tuple[Place, ...]
    origin: str

    def under(self, scenario: Scenario) -> System:
        """Return the same places with the changes of `scenario`; raises `UsageError` naming the first place that cannot have them."""
        changed = [Place(p.name, p.values, changed_by(scenario, p)) for p in self.places]
        return System(tuple(changed), self.origin)

    @cached_property
    def columns(self) -> list[str]:
        """The full keys of the parameters in which places differ."""
        return list(dict.fromkeys(key for place in self.places for key in place.values))


def changed_by(scenario: Scenario, place: Place) -> Parameters:
    """Return the parameters of `place` under `scenario`."""
    try:
        return place.parameters.replace(scenario.on(place.parameters))
    except ValueError as error:
        raise UsageError(f"“{scenario.title}” cannot be asked of the place {place.name}: {error}") from error


def system_of(request: Request) -> System:
    """Return the places that `request` names: those of a CSV file, or the service's own.

    A place takes what its service sets, then its own values, then the changes of scenario= and what the command line sets.
    """
    given = request.settings.get("places")
    if isinstance(given, str):
        try:
            rows = [(row.name, row.values) for row in read_places(given)]
        except UsageError as error:
            raise UsageError(f"places={error}") from error
        return made(rows, request, f"places={given}")
    if request.places is None:
        raise UsageError(f"places={given}: service={request.service} is one place; name a CSV file of places, or a system such as service=icb.")
    spec = spec_of(request.places, f"service={request.service}")
    count = spec.count if given is None else given
    if count > spec.count:
        raise UsageError(f"places={given}: service={request.service} has {spec.count:,} places.")
    width = len(str(spec.count))
    rows = [(f"place-{number:0{width}}", values) for number, values in enumerate(spec.values(count), 1)]
    return made(rows, request, spec.origin)


def made(rows: Sequence[tuple[str, Mapping[str, Any]]], request: Request, origin: str) -> System:
    """Return the system of the places `rows`, each a name and its own values."""
    *first, (said, scenario), (line, typed) = layers(request)
    places = []
    for name, values in rows:
        try:
            parameters, _ = parameters_of([*first, (f"the place {name}", dict(values)), (said, scenario), (line, typed)])
        except UsageError as error:
            raise UsageError(f"{origin}: the place {name}: {error}") from error
        places.append(Place(name, values, parameters))
    return System(tuple(places), origin)


def layers(request: Request) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what service, scenario (in commands that take one) and command line set."""
    found = list(request.layers)
    return found if any(origin.startswith("scenario=") for origin, _ in found) else [*found[:-1], ("scenario=baseline", {}), found[-1]]


def notes_on(system: System) -> list[str]:
    """Return what must be known of places that are allowed and odd: nobody there to take people on."""
    empty = [p for p in system.places if p.parameters.workforce.posts == 0 and p.parameters.programme.enabled and flow(p.parameters) > 0]
    if not empty:
        return []
    named = ", ".join(p.name for p in empty[:MOST_NAMED]) + (f" and {len(empty) - MOST_NAMED} more" if len(empty) > MOST_NAMED else "")
    has = "has" if len(empty) == 1 else "have"
    return [f"{counted(len(empty), 'place')} {has} referrals and no link-worker post: a waiting list that only grows, until people leave it ({named})."]


def flow(parameters: Parameters) -> float:
    """Return the people referred a year once the first year is over, or in it."""
    return max(parameters.referrals.first_year, parameters.referrals.later_years, float(any(parameters.referrals.counts)))
