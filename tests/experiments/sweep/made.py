"""Sweeps with known answers for tests of figures and of discovery: real parameters and designs, made-up outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from experiments.cli import read
from experiments.planning.question import Target
from experiments.sweep.analysis import analyse
from experiments.sweep.designs import Design, make
from experiments.sweep.factors import Factor, chosen
from experiments.sweep.figures.shown import Material

MIXED = (  # in the order of declaration, which is that of the columns
    "workforce.posts", "workforce.caseload_cap", "workforce.turnover", "workforce.vacancy_weeks", "handover.managed_share", "handover.order",
    "contact.accompaniment_share", "programme.open_ended",
)  # fmt: skip
POSTS, CAP, TURNOVER, VACANCY, MANAGED, ORDER, ACCOMPANIED, OPEN_ENDED = range(len(MIXED))
Response = Callable[[np.ndarray], np.ndarray]  # (points, factors) on the unit cube to (points,)


@cache
def factors_of(*words: str) -> tuple[Factor, ...]:
    """The factors that `words` name, in the service as it comes."""
    return chosen(words, read("run", []).parameters, {})[0]


def outputs(design: Design, response: Response, replications: int = 4, noise: float = 0.02, shared: float = 0.02, seed: int = 7) -> np.ndarray:
    """The response at each point with luck that all points share and luck of each run, (points, replications)."""
    luck = np.random.default_rng(seed)
    unit = np.where(np.isnan(design.unit), 0.5, design.unit)
    own = luck.normal(0, noise, (len(unit), replications))
    return response(unit)[:, None] + luck.normal(0, shared, replications) + own


def points_of(design: Design, factors: Sequence[Factor]) -> pd.DataFrame:
    """The table of points."""
    return pd.DataFrame({"point": range(len(design.unit)), **{f.name: [f.value(u) for u in design.unit[:, i]] for i, f in enumerate(factors)}})


def material(
    method: str, size: int, responses: Mapping[str, Response], factors: Sequence[Factor] = (), second_order: bool = False, groups: Sequence[str] = (),
    replications: int = 4, noise: float = 0.02, target: Target | None = None, shared: float = 0.02,
) -> Material:  # fmt: skip
    """A sweep of `factors` in which each measure is a function of the position of the factors."""
    factors = tuple(factors) or factors_of(*MIXED)
    design = make(method, factors, size, 1, groups, second_order)
    values = {name: outputs(design, response, replications, noise, shared) for name, response in responses.items()}
    found = analyse(design, values, 1, 100)
    missed = None if target is None else ~target.met(values[target.measure].mean(axis=1))
    return Material(
        design, points_of(design, factors), values, factors, tuple(values), found.indices, found.noise, found.convergence, target, missed, None, "2 years"
    )  # fmt: skip


@dataclass(frozen=True)
class Linear:
    """The sum of chosen columns times weights, and of products of two columns, in `scale` from `base`."""

    weights: Mapping[int, float]
    pairs: Mapping[tuple[int, int], float] = ()
    base: float = 0.0

    def __call__(self, unit: np.ndarray) -> np.ndarray:
        """Return the response at each point."""
        total = self.base + sum(weight * unit[:, column] for column, weight in self.weights.items())
        return total + sum(weight * (unit[:, a] - 0.5) * (unit[:, b] - 0.5) for (a, b), weight in dict(self.pairs).items())
