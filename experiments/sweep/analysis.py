"""From a design and its outputs to tables: indices, convergence, noise, and notes on what could not be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.sweep.convergence import COLUMNS as CONVERGENCE_COLUMNS
from experiments.sweep.convergence import convergence
from experiments.sweep.designs import FAST, GRID, OAT, Design
from experiments.sweep.indices import check_rows, estimates
from experiments.sweep.noise import COLUMNS as NOISE_COLUMNS
from experiments.sweep.noise import noise

INDEX_COLUMNS = ("method", "measure", "parameter", "index", "estimate", "ci_low", "ci_high")
OF_METHOD = {
    FAST: "intervals of FAST are a rough guide only, and a part of its design is not a design, so that there is no convergence to show",
    GRID: "a part of a grid is not a design, so that there is no convergence to show",
    OAT: "changes of one parameter at a time have no convergence to show",
}
ALONG_THE_ORDER = "FAST goes through the values of {} in the order of their declaration, and underrates a choice whose values do now more, now less"


@dataclass(frozen=True)
class Analysis:
    """The tables of a sweep (columns in `INDEX_COLUMNS`, `convergence.COLUMNS`, `noise.COLUMNS`) and `notes`, plain sentences that name their measures."""

    indices: pd.DataFrame
    convergence: pd.DataFrame
    noise: pd.DataFrame
    notes: tuple[str, ...]


def analyse(design: Design, values: Mapping[str, np.ndarray], seed: int = 0, resamples: int = 500) -> Analysis:
    """Return the analysis of `values`: by measure, (points, replications), missing where a run failed or a measure has no value.

    Every replication is one seed for all points. `resamples` bounds the bootstrap resamples of intervals; methods that take
    long draw fewer. The same arguments give the same tables. Raises `ValueError` when rows do not match the design.
    """
    if resamples < 2:
        raise ValueError(f"resamples={resamples} is too few: a bootstrap interval needs 2 at least")
    check_rows(design)
    found, steps, noises, notes = [], [], [], []
    for measure, outputs in values.items():
        outputs = checked(design, measure, outputs)
        whole = estimates(design, outputs, seed, resamples)
        numbers, warnings = noise(design, outputs, seed, resamples)
        found += [(design.method, measure, *row) for row in whole.rows]
        steps += [(measure, *row) for row in convergence(design, outputs, whole, seed, resamples)]
        noises.append({"measure": measure} | numbers)
        notes += [(measure, note) for note in (*whole.notes, *warnings)]
    if design.method in OF_METHOD:
        notes += [(measure, OF_METHOD[design.method]) for measure in values]
    if design.method == FAST and design.unordered:
        notes += [(measure, ALONG_THE_ORDER.format(", ".join(design.unordered))) for measure in values]
    noise_table = pd.DataFrame(noises, columns=list(NOISE_COLUMNS)).astype({"swamped": "boolean"})
    return Analysis(
        pd.DataFrame(found, columns=list(INDEX_COLUMNS)), pd.DataFrame(steps, columns=list(CONVERGENCE_COLUMNS)), noise_table, tuple(sentences(notes))
    )  # fmt: skip


def checked(design: Design, measure: str, outputs: np.ndarray) -> np.ndarray:
    """Return outputs as numbers; raise `ValueError` when they are not (points, replications) of the design."""
    outputs = np.asarray(outputs, dtype=float)
    if outputs.ndim != 2 or outputs.shape[1] < 1 or len(outputs) != len(design.unit):
        raise ValueError(f"{measure} has outputs of shape {outputs.shape}: the design has {len(design.unit)} points, and a column a replication is needed")
    return outputs


def sentences(notes: list[tuple[str, str]]) -> list[str]:
    """Return one sentence for each different note, with all measures that it is about."""
    measures: dict[str, list[str]] = {}
    for measure, note in notes:
        measures.setdefault(note, []).append(measure)
    return [f"{', '.join(dict.fromkeys(about))}: {note}." for note, about in measures.items()]
