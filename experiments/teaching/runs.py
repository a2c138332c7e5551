"""Runs of the classroom for the lessons, each made once in a process, with what lessons look at week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from experiments import cli
from experiments.twins import usual_care
from sim import Parameters, SocialPrescribingService
from sim.results import Results

WEEKS = 260
MOST_KEPT = 200  # runs held in memory


@dataclass(frozen=True)
class Run:
    """One run: its tables, and every week's columns of people, (weeks, people).

    `level`: wellbeing as the model knows it, points of the Star sum (8 to 40); `severity`: of a setback that is running, else 0;
    `awaiting`: waits for the first contact with a new link worker; `confidence`: 0 to 1.
    """

    results: Results
    level: np.ndarray
    severity: np.ndarray
    awaiting: np.ndarray
    confidence: np.ndarray

    @property
    def people(self) -> pd.DataFrame:
        """One row a person."""
        return self.results.people

    @property
    def started(self) -> np.ndarray:
        """Who ever started, a switch a person."""
        return self.people.start_week.notna().to_numpy(bool)


def classroom(changes: Mapping[str, Any] | None = None) -> Parameters:
    """Return the parameters of the classroom with `changes`, by group and name as in `workforce.posts`."""
    return preset().replace(dict(changes or {}))


@cache
def preset() -> Parameters:
    """Return the parameters of the classroom as it is."""
    return cli.read("run", ["service=classroom"]).parameters


def run(changes: Mapping[str, Any] | None = None, seed: int = 1, served: bool = True) -> Run:
    """Return the classroom with `changes` and `seed`; without the service (usual care, the same people and luck) unless `served`."""
    return made(tuple(sorted((changes or {}).items())), seed, served)


@lru_cache(maxsize=MOST_KEPT)
def made(changes: tuple[tuple[str, Any], ...], seed: int, served: bool) -> Run:
    """Make one run."""
    parameters = classroom(dict(changes))
    model = SocialPrescribingService(parameters if served else usual_care(parameters), seed=seed, weeks=WEEKS, panel=False)
    many = model.people.drawn
    kept: dict[str, list[np.ndarray]] = {name: [] for name in ("latent_sum", "severity", "awaiting_call", "confidence")}
    while model.week < model.weeks:
        model.step()
        for name, weeks in kept.items():
            weeks.append(getattr(model.people, name)[:many].copy())
    return Run(model.results, *(np.array(weeks) for weeks in kept.values()))


def numbers(column: pd.Series) -> np.ndarray:
    """Return a column as numbers, `nan` where it is missing."""
    return column.to_numpy(float, na_value=np.nan)


def mean(values: np.ndarray) -> float:
    """Return the mean of what is there; `nan` when nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")


def gain(changes: Mapping[str, Any] | None, seed: int, week: int, among: np.ndarray | None = None) -> float:
    """Return how far above their own usual care people are `week` weeks after referral, on average, in points of the Star sum."""
    own, twin = (numbers(run(changes, seed, served).people[f"latent_{week}"]) for served in (True, False))
    return mean((own - twin)[slice(None) if among is None else among])
