"""Targets that need runs of their own: one function a study, each with runs that differ from the service in what it says.

Every study makes one table, `patterns`: `id, part, value, k, n`. The row without a part is what the target's verdict rests on, by seed;
parts stand beside it. What the service sets is kept, but for what the study names. Seeds are shared, so differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from experiments.continuity import pieces as continuity
from experiments.continuity.effects import t12
from experiments.flattery.care import compare, t23
from experiments.flattery.lives import live
from experiments.flattery.pieces import FOLLOW
from experiments.patterns import Share
from experiments.pieces import Piece, Tables
from experiments.run import Job, check_departures, run_model
from experiments.twins import usual_care
from sim import Parameters, SocialPrescribingService
from sim.parameters import WEEKS_PER_YEAR
from sim.results import Results

RESTS_ON = ("patterns", "run", "twins", "continuity/pieces", "continuity/effects", "flattery/care", "flattery/lives")
LIGHT = {"contact.schedule": "nhs_light", "programme.length_weeks": 39, "programme.discretion": 0.0}  # nine months
NINE_MONTHS, TWO_YEARS, HALF_YEAR, QUARTER = 39, 104, 26, 13
LONG, SHORT = 104, 13  # weeks of programme
PASSIVE = {"handover.managed_share": 0.0, "handover.call_within_week": 0.0}
ACTIVE = {"handover.managed_share": 1.0, "handover.call_within_week": 1.0}
LOST = ("lost_worker_change", "lost_setback", "lost_other")
OWN_CARE = "users against their own usual care"
BEFORE, AT_REST = "before maintenance", "in maintenance"


def study(*ids: str) -> Callable:
    """Mark a function as the study of the targets `ids`."""

    def register(function: Callable) -> Callable:
        STUDIES.update(dict.fromkeys(ids, f"{__name__}:{function.__name__}"))
        return function

    return register


STUDIES: dict[str, str] = {}  # the maker of each target's piece


def run(piece: Piece, changes: dict[str, Any] | None = None, weeks: int | None = None, events: bool = False, panel: bool = False) -> SocialPrescribingService:
    """Return the model run to its end with the parameters of `piece`, `changes` and its seed."""
    return with_parameters(piece, piece.parameters.replace(changes or {}), weeks, events, panel)


def with_parameters(piece: Piece, parameters: Parameters, weeks: int | None = None, events: bool = False, panel: bool = False) -> SocialPrescribingService:
    """Return the model run with the seed of `piece` and `parameters`; for its own number of weeks unless `weeks` says otherwise."""
    model = run_model(Job(parameters, "", piece.seed, weeks or piece.weeks, events=events, panel=panel))
    check_departures(model)
    return model


def found(rows: list[tuple[str, str, float]]) -> Tables:
    """Return the table of `rows`: target, part and value; the counts behind a `Share` are kept."""
    counts = [(value.k, value.n) if isinstance(value, Share) else (pd.NA, pd.NA) for _, _, value in rows]
    frame = pd.DataFrame({"id": [row[0] for row in rows], "part": [row[1] for row in rows], "value": [float(row[2]) for row in rows]})
    k, n = (pd.array([count[place] for count in counts], dtype="Int64") for place in (0, 1))
    return {"patterns": frame.assign(k=k, n=n)}


def mean(values: Any) -> float:
    """Return the mean of what is known in `values`; not a number without any."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else np.nan


def ratio(a: float, b: float) -> float:
    """Return a / b; not a number for nothing."""
    return float(a / b) if b else np.nan


def column(people: pd.DataFrame, name: str) -> np.ndarray:
    """Return a column as numbers, missing ones not a number."""
    return people[name].to_numpy(float, na_value=np.nan)


@study("T9a")
def light(piece: Piece, beside: Tables | None) -> Tables:
    """T9a: a nine-month light programme (schedule nhs_light, 39 weeks, no extensions): three contacts or more within 39 weeks of referral, all referred."""
    results = run(piece, LIGHT, events=True).results
    people = results.people[results.people.referred_week <= piece.weeks - NINE_MONTHS]
    events = results.events[results.events.kind == "contact"]
    since = events.week - events.person.map(results.people.set_index("person").referred_week)
    counts = events[since < NINE_MONTHS].groupby("person").size().reindex(people.person, fill_value=0)
    return found([("T9a", "", Share.of(counts >= 3)), ("T9a", "mean contacts of a person referred", mean(counts))])


@study("T12")
def departures(piece: Piece, beside: Tables | None) -> Tables:
    """T12: contacts over 26 weeks from a leaver's last day, against the same people in the world where that one departure is cancelled.

    All departures of a run that can be followed for a year, from week 78 on (`experiments.continuity`). Groups are as the last day finds
    people: before maintenance or in it, and with confidence below 0.45 or above.
    """
    left = continuity.departures(continuity.piece(piece.parameters, piece.seed, piece.weeks, ("as_is", "stayed")))
    told = t12(left) if len(left["departures"]) else {}
    return found([("T12", name, told.get(name, np.nan)) for name in (BEFORE, AT_REST, "confidence below 0.45", "confidence 0.45 and above")])


@study("T21b")
def lengths(piece: Piece, beside: Tables | None) -> Tables:
    """T21b: latent wellbeing of all referred, 104 weeks after referral, with programmes of 104 and of 13 weeks; usual care is the same for both."""
    arms = {weeks: run(piece, {"programme.length_weeks": weeks}).results.people for weeks in (LONG, SHORT)}
    gain = column(arms[LONG], "latent_104") - column(arms[SHORT], "latent_104")
    return found([("T21b", "", mean(gain))])


@study("T23")
def savings(piece: Piece, beside: Tables | None) -> Tables:
    """T23: cost of care in the year after referral of users relative to all others referred, and to the users' own usual care (`experiments.flattery`)."""
    if piece.weeks <= FOLLOW:  # nobody is followed for long enough
        return found([("T23", "", np.nan), ("T23", OWN_CARE, np.nan)])
    own, twins = (live(parameters, piece.seed, piece.weeks) for parameters in (piece.parameters, usual_care(piece.parameters)))
    told = t23(compare(own, twins, piece.parameters, FOLLOW))
    return found([("T23", "", told["naive"]), ("T23", OWN_CARE, told["own"]), ("T23", "the two groups under usual care", told["selection"])])


@study("T24")
def cuts(piece: Piece, beside: Tables | None) -> Tables:
    """T24: the last two years of eight under cuts of places (community.austerity) against the same years without.

    Relative changes, each counted so that the expected sign is positive; the value of the target is the smallest of the four, which is above
    zero only where all four signs hold. Wait: places queued for over onward referrals a week. Engaged: mean open caseload.
    """
    over = piece.parameters.community.austerity_from_week + piece.parameters.community.austerity_weeks
    years = [run(piece, {"community.austerity": cut}, weeks=over).results.weekly.tail(TWO_YEARS) for cut in (False, True)]
    wait = [ratio(w.queued.sum(), w.onward_referrals.sum()) for w in years]
    starts = [float(w.activity_starts.sum()) for w in years]
    hours = [ratio(w.contact_hours.sum(), w.open_caseload.sum()) for w in years]
    engaged = [float(w.open_caseload.mean()) for w in years]
    up_wait, up_hours = (ratio(after, before) - 1 for before, after in (wait, hours))
    fewer_starts, fewer_engaged = (1 - ratio(after, before) for before, after in (starts, engaged))
    signs = {
        "waits for services up": up_wait,
        "activity starts down": fewer_starts,
        "worker hours per user up": up_hours,
        "engagement falls less than starts": fewer_starts - fewer_engaged,
    }
    return found([("T24", "", min(signs.values())), *(("T24", name, value) for name, value in signs.items())])


@study("T26a", "T26b")
def exits(piece: Piece, beside: Tables | None) -> Tables:
    """T26: gain over usual care lost in the 52 weeks after a time-limited exit, points of the latent Star sum.

    Gains are read from the quarterly panel: at the first quarter since referral from the exit on, and four later. T26a: complex minus simple
    users. T26b: the same people, who reach the limit with and without re-entry, with minus without.
    """
    arms = [run(piece, changes, panel=True).results for changes in ({}, {"programme.reentry": 0.0})]
    care = with_parameters(piece, usual_care(piece.parameters), panel=True).results.panel
    lost = [loss_after_limit(arm, care) for arm in arms]
    complexity = arms[0].people.set_index("person").complexity.reindex(lost[0].index)
    by_need = {name: mean(lost[0][(complexity == name).to_numpy(bool)]) for name in ("complex", "simple")}
    both = lost[0].index.intersection(lost[1].index)
    back = mean(lost[0].loc[both] - lost[1].loc[both])
    rows = [("T26a", "", by_need["complex"] - by_need["simple"]), *(("T26a", name, value) for name, value in by_need.items())]
    without = mean(lost[1].loc[both])
    return found([*rows, ("T26b", "", back), ("T26b", "loss without re-entry", without), ("T26b", "loss with re-entry", without + back)])


def loss_after_limit(results: Results, care: pd.DataFrame) -> pd.Series:
    """Return the gain that each user lost in the year after a time-limited first exit, by person; those not followed that long are left out."""
    people = results.people[(results.people.exit_reason == "time_limit").to_numpy(bool)]
    first = np.ceil((column(people, "end_week") - column(people, "referred_week")) / QUARTER).astype(int)
    gain = [level(results.panel, people, quarter) - level(care, people, quarter) for quarter in (first, first + WEEKS_PER_YEAR // QUARTER)]
    return pd.Series(gain[0] - gain[1], index=people.person.to_numpy()).dropna()


def level(panel: pd.DataFrame, people: pd.DataFrame, quarter: np.ndarray) -> np.ndarray:
    """Return the latent Star sum of `people` in the panel, each at their `quarter` since referral."""
    wanted = pd.MultiIndex.from_arrays([people.person.to_numpy(), quarter])
    return panel.set_index(["person", "quarter"])["latent"].reindex(wanted).to_numpy(float)


@study("T27")
def handovers(piece: Piece, beside: Tables | None) -> Tables:
    """T27: share of first changes of worker after which the user drops out within 26 weeks, passive minus active handover.

    Passive: nobody has a joint meeting or is called in the first week. Active: everybody has a joint meeting as far as diaries allow, and
    whoever has none is called in the first week.
    """
    shares = {name: dropped_out(run(piece, changes).results.people, piece.weeks) for name, changes in (("passive", PASSIVE), ("active", ACTIVE))}
    return found([("T27", "", shares["passive"] - shares["active"]), *(("T27", name, share) for name, share in shares.items())])


def dropped_out(people: pd.DataFrame, horizon: int) -> Share:
    """Return who dropped out of their first spell within 26 weeks of their first change of worker, among changes seen for that long."""
    changed = column(people, "first_change_week")
    end, seen = column(people, "end_week"), changed <= horizon - HALF_YEAR
    in_spell = seen & ~(end < changed)
    gone = people.exit_reason.isin(LOST).to_numpy(bool) & (end >= changed) & (end < changed + HALF_YEAR)
    return Share.of(pd.Series(gone[in_spell]))
