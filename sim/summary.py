"""Headline measures of a run, for everybody and for each group of people.

A measure of people is a mean over those it is about: each has a value per person (`nan` for whoever it is
not about), so that the number of people behind a figure is told with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim import economics
from sim.parameters import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from sim.people import COMPLEXITIES

if TYPE_CHECKING:
    from sim.results import Results

STRONG_HABIT = 0.5  # mean strength of a person's habits, 0 to 1, from which they count as kept
RIPE_WEEKS = 13  # people referred later than this before the end may still be waiting

UNITS = {
    "people_referred": "people", "people_started": "people", "uptake": "share of those referred", "wait_mean": "weeks", "wait_p90": "weeks",
    "retention_26": "share of starters", "retention_52": "share of starters", "retention_104": "share of starters",
    "months_in_service": "months", "contacts_per_user": "contacts", "changed_worker": "share of starters", "setbacks_per_year": "per person and year",
    "weeks_above_start": "share of weeks since referral", "goals_met": "share of starters", "time_limit": "share of starters", "dropout": "share of starters",
    "gone": "share of starters", "still_open": "share of starters", "lost_worker_change": "share of starters", "lost_setback": "share of starters",
    "lost_other": "share of starters", "came_back": "share of starters", "activity_starts_per_user": "activities", "star_gain_26": "points of the sum",
    "star_gain_52": "points of the sum", "star_gain_104": "points of the sum", "star_gain_latent_52": "points of the sum",
    "stayed_gain_26": "points of the sum", "stayed_gain_52": "points of the sum", "stayed_gain_104": "points of the sum",
    "stayed_gain_156": "points of the sum",
    "habit_mean": "0-1", "habits_kept": "share of starters with habit goals", "admissions_per_year": "per person and year",
    "gp_visits_per_year": "per person and year",
}  # fmt: skip
SERVICE_UNITS = {
    "caseload_mean": "users per filled post", "workload_mean": "ratio", "posts_vacant": "share of post-weeks", "hours_used": "share of diary hours",
    "contact_hours_per_week": "hours", "hours_unmet_per_week": "hours", "waiting_mean": "people", "waiting_end": "people", "places_mean": "places",
    "places_taken": "share of places", "queued_mean": "people", "place_wait_mean": "weeks", "setback_weeks": "weeks a setback",
    "cost_service": "pounds (2022/23)", "cost_places": "pounds (2022/23)",
    "cost_care": "pounds (2022/23)", "cost_per_start": "pounds (2022/23) of staff per person started",
    "cost_per_person": "pounds (2022/23) per person referred, discounted", "star_years_per_person": "point-years per person referred, discounted",
    "net_benefit_per_person": "pounds (2022/23) per person referred, discounted",
}  # fmt: skip
COLUMNS = ["measure", "group", "value", "unit", "people"]
QUANTILE = "wait_p90"  # the one measure that cannot be put together from those of several services
NO_SHARE = float("nan")  # what a sum is divided by


class Tally(NamedTuple):
    """One measure of one group: `total` over `per`. Where `per` is missing, the total is itself the value, and adds up over services.

    `people` is the number of people behind it; missing for the measures of the service as a whole.
    """

    measure: str
    group: str
    total: float
    per: float
    unit: str
    people: float

    @property
    def value(self) -> float:
        """The value of the measure; missing where it is about nobody."""
        return self.total if np.isnan(self.per) else self.total / self.per if self.per > 0 else np.nan


def table(results: Results) -> pd.DataFrame:
    """Return `measure, group, value, unit, people`: people's measures for all and by group, the service's for all.

    `people` is the number of people behind the value; missing for the measures of the service as a whole.
    """
    return valued(tallies(results))


def tallies(results: Results) -> list[Tally]:
    """Return what every measure is made of, so that several services can be put together exactly."""
    rows = over_groups(results.by_person, groups(results.counted), UNITS)
    return rows + [Tally(name, "all", total, per, SERVICE_UNITS[name], np.nan) for name, (total, per) in of_service(results).items()]


def valued(rows: list[Tally]) -> pd.DataFrame:
    """Return `rows` as a table of values."""
    return pd.DataFrame([(row.measure, row.group, row.value, row.unit, row.people) for row in rows], columns=COLUMNS)


def groups(people: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return who belongs to each group: all, by complexity, sex, deprivation, minority or language need, mental health."""
    out = {"all": np.ones(len(people), bool)}
    for level in COMPLEXITIES:
        out[f"complexity: {level}"] = (people.complexity == level).to_numpy(bool)
    for name, column, yes, no in (
        ("sex", "female", "women", "men"), ("deprivation", "deprived", "most deprived", "less deprived"),
        ("minority or language need", "minority", "yes", "no"), ("mental health", "mental_health", "condition", "none"),
    ):  # fmt: skip
        member = people[column].to_numpy(bool)
        out[f"{name}: {yes}"] = member
        out[f"{name}: {no}"] = ~member
    return out


def over_groups(by_person: dict[str, np.ndarray], members: dict[str, np.ndarray], units: dict[str, str]) -> list[Tally]:
    """Return each measure's mean over those of each group whom it is about.

    `by_person` holds one value a person, `nan` for whoever the measure is not about. Counts are sums, rates are
    events over the years of observation, and `wait_p90` is a quantile.
    """
    values = np.array([by_person[name] for name in units])
    about = ~np.isnan(values)
    values = np.where(about, values, 0.0)
    rows = []
    for group, which in members.items():
        totals, people = values[:, which].sum(axis=1), about[:, which].sum(axis=1)
        years = by_person[YEARS][which].sum() if YEARS in by_person else np.nan
        for position, (name, unit) in enumerate(units.items()):
            total, per = float(totals[position]), float(people[position])
            if unit == "people":
                per = NO_SHARE
            elif unit == "per person and year":
                per = float(years)
            elif name == QUANTILE:
                total, per = float(np.quantile(by_person[name][which & about[position]], 0.9)) if per else np.nan, NO_SHARE
            rows.append(Tally(name, group, total, per, unit, float(people[position])))
    return rows


YEARS = "years seen"  # not a measure: what the rates are over


def of_people(people: pd.DataFrame, horizon: int) -> dict[str, np.ndarray]:
    """Return one value a person for each measure of people, and `YEARS`; `nan` for whoever a measure is not about.

    Uptake: of those referred long enough ago to have been asked, whoever still waits included. Goals met, time
    limit, drop-out, gone (died or moved away) and still open: how the first spell of all who started stands at
    the end; they add up to one. Rates (`…_per_year`) are counts here, for `over_groups` to divide by `YEARS`.
    """
    referred, start, end, gone = (numbers(people, name) for name in ("referred_week", "start_week", "end_week", "gone_week"))
    started, long_ago = ~np.isnan(start), start <= horizon - 104
    followed = np.fmin(numbers(people, "followed_until") + 1, horizon)
    years = (np.where(np.isnan(gone), followed, gone) - referred) / WEEKS_PER_YEAR
    stay, exits, habit = np.where(np.isnan(end), horizon, end) - start, exit_reasons(people), numbers(people, "habit_mean")
    out = {
        YEARS: years,
        "people_referred": np.ones(len(people)),
        "people_started": started.astype(float),
        "uptake": among(referred <= horizon - RIPE_WEEKS, people.uptake.fillna(False).to_numpy(bool)),
        "wait_mean": among(started, numbers(people, "wait_weeks")),
        "wait_p90": among(started, numbers(people, "wait_weeks")),
        "months_in_service": among(long_ago, stay / WEEKS_PER_MONTH),
        "contacts_per_user": among(long_ago, numbers(people, "contacts")),
        "changed_worker": among(started, numbers(people, "worker_changes") > 0),
        "weeks_above_start": among(years > 0, numbers(people, "weeks_above_baseline") / np.maximum(years * WEEKS_PER_YEAR, 1)),
        "dropout": among(started, np.char.startswith(exits, "lost")),
        "still_open": among(started, np.isnan(end)),
        "came_back": among(started, numbers(people, "reentries") > 0),
        "activity_starts_per_user": among(long_ago, numbers(people, "activity_starts")),
        "star_gain_latent_52": numbers(people, "latent_52") - numbers(people, "latent_0"),
        "habit_mean": habit,
        "habits_kept": among(started & ~np.isnan(habit), habit >= STRONG_HABIT),
    }
    for reason in ("goals_met", "time_limit", "gone", "lost_worker_change", "lost_setback", "lost_other"):
        out[reason] = among(started, exits == reason)
    for name in ("setbacks", "admissions", "gp_visits"):
        out[f"{name}_per_year"] = numbers(people, name)
    return out | over_time(people, horizon, referred, start, end, exits)


def over_time(
    people: pd.DataFrame, horizon: int, referred: np.ndarray, start: np.ndarray, end: np.ndarray, exits: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the measures of people told at several times.

    Retention: of those who started long enough ago, still engaged that many weeks after starting, or done with the
    service before: left with goals met, or at its time limit. `star_gain`: recorded at the review, less the first.
    `stayed_gain`: latent gain of those who are with the service that many weeks after referral. Both compare people
    with themselves at referral, which flatters.
    """
    out, stay = {}, np.where(np.isnan(end), horizon, end) - start
    for weeks in (26, 52, 104):
        out[f"retention_{weeks}"] = among(start <= horizon - weeks, (stay >= weeks) | (exits == "goals_met") | (exits == "time_limit"))
        out[f"star_gain_{weeks}"] = numbers(people, f"star_{weeks}") - numbers(people, "star_0")
    for weeks in (26, 52, 104, 156):
        there = (start <= referred + weeks) & ~(end <= referred + weeks)
        out[f"stayed_gain_{weeks}"] = among(there, numbers(people, f"latent_{weeks}") - numbers(people, "latent_0"))
    return out


def among(which: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return `values` of those to whom a measure applies, `nan` for the others."""
    return np.where(which, values, np.nan)


def numbers(people: pd.DataFrame, column: str) -> np.ndarray:
    """Return `column` as numbers, `nan` where it is missing."""
    return people[column].to_numpy(float, na_value=np.nan)


def exit_reasons(people: pd.DataFrame) -> np.ndarray:
    """Return the reason of each first exit, empty while open."""
    names = np.array([*people.exit_reason.cat.categories, ""])
    return names[people.exit_reason.cat.codes.to_numpy()]


def of_service(results: Results) -> dict[str, tuple[float, float]]:
    """Return the measures of the service as a whole: of each a total and what it is divided by, missing for sums (see `Tally`).

    `net_benefit_per_person` is the worth of all Star point-years less the cost of staff, places and care: as no sum of
    zero exists, only its differences between scenarios have a meaning.
    """
    weekly = results.weekly[results.weekly.week >= results.warm_up_weeks]
    started, referred, prices = weekly.started.sum(), weekly.referrals.sum(), results.model.parameters.economics
    cost = economics.discounted(weekly.cost.to_numpy(), prices.discount_rate)
    star_years = economics.discounted(weekly.star_total.to_numpy() / WEEKS_PER_YEAR, prices.wellbeing_discount_rate)
    waits = np.concatenate([np.empty(0), *(waited for _, waited in results.model.community.waits)])

    def ratio(total: float, per: float) -> tuple[float, float]:
        return float(total), float(per)

    def amount(value: float) -> tuple[float, float]:
        return float(value), NO_SHARE

    return {
        "caseload_mean": ratio(weekly.open_caseload.sum(), weekly.posts_filled.sum()),
        "workload_mean": ratio(weekly.workload.sum(), weekly.workload.count()),
        "posts_vacant": ratio(weekly.posts.sum() - weekly.posts_filled.sum(), weekly.posts.sum()),
        "hours_used": ratio(weekly.contact_hours.sum(), weekly.available_hours.sum()),
        "contact_hours_per_week": amount(weekly.contact_hours.mean()),
        "hours_unmet_per_week": amount(weekly.hours_unmet.mean()),
        "waiting_mean": amount(weekly.waiting.mean()),
        "waiting_end": amount(weekly.waiting.iloc[-1] if len(weekly) else np.nan),
        "places_mean": amount(weekly.places.mean()),
        "places_taken": ratio(weekly.attending.sum(), weekly.places.sum()),
        "queued_mean": amount(weekly.queued.mean()),
        "place_wait_mean": ratio(waits.sum(), len(waits)),
        "setback_weeks": ratio(weekly.in_setback.sum(), weekly.setbacks.sum()),
        "cost_service": amount(weekly.cost_staff.sum()),
        "cost_places": amount(weekly.cost_places.sum()),
        "cost_care": amount(weekly.cost_care.sum()),
        "cost_per_start": ratio(weekly.cost_staff.sum(), started),
        "cost_per_person": ratio(cost, referred),
        "star_years_per_person": ratio(star_years, referred),
        "net_benefit_per_person": ratio(economics.wellby_worth(economics.wellbys(star_years, prices), prices) - cost, referred),
    }
