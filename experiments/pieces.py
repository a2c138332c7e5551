"""A piece of work kept in the store: runs of the model, and the tables that a named function draws from them.

For questions that ask of a run what the measures of `experiments.whatif.cells` do not tell. Pieces share the store, the
executors and the resuming of sweeps and comparisons: `experiments.missing.carry_out` makes those that are not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.errors import RunError
from experiments.manifest import digest, hash_of
from experiments.store import Store
from experiments.whatif.cells import TIMING, has_content, keep, readable, version_key
from sim import Parameters

Tables = dict[str, pd.DataFrame]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Piece:
    """Parameters, seed and weeks, and by its name the function that makes tables of them.

    `maker` is "module:function"; it is called with the piece and the tables of its `twin` (None without one), and returns tables by name.
    `twin` is another piece that it needs, such as usual care: where several missing ones need it, it is made once and kept.
    `options` are what else it is told, pairs of name and value. The code of its module, and of the modules that its module names in
    `RESTS_ON` ("patterns" for experiments/patterns.py), is part of the key: tables of other code are never taken for those of this one.
    """

    maker: str
    parameters: Parameters
    seed: int
    weeks: int
    options: tuple[tuple[str, Any], ...] = ()
    twin: Piece | None = None
    version: str = field(default_factory=version_key)

    @cached_property
    def key(self) -> str:
        """What the store knows it by."""
        what = {"maker": self.maker, "parameters": self.parameters.as_dict(), "weeks": self.weeks, "options": dict(self.options), "code": code_of(self.maker)}
        if self.twin is not None:
            what["twin"] = self.twin.key
        return f"{self.version}/{digest(what)[:20]}-{self.maker.partition(':')[0].rpartition('.')[2]}"

    def option(self, name: str) -> Any:
        """Return one of `options`."""
        return dict(self.options)[name]

    def is_in(self, store: Store) -> bool:
        """Whether it is finished."""
        return has_content(store.entry(self.seed, self.key) / TIMING)

    def make(self, store: Store) -> None:
        """Make its tables and keep them in `store`."""
        if self.is_in(store):
            return
        if self.version != version_key():
            raise RunError("the source of the model was changed while this was running; the same command begins with the new one.")
        began = time.perf_counter()
        tables = {f"{name}.parquet": pa.Table.from_pandas(table, preserve_index=False) for name, table in self.made(store).items()}
        keep(self, store, tables, time.perf_counter() - began)

    def made(self, store: Store) -> Tables:
        """Return its tables, made now, with those of its twin from `store` where they are there."""
        return function(self.maker)(self, None if self.twin is None else tables_of_twin(self.twin, store))

    def table(self, store: Store, name: str) -> pd.DataFrame:
        """Return one of its tables, when it is finished; raise `RunError` when it cannot be read."""
        with readable(store.entry(self.seed, self.key)) as folder:
            return pd.read_parquet(folder / f"{name}.parquet")


@lru_cache(maxsize=8)  # pieces that share a twin come one after the other
def tables_of_twin(twin: Piece, store: Store) -> Tables:
    """Return the tables of a twin, kept or made now, to be read only."""
    if not twin.is_in(store):
        return twin.made(store)
    with readable(store.entry(twin.seed, twin.key)) as folder:
        return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def function(maker: str) -> Callable[[Piece, Tables | None], Tables]:
    """Return the function that `maker` names."""
    module, _, name = maker.partition(":")
    return getattr(import_module(module), name)


@cache
def code_of(maker: str) -> str:
    """Return a hash of the source of the function's module and of those it says that it rests on."""
    module = import_module(maker.partition(":")[0])
    paths = [Path(module.__file__), *(HERE / f"{name}.py" for name in getattr(module, "RESTS_ON", ()))]
    return hash_of((path.name, path) for path in paths)[:20]
