"""What a calibration writes: the posterior, its tables, and a data dictionary that says what each column means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments import posterior
from experiments.calibration import fit, identifiability
from experiments.calibration.calibrate import Calibration
from experiments.calibration.targets import centre
from experiments.sweep.runs import write_parquet
from experiments.whatif.files import DICTIONARY

SUMMARY, POSTERIOR, RUNS, DESIGN = "summary.txt", "posterior.parquet", "runs.parquet", "design.parquet"
RUN_COLUMNS = (("part", pa.string()), ("point", pa.int64()), ("seed", pa.int64()), ("status", pa.string()), ("error", pa.string()))
FIGURES = "%.8g"  # of the numbers in a table
MIDDLE = "of the middle 95% of single runs"
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "targets": {
        "target": ("Id of the target.", "text"), "pattern": ("What it is about.", "text"), "likelihood": ("How the published figure counts.", "text"),
        "published": ("The published figure, as it counts.", "number"), "low": ("Lower end of the band.", "number"), "high": ("Upper end.", "number"),
        "prior_mean": ("Mean of the runs of the first wave, which is spread over the prior.", "number"),
        "prior_low": (f"Lower end {MIDDLE} there.", "number"), "prior_high": ("Upper end.", "number"),
        "posterior_mean": ("Mean of real runs at draws of the posterior.", "number"),
        "posterior_low": (f"Lower end {MIDDLE} there: doubt about parameters and luck.", "number"), "posterior_high": ("Upper end.", "number"),
        "verdict": ("met when the mean at draws of the posterior lies in the band, else missed.", "text"),
        "use": ("What the file of targets suggests that it is used for.", "text"), "source": ("Where it comes from.", "text"),
    },
    "identifiability": {
        "parameter": ("Short name of the parameter.", "text"), "unit": ("Its unit.", "text"), "grade": ("Grade of its evidence; D is assumed.", "text"),
        "in_service": ("Its value in the service.", "number"), "prior_mean": ("Mean of the prior.", "number"),
        "prior_low": ("Lower end of the middle 95% of the prior.", "number"), "prior_high": ("Upper end.", "number"),
        "posterior_mean": ("Mean of the posterior.", "number"), "posterior_median": ("Median of the posterior.", "number"),
        "ci_low": ("Lower end of its 95% interval, equal tails.", "number"), "ci_high": ("Upper end.", "number"),
        "shrinkage": ("Share of the prior's variance that is gone, on the scale on which the prior is flat; about 0 where the targets say nothing.", "number"),
        "shift": ("How far the posterior's mean lies from the prior's, in standard deviations of the prior, on that scale.", "number"),
        "verdict": (", ".join(identifiability.VERDICTS), "text"),
        "trades_off_with": ("The parameter with which it is most strongly correlated in the posterior.", "text"),
        "correlation": ("That correlation, on the scale on which the priors are flat.", "number"),
    },
    "emulator": {
        "target": ("Id of the target.", "text"), "points": ("Points that the emulator was made of.", "integer"),
        "scale": ("On which scale it was made.", "text"),
        "luck_of_a_run": ("Standard deviation of one run around the mean over luck, in the target's unit.", "number"),
        "explained": ("Share of the variance between points that is explained at points left out.", "number"),
        "error_rms": ("Root mean square of the errors at points left out, over what the emulator says they are; 1 is right.", "number"),
        "within_2": ("Share of these errors of at most 2; 0.95 is right.", "number"), "error_largest": ("The largest of them.", "number"),
        "caution": ("What its doubt was multiplied with, where it was too sure.", "number"),
        "check_rms": ("Root mean square of the errors at real runs of draws of the posterior, which it was not made of.", "number"),
    },
    "waves": {
        "wave": ("Number of the wave.", "integer"), "points": ("Its points.", "integer"),
        "not_ruled_out": ("Share of the prior that was not implausible before it.", "number"),
    },
}  # fmt: skip


def tables_of(calibration: Calibration) -> dict[str, pd.DataFrame]:
    """Return the tables that are written as CSV files, by name."""
    return {
        "targets": fit.targets_of(calibration),
        "identifiability": identifiability.table_of(calibration),
        "emulator": fit.emulators_of(calibration),
        "waves": fit.waves_of(calibration),
    }


def design_of(calibration: Calibration) -> pd.DataFrame:
    """Return one row a point of every wave with its values, then one a draw of the posterior that was run."""
    question = calibration.question
    number = [1 + place // question.points for place in range(len(calibration.unit))]
    points = pd.DataFrame({"part": "design", "point": range(len(calibration.unit)), "wave": number})
    values = pd.DataFrame([question.values_at(unit) for unit in calibration.unit]).rename(columns=lambda key: key.removeprefix("model."))
    checked = calibration.draws.head(question.checked)
    checks = checked.assign(part="check", point=range(len(checked)), wave=0)[[*points, *values]]
    return pd.concat([pd.concat([points, values], axis=1), checks], ignore_index=True)


def runs_of(calibration: Calibration) -> pd.DataFrame:
    """Return one row a run: those of all waves, then those of the check."""
    return pd.concat([calibration.runs, calibration.check], ignore_index=True)


def about(calibration: Calibration, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the file of the posterior says of itself."""
    question, fitted = calibration.question, {f.name for f in calibration.question.factors}
    fixed = {f"{group}.{name}": value for group, values in question.service.as_dict().items() for name, value in values.items()}
    return {
        "service": record["service"],
        "scenario": record["scenario"],
        "targets": {t.id: {"published": centre(t), "low": t.low, "high": t.high, "k": t.k, "n": t.n} for t in question.targets},
        "weeks": question.weeks,
        "seed": question.seed,
        "fit": record["hash"],
        "fixed": {name: value for name, value in fixed.items() if name not in fitted},
    }


def write_tables(folder: Path, calibration: Calibration, record: Mapping[str, Any]) -> list[str]:
    """Write the posterior, all tables and the data dictionary into `folder`, and return the names of the files.

    Raises `ValueError` for a table whose columns are not described.
    """
    posterior.write(folder / POSTERIOR, calibration.draws, about(calibration, record))
    tables = tables_of(calibration)
    for name, table in tables.items():
        if list(table.columns) != list(COLUMNS[name]):
            raise ValueError(f"table {name} and its data dictionary differ in {sorted(set(table.columns) ^ set(COLUMNS[name])) or 'their order'}")
        table.to_csv(folder / f"{name}.csv", index=False, float_format=FIGURES)
    factors = calibration.question.factors
    kinds = [("part", pa.string()), ("point", pa.int64()), ("wave", pa.int64())]
    write_parquet(design_of(calibration), kinds, folder / DESIGN)
    write_parquet(runs_of(calibration), RUN_COLUMNS, folder / RUNS)
    rows = [(name, column, meaning, kind) for name in tables for column, (meaning, kind) in COLUMNS[name].items()]
    rows += [("posterior", f.name, f"{f.meaning} In {f.unit}. A row is a draw.", "number") for f in factors]
    part = ("part", "design, or check for draws of the posterior that were run.", "text")
    point = ("point", "Number of the point, or of the draw; joins design and runs.", "integer")
    rows += [("design", *part), ("design", *point), ("design", "wave", "Number of its wave; 0 for the check.", "integer")]
    rows += [("design", f.name, f"{f.meaning} In {f.unit}.", "number") for f in factors]
    rows += [("runs", *part), ("runs", *point), ("runs", "seed", "Seed of the run: each point has its own.", "integer")]
    rows += [("runs", "status", "done, or failed: then the targets are missing.", "text"), ("runs", "error", "Why it failed.", "text")]
    rows += [("runs", name, f"{calibration.question.by_id[name].pattern}, in this run.", "number") for name in calibration.question.ids]
    pd.DataFrame(rows, columns=["table", "column", "meaning", "type"]).to_csv(folder / DICTIONARY, index=False)
    return [POSTERIOR, *(f"{name}.csv" for name in tables), DESIGN, RUNS]
