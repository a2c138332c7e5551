"""What `spsim length` writes: its tables, with a data dictionary that says what each column means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.length.answer import Answer
from experiments.length.measures import MEASURES
from experiments.length.statistics import FEWEST
from experiments.whatif.files import DICTIONARY

SUMMARY, RUNS, SPELLS = "summary.txt", "runs.parquet", "spells.parquet"
MODE = {"mode": ("How posts and referrals are set: fixed, backlog, equal_spend or equal_waits.", "text")}
LENGTH = {"length": ("Planned length of the programme in weeks, or open for no limit.", "text")}
SIDE = {**MODE, "policy": ("Policy; empty for a plain length.", "text"), **LENGTH}
GROUP = {"group": ("All, or people of one complexity at referral.", "text")}
MEASURE = {"measure": ("Name of the measure, as in the rows of this file that begin with `measure`.", "text")}
INTERVAL = {"ci_low": ("Lower end of its 95% interval.", "number"), "ci_high": ("Upper end.", "number")}
REPLICATIONS = {"replications": ("Runs with a value.", "integer")}
SEED = {"seed": ("Seed of the run.", "integer")}
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "lengths": {
        **SIDE, "posts": ("Link-worker posts.", "integer"), **GROUP, **MEASURE, "value": ("Mean over runs.", "number"), **INTERVAL,
        "unit": ("Unit of the value.", "text"), "people": ("People behind it, mean over runs; missing for the service as a whole.", "number"), **REPLICATIONS,
    },
    "differences": {
        **SIDE, **GROUP, **MEASURE, "difference": ("Mean over runs of the value less that of the reference length, in the same mode and run.", "number"),
        **INTERVAL, "against": ("The reference length.", "text"),
        "share_of_runs_better": ("Share of runs in which it is better; missing where neither way is better.", "number"), **REPLICATIONS,
    },
    "needed": {
        **MODE, **GROUP, "needed": ("Shortest length whose gain at 260 weeks reaches 90% of the open-ended programme's; none where that has no gain.", "text"),
        "low": (f"Shortest length of the range that holds 95% of the answers of bootstrap samples; missing with fewer than {FEWEST} runs.", "text"),
        "high": ("Longest length of it.", "text"),
        "share_of_bootstrap": ("Share of bootstrap samples that give the answer itself; missing likewise.", "number"),
        "gain_open": ("Gain at 260 weeks of the open-ended programme, Star points.", "number"), **REPLICATIONS,
    },
    "needed_shares": {
        **MODE, **GROUP, **LENGTH,
        "share": (f"Share of bootstrap samples in which it is the needed length; missing with fewer than {FEWEST} runs.", "number"),
    },
    "marginal": {
        **MODE, **GROUP, "from_length": ("The shorter length.", "text"), "to_length": ("The longer one.", "text"),
        "gain_per_hour": ("Change of the sum of gains at 260 weeks over people, Star points, for each hour of the change of hours.", "number"), **INTERVAL,
        "gain": ("Change of the sum of gains, Star points.", "number"), "gain_low": ("Lower end of its 95% interval.", "number"),
        "gain_high": ("Upper end.", "number"), "hours": ("Change of link-worker hours spent on these people until 260 weeks after referral.", "number"),
        "hours_low": ("Lower end of its 95% interval.", "number"), "hours_high": ("Upper end.", "number"), **REPLICATIONS,
        "note": ("Why no ratio is told, or which change is a loss.", "text"),
    },
    "spells": {
        **SIDE, **SEED, **GROUP, "weeks": ("Weeks from the start of the first spell to its end, or to the end of the run.", "integer"),
        "cause": ("How it ended; open: the run ended first.", "text"), "people": ("How many.", "integer"),
    },
    "runs": {**SIDE, **SEED, **GROUP, **MEASURE, "value": ("Value of the measure in this run.", "number")},
}  # fmt: skip
PARQUET = ("spells", "runs")
TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables by name, in the order in which they are described."""
    return {name: getattr(answer, name) for name in COLUMNS}


def write_tables(folder: Path, answer: Answer) -> list[str]:
    """Write all tables and the data dictionary into `folder`, and return the names of the files.

    Raises `ValueError` for a table whose columns are not described.
    """
    names = []
    for name, table in tables_of(answer).items():
        if list(table.columns) != list(COLUMNS[name]):
            raise ValueError(f"table {name} and its data dictionary differ in {sorted(set(table.columns) ^ set(COLUMNS[name])) or 'their order'}")
        if name in PARQUET:
            schema = pa.schema([pa.field(column, TYPES[kind]) for column, (_, kind) in COLUMNS[name].items()])
            pq.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False).replace_schema_metadata(None), folder / f"{name}.parquet")
        else:
            table.to_csv(folder / f"{name}.csv", index=False)
        names.append(f"{name}.parquet" if name in PARQUET else f"{name}.csv")
    rows = [(name, column, meaning, kind) for name, columns in COLUMNS.items() for column, (meaning, kind) in columns.items()]
    rows += [("measure", name, f"{about.words[0].upper()}{about.words[1:]}; {about.about}. In {about.unit}.", "number") for name, about in MEASURES.items()]
    pd.DataFrame(rows, columns=["table", "column", "meaning", "type"]).to_csv(folder / DICTIONARY, index=False)
    return names
