"""Tables on disk: parquet with the schema of the data dictionary, and CSV for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results import data_dictionary

KINDS = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "text": pa.string()}
LABELS = (
    ("seed", "Seed of the run.", "integer"),
    ("scenario", "Scenario of the run; usual_care is the same people without the service.", "text"),
)
SUMMARY = (
    ("measure", "Name of the measure.", "text"),
    ("group", "Whom it is about: all, or a group of people.", "text"),
    ("value", "Its value; in summary.csv the mean over seeds.", "number"),
    ("unit", "Its unit.", "text"),
    ("people", "People behind the value (over seeds: their mean); missing for measures of the service as a whole.", "number"),
)
OVER_SEEDS = (
    ("ci_low", "Lower end of the 95% interval of the mean over seeds, cut at what is possible (a share: 0 to 1); missing for one seed.", "number"),
    ("ci_high", "Upper end of that interval.", "number"),
    ("replications", "Seeds in which the measure has a value.", "integer"),
)


@cache
def schema(table: str) -> pa.Schema:
    """Return the explicit schema of `table`: column types from the data dictionary, never from the data."""
    columns = [(name, kind) for name, _, kind in LABELS]
    if table == "summary":
        columns += [(name, kind) for name, _, kind in SUMMARY]
    else:
        known = data_dictionary()
        columns += list(known.loc[known["table"] == table, ["column", "type"]].itertuples(index=False, name=None))
    return pa.schema([pa.field(name, KINDS[kind]) for name, kind in columns])


def write_parquet(table: str, frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` as parquet in the schema of `table`; raises `ValueError` when its columns are not those."""
    wanted = schema(table)
    if list(frame.columns) != wanted.names:
        odd = sorted(set(frame.columns) ^ set(wanted.names)) or "their order"
        raise ValueError(f"table {table} and its data dictionary differ in {odd}")
    arrow = pa.Table.from_pandas(frame, schema=wanted, preserve_index=False)
    pq.write_table(arrow.replace_schema_metadata(None), path, compression="zstd")


def join_parquet(parts: Iterable[Path], path: Path) -> None:
    """Write the tables `parts`, one after the other, as one table; only one part is in memory at a time."""
    writer = None
    try:
        for part in parts:
            arrow = pq.read_table(part)
            writer = writer or pq.ParquetWriter(path, arrow.schema, compression="zstd")
            writer.write_table(arrow)
    finally:
        if writer is not None:
            writer.close()


def full_dictionary() -> pd.DataFrame:
    """Return the data dictionary of all files of a run: the model's tables, labelled, then `runs` and `summary`."""
    known = data_dictionary()
    parts = []
    for table, part in known.groupby("table", sort=False):
        parts += [described(table, LABELS), part]
    return pd.concat([*parts, described("runs", LABELS + SUMMARY), described("summary", SUMMARY + OVER_SEEDS)], ignore_index=True)[list(known.columns)]


def described(table: str, columns: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """Return rows of the data dictionary for columns that the model does not know."""
    return pd.DataFrame([{"table": table, "column": name, "meaning": meaning, "unit": "", "type": kind, "levels": ""} for name, meaning, kind in columns])


def possible(measure: str, unit: str) -> tuple[float, float]:
    """Return the least and the greatest value that `measure` of the summary can have: the one place that says so.

    Differences (gains, and what is against usual care) may have either sign; shares end at 1; all else is an amount.
    """
    if "gain" in measure or measure.startswith("net_benefit") or measure.endswith("_over_usual_care"):
        return -math.inf, math.inf
    return 0.0, 1.0 if unit.startswith("share") or unit == "0-1" else math.inf


def interval(values: pd.Series) -> tuple[float, float, float]:
    """Return mean and 95% interval of the mean (Student's t); the interval is missing for a single value."""
    values = values.dropna()
    mean = float(values.mean()) if len(values) else math.nan
    if len(values) < 2:
        return mean, math.nan, math.nan
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / math.sqrt(len(values)))
    return mean, mean - half, mean + half


def summary_over_seeds(runs: pd.DataFrame) -> pd.DataFrame:
    """Return measure, group, value (mean over seeds), unit, people, ci_low, ci_high, replications; in order of first appearance.

    `replications` counts the seeds in which the measure has a value.
    """
    rows = []
    for (measure, group, unit), part in runs.groupby(["measure", "group", "unit"], sort=False):
        mean, low, high = interval(part["value"])
        if not math.isnan(low):
            least, greatest = possible(measure, unit)
            low, high = min(mean, max(least, low)), max(mean, min(greatest, high))
        rows.append((measure, group, mean, unit, part["people"].mean(), low, high, int(part["value"].notna().sum())))
    return pd.DataFrame(rows, columns=["measure", "group", "value", "unit", "people", "ci_low", "ci_high", "replications"])
