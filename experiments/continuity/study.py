"""The study behind docs/results/continuity.md: which services and seeds are run, and what is read back from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from experiments.continuity import pieces, runs
from experiments.continuity.effects import gathered
from experiments.continuity.worth import others
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.missing import carry_out, failure_of
from experiments.pieces import Piece, Tables
from experiments.store import Store
from sim import Parameters
from sim.parameters import declarations

SEEDS = tuple(range(1, 21))
WEEKS = 260
WHOLE_SEEDS = SEEDS[:8]  # of whole runs set against each other
TRIED_SEEDS = SEEDS[:2]  # of the services with another value of an assumption
TRIED_MOST = 6  # departures of a run that are looked at there
TRIED_WORLDS = ("as_is", "stayed", "warm", "passive")
ASSUMED = {  # what the cost of a change rests on, and which end of its plausible range makes a change cost more
    "handover.trust_kept_unmanaged": "low",
    "handover.trust_kept_managed": "low",
    "handover.call_per_week": "low",
    "handover.phone_per_week": "low",
    "dropout.awaiting_call": "high",
    "dropout.trust": "high",
    "dropout.lateness": "high",
    "dropout.confidence": "high",
    "dropout.maintenance_factor": "high",
}
DECLARED = {name.removeprefix("model."): declared for name, declared, _ in declarations()}


@dataclass(frozen=True)
class Study:
    """A service, and the seeds and weeks it is run for; `most` departures of a run are looked at.

    `by_seed` are the parameters of single seeds where these differ, as with a posterior. Whole services and repeated changes are told of `whole_seeds`,
    and the services with another value of one of the `assumed` parameters of `tried_seeds`.
    """

    parameters: Parameters = field(default_factory=Parameters)
    seeds: Sequence[int] = SEEDS
    weeks: int = WEEKS
    most: int = 1000
    first: int = pieces.FIRST
    whole_seeds: Sequence[int] = WHOLE_SEEDS
    tried_seeds: Sequence[int] = TRIED_SEEDS
    tried_most: int = TRIED_MOST
    assumed: Mapping[str, str] = field(default_factory=lambda: dict(ASSUMED))
    by_seed: Mapping[int, Parameters] = field(default_factory=dict)

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares of users offered a joint meeting: nobody, as in the service, everybody."""
        return tuple(sorted({0.0, self.parameters.handover.managed_share, 1.0}))

    @property
    def last(self) -> int:
        """The latest week of leaving that is looked at: a year follows."""
        return self.weeks - pieces.YEAR

    def of(self, seed: int) -> Parameters:
        """Return the parameters with which `seed` is run."""
        return self.by_seed.get(seed, self.parameters)

    def departures(self, seed: int) -> Piece:
        """Return the piece that looks at the departures of one run."""
        return pieces.piece(self.of(seed), seed, self.weeks, pieces.WORLDS, self.most, self.first, self.last)

    def departures_tried(self, seed: int, parameters: Parameters) -> Piece:
        """Return the piece that looks at some departures of one run of another service."""
        return pieces.piece(parameters, seed, self.weeks, TRIED_WORLDS, self.tried_most, self.first, self.last)

    def totals(self, seed: int, share: float) -> Piece:
        """Return the piece that tells the sums of one run in which `share` are offered a joint meeting."""
        return runs.totals_piece(self.of(seed), seed, self.weeks, share)

    def repeated(self, seed: int) -> Piece:
        """Return the piece that sets people against themselves where nobody leaves."""
        return runs.repeated_piece(self.of(seed), seed, self.weeks)

    def services_tried(self) -> dict[str, Parameters]:
        """Return the service with each assumption at either end of its plausible range, and with all at once, by name; none without assumptions."""
        if not self.assumed:
            return {}
        tried, mild, harsh = {}, {}, {}
        for name, worse in self.assumed.items():
            low, high = DECLARED[name].plausible
            for value in (low, high):
                tried[f"{name} {value:g}"] = self.parameters.replace({name: value})
            harsh[name], mild[name] = (low, high) if worse == "low" else (high, low)
        return tried | {"all where a change costs least": self.parameters.replace(mild), "all where it costs most": self.parameters.replace(harsh)}

    def every(self) -> list[Piece]:
        """Return all its pieces."""
        main = [self.departures(seed) for seed in self.seeds]
        whole = [piece for seed in self.whole_seeds for piece in (self.repeated(seed), *(self.totals(seed, share) for share in self.shares))]
        return main + whole + [self.departures_tried(seed, p) for p in self.services_tried().values() for seed in self.tried_seeds]


@dataclass(frozen=True)
class Found:
    """What the runs of a study gave: people hit in every world, sums over others, whole runs by share, people by changes, and the services tried."""

    study: Study
    people: pd.DataFrame
    others: pd.DataFrame
    totals: pd.DataFrame
    repeated: pd.DataFrame
    tried: dict[str, tuple[pd.DataFrame, pd.DataFrame]]

    @property
    def meeting_hours(self) -> float:
        """Diary time of a joint meeting, for each of the two workers."""
        return self.study.parameters.handover.meeting_hours


def read(piece: Piece, store: Store) -> Tables:
    """Return the tables of a piece of departures."""
    return {name: piece.table(store, name) for name in ("departures", "hit", "outcomes", "others")}


def find(study: Study, store: Store, workers: Workers | None = None, quiet: bool = False) -> Found:
    """Make the runs of `study` that are missing in `store`, and return what they gave. Raises `RunError` where nobody left."""
    carry_out(study.every(), store, workers or Workers(), quiet=quiet)
    found = what_is_there(study, store)
    if found is None:
        raise RunError(f"no link worker left in weeks {study.first} to {study.last} of any run, so there is no departure to look at.")
    return found


def what_is_there(study: Study, store: Store) -> Found | None:
    """Return what the finished runs of `study` gave; None where no departure hit anybody. Raises `RunError` when a run failed."""
    for piece in study.every():
        if (why := failure_of(piece, store)) is not None:
            raise RunError(f"the run with seed {piece.seed} failed: {why}")
    main = {seed: read(study.departures(seed), store) for seed in study.seeds}
    if not any(len(tables["hit"]) for tables in main.values()):
        return None
    tried = {}
    for name, parameters in study.services_tried().items():
        found = {seed: read(study.departures_tried(seed, parameters), store) for seed in study.tried_seeds}
        tried[name] = gathered(found), others(found)
    totals = [study.totals(seed, share).table(store, "totals").assign(seed=seed, share=share) for seed in study.whole_seeds for share in study.shares]
    repeated = [study.repeated(seed).table(store, "repeated").assign(seed=seed) for seed in study.whole_seeds]
    return Found(study, gathered(main), others(main), pd.concat(totals, ignore_index=True), pd.concat(repeated, ignore_index=True), tried)
