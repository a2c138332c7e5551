"""Functions with a known answer in the place of runs: what they give is known, so the posterior is too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibration.calibrate import Calibration, Calibrator
from experiments.calibration.likelihoods import terms_of
from experiments.calibration.question import CalibrationQuestion, too_many
from experiments.cli import read
from experiments.executors import Workers
from experiments.store import Store
from experiments.sweep.factors import chosen
from experiments.validation.targets import Target, shipped
from sim import Parameters

Respond = Callable[[Parameters, np.random.Generator], Mapping[str, float]]
NOWHERE = Store(None)


@dataclass(frozen=True)
class Known:
    """A run that is there already: its statistics are a function of its parameters, and of luck that its seed gives."""

    parameters: Parameters
    seed: int
    weeks: int
    respond: Respond
    key: str = "known"
    twin: None = None

    def is_in(self, store: Store) -> bool:
        return True

    def table(self, store: Store, name: str) -> pd.DataFrame:
        found = self.respond(self.parameters, np.random.default_rng([self.seed, 99]))
        nobody = pd.array([pd.NA] * len(found), "Int64")
        return pd.DataFrame({"id": list(found), "value": list(found.values()), "k": nobody, "n": nobody})


def target(name: str, **changes: Any) -> Target:
    """A shipped target with other figures."""
    return Target(**{**vars(shipped()[name]), **changes})


def question(names: Sequence[str], targets: Sequence[Target], bounds: Mapping[str, Any] | None = None, **more: Any) -> CalibrationQuestion:
    """A calibration of parameters of the default service."""
    service = read("run", []).parameters
    terms, notes = terms_of(targets)
    factors, _ = chosen(list(names), service, bounds or {})
    told = {"points": 32, "waves": 1, "draws": 200, "notes": (*too_many(factors, targets), *notes)} | more
    return CalibrationQuestion(service, factors, tuple(targets), terms, **told)


def calibrated(asked: CalibrationQuestion, respond: Respond) -> Calibration:
    """The answer, from the function in the place of runs."""
    return Calibrator(asked, NOWHERE, Workers(1), quiet=True, make=lambda parameters, seed, weeks: Known(parameters, seed, weeks, respond)).answer()


@dataclass(frozen=True)
class Breaking(Known):
    """A run that fails, and is tried in earnest, for one seed in seven."""

    def is_in(self, store: Store) -> bool:
        return self.seed % 7 != 0

    def make(self, store: Store) -> None:
        raise ValueError("broken")
