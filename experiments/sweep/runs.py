"""The runs of a sweep: which cells of the store it needs, making those that are missing, and one row for each point and seed.

A run that raises is recorded beside its place in the store, with its error, and the sweep goes on; nothing makes it
again until `retry=failed` asks for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import RunError, WorkerDied, one_line
from experiments.executors import Workers, run_all
from experiments.progress import Progress
from experiments.store import Store, whole
from experiments.whatif.cells import MEASURES, TIMING, readable

DONE, FAILED = "done", "failed"
ERROR = "error.json"
SECONDS_A_TASK = 2.0  # of work in one task of an executor, so that handing it over costs next to nothing
LARGEST_BATCH = 64
RUN_COLUMNS = (
    ("point", pa.int64()), ("scenario", pa.string()), ("seed", pa.int64()), ("status", pa.string()), ("error", pa.string()),
)  # fmt: skip
TIMING_COLUMNS = (("point", pa.int64()), ("scenario", pa.string()), ("seed", pa.int64()), ("seconds", pa.float64()), ("host", pa.string()))


class Runnable(Protocol):
    """What can be run and kept: a `Cell`, or in tests a function with a known answer in its place."""

    seed: int
    key: str
    twin: Any

    def is_in(self, store: Store) -> bool:
        """Whether it is finished."""

    def make(self, store: Store) -> None:
        """Run it and keep it."""


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


def missing(cells: Iterable[Runnable], store: Store, retry: bool = False) -> tuple[list[Runnable], list[Runnable]]:
    """Return what is to be run: usual care that several of the missing `cells` are set against, or that is one of them, then the other cells.

    Usual care that only one needs is run with it and not kept: it would be the larger part of the store. What failed before
    counts as missing only with `retry`.
    """

    def is_missing(cell: Runnable) -> bool:
        return not cell.is_in(store) and (retry or failure_of(cell, store) is None)

    wanted = dict.fromkeys(cell for cell in cells if is_missing(cell))
    uses = Counter(cell.twin for cell in wanted if cell.twin is not None)
    shared = dict.fromkeys(twin for twin, count in uses.items() if twin in wanted or count > 1 and is_missing(twin))
    return list(shared), [cell for cell in wanted if cell not in shared]


def models_run(shared: Sequence[Runnable], wanted: Sequence[Runnable], store: Store) -> int:
    """Return how many runs of the model it takes to make `shared` and `wanted`, usual care that is not kept included."""
    kept = set(shared) | set(wanted)
    alone = sum(cell.twin is not None and cell.twin not in kept and not cell.twin.is_in(store) for cell in wanted)
    return len(shared) + len(wanted) + alone


def carry_out(cells: Sequence[Runnable], store: Store, workers: Workers, batch: int = 1, quiet: bool = False) -> int:
    """Make what is missing of `cells` and return how many that were. Raises `RunError` when the store cannot be written to."""
    stages = missing(cells, store)
    total = sum(map(len, stages))
    if not total:
        return 0
    store.open("finished runs")
    store.clear_drafts()
    with Progress(total, "runs", quiet=quiet) as progress:
        for stage in stages:
            for cell, error in run_all(partial(attempt, store=store), stage, workers, batch):
                if isinstance(error, OSError):
                    raise RunError(f"finished runs cannot be written: {error.strerror or error}.") from error
                if isinstance(error, WorkerDied):
                    record(cell, store, error)
                elif error is not None:
                    raise error
                elif not cell.is_in(store) and failure_of(cell, store) is None:
                    raise RunError(f"a run was reported as done, but is not in {store.folder}: all workers must see that folder.")
                progress.tick()
    return total


def attempt(cell: Runnable, store: Store) -> None:
    """Make `cell`; when it raises, record that. Raises only what is not the run's own doing."""
    if failure_of(cell, store) is not None:
        return
    try:
        cell.make(store)
    except (OSError, RunError):
        raise
    except Exception as error:
        record(cell, store, error)


def place_of_failure(cell: Runnable) -> str:
    """Return the key of the store under which a failure of `cell` is recorded."""
    return f"{cell.key}-failed"


def failure_of(cell: Runnable, store: Store) -> str | None:
    """Return why `cell` failed, or None when it did not."""
    path = store.entry(cell.seed, place_of_failure(cell)) / ERROR
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["error"])
    except OSError:
        return None
    except (ValueError, KeyError) as error:
        raise RunError(f"the record of a failed run cannot be read: {one_line(error)}. Remove the folder {path.parent}.") from error


def record(cell: Runnable, store: Store, error: Exception) -> None:
    """Write down that `cell` failed, and why, with all its parameters."""
    parameters = getattr(cell, "parameters", None)
    told = {"error": f"{type(error).__name__}: {one_line(error)}", "seed": cell.seed, "parameters": parameters.as_dict() if parameters else None}
    with whole(store.entry(cell.seed, place_of_failure(cell))) as folder:
        (folder / ERROR).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def forget_failures(cells: Iterable[Runnable], store: Store) -> int:
    """Remove the records of failures among `cells` and the usual care they are set against, so that they are run again, and return how many there were."""
    import shutil

    with_twins = dict.fromkeys(each for cell in cells for each in (cell, cell.twin) if each is not None)
    found = [cell for cell in with_twins if failure_of(cell, store) is not None]
    for cell in found:
        shutil.rmtree(store.entry(cell.seed, place_of_failure(cell)), ignore_errors=True)
    return len(found)


def batch_size(seconds: float | None, wanted: int, workers: int) -> int:
    """Return how many runs of `seconds` each go into one task, so that all workers have several."""
    if not seconds:
        return 1
    return max(1, min(LARGEST_BATCH, int(SECONDS_A_TASK / seconds), wanted // (4 * workers)))


def table_of(runs: Sequence[Run], store: Store, measures: Sequence[str], read: Callable[[Runnable, Store], dict[str, float]]) -> pd.DataFrame:
    """Return `point, scenario, seed, status, error` and a column for each measure, in the order of `runs`; all must have been carried out."""
    rows = []
    for run in runs:
        error = run.cell if isinstance(run.cell, str) else None if run.cell.is_in(store) else failure_of(run.cell, store)
        if error is None:
            values = read(run.cell, store)
            rows.append((run.point, run.scenario, run.seed, DONE, None, *(values.get(name, np.nan) for name in measures)))
        else:
            rows.append((run.point, run.scenario, run.seed, FAILED, error, *[np.nan] * len(measures)))
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
        try:
            told = json.loads((store.entry(run.cell.seed, run.cell.key) / TIMING).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = {}
        rows.append((run.point, run.scenario, run.seed, told.get("seconds", np.nan), told.get("host", "")))
    return pd.DataFrame(rows, columns=[name for name, _ in TIMING_COLUMNS])


def write_parquet(frame: pd.DataFrame, columns: Sequence[tuple[str, pa.DataType]], path: Any) -> None:
    """Write `frame` with an explicit schema: `columns`, and numbers for all others."""
    known = dict(columns)
    schema = pa.schema([pa.field(name, known.get(name, pa.float64())) for name in frame.columns])
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None), path, compression="zstd")
