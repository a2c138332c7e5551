"""The tables of a comparison as files, each with its columns in the data dictionary."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.tables import LABELS, SUMMARY, write_parquet
from experiments.whatif.bands import weekly_bands
from experiments.whatif.beside import Beside
from experiments.whatif.compare import Comparison
from experiments.whatif.equity import by_group, gaps, measures_of_people
from experiments.whatif.measures import MEASURES

DICTIONARY = "data_dictionary.csv"
INTERVAL = {
    "ci_low": ("Lower end of the 95% interval (Student's t, paired by seed).", "number"),
    "ci_high": ("Upper end of that interval.", "number"),
    "replications": ("Pairs of runs in which both have a value.", "integer"),
}
NAMED = {
    "scenario": ("Name of the scenario.", "text"),
    "measure": ("Name of the measure; measures.csv explains it.", "text"),
    "group": ("Whom it is about: all, or a group of people.", "text"),
}
RUN_RANGE = {
    "run_low": ("5th percentile over single runs.", "number"),
    "run_high": ("95th percentile over single runs.", "number"),
}
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "differences": {
        **NAMED,
        "baseline_mean": ("Mean over runs of the baseline.", "number"),
        "scenario_mean": ("Mean over runs of the scenario.", "number"),
        "difference": ("Mean over runs of scenario less baseline, both with the same seed.", "number"),
        **INTERVAL,
        "halfwidth": ("Half the width of the interval.", "number"),
        "target_met": ("Whether the interval is as narrow as was asked; missing where no margin is fixed.", "boolean"),
        "share_of_runs_better": (
            "Share of runs in which the scenario is better than the baseline, an equal run not being better; missing where no direction is better.",
            "number",
        ),
    },
    "measures": {
        "measure": NAMED["measure"],
        "words": ("What it is, in words.", "text"),
        "unit": ("Unit of the figures in the tables; a share is from 0 to 1.", "text"),
        "better": ("Which way is better, where one is.", "text"),
        "margin": ("Smallest difference that matters, fixed beforehand.", "number"),
        "headline": ("Whether its interval decides how many runs are made.", "boolean"),
        "note": ("What to know about it.", "text"),
    },
    "weekly_bands": {
        "scenario": NAMED["scenario"],
        "measure": ("Column of the weekly table of `spsim run`.", "text"),
        "week": ("Week since opening.", "integer"),
        "run_low": RUN_RANGE["run_low"],
        "median": ("Median over single runs.", "number"),
        "run_high": RUN_RANGE["run_high"],
        "runs": ("Number of runs.", "integer"),
    },
}


COLUMNS["equity"] = {
    "scenario": NAMED["scenario"], "measure": NAMED["measure"], "group": NAMED["group"],
    "people": ("Mean number of people behind the figure in a run, of the side with fewer.", "number"),
    "baseline_mean": COLUMNS["differences"]["baseline_mean"], "scenario_mean": COLUMNS["differences"]["scenario_mean"],
    "difference": COLUMNS["differences"]["difference"], **INTERVAL, **RUN_RANGE,
    "enough_people": ("Whether there are at least 30 people: no verdict is given otherwise.", "boolean"),
}  # fmt: skip
COLUMNS["gaps"] = {
    "scenario": NAMED["scenario"], "measure": NAMED["measure"],
    "pair": ("The two groups.", "text"), "first": ("The group thought worse off.", "text"), "second": ("The other group.", "text"),
    "baseline_gap": ("First group less second, mean over runs of the baseline.", "number"),
    "scenario_gap": ("The same in the scenario.", "number"),
    "change": ("Change of the gap, mean over runs.", "number"), **INTERVAL, **RUN_RANGE,
    "people": ("Mean number of people in the smaller group.", "number"),
    "enough_people": ("Whether there are at least 30 people: no verdict is given otherwise.", "boolean"),
}  # fmt: skip
COLUMNS["money"] = {
    "scenario": NAMED["scenario"],
    "measure": ("Amount: cost by part and in all, WELLBYs, net benefit, break-even values; `_total` in all, otherwise per person referred.", "text"),
    "estimate": ("Scenario less baseline, mean over runs; for names ending in _draws the mean over draws of parameters.", "number"),
    "ci_low": ("Lower end of the 95% interval over runs; for names ending in _draws the 5th percentile of draws.", "number"),
    "ci_high": ("Upper end; for names ending in _draws the 95th percentile of draws.", "number"),
    "unit": ("Unit and price year.", "text"),
}
COLUMNS["money_draws"] = {
    "scenario": NAMED["scenario"], "draw": ("Number of the draw of parameters; the same draw in every scenario.", "integer"),
    "cost": ("Cost more than the baseline, pounds (2022/23) per person referred, discounted.", "number"),
    "wellbys": ("WELLBYs more than the baseline, per person referred, discounted.", "number"),
    "net_benefit": ("Worth of the WELLBYs less the cost, at the draw's value of a WELLBY.", "number"),
    "wellby_value": ("The draw's value of a WELLBY, pounds of 2019.", "number"),
    "deflator": ("The draw's factor from 2019 to 2022/23 prices.", "number"),
}  # fmt: skip
COLUMNS["acceptability"] = {
    "scenario": ("Name of the option; the baseline is one.", "text"), "value": ("Pounds (2019) a WELLBY is taken to be worth.", "number"),
    "share": ("Share of draws in which the option has the highest net benefit.", "number"),
    "share_above_baseline": ("Share of draws in which its net benefit is above the baseline's.", "number"),
    "mean_net_benefit": ("Mean net benefit over draws, pounds (2022/23) per person referred.", "number"),
}  # fmt: skip
COLUMNS["parts"] = {
    "scenario": NAMED["scenario"], "part": ("What is changed.", "text"), "measure": NAMED["measure"],
    "share": ("Its share of the whole difference, averaged over the orders in which parts can be added.", "number"), **INTERVAL,
}  # fmt: skip
COLUMNS["rests_on"] = {
    "scenario": NAMED["scenario"], "measure": NAMED["measure"], "parameter": ("Full name of the parameter.", "text"),
    "grade": ("Grade of its evidence; D: assumed.", "text"), "value": ("Its value in the comparison.", "number"),
    "difference": ("The difference found with that value.", "number"), "at_value": ("The end of its plausible range that was tried.", "number"),
    "difference_there": ("The difference there.", "number"), **INTERVAL,
    "reverses": ("Whether the sign is turned, with the whole interval.", "boolean"),
    "turning_value": ("Value at which the difference is 0, on the line between the two.", "number"),
    "found": ("How it was found: priced from finished runs, no effect, screened, confirmed, not tried, or not allowed.", "text"),
}  # fmt: skip
COLUMNS["continuity"] = {
    "scenario": ("Name of the scenario, or of the baseline.", "text"),
    "estimand": ("What differs: an outcome of those hit, a sum over others, or a gain an hour of joint meetings.", "text"),
    "contrast": (
        "Worlds set against each other: as_is, the worker leaves as in this service; stayed, not; warm, passive, called: a joint meeting, nothing, a call.",
        "text",
    ),
    "group": ("Whom it is about: all those hit, a group of them, everybody else; two groups with “less” or “/” between them.", "text"),
    "value": ("The first world less the second, mean over people hit, departures or runs; below zero is a loss where more is better.", "number"),
    "ci_low": ("Lower end of the 95% interval over runs; missing with fewer than five.", "number"),
    "ci_high": ("Upper end of that interval.", "number"),
    "unit": ("Unit of the value.", "text"),
    "people": ("People behind the value.", "integer"),
    "departures": ("Departures behind the value; 0 for whole services.", "integer"),
    "replications": ("Runs behind the value.", "integer"),
}  # fmt: skip


def tables_of(comparison: Comparison, beside: Beside) -> dict[str, pd.DataFrame]:
    """Return the tables that are written as CSV files, by name."""
    told_by_group = measures_of_people(comparison, MEASURES)
    tables = {
        "differences": comparison.differences,
        "equity": by_group(comparison, told_by_group),
        "gaps": gaps(comparison, told_by_group),
        "measures": measures_table(comparison),
        "weekly_bands": weekly_bands(comparison.weekly),
        "money": beside.money.summary,
        "money_draws": beside.money.draws,
        "acceptability": beside.money.acceptability,
        "parts": beside.parts,
        "rests_on": beside.rests_on,
        "continuity": None if beside.departures is None else beside.departures.table,
    }
    return {name: table for name, table in tables.items() if table is not None}


def measures_table(comparison: Comparison) -> pd.DataFrame:
    """Return what each measure is, with the unit of its figures and its margin in this comparison."""
    units = dict(comparison.runs[["measure", "unit"]].drop_duplicates("measure").itertuples(index=False, name=None))
    margins = comparison.question.all_margins
    rows = []
    for name, unit in units.items():
        known = MEASURES.get(name)
        words, better, headline, note = (known.words, known.better or "", known.headline, known.note) if known else ("", "", False, "")
        rows.append((name, words, unit, better, margins.get(name), headline, note))
    return pd.DataFrame(rows, columns=list(COLUMNS["measures"]))


def write_tables(folder: Path, comparison: Comparison, tables: dict[str, pd.DataFrame]) -> None:
    """Write `tables` as CSV files, the runs as parquet, and the data dictionary, into `folder`.

    Raises `ValueError` for a table whose columns are not described.
    """
    for name, table in tables.items():
        if list(table.columns) != list(COLUMNS[name]):
            raise ValueError(f"table {name} and its data dictionary differ in {sorted(set(table.columns) ^ set(COLUMNS[name])) or 'their order'}")
        table.to_csv(folder / f"{name}.csv", index=False)
    write_parquet("summary", comparison.runs, folder / "runs.parquet")
    rows = [(name, column, meaning, kind) for name, described in COLUMNS.items() if name in tables for column, (meaning, kind) in described.items()]
    rows += [("runs", column, meaning, kind) for column, meaning, kind in LABELS + SUMMARY]
    pd.DataFrame(rows, columns=["table", "column", "meaning", "type"]).to_csv(folder / DICTIONARY, index=False)
