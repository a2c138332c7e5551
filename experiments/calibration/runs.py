"""The runs of a calibration: pieces of the store, and the statistic of each target at each point and seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.calibration.question import CalibrationQuestion
from experiments.missing import Runnable, failure_of
from experiments.store import Store
from experiments.validation.pieces import piece_of
from sim import Parameters

DONE, FAILED = "done", "failed"
DESIGN, CHECK = "design", "check"
MakePiece = Callable[[Parameters, int, int], Runnable]


@dataclass(frozen=True)
class Run:
    """One run: the number of its point, or of its draw of the posterior, and its seed. `piece` is what is run."""

    part: str
    point: int
    seed: int
    piece: Runnable


def runs_of_wave(question: CalibrationQuestion, unit: np.ndarray, from_point: int, make: MakePiece = piece_of) -> list[Run]:
    """Return the runs of a wave whose first point has the number `from_point`; each point has seeds of its own."""
    found = []
    for place, row in enumerate(unit):
        parameters, point = question.parameters_at(row), from_point + place
        found += [Run(DESIGN, point, seed, make(parameters, seed, question.weeks)) for seed in question.seeds_of(point)]
    return found


def runs_of_check(question: CalibrationQuestion, unit: np.ndarray, make: MakePiece = piece_of) -> list[Run]:
    """Return the runs of draws of the posterior, one each."""
    seeds = [question.seed_of_check(number) for number in range(len(unit))]
    return [Run(CHECK, number, seed, make(question.parameters_at(unit[number]), seed, question.weeks)) for number, seed in enumerate(seeds)]


def table_of(runs: Sequence[Run], store: Store, ids: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `part, point, seed, status, error` and a column for each target, in the order of `runs`; and the counts behind each, in the same shape."""
    rows, counts = [], []
    for run in runs:
        error = None if run.piece.is_in(store) else failure_of(run.piece, store)
        values, people = ({}, {}) if error else told(run.piece, store)
        rows.append((run.part, run.point, run.seed, FAILED if error else DONE, error, *(values.get(name, np.nan) for name in ids)))
        counts.append([people.get(name, np.nan) for name in ids])
    return pd.DataFrame(rows, columns=["part", "point", "seed", "status", "error", *ids]), pd.DataFrame(counts, columns=list(ids), dtype=float)


def told(piece: Runnable, store: Store) -> tuple[dict[str, float], dict[str, float]]:
    """Return the value of every pattern of a finished run, and the people or events behind those that are shares."""
    table = piece.table(store, "patterns")
    return dict(zip(table.id, table.value.astype(float), strict=True)), dict(zip(table.id, table.n.astype("Float64").fillna(np.nan).astype(float), strict=True))
