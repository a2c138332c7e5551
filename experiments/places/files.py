"""The tables of a system on disk, and what their columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.pieces import Piece
from experiments.places.merge import Merged
from experiments.places.piece import PEOPLE, TALLIES
from experiments.places.system import Place, System
from experiments.places.work import Pieces
from experiments.store import Store
from experiments.tables import LABELS, OVER_SEEDS, SUMMARY, described, schema, summary_over_seeds
from experiments.whatif.cells import readable
from sim.results import data_dictionary
from sim.summary import COLUMNS, Tally

ROWS = (
    ("place", "Name of the place.", "text"), ("seed", "Seed of the run of the whole system.", "integer"),
    ("own_seed", "Seed of the place: with its parameters, what `spsim run seed=` makes it again from.", "integer"),
)  # fmt: skip
QUANTILES = (
    ("measure", "Name of the measure, of which each person has a value.", "text"), ("share", "Share of people at or below the value.", "number"),
    ("value", "The value.", "number"), ("people", "People with a value.", "integer"),
    ("relative_error", "Most by which the value can be off, as a share of it.", "number"),
    ("rounding", "Most by which it can be off besides, because values were rounded before they were counted.", "number"),
)  # fmt: skip
LEAGUE = (
    ("measure", "Name of the measure.", "text"), ("unit", "Its unit.", "text"), ("places", "Places that have a value.", "integer"),
    ("mean", "Mean over places, each counting the same.", "number"), ("p10", "One place in ten is at or below this.", "number"),
    ("p50", "Half of the places are at or below this.", "number"), ("p90", "Nine places in ten are at or below this.", "number"),
    ("sd", "Standard deviation between places, in one run.", "number"),
    ("sd_chance", "What luck alone makes of it: the standard deviation between runs of one place with the same parameters.", "number"),
    ("sd_structure", "What differs between places whatever their luck.", "number"),
    ("chance_share", "Share of the variance between places that is chance.", "number"),
    ("chance_low", "Lower end of its 95% interval.", "number"), ("chance_high", "Upper end of that interval.", "number"),
    ("outside_luck", "Share of places further from the mean than luck alone carries 19 in 20.", "number"),
    ("places_run_twice", "Places that were run more than once, for the split.", "integer"),
    ("top_tenth_again", "Share of the highest tenth of places that is there again in another life.", "number"),
)  # fmt: skip


def table_of(piece: Piece, store: Store, name: str) -> pd.DataFrame:
    """Return one of the small tables of a finished place: thousands are read one after the other, for which threads and types of text are no help."""
    with readable(store.entry(piece.seed, piece.key)) as folder:
        table = pq.ParquetFile(folder / f"{name}.parquet").read(use_threads=False)
    return pd.DataFrame({column: np.array(table.column(column).to_pylist(), object) if pa.types.is_large_string(kind) or pa.types.is_string(kind)
                         else table.column(column).to_numpy() for column, kind in zip(table.column_names, table.schema.types, strict=True)})  # fmt: skip


def runs_of(pieces: Pieces, store: Store) -> pd.DataFrame:
    """Return `place, seed, measure, value, unit` of every run of a place, for everybody."""
    return run_table(row for (name, seed), piece in pieces.items() for row in rows_of(name, seed, table_of(piece, store, TALLIES)))


def rows_of(place: str, seed: int, tallies: pd.DataFrame) -> list[tuple]:
    """Return the rows of `runs_of` that one run makes."""
    columns = zip(*(tallies[column].tolist() for column in Tally._fields), strict=True)
    return [(place, seed, tally.measure, tally.value, tally.unit) for tally in (Tally(*row) for row in columns) if tally.group == "all"]


def run_table(rows: Iterable[tuple]) -> pd.DataFrame:
    """Return rows of `rows_of` as a table."""
    return pd.DataFrame(list(rows), columns=["place", "seed", "measure", "value", "unit"])


def places_table(system: System, runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a place and seed: name, seeds, the parameters in which places differ, then the measures of everybody."""
    wide = runs.pivot(index=["place", "seed"], columns="measure", values="value")[list(dict.fromkeys(runs.measure))]
    by_name: dict[str, Place] = {place.name: place for place in system.places}
    order = {name: position for position, name in enumerate(by_name)}
    wide = wide.reset_index().sort_values(["seed", "place"], key=lambda column: column.map(order) if column.name == "place" else column, ignore_index=True)
    own = [by_name[name].seed(seed) for name, seed in wide[["place", "seed"]].itertuples(index=False)]
    wide.insert(2, "own_seed", np.array(own, np.int64))
    for position, key in enumerate(system.columns, 3):
        _, group, name = key.split(".")
        wide.insert(position, f"{group}.{name}", [getattr(getattr(by_name[place].parameters, group), name) for place in wide.place])
    return wide


def summary_of(wholes: dict[int, Merged], scenario: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the summary over seeds, and one row a seed, measure and group."""
    runs = []
    for seed, whole in wholes.items():
        table = whole.summary[COLUMNS]
        table.insert(0, "scenario", scenario)
        table.insert(0, "seed", seed)
        runs.append(table)
    both = pd.concat(runs, ignore_index=True)
    return summary_over_seeds(both), both


def write_people(pieces: Pieces, store: Store, folder: Path) -> None:
    """Write one file of people for each place and seed, `place_number=N/seed-S.parquet`, so that a query reads only what it needs.

    Places go by number in the names of folders, in the order of places.csv, and by name in the column `place`.
    """
    numbers = {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in pieces), 1)}
    for (name, seed), piece in pieces.items():
        part = folder / f"place_number={numbers[name]}"
        part.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pandas(piece.table(store, PEOPLE), schema=schema("people"), preserve_index=False).replace_schema_metadata(None)
        named = table.add_column(0, "place", pa.array([name] * len(table), pa.string()))
        pq.write_table(named, part / f"seed-{seed}.parquet", compression="zstd")


def dictionary(system: System, people: bool) -> pd.DataFrame:
    """Return what every column of every file of a system means."""
    known = data_dictionary()
    numbered = (("place", "Name of the place.", "text"), ("place_number", "Its row in places.csv, from 1 on: told by the name of the folder.", "integer"))
    tables = {"weekly": LABELS} | ({"people": numbered + LABELS} if people else {})
    parts = [part for table, labels in tables.items() for part in (described(table, labels), known[known["table"] == table])]
    parameters = [(key.removeprefix("model."), "Parameter in which places differ; see `spsim describe`.", "number") for key in system.columns]
    parts += [described("places", [*ROWS, *parameters, ("(others)", "Measures of the place, by name; units are in runs.parquet.", "number")])]
    parts += [described("runs", LABELS + SUMMARY), described("summary", SUMMARY + OVER_SEEDS), described("quantiles", QUANTILES), described("league", LEAGUE)]
    return pd.concat(parts, ignore_index=True)[list(known.columns)]
