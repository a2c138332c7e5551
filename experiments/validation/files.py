"""What a validation writes: its tables, with a data dictionary that says what each column means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.validation.judge import COLUMNS
from experiments.validation.validate import RUN_COLUMNS, Validation
from experiments.whatif.files import DICTIONARY

VALIDATION, RUNS, SUMMARY, REPORT = "validation.csv", "runs.parquet", "summary.txt", "report.html"
DESCRIBED: dict[str, dict[str, tuple[str, str]]] = {
    "validation": {
        "id": ("Id of the target.", "text"), "pattern": ("The published finding, in a few words.", "text"),
        "statistic": ("How it is computed from the tables of a run.", "text"),
        "kind": ("band, binomial (a share with its counts), ratio (above a bound) or sign.", "text"),
        "use": ("fit: defaults were tuned to it; input: goes in and must come out; hold out: no value was fitted to it.", "text"),
        "shared": ("What it shares with fitted targets or with values of the model, so that it is no independent test; empty where nothing.", "text"),
        "source": ("Where it was published.", "text"), "published": ("What was published; 1 or -1 for a sign.", "number"),
        "low": ("Lower end of what is accepted for the mean over seeds; missing when open.", "number"), "high": ("Upper end.", "number"),
        "k": ("Count behind a published share: k of n.", "integer"), "n": ("People or events in that study.", "integer"),
        "exact_low": ("Lower end of the exact 95% interval (Clopper and Pearson) of that share.", "number"), "exact_high": ("Upper end.", "number"),
        "mean": ("Mean in the model, over seeds.", "number"),
        "ci_low": ("Lower end of the 95% interval of that mean (Student's t): more seeds narrow it without anybody knowing more.", "number"),
        "ci_high": ("Upper end.", "number"),
        "single_low": ("Lower end of the middle 95% of single seeds: luck, and with a posterior doubt about the fitted parameters too.", "number"),
        "single_high": ("Upper end.", "number"),
        "seeds_right": ("Seeds whose own value lies in the band, or on the right side of the bound.", "integer"),
        "verdict": ("met; met in the mean only (a direction whose interval is not clear of the bound); missed; not answered.", "text"),
        "near_edge": ("True where it is met only just: the page on validation says how that is decided.", "true or false"),
        "reason": ("Why it is not met, or only just, as far as known, from the default service.", "text"),
        "detail": ("What stands beside it: parts of the statistic with mean and 95% interval.", "text"),
        "replications": ("Seeds with a value.", "integer"),
    },
    "runs": {
        "id": ("Id of the target.", "text"), "part": ("Part of its statistic; empty for the target itself.", "text"),
        "seed": ("Seed of the runs.", "integer"), "value": ("The statistic in runs of that seed; missing where there is none.", "number"),
        "k": ("Count behind a share in the model: k of n.", "integer"), "n": ("People or events it is of.", "integer"),
    },
}  # fmt: skip
SCHEMA = pa.schema([("id", pa.string()), ("part", pa.string()), ("seed", pa.int64()), ("value", pa.float64()), ("k", pa.int64()), ("n", pa.int64())])


def write_tables(folder: Path, found: Validation) -> list[str]:
    """Write the tables and the data dictionary into `folder`, and return the names of the tables."""
    for name, columns in (("validation", COLUMNS), ("runs", RUN_COLUMNS)):
        if tuple(DESCRIBED[name]) != tuple(columns):
            raise ValueError(f"table {name} and its data dictionary differ")
    found.table.to_csv(folder / VALIDATION, index=False)
    pq.write_table(pa.Table.from_pandas(found.runs, schema=SCHEMA, preserve_index=False).replace_schema_metadata(None), folder / RUNS, compression="zstd")
    rows = [(name, column, meaning, kind) for name, columns in DESCRIBED.items() for column, (meaning, kind) in columns.items()]
    pd.DataFrame(rows, columns=["table", "column", "meaning", "type"]).to_csv(folder / DICTIONARY, index=False)
    return [VALIDATION, RUNS]
