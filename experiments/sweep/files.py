"""What a sweep writes: its tables, with a data dictionary that says what each column means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from experiments.sweep.runs import RUN_COLUMNS, TIMING_COLUMNS, write_parquet
from experiments.sweep.sweep import Sweep
from experiments.whatif.files import DICTIONARY
from experiments.whatif.measures import MEASURES

SUMMARY, RUNS = "summary.txt", "runs.parquet"
INTERVAL = {"ci_low": ("Lower end of its 95% interval.", "number"), "ci_high": ("Upper end.", "number")}
MEASURE = {"measure": ("Name of the measure; `scenario: measure` is the difference of a scenario from the baseline, at the same point and seed.", "text")}
PARAMETER = {"parameter": ("Short name of the parameter, or of a group of parameters; `a × b` is a pair.", "text")}
INDEX = {
    "index": (
        "Name of the index: mu_star, mu, sigma (Morris, in the measure's unit over the parameter's whole range; of a choice, whose values have no order, over "
        "a change from one value to another, without mu); S1, ST, S2 and the same less noise (shares of variance); median, maximum (PAWN); delta; src, prcc "
        "(regression; of a choice a size without sign: standard deviation of the output that it gives, and partial correlation ratio of ranks); range, "
        "low, high (grid and one at a time, in the measure's unit; low and high of a choice are at the values of the least and the largest mean).",
        "text",
    ),
    "estimate": ("Its value; missing where there is none, as the notes in summary.txt say.", "number"),
    **INTERVAL,
}
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "indices": {"method": ("Method of the design and the index.", "text"), **MEASURE, **PARAMETER, **INDEX},
    "noise": {
        **MEASURE,
        "points": ("Points with a value for every seed.", "integer"), "replications": ("Seeds at each point.", "integer"),
        "mean": ("Mean over points and seeds.", "number"),
        "sd_parameters": ("Standard deviation between points, luck taken out.", "number"),
        "sd_seed": ("Standard deviation between runs of one point: luck.", "number"),
        "share_parameters": ("Share of a single run's variance that is due to parameters.", "number"),
        "share_seed": ("Share that is luck, of the seed.", "number"),
        "share_seed_common": ("The part of it that all points of a seed share: it cancels in differences between points.", "number"),
        "share_seed_left": ("Share of luck in the variance of the means over seeds, which the indices are made of.", "number"),
        "share_seed_left_low": ("Lower end of its 95% interval.", "number"), "share_seed_left_high": ("Upper end.", "number"),
        "swamped": ("Whether it is above 0.2, so that indices must be read with care.", "boolean"),
    },
    "convergence": {
        **MEASURE, **PARAMETER, "index": INDEX["index"], "points": ("Points of the part of the design used.", "integer"),
        "estimate": ("The index from that part.", "number"), **INTERVAL,
    },
    "screening": {
        "parameter": ("Short name of the parameter.", "text"), "rank": ("Its place.", "integer"),
        "score": ("Its mean absolute effect as a share of the leading one, in the measure where the lower end of that is largest.", "number"),
        "score_low": ("That lower end: parameters are ranked by it.", "number"),
        "measure": ("That measure.", "text"), "mu_star": ("Its mean absolute effect there, in the measure's unit, as in indices.csv.", "number"),
        "mu_star_low": ("Lower end of the 95% interval of that.", "number"), "mu_star_high": ("Upper end.", "number"),
        "kept": ("Whether it goes on to the second step.", "boolean"), "why": ("Why it is kept or dropped.", "text"),
    },
    "boxes": {
        "box": ("Number of the box.", "integer"), "rule": ("What the points in it have in common.", "text"),
        "points": ("Points held out that lie in it.", "integer"), "misses": ("Those that miss the target.", "integer"),
        "density": ("Share of its points that miss.", "number"), "density_low": ("Lower end of the 95% interval of that.", "number"),
        "density_high": ("Upper end.", "number"), "coverage": ("Share of all misses that lie in it.", "number"),
    },
    "information": {
        "parameter_group": ("What would be known: everything, a group, or one parameter.", "text"), "parameters": ("Parameters in it.", "integer"),
        "evppi": ("Worth of knowing it before deciding, pounds (2022/23) per person referred.", "number"), **INTERVAL,
        "share_of_evpi": ("As a share of the worth of knowing everything.", "number"), "method": ("How it was worked out.", "text"),
    },
    "options": {
        "option": ("The baseline or a scenario.", "text"),
        "mean_net_benefit": ("Mean net benefit over points against the baseline, pounds (2022/23) per person referred.", "number"), **INTERVAL,
        "share_of_points_best": ("Share of points in which it is best.", "number"),
    },
}  # fmt: skip

OPTIONAL = [f"{name}.csv" for name in COLUMNS]  # a sweep need not have all of them


def tables_of(sweep: Sweep) -> dict[str, pd.DataFrame]:
    """Return the tables that are written as CSV files, by name; those of two steps one below the other."""
    tables = {name: pd.concat([getattr(step.analysis, name) for step in sweep.steps], ignore_index=True) for name in ("indices", "noise", "convergence")}
    worth = sweep.last.information
    tables |= {
        "screening": sweep.screening,
        "boxes": sweep.last.boxes,
        "information": None if worth is None else worth.table,
        "options": None if worth is None else worth.options,
    }
    if len(sweep.steps) > 1:
        tables["noise"].insert(0, "method", [step.step.design.method for step in sweep.steps for _ in range(len(step.analysis.noise))])
        tables["convergence"].insert(0, "method", [step.step.design.method for step in sweep.steps for _ in range(len(step.analysis.convergence))])
    return {name: table for name, table in tables.items() if table is not None}


def design_of(sweep: Sweep) -> pd.DataFrame:
    """Return one row a point, with the value of every factor: of two steps the second after the first, where what it leaves alone has the service's value."""
    tables = []
    for step in sweep.steps:
        table = step.step.points.copy()
        if len(sweep.steps) > 1:
            table.insert(1, "method", step.step.design.method)
            for factor in sweep.question.factors:
                if factor.name not in table:
                    table[factor.name] = factor.default
        tables.append(table[[*(name for name in ("point", "method") if name in table), *(f.name for f in sweep.question.factors)]])
    return pd.concat(tables, ignore_index=True)


def write_tables(folder: Path, sweep: Sweep) -> list[str]:
    """Write all tables and the data dictionary into `folder`, and return the names of the files.

    Raises `ValueError` for a table whose columns are not described.
    """
    tables = tables_of(sweep)
    described = {name: columns_of(name, len(sweep.steps)) for name in tables}
    for name, table in tables.items():
        if list(table.columns) != list(described[name]):
            raise ValueError(f"table {name} and its data dictionary differ in {sorted(set(table.columns) ^ set(described[name])) or 'their order'}")
        table.to_csv(folder / f"{name}.csv", index=False)
    design, kinds = design_of(sweep), {"point": pa.int64(), "method": pa.string()}
    for factor in sweep.question.factors:
        kinds[factor.name] = pa.bool_() if isinstance(factor.default, bool) else pa.string() if isinstance(factor.default, str) else pa.float64()
    write_parquet(design, list(kinds.items()), folder / "design.parquet")
    write_parquet(pd.concat([step.runs for step in sweep.steps], ignore_index=True), RUN_COLUMNS, folder / RUNS)
    write_parquet(pd.concat([step.timings for step in sweep.steps], ignore_index=True), TIMING_COLUMNS, folder / "timings.parquet")
    rows = [(name, column, meaning, kind) for name, columns in described.items() for column, (meaning, kind) in columns.items()]
    rows += dictionary_of_runs(sweep)
    pd.DataFrame(rows, columns=["table", "column", "meaning", "type"]).to_csv(folder / DICTIONARY, index=False)
    return [*(f"{name}.csv" for name in tables), "design.parquet", RUNS, "timings.parquet"]


def columns_of(table: str, steps: int) -> dict[str, tuple[str, str]]:
    """Return the columns of a table: noise and convergence of two steps say which method they are of."""
    own = COLUMNS[table]
    return {"method": COLUMNS["indices"]["method"], **own} if steps > 1 and table in ("noise", "convergence") else own


def dictionary_of_runs(sweep: Sweep) -> list[tuple[str, str, str, str]]:
    """Return the rows of the data dictionary for design, runs and timings."""
    point = ("point", "Number of the point; joins design, runs and timings.", "integer")
    side = ("scenario", "Baseline or scenario; empty when none were given.", "text")
    seed = ("seed", "Seed of the run: the same at every point.", "integer")
    rows = [("design", *point)] + ([("design", "method", "The step that the point belongs to.", "text")] if len(sweep.steps) > 1 else [])
    rows += [("design", f.name, f"{f.meaning} In {f.unit}.", {"switch": "boolean", "choice": "text"}.get(f.kind, "number")) for f in sweep.question.factors]
    rows += [("runs", *point), ("runs", *side), ("runs", *seed)]
    rows += [("runs", "status", "done; failed, or not allowed (values of the point contradict one another): then measures are missing.", "text")]
    rows += [("runs", "error", "Why it has no result.", "text")]
    for name in sweep.question.kept:
        unit = "shares" if MEASURES[name].is_share else MEASURES[name].unit
        rows.append(("runs", name, f"{MEASURES[name].words}. In {unit}.", "number"))
    rows += [("timings", *point), ("timings", *side), ("timings", *seed)]
    rows += [("timings", "seconds", "How long the run took, on its machine.", "number"), ("timings", "host", "Name of that machine.", "text")]
    return rows
