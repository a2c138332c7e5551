"""What a departure does to people: the same weeks lived several times, in worlds that differ in this one departure alone.

Up to the week of the notice all worlds are the same run. From there the luck is the same too, draw by draw, and only this differs:

- `as_is`: the worker leaves, and hands over as this service does;
- `stayed`: that one notice is not given (`workforce.cancel_departure`), and the worker stays, though not for ever;
- `warm`: everybody is offered a joint meeting of both workers, diaries permitting;
- `passive`: nobody is; the new worker calls now and then, or the user dares to phone;
- `called`: nobody is, and the new worker calls in the first week.

Those hit are the people who are with the leaver on the last day where there are no joint meetings (in `passive`): one
set of people for all worlds, who nobody chose by what came after. All others are counted apart.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.pieces import Piece, Tables
from sim import Parameters, SocialPrescribingService
from sim.people import COMPLETED, DISENGAGED, LAST_ENGAGED, MAINTENANCE, TIME_LIMITED
from sim.processes.engagement import ATTRIBUTION_WEEKS

DEPARTURES = "experiments.continuity.pieces:departures"
HALF_YEAR, YEAR = 26, 52  # weeks after the last day
CALLS_WEEKS = 13  # after the last day, within which the prompt call of `called` is made
WORLDS = ("as_is", "stayed", "warm", "passive", "called")
FIRST, LAST = 78, 208  # last days that are looked at, by default: the service is full, and a year follows
SUMS = ("managed", "contacts_notice", "contacts_26", "contacts_52", "weeks_52", "dropped_52", "star_year_52")


@dataclass(frozen=True)
class Departure:
    """A worker of `post` whose last day is the end of week `week` - 1, and who gave notice in week `notice`."""

    post: int
    week: int
    notice: int


def piece(parameters: Parameters, seed: int, weeks: int = 260, worlds: Sequence[str] = WORLDS, most: int = 1000, first: int = FIRST, last: int = LAST) -> Piece:
    """Return the piece that looks at departures between weeks `first` and `last`, at most `most` of them, in `worlds`."""
    return Piece(DEPARTURES, parameters, seed, weeks, (("worlds", tuple(worlds)), ("most", most), ("first", first), ("last", last)))


def departures(piece: Piece, beside: Tables | None = None) -> Tables:
    """Make the tables `departures` (one row each), `hit` (a departure and person), `outcomes` (and world) and `others` (a departure and world)."""
    found = sampled(leavers(piece), piece.option("most"), piece.seed)
    model = new_model(piece)
    made: dict[str, list[pd.DataFrame]] = {"departures": [], "hit": [], "outcomes": [], "others": []}
    for number, departure in enumerate(found):
        while model.week < departure.notice:
            model.step()
        told = {"departures": pd.DataFrame([{"post": departure.post, "week": departure.week, "notice": departure.notice}])}
        told |= lived(model, departure, piece.option("worlds"))
        for name, table in told.items():
            table.insert(0, "departure", number)
            made[name].append(table)
    return {name: pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"departure": []}) for name, tables in made.items()}


def new_model(piece: Piece) -> SocialPrescribingService:
    """Return the model of `piece` before its first week."""
    return SocialPrescribingService(piece.parameters, seed=piece.seed, weeks=piece.weeks, events=False, panel=False, rows_stay=True)


def leavers(piece: Piece) -> list[Departure]:
    """Return the departures of the run that can be followed for a year, by week of the notice."""
    model = new_model(piece)
    last = min(piece.option("last"), model.weeks - YEAR)
    while model.week <= last:
        model.step()
    workers = model.workforce.workers
    rows = np.arange(workers.n)
    left, notice = workers.left_week[rows], workers.notice_week[rows]
    rows = rows[(left >= piece.option("first")) & (left <= last)]
    return [Departure(int(workers.post[r]), int(left[r]), int(notice[r])) for r in rows[np.lexsort((workers.post[rows], notice[rows]))]]


def sampled(found: list[Departure], most: int, seed: int) -> list[Departure]:
    """Return `most` of the departures, drawn at random by `seed`, or all when there are fewer."""
    if len(found) <= most:
        return found
    return [found[i] for i in sorted(np.random.default_rng(seed).choice(len(found), most, replace=False))]


def branch(model: SocialPrescribingService) -> SocialPrescribingService:
    """Return a copy of `model` that goes on by itself with the same luck."""
    other = copy.deepcopy(model)
    for table in (other.people, other.workforce.posts, other.workforce.workers, other.community.services):
        table.allocated()  # what it keeps as views must be views of the copied columns
    return other


def lived(model: SocialPrescribingService, departure: Departure, worlds: Sequence[str]) -> Tables:
    """Return who is hit, what becomes of them in each world, and of all others; `model` stands before the week of the notice and stays there."""
    hit = those_hit(branch(model), departure)
    rows, outcomes, others = hit.person.to_numpy(), [], []
    for world in worlds:
        told = follow(branch(model), departure, world)
        outcomes.append(told.iloc[rows].reset_index(drop=True).assign(person=rows, world=world))
        rest = told.drop(index=rows)
        others.append({"world": world, "people": len(rest), **rest[list(SUMS)].sum().to_dict()})
    return {"hit": hit, "outcomes": pd.concat(outcomes, ignore_index=True), "others": pd.DataFrame(others)}


def settings_of(parameters: Parameters, departure: Departure, world: str, week: int) -> Parameters:
    """Return the parameters in force in `week` of a world."""
    changes: dict[str, Any] = {}
    if world == "stayed" and week == departure.notice:
        changes["workforce.cancel_departure"] = [*parameters.workforce.cancel_departure, departure.post, departure.week]
    elif world in ("warm", "passive", "called") and week == departure.notice:  # joint meetings are planned once, in the week of the notice
        changes["handover.managed_share"] = 1.0 if world == "warm" else 0.0
    if world in ("passive", "called") and week < departure.week + CALLS_WEEKS:
        changes["handover.call_within_week"] = float(world == "called")
    return parameters.replace(changes) if changes else parameters


def steps(model: SocialPrescribingService, departure: Departure, world: str, until: int) -> Iterator[int]:
    """Step `model` through a world, and yield each week after it is done, up to the one before `until`."""
    own, settings = model.parameters, {}
    while model.week < until:
        week = model.week
        phase = (week == departure.notice, week < departure.week + CALLS_WEEKS)  # parameters change at these times only
        if phase not in settings:
            settings[phase] = settings_of(own, departure, world, week)
        model.parameters = settings[phase]
        model.step()
        yield week
    model.parameters = own
    if world == "stayed" and (departure.post, departure.week) not in model.workforce.cancelled:
        raise RuntimeError(f"the departure from post {departure.post} in week {departure.week} was not cancelled")


def those_hit(model: SocialPrescribingService, departure: Departure) -> pd.DataFrame:
    """Return the people with the leaver on the last day when there are no joint meetings, as they are then."""
    for _ in steps(model, departure, "passive", departure.week):
        pass
    people, leaver = model.people, model.workforce.posts.worker[departure.post]
    rows = people.engaged()
    rows = rows[people.link_worker[rows] == leaver]
    return pd.DataFrame(
        {
            "person": rows,
            "maintenance": people.state[rows] == MAINTENANCE,
            "weeks_in": departure.week - people.spell_start[rows].astype(int),
            "confidence": people.confidence[rows],
            "trust": people.trust[rows],
            "changes_before": people.worker_changes[rows].astype(int),
            "complexity": people.complexity[rows].astype(int),
        }
    )


def follow(model: SocialPrescribingService, departure: Departure, world: str) -> pd.DataFrame:
    """Return, for everybody referred by the end, one row a person: what happens up to a year after the last day.

    `managed`: handed over at a joint meeting in the notice. `contacts_notice`: contacts in the notice; `contacts_26` and `_52`: in so
    many weeks from the last day; `weeks_52`: weeks engaged; `wait`: weeks from the last day to the next contact, 26 at most.
    `engaged_26`, `engaged_52`: with the service then; `kept_52`: or done with it as planned; `dropped_52`: dropped out at any time in
    the year; `dropped_change_52`: with a change of worker in the half year before. `trust_0` at the end of the first week and `trust_26`:
    in the present worker (`nan` when not engaged). `latent_26` and `latent_52`: latent Star sum (`nan` once gone); `star_year_52`: its sum
    over the weeks of the year, / 52. `changes_52`: changes of worker in the year, that of the last day included.
    """
    people, day = model.people, departure.week
    before = at_notice = counts(model)
    marks: dict[int, dict[str, np.ndarray]] = {}
    size = people.capacity
    dropped, by_change, star = np.zeros(size, bool), np.zeros(size, bool), np.zeros(size)
    met = np.full(size, HALF_YEAR)
    managed = people.worker_changes_managed[:size].copy()
    for week in steps(model, departure, world, day + YEAR):
        if week == day - 1:
            before = counts(model)
        if week < day:
            continue
        if week == day:
            managed = (before["managed"] - managed[: len(before["managed"])]) > 0
        n = people.n
        star[:n] += people.latent_sum[:n] * people.alive[:n]
        out = (people.state[:n] == DISENGAGED) & ~dropped[:n]
        out[: len(before["state"])] &= before["state"] != DISENGAGED  # who had left before did not drop out now
        since = week - people.change_week[:n].astype(int)
        by_change[:n] |= out & (since <= ATTRIBUTION_WEEKS) & (people.change_week[:n] >= people.spell_start[:n])
        dropped[:n] |= out
        if week < day + HALF_YEAR:
            now = (people.last_contact_week[:n] == week) & (met[:n] == HALF_YEAR) & (people.state[:n] <= LAST_ENGAGED)
            met[:n][now] = week - day
        if week in (day, day + HALF_YEAR - 1, day + YEAR - 1):
            marks[week - day + 1] = counts(model)
    n = people.n
    first, half, year = (marks[key] for key in (1, HALF_YEAR, YEAR))

    def since_then(name: str, later: dict[str, np.ndarray], earlier: dict[str, np.ndarray]) -> np.ndarray:
        return (padded(later[name], n) - padded(earlier[name], n)).astype(int)

    def engaged(mark: dict[str, np.ndarray]) -> np.ndarray:
        return padded(mark["state"], n, DISENGAGED) <= LAST_ENGAGED

    return pd.DataFrame(
        {
            "managed": padded(managed, n, False),
            "contacts_notice": since_then("contacts", before, at_notice),
            "contacts_26": since_then("contacts", half, before),
            "contacts_52": since_then("contacts", year, before),
            "weeks_52": since_then("weeks", year, before),
            "wait": met[:n],
            "engaged_26": engaged(half),
            "engaged_52": engaged(year),
            "kept_52": engaged(year) | np.isin(year["state"], (COMPLETED, TIME_LIMITED)),
            "dropped_52": dropped[:n],
            "dropped_change_52": by_change[:n],
            "trust_0": np.where(engaged(first), padded(first["trust"], n, np.nan), np.nan),
            "trust_26": np.where(engaged(half), padded(half["trust"], n, np.nan), np.nan),
            "latent_26": padded(np.where(half["alive"], half["latent"], np.nan), n, np.nan),
            "latent_52": np.where(year["alive"], year["latent"], np.nan),
            "star_year_52": star[:n] / YEAR,
            "changes_52": since_then("changes", year, before),
        }
    )


def counts(model: SocialPrescribingService) -> dict[str, np.ndarray]:
    """Return copies of the columns that are read at a mark."""
    people, n = model.people, model.people.n
    names = {
        "contacts": "contacts", "weeks": "weeks_in_service", "state": "state", "trust": "trust", "latent": "latent_sum", "alive": "alive",
        "changes": "worker_changes", "managed": "worker_changes_managed",
    }  # fmt: skip
    return {name: getattr(people, column)[:n].copy() for name, column in names.items()}


def padded(values: np.ndarray, n: int, fill: Any = 0) -> np.ndarray:
    """Return `values` with `fill` for those not yet referred then, up to `n` people."""
    if len(values) == n:
        return values
    return np.concatenate((values, np.full(n - len(values), fill, dtype=np.result_type(values.dtype, type(fill)))))
