"""The runs of a sweep: which cells of the store it needs, and one row for each point and seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.missing import Runnable, failure_of, timing_of
from experiments.store import Store
from experiments.whatif.cells import MEASURES, readable

DONE, FAILED, NOT_ALLOWED = "done", "failed", "not allowed"
RUN_COLUMNS = (
    ("point", pa.int64()), ("scenario", pa.string()), ("seed", pa.int64()), ("status", pa.string()), ("error", pa.string()),
)  # fmt: skip
TIMING_COLUMNS = (("point", pa.int64()), ("scenario", pa.string()), ("seed", pa.int64()), ("seconds", pa.float64()), ("host", pa.string()))


@dataclass(frozen=True)
class Run:
    """One row: a point, a side (empty when there are no scenarios) and a seed. `cell` is what is run, or why that cannot be."""

    point: int
    scenario: str
    seed: int
    cell: Runnable | str


def cells_of(runs: Iterable[Run]) -> list[Runnable]:
    """Return the cells of `runs`, each once."""
    return list(dict.fromkeys(run.cell for run in runs if not isinstance(run.cell, str)))


def table_of(runs: Sequence[Run], store: Store, measures: Sequence[str], read: Callable[[Runnable, Store], dict[str, float]]) -> pd.DataFrame:
    """Return `point, scenario, seed, status, error` and a column for each measure, in the order of `runs`; all must have been carried out."""
    rows = []
    for run in runs:
        refused = isinstance(run.cell, str)
        error = run.cell if refused else None if run.cell.is_in(store) else failure_of(run.cell, store)
        if error is None:
            values = read(run.cell, store)
            rows.append((run.point, run.scenario, run.seed, DONE, None, *(values.get(name, np.nan) for name in measures)))
        else:
            rows.append((run.point, run.scenario, run.seed, NOT_ALLOWED if refused else FAILED, error, *[np.nan] * len(measures)))
    return pd.DataFrame(rows, columns=[*(name for name, _ in RUN_COLUMNS), *measures])


def values_of(cell: Runnable, store: Store) -> dict[str, float]:
    """Return the measures of everybody of a finished cell."""
    with readable(store.entry(cell.seed, cell.key)) as folder:
        told = pq.read_table(folder / MEASURES, columns=["measure", "group", "value"])
    rows = zip(*(told.column(name).to_pylist() for name in ("measure", "group", "value")), strict=True)
    return {measure: np.nan if value is None else value for measure, group, value in rows if group == "all"}


def timings(runs: Sequence[Run], store: Store) -> pd.DataFrame:
    """Return `point, scenario, seed, seconds, host` of the runs that are there; these differ from one machine to another."""
    rows = []
    for run in runs:
        if isinstance(run.cell, str) or not run.cell.is_in(store):
            continue
        told = timing_of(run.cell, store)
        rows.append((run.point, run.scenario, run.seed, told.get("seconds", np.nan), told.get("host", "")))
    return pd.DataFrame(rows, columns=[name for name, _ in TIMING_COLUMNS])


def write_parquet(frame: pd.DataFrame, columns: Sequence[tuple[str, pa.DataType]], path: Any) -> None:
    """Write `frame` with an explicit schema: `columns`, and numbers for all others."""
    known = dict(columns)
    schema = pa.schema([pa.field(name, known.get(name, pa.float64())) for name in frame.columns])
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None), path, compression="zstd")
