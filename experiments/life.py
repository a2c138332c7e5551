"""One person's life in one run: what happened to them, and a diary of their state week by week.

A run keeps no weekly state of everybody. The diary comes from doing the same run again (same parameters,
same seed, so the same luck) and writing down one person's columns after every week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.errors import UsageError
from sim import Parameters, SocialPrescribingService
from sim.people import AREAS, COMPLEXITIES, GOALS, HOUSEHOLDS, STATES, People
from sim.results import Results

ONE = ("latent_sum", "trust", "confidence", "severity", "setback_left", "depressed", "awaiting_call", "handover_due", "link_worker", "ltcs", "alive")
THREE = ("goal_stage", "goal_habit", "goal_area", "goal_service", "goal_achieved", "goal_blocked_until", "goal_misses")
TRAITS = ("age", "female", "mental_health", "deprived", "minority", "employed", "isolated", "insecure_housing", "transport", "confidence_baseline")
FOLLOWED_WEEKS = 104
NONE = -1  # no worker, no service


@dataclass(frozen=True)
class Life:
    """One person of one run. Weeks are counted from the person's referral."""

    person: int
    who: dict[str, object]  # traits, complexity and household in words, conditions at referral, goals by area
    diary: pd.DataFrame  # one row a week: `week`, `state`, the columns of ONE, those of THREE as name_0 to name_2, `star`
    events: pd.DataFrame  # week, worker, service (-1: none), kind; in order of occurrence
    spells: pd.DataFrame  # start_week, end_week, exit_reason
    service_areas: list[str]
    service_closed: dict[int, int]  # week since referral
    referred_week: int  # since opening
    served: bool  # whether there was a service at all
    run_week: int  # weeks done by the run
    ended: bool  # whether those are all its weeks
    numbered: bool = False  # link workers go by their number in the run, from 1, and not by letters

    @property
    def weeks(self) -> int:
        """Weeks lived in the run, the last one included."""
        return int(self.diary["week"].iloc[-1])

    @property
    def workers(self) -> list[int]:
        """Link workers the person had to do with, in the order of the first time."""
        return [worker for worker in dict.fromkeys(self.events["worker"].tolist()) if worker != NONE]

    def area_of(self, code: int) -> str:
        """Return the name of a Star area."""
        return AREAS[code]

    def service_closed_in(self, week: tuple, goal: int, closing: int) -> bool:
        """Whether the service of `goal` in a `week` of the diary closes in week `closing`."""
        return self.service_closed.get(int(getattr(week, f"goal_service_{goal}"))) == closing

    def name_of(self, worker: int) -> str:
        """Return a short name for a link worker: A for the person's first, B for the next; or their number."""
        place = self.workers.index(worker) if worker in self.workers else -1
        return chr(ord("A") + place) if 0 <= place < 26 and not self.numbered else str(worker + 1)


def check_person(model: SocialPrescribingService, person: int) -> None:
    """Raise `UsageError` unless `person` is referred within the weeks of `model`."""
    referred = int(model.arrivals[: model.weeks].sum())
    if not referred:
        raise UsageError("nobody is referred in this run, so there is no life to tell; raise model.referrals.first_year and later_years, or weeks.")
    if not 0 <= person < referred:
        raise UsageError(f"person={person} is not in this run: its people are numbered 0 to {referred - 1}.")


def life_of(results: Results, person: int) -> Life:
    """Return the life of `person` in the run of `results`, by doing that run again with a diary.

    Raises `UsageError` when there is no such person.
    """
    before = results.model
    check_person(before, person)
    return life_in(again(before, before.parameters), before.week, person)


def again(before: SocialPrescribingService, parameters: Parameters) -> SocialPrescribingService:
    """Return a model with `parameters` and the luck and horizon of `before`, that has not begun."""
    weeks = before.weeks - before.parameters.referrals.warm_up_weeks
    return SocialPrescribingService(parameters, seed=before.streams.seed, weeks=weeks, events=True, panel=False, rows_stay=True)


def life_in(model: SocialPrescribingService, weeks: int, person: int) -> Life:
    """Return the life of `person` in a `model` that has not begun, and does `weeks` weeks for it."""
    diary = keep_diary(model, weeks, person)
    people, tables = model.people, model.results
    referred = int(people.referred_week[person])
    events = tables.events[tables.events["person"] == person].drop(columns="person")
    events = events.assign(week=events["week"] - referred, kind=events["kind"].astype(str)).fillna(NONE).reset_index(drop=True)
    spells = tables.episodes[tables.episodes["person"] == person]
    spells = spells.assign(start_week=spells["start_week"] - referred, end_week=spells["end_week"] - referred)
    closed = tables.services.set_index("service")["closed_week"].dropna()
    return Life(
        person=person,
        who=describe(people, person, diary),
        diary=diary,
        events=events,
        spells=spells[["start_week", "end_week", "exit_reason"]].reset_index(drop=True),
        service_areas=tables.services["area"].astype(str).tolist(),
        service_closed={int(service): int(week) - referred for service, week in closed.items()},
        referred_week=referred,
        served=model.parameters.programme.enabled,
        run_week=model.week,
        ended=model.week >= model.weeks,
    )


def keep_diary(model: SocialPrescribingService, weeks: int, person: int) -> pd.DataFrame:
    """Do `weeks` weeks of `model` and return the diary of `person`."""
    people, rows = model.people, []
    for week in range(weeks):
        model.step()
        if people.referred_week[person] >= 0 and person < people.n:
            rows.append({"week": week - int(people.referred_week[person])} | state_of(people, person))
    diary = pd.DataFrame(rows)
    reviewed = reviews(model, person)
    diary["star"] = diary["star"].where(diary["week"].isin(reviewed))
    gone = np.flatnonzero(~diary["alive"])
    return diary.iloc[: gone[0] + 1] if len(gone) else diary


def state_of(people: People, person: int) -> dict[str, object]:
    """Return one week's entry of the diary."""
    entry = {"state": STATES[people.state[person]], "star": float(people.review_areas[person].sum())}
    entry |= {name: getattr(people, name)[person].item() for name in ONE}
    return entry | {f"{name}_{goal}": getattr(people, name)[person, goal].item() for name in THREE for goal in range(GOALS)}


def reviews(model: SocialPrescribingService, person: int) -> np.ndarray:
    """Return the weeks since referral in which the person had a Star review."""
    events = model.results.events
    own = events[(events["person"] == person) & (events["kind"] == "star")]
    return own["week"].to_numpy() - int(model.people.referred_week[person])


def describe(people: People, person: int, diary: pd.DataFrame) -> dict[str, object]:
    """Return who the person is: at referral, in words where columns hold codes."""
    first = diary.iloc[0]
    who = {name: getattr(people, name)[person].item() for name in TRAITS}
    return who | {
        "complexity": COMPLEXITIES[people.complexity[person]],
        "household": HOUSEHOLDS[people.household[person]],
        "conditions": int(first["ltcs"]),
        "goals": [AREAS[int(first[f"goal_area_{goal}"])] for goal in range(GOALS)],
    }


def choose(results: Results, like: str) -> int:
    """Return the number of a person of complexity `like` with an eventful life: the same in every call.

    People are counted for: having met a link worker, having been to a group or to advice, a change of link
    worker, a setback, two Star reviews, and two years in the run. The highest count wins; among equals, the
    first to be referred. Raises `UsageError` for another word, or when there is nobody of that complexity.
    """
    if like not in COMPLEXITIES:
        raise UsageError(f"like={like} is not allowed: it must be one of {', '.join(COMPLEXITIES)}.")
    people = results.people
    alike = people[people["complexity"] == like]
    if not len(alike):
        raise UsageError(f"like={like}: nobody with {like} needs is referred in this run; try another of {', '.join(COMPLEXITIES)}, or more weeks.")
    last = alike["gone_week"].fillna(results.model.week).astype(float)
    counts = (
        alike["first_contact_week"].notna().astype(int)
        + (alike["attendances"] > 0)
        + (alike["worker_changes"] > 0)
        + (alike["setbacks"] > 0)
        + (alike["star_0"].notna() & alike["star_26"].notna())
        + (last - alike["referred_week"] >= FOLLOWED_WEEKS)
    )
    return int(alike.loc[counts.idxmax(), "person"])
