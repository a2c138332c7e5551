"""What is asked of a system: which runs of which places it takes, those that tell luck from structure among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from experiments.command_line import otherwise
from experiments.errors import UsageError
from experiments.manifest import digest
from experiments.pieces import Piece
from experiments.places.league import FEWEST
from experiments.places.piece import piece_of
from experiments.places.system import Place, System, system_of
from experiments.places.work import Pieces
from experiments.posterior import Posterior, own_keys, posterior_of, told_of, with_posterior
from experiments.posterior import set_by as by_posterior
from experiments.settings import COMMAND_LINE, Request, in_words

MOST_RUN_TWICE = 100  # places that are run again with other luck, when every place is run once only
ONE_RUN_ONLY = ("events", "panel")  # keys of `spsim run` that a system does not take


@dataclass(frozen=True)
class Asked:
    """A system, its seeds, and with what else its places are run."""

    system: System
    seeds: tuple[int, ...]
    weeks: int
    twin: bool = False
    people: str = ""
    posterior: Posterior | None = None
    keep: frozenset[str] = frozenset()
    compiled: bool = False

    def piece(self, place: Place, seed: int, people: str = "", row_of: int | None = None) -> Piece:
        """Return the work of one place with the luck of `seed` and the row of the posterior that `row_of` takes, by default that of `seed`."""
        row = seed if row_of is None else row_of
        parameters = with_posterior(place.parameters, self.posterior, row, self.keep | set(place.values))
        return piece_of(Place(place.name, place.values, parameters), seed, self.weeks, self.twin, people, self.compiled)

    @cached_property
    def pieces(self) -> Pieces:
        """The runs that the answer is put together from, seed by seed."""
        return {(place.name, seed): self.piece(place, seed, self.people) for seed in self.seeds for place in self.system.places}

    @cached_property
    def again(self) -> Pieces:
        """Further runs of some places, with the parameters of the first seed and other luck, that tell chance from structure.

        None where all places are run more than once with the same parameters, nor where there are too few.
        """
        if len(self.seeds) > 1 and self.posterior is None or len(self.system.places) < FEWEST:
            return {}
        first, other = self.seeds[0], self.seeds[-1] + 1
        return {(place.name, other): self.piece(place, other, row_of=first) for place in evenly(self.system.places, MOST_RUN_TWICE)}


def evenly(places: Sequence[Place], most: int) -> list[Place]:
    """Return at most `most` of `places`, at even distances."""
    if len(places) <= most:
        return list(places)
    return [places[int((number + 0.5) * len(places) / most)] for number in range(most)]


def question_of(request: Request) -> Asked:
    """Return what `request`, of `spsim run`, asks of a system; raise `UsageError` for keys that it does not take."""
    settings = request.settings
    if other := otherwise(request, ONE_RUN_ONLY):
        raise UsageError(f"{in_words(other)}: a system of places keeps no such records; run one place by its own_seed in places.csv.")
    system = system_of(request)
    if settings["twin"] and not any(place.parameters.programme.enabled for place in system.places):
        raise UsageError(f"twin=true compares with usual care, which scenario={request.scenario} already is.")
    first, count = settings["seed"], settings["replications"]
    if first + count >= 2**63:
        raise UsageError(f"seed={first}: with replications={count} the last seed is above {2**63 - 1}, the most allowed.")
    people = request.scenario if settings["people"] else ""
    seeds, posterior = tuple(range(first, first + count)), posterior_of(request)
    return Asked(system, seeds, settings["weeks"], settings["twin"], people, posterior, own_keys(request), settings["compiled"])


def told(asked: Asked) -> str:
    """Return the hash of what decides the numbers of a system: all places with their parameters, and those that win over a posterior."""
    won = [] if asked.posterior is None else [sorted(asked.keep), *(sorted(place.values) for place in asked.system.places)]
    return digest([[place.name, place.parameters.as_dict()] for place in asked.system.places] + won)


def origins(asked: Asked, set_by: dict[str, str]) -> dict[str, str]:
    """Return where each parameter was set, as a manifest tells it: by a place, by the posterior, or as in `set_by`."""
    own = dict.fromkeys((key for key in asked.system.columns if set_by.get(key) != COMMAND_LINE), asked.system.origin)
    return set_by | by_posterior(told_of(asked.posterior), asked.keep | set(asked.system.columns)) | own
