"""One set of parameters and one seed: what is kept of such a run in the store, and how it is made.

A cell under usual care keeps its people's wellbeing, so that cells with the service can be set against it.
Its parameters are those of `experiments.twins.usual_care`, so many scenarios share one.
"""

from __future__ import annotations

import json
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import RunError
from experiments.manifest import digest, versions
from experiments.run import Job, check_departures, run_model
from experiments.store import Store, whole, writer
from experiments.tables import KINDS, SUMMARY
from experiments.twins import WEEKS, against, usual_care
from experiments.whatif.changes import change_costs, nobody_leaves
from sim import Parameters, SocialPrescribingService
from sim.summary import COLUMNS, valued

MEASURES, WEEKLY, PEOPLE, WHAT = "measures.parquet", "weekly.parquet", "people.parquet", "what.json"
TIMING = "timing.json"  # seconds and host of a run: not part of what is the same however it is made
KEPT_OF_TWINS = ("person", "referred_week", *(f"latent_{weeks}" for weeks in WEEKS))
UNLABELLED = pa.schema([pa.field(name, KINDS[kind]) for name, _, kind in SUMMARY])  # of measures: seed and scenario are told by the place


@cache
def version_key() -> str:
    """Return the short hash of the versions that numbers depend on."""
    return digest(versions())[:12]


@dataclass(frozen=True)
class Cell:
    """One run: parameters, seed and weeks; with `changes`, also what a change of link worker costs (needs another run).

    `against` are the parameters of the usual care that its people are set against; None: its own. In a comparison it is the
    baseline's, so that a scenario that changes the world of those without the service too is not let off.
    """

    parameters: Parameters
    seed: int
    weeks: int
    changes: bool = False
    against: Parameters | None = None
    version: str = field(default_factory=version_key)

    @cached_property
    def key(self) -> str:
        """What the store knows the parameters and weeks by, under this version of the code."""
        what = {"parameters": self.parameters.as_dict(), "weeks": self.weeks}
        if self.against is not None:
            what["against"] = self.against.as_dict()
        return f"{self.version}/{digest(what)[:20]}{'-changes' if self.changes else ''}"

    @property
    def twin(self) -> Cell:
        """The same people and luck under usual care."""
        return Cell(self.against or usual_care(self.parameters), self.seed, self.weeks)

    @property
    def runs(self) -> int:
        """Runs of the model that it takes, its twin aside."""
        return 2 if self.changes else 1

    def is_in(self, store: Store) -> bool:
        """Whether it is finished."""
        return has_content(store.entry(self.seed, self.key) / MEASURES)

    def make(self, store: Store) -> None:
        """Run it and keep it in `store`."""
        make(self, store)


def has_content(path: Path) -> bool:
    """Whether there is a file that is not empty: a disk that failed may have left one without."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def make(cell: Cell, store: Store) -> None:
    """Run `cell` and keep it in `store`; a twin that is not there is run too, and not kept. One with `changes` keeps the plain cell on the way."""
    if cell.is_in(store):
        return
    began = time.perf_counter()
    if cell.version != version_key():
        raise RunError("the source of the model was changed while this was running; the same command begins with the new one.")
    plain = replace(cell, changes=False)
    model = run_model(Job(cell.parameters, "", cell.seed, cell.weeks, events=False, panel=cell.changes))
    check_departures(model)
    if not plain.is_in(store):
        keep(plain, store, tables_of(plain, model, store), time.perf_counter() - began)
    if cell.changes:
        undisturbed = run_model(Job(nobody_leaves(cell.parameters), "", cell.seed, cell.weeks, events=False, panel=True))
        keep(cell, store, {MEASURES: arrow(change_costs(model.results, undisturbed.results))}, time.perf_counter() - began)


def tables_of(cell: Cell, model: SocialPrescribingService, store: Store) -> dict[str, pa.Table]:
    """Return what is kept of a run, by file name."""
    results = model.results
    weekly, own = told_of_twins(model)
    tables = {WEEKLY: pa.Table.from_pandas(weekly, preserve_index=False)}
    if cell == cell.twin:
        twin_weekly, twins = weekly, own
        tables[PEOPLE] = pa.Table.from_pandas(twins, preserve_index=False)
    elif cell.twin.is_in(store):
        twin_weekly, twins = twin_tables(cell.twin, store)
    else:
        twin_weekly, twins = told_of_twins(run_model(Job(cell.twin.parameters, "", cell.seed, cell.weeks, events=False, panel=False)))
    gained = valued(against((results.people, twins), (weekly, twin_weekly), cell.parameters))
    return tables | {MEASURES: arrow(pd.concat([results.summary_table, gained]))}


def told_of_twins(model: SocialPrescribingService) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the weeks after the warm-up, and of all people what a twin is needed for."""
    results = model.results
    return results.weekly[results.weekly.week >= results.warm_up_weeks], results.people.loc[:, list(KEPT_OF_TWINS)]


@lru_cache(maxsize=32)  # the seeds of a usual comparison: every scenario meets the same twins
def twin_tables(twin: Cell, store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the weeks and the people of a finished twin, to be read only."""
    return read(twin, store, WEEKLY), read(twin, store, PEOPLE)


def arrow(measures: pd.DataFrame) -> pa.Table:
    """Return the table of measures with its explicit schema."""
    return pa.Table.from_pandas(measures[COLUMNS], schema=UNLABELLED, preserve_index=False)


def keep(made: Any, store: Store, tables: dict[str, pa.Table], seconds: float) -> None:
    """Write `tables`, by file name, to the place of what was `made` (a `Cell` or a `Piece`), whole or not at all, with the `seconds` it took and the host."""
    target = store.entry(made.seed, made.key)
    if not made.is_in(store):
        shutil.rmtree(target, ignore_errors=True)  # there is one only where it is damaged
    say_what(made, target.parent)
    with whole(target) as folder:
        for name, table in tables.items():
            pq.write_table(table.replace_schema_metadata(None), folder / name, compression="zstd")
        (folder / TIMING).write_text(json.dumps({"seconds": round(seconds, 3), "host": platform.node()}) + "\n", encoding="utf-8")


def say_what(made: Any, folder: Path) -> None:
    """Write into `folder`, once, what its name stands for."""
    what = folder / WHAT
    if what.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{WHAT}-{writer()}"  # another process may be at the same
    draft.write_text(json.dumps({**versions(), "weeks": made.weeks, "parameters": made.parameters.as_dict()}, indent=1) + "\n", encoding="utf-8")
    draft.replace(what)


def read(cell: Cell, store: Store, name: str) -> pd.DataFrame:
    """Return the table `name` of a finished cell."""
    with readable(store.entry(cell.seed, cell.key)) as folder:
        return pd.read_parquet(folder / name)


@contextmanager
def readable(folder: Path) -> Iterator[Path]:
    """Give the `folder` of a finished run to read from; raise `RunError` with the remedy when a file in it cannot be read."""
    try:
        yield folder
    except (OSError, pa.ArrowInvalid) as error:
        raise RunError(f"a finished run cannot be read: {error}. Remove the folder {folder}; the same command then runs it again.") from error
