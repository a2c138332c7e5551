"""Headline measures of a run, for everybody and for each group of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.parameters import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from sim.results import Results

RIPE_WEEKS = 13  # people referred later than this before the end may still be waiting

UNITS = {
    "people_referred": "people", "people_started": "people", "uptake": "share of those referred", "wait_mean": "weeks", "wait_p90": "weeks",
    "retention_26": "share of starters", "retention_52": "share of starters", "retention_104": "share of starters",
    "months_in_service": "months", "contacts_per_user": "contacts", "changed_worker": "share of starters", "setbacks_per_year": "per person and year",
    "goals_met": "share of starters", "time_limit": "share of starters", "dropout": "share of starters", "gone": "share of starters",
    "still_open": "share of starters", "lost_worker_change": "share of starters", "lost_setback": "share of starters",
    "activity_starts_per_user": "activities", "star_gain_26": "points of the sum", "star_gain_latent_52": "points of the sum",
    "habit_mean": "0-1", "admissions_per_year": "per person and year", "gp_visits_per_year": "per person and year",
}  # fmt: skip
SERVICE_UNITS = {
    "caseload_mean": "users per filled post", "workload_mean": "ratio", "posts_vacant": "share of post-weeks", "hours_used": "share of diary hours",
    "hours_unmet_per_week": "hours", "waiting_mean": "people", "waiting_end": "people", "places_taken": "share of places", "cost_service": "pounds (2022/23)",
    "cost_places": "pounds (2022/23)", "cost_care": "pounds (2022/23)", "cost_per_start": "pounds (2022/23) of staff per person started",
}  # fmt: skip


def table(results: Results) -> pd.DataFrame:
    """Return `measure, group, value, unit`: people's measures for all and by group, the service's for all."""
    people, horizon = results.people, results.model.week
    people = people[people.referred_week >= results.warm_up_weeks]
    rows = []
    for group, which in groups(people).items():
        rows += [(name, group, value, UNITS[name]) for name, value in of_people(people[which], horizon).items()]
    rows += [(name, "all", value, SERVICE_UNITS[name]) for name, value in of_service(results).items()]
    return pd.DataFrame(rows, columns=["measure", "group", "value", "unit"])


def groups(people: pd.DataFrame) -> dict[str, pd.Series]:
    """Return who belongs to each group: all, by complexity, sex, deprivation, minority or language need, mental health."""
    out = {"all": pd.Series(True, people.index)}
    for level in people.complexity.cat.categories:
        out[f"complexity: {level}"] = people.complexity == level
    for name, column, yes, no in (
        ("sex", "female", "women", "men"), ("deprivation", "deprived", "most deprived", "less deprived"),
        ("minority or language need", "minority", "yes", "no"), ("mental health", "mental_health", "condition", "none"),
    ):  # fmt: skip
        out[f"{name}: {yes}"] = people[column]
        out[f"{name}: {no}"] = ~people[column]
    return out


def share(hits: pd.Series) -> float:
    """Return the share of true values; missing when there are none."""
    return float(hits.mean()) if len(hits) else np.nan


def of_people(people: pd.DataFrame, horizon: int) -> dict[str, float]:
    """Return the measures of one group of people.

    Uptake: of those referred long enough ago to have been asked, whoever still waits included. Goals met, time
    limit, drop-out, gone (died or moved away) and still open: how the first spell of all who started stands at
    the end; they add up to one. Retention: of those who started long enough ago, still engaged
    that many weeks after starting or left with goals met before.
    """
    ripe = people[people.referred_week <= horizon - RIPE_WEEKS]
    started = people[people.start_week.notna()]
    end = started.end_week.fillna(horizon).astype(float)
    stay = end - started.start_week.astype(float)
    exposure = (people.gone_week.fillna(horizon).astype(float) - people.referred_week).sum() / WEEKS_PER_YEAR
    wait = started.wait_weeks.astype(float)
    out = {
        "people_referred": float(len(people)),
        "people_started": float(len(started)),
        "uptake": share(ripe.uptake.fillna(False).astype(bool)),
        "wait_mean": float(wait.mean()),
        "wait_p90": float(wait.quantile(0.9)),
    }
    for weeks in (26, 52, 104):
        seen = started.start_week.astype(float) <= horizon - weeks
        kept = (stay >= weeks) | (started.exit_reason == "goals_met")
        out[f"retention_{weeks}"] = share(kept[seen])
    long_ago = started.start_week.astype(float) <= horizon - 104
    out |= {
        "months_in_service": float((stay[long_ago] / 4.345).mean()),
        "contacts_per_user": float(started.contacts[long_ago].mean()),
        "changed_worker": share(started.worker_changes > 0),
        "goals_met": share(started.exit_reason == "goals_met"),
        "time_limit": share(started.exit_reason == "time_limit"),
        "dropout": share(started.exit_reason.astype(object).fillna("").str.startswith("lost")),
        "gone": share(started.exit_reason == "gone"),
        "still_open": share(started.end_week.isna()),
        "lost_worker_change": share(started.exit_reason == "lost_worker_change"),
        "lost_setback": share(started.exit_reason == "lost_setback"),
        "activity_starts_per_user": float(started.activity_starts[long_ago].mean()),
        "star_gain_26": float((people.star_26 - people.star_0).mean()),
        "star_gain_latent_52": float((people.latent_52 - people.latent_0).mean()),
        "habit_mean": float(people.habit_mean.mean()),
    }
    for name in ("setbacks", "admissions", "gp_visits"):
        out[f"{name}_per_year"] = float(people[name].sum() / exposure) if exposure > 0 else np.nan
    return {name: out[name] for name in UNITS}


def of_service(results: Results) -> dict[str, float]:
    """Return the measures of the service as a whole."""
    weekly = results.weekly[results.weekly.week >= results.warm_up_weeks]
    filled, hours, places = weekly.posts_filled.sum(), weekly.available_hours.sum(), weekly.places.sum()
    started = weekly.started.sum()

    def ratio(a: float, b: float) -> float:
        return float(a / b) if b else np.nan

    return {
        "caseload_mean": ratio(weekly.open_caseload.sum(), filled),
        "workload_mean": float(weekly.workload.mean()),
        "posts_vacant": 1 - ratio(filled, weekly.posts.sum()),
        "hours_used": ratio(weekly.contact_hours.sum(), hours),
        "hours_unmet_per_week": float(weekly.hours_unmet.mean()),
        "waiting_mean": float(weekly.waiting.mean()),
        "waiting_end": float(weekly.waiting.iloc[-1]) if len(weekly) else np.nan,
        "places_taken": ratio(weekly.attending.sum(), places),
        "cost_service": float(weekly.cost_staff.sum()),
        "cost_places": float(weekly.cost_places.sum()),
        "cost_care": float(weekly.cost_care.sum()),
        "cost_per_start": ratio(weekly.cost_staff.sum(), started),
    }
