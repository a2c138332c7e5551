"""One scenario and one seed to one set of tables. The only place where models are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from experiments.twins import against, usual_care
from sim import ParameterError, Parameters, SocialPrescribingService
from sim.summary import valued

TABLES = ("weekly", "people", "states", "posts", "episodes", "panel", "events", "services", "link_workers")
USUAL_CARE = "usual_care"


@dataclass(frozen=True)
class Job:
    """One run to do: `events` and `panel` are true, false or None (kept unless the run is big); `compiled` takes the compiled form of the week."""

    parameters: Parameters
    scenario: str
    seed: int
    weeks: int
    events: bool | None = None
    panel: bool | None = None
    twin: bool = False
    compiled: bool = False

    @property
    def steps(self) -> int:
        """Weeks to be simulated: the warm-up and those asked for, once more for the twins."""
        return (self.parameters.referrals.warm_up_weeks + self.weeks) * (2 if self.twin else 1)


def run(job: Job, tick: Callable[[], object] = lambda: None) -> dict[str, pd.DataFrame]:
    """Run `job` and return its tables by name, `summary` among them; `tick` is called after each week.

    Every table opens with the columns `seed` and `scenario`. With `twin`, the same people and luck under
    usual care follow, as scenario `usual_care`.
    """
    tables = one_arm(job, job.scenario, job.parameters, tick)
    if not job.twin:
        return tables
    twins = one_arm(job, USUAL_CARE, usual_care(job.parameters), tick)
    people, weekly = ([arm[name] for arm in (tables, twins)] for name in ("people", "weekly"))
    gained = labelled(valued(against(people, weekly, job.parameters)), job.seed, job.scenario)
    both = {name: pd.concat([tables[name], twins[name]], ignore_index=True) for name in tables}
    return both | {"summary": pd.concat([tables["summary"], gained, twins["summary"]], ignore_index=True)}


def one_arm(job: Job, scenario: str, parameters: Parameters, tick: Callable[[], object]) -> dict[str, pd.DataFrame]:
    """Run `parameters` with the seed and weeks of `job`, and return the tables."""
    model = run_model(replace(job, parameters=parameters), tick)
    check_departures(model)
    tables = {name: getattr(model.results, name) for name in TABLES}
    tables["summary"] = model.results.summary_table
    return {name: labelled(table, job.seed, scenario) for name, table in tables.items() if table is not None}


def run_model(job: Job, tick: Callable[[], object] = lambda: None) -> SocialPrescribingService:
    """Run the model of `job` to its end, its twin aside; `tick` is called after each week."""
    model = SocialPrescribingService(job.parameters, seed=job.seed, weeks=job.weeks, events=job.events, panel=job.panel, compiled=job.compiled)
    while model.week < model.weeks:
        model.step()
        tick()
    return model


def check_departures(model: SocialPrescribingService) -> None:
    """Refuse a cancelled departure that never came up: without it the run would look like an answer."""
    pairs, workforce = model.parameters.workforce.cancel_departure, model.workforce
    for post, week in zip(pairs[::2], pairs[1::2], strict=True):
        if model.parameters.programme.enabled and (post, week) not in workforce.cancelled:
            weeks = sorted(model.results.link_workers.query("post == @post").left_week.dropna())
            there = f"its workers left in weeks {', '.join(map(str, weeks))}" if weeks else "nobody left it"
            said = f"no worker of post {post} would leave in week {week} with seed {model.streams.seed}; {there}."
            raise ParameterError(f"model.workforce.cancel_departure: {said}")


def labelled(table: pd.DataFrame, seed: int, scenario: str) -> pd.DataFrame:
    """Return `table` with the columns `seed` and `scenario` first."""
    table = table.reset_index(drop=True)
    table.insert(0, "scenario", scenario)
    table.insert(0, "seed", seed)
    return table
