"""The before-and-after study over seeds: as the service is, and in worlds in which one source of flattery is switched off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.errors import RunError
from experiments.executors import Workers
from experiments.flattery.pieces import FOLLOW, piece
from experiments.missing import carry_out, failure_of
from experiments.pieces import Piece
from experiments.store import Store
from experiments.whatif.differences import halfwidth, means
from sim import Parameters

SEEDS, OTHER_SEEDS, WEEKS = tuple(range(1, 21)), tuple(range(1, 11)), 260
EVERYBODY = {"allocation.reached_probability": 1.0, "allocation.accept_logit": 10.0, "allocation.accept_per_week_waited": 0.0, "allocation.leave_list": 0.0}
OFF: dict[str, dict[str, Any]] = {  # a world each
    "Nobody is in an acute dip at referral": {"population.dip_mean": 0.0},
    "Low mood takes nothing from wellbeing": {"mood.wellbeing_loss": 0.0},
    "Nobody rates kindly": {"wellbeing.kindness": 0.0},
    "Nobody drops out": {"dropout.hazard": 0.0},
    "Everybody referred takes part": EVERYBODY,
}
WORLDS = OFF | {"All of these together": {key: value for changes in OFF.values() for key, value in changes.items()}}
SAME_RISK = {  # of setbacks, whatever one's confidence or mental health: what selection into the service works on
    "Confidence and mental health do not bear on setbacks": {"setbacks.confidence_slope": 0.0, "setbacks.mental_health_factor": 1.0},
}
AS_IT_IS = "The service as it is"


@dataclass(frozen=True)
class Study:
    """Tables by world and kind ("shares" or "care"): one row a seed, one column a name; `weeks` run, and how long everybody is followed."""

    tables: dict[tuple[str, str], pd.DataFrame]
    weeks: int
    follow: int

    def __call__(self, name: str, world: str = AS_IT_IS, kind: str = "shares", scale: float = 1.0) -> Estimate:
        """Return the mean of `name` over seeds with its 95% interval."""
        return estimate(self.tables[world, kind][name].to_numpy() * scale)

    def share(self, name: str, world: str = AS_IT_IS) -> Estimate:
        """Return `name` as a percentage of the recorded gain, seed by seed."""
        table = self.tables[world, "shares"]
        return estimate((table[name] / table["recorded"]).to_numpy() * 100)

    def change(self, name: str, world: str) -> Estimate:
        """Return by how much `name` differs from the service as it is, paired by seed."""
        here, there = self.tables[AS_IT_IS, "shares"][name], self.tables[world, "shares"][name]
        return estimate((there - here).dropna().to_numpy())

    def every(self, kind: str) -> pd.DataFrame:
        """Return the means of `kind` with their intervals: `world, name, mean, ci_low, ci_high, runs`."""
        rows = [(world, name, self(name, world, kind)) for world, its_kind in self.tables if its_kind == kind for name in self.tables[world, kind]]
        told = [(world, name, e.mean, e.low, e.high, e.runs) for world, name, e in rows]
        return pd.DataFrame(told, columns=["world", "name", "mean", "ci_low", "ci_high", "runs"])

    @property
    def seeds(self) -> int:
        """Seeds of the service as it is."""
        return len(self.tables[AS_IT_IS, "shares"])


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds with its 95% interval (Student's t)."""

    mean: float
    low: float
    high: float
    runs: int


def estimate(by_seed: Sequence[float]) -> Estimate:
    """Return the mean of values by seed with its interval; seeds without a value do not count."""
    column = np.asarray(by_seed, float)[:, None]
    mean, half = float(means(column)[0]), float(halfwidth(column)[0])
    return Estimate(mean, mean - half, mean + half, int(np.isfinite(column).sum()))


def study(
    parameters: Parameters, store: Store, workers: Workers, seeds: Iterable[int] = SEEDS, other_seeds: Iterable[int] = OTHER_SEEDS, weeks: int = WEEKS,
    follow: int = FOLLOW, worlds: dict[str, dict[str, Any]] | None = None, quiet: bool = False,
) -> Study:  # fmt: skip
    """Make what is missing in `store` and return the study: `seeds` of the service as it is, `other_seeds` of each of `worlds` (by default all).

    Raises `RunError` when a run fails.
    """
    changes = {**WORLDS, **SAME_RISK} if worlds is None else worlds
    wanted = {AS_IT_IS: [piece(parameters, seed, weeks, follow) for seed in seeds]}
    other_seeds = list(other_seeds)
    wanted |= {world: [piece(parameters.replace(changed), seed, weeks, follow) for seed in other_seeds] for world, changed in changes.items()}
    every = [each for world in wanted.values() for each in world]
    carry_out(every, store, workers, quiet=quiet)
    for each in every:
        if (failed := failure_of(each, store)) is not None:
            raise RunError(f"the run with seed {each.seed} failed: {failed}.")
    return Study({(world, kind): by_seed(pieces, store, kind) for world, pieces in wanted.items() for kind in ("shares", "care")}, weeks, follow)


def by_seed(pieces: list[Piece], store: Store, kind: str) -> pd.DataFrame:
    """Return one row a seed, one column a name."""
    rows = {each.seed: each.table(store, kind).set_index("name")["value"] for each in pieces}
    return pd.DataFrame(rows).T.rename_axis(index="seed", columns=None)
