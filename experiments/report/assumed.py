"""The sentences on what a conclusion rests on: assumed values that would turn it, and what was tried in vain."""

from __future__ import annotations

import pandas as pd

from experiments.report.numbers import between, unit
from experiments.whatif.ends import CONFIRMED, PRICE, REFUSED, UNTRIED
from sim.parameters import declarations

NAMED = 3  # parameters named in a sentence


def in_words(table: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """Return, for each scenario and measure of `table`, what its difference rests on: a sentence for each reversal, nearest first.

    Where nothing reverses it, one sentence says how many parameters were tried. A last one names what leaves the sign open.
    """
    return {(str(scenario), str(measure)): sentences(rows) for (scenario, measure), rows in table.groupby(["scenario", "measure"], sort=False)}


def sentences(rows: pd.DataFrame) -> list[str]:
    """Return the sentences on one difference."""
    near = ((rows.turning_value - rows.value) / (rows.at_value - rows.value)).abs()
    turned = rows.assign(near=near)[rows.reverses].sort_values("near", kind="stable")
    said = [reversal(row) for row in turned.itertuples()] or [nothing_reverses(rows)]
    tried = rows[~rows.found.isin((UNTRIED, REFUSED))]
    open_ends = tried[tried.found.isin((PRICE, CONFIRMED)) & ~tried.reverses & (tried.ci_low <= 0) & (tried.ci_high >= 0)]
    doubtful = [name for name in dict.fromkeys(open_ends.parameter) if name not in set(turned.parameter)]
    if doubtful:
        more = f" and {len(doubtful) - NAMED} more" if len(doubtful) > NAMED else ""
        said.append(f"At an end of the range of {', '.join(map(short, doubtful[:NAMED]))}{more} it can no longer be told from zero.")
    return said + left_out(rows)


def reversal(row: tuple) -> str:
    """Return the sentence on a value that turns the sign."""
    meaning, measured_in = said_of(row.parameter)
    about = "" if row.found == PRICE else "about "
    kind, values = unit(row.measure), (row.difference_there, row.ci_low, row.ci_high)
    decimals = kind.places(*values)
    there = f"{kind.amount(row.difference_there, decimals)} (95% interval {between(kind, row.ci_low, row.ci_high, decimals)})"
    now, end, turning = (f"{value:.3g}" for value in (row.value, row.at_value, row.turning_value))
    rests = f"This rests on {short(row.parameter)} = {now} {measured_in} ({meaning}), assumed (grade D), not measured."
    return f"{rests} At {end} the difference is {there}; beyond {about}{turning} it changes sign."


def nothing_reverses(rows: pd.DataFrame) -> str:
    """Return the sentence for a difference that keeps its sign."""
    count = rows[~rows.found.isin((UNTRIED, REFUSED))].parameter.nunique()
    if not count:
        return "No assumed parameter (grade D) was tried."
    what = f"{count} assumed parameter{'s' * (count > 1)} (grade D)"
    return f"None of the {what} that were tried, each alone over its plausible range, reverses this difference."


def left_out(rows: pd.DataFrame) -> list[str]:
    """Return a sentence on values that were not tried, or none."""
    count = rows[rows.found == UNTRIED].parameter.nunique()
    if not count:
        return []
    why = "the difference is too near zero for few runs to show its sign, or `most_runs` was reached"
    more = f"{count} parameter{'s' * (count > 1)}" if set(rows.found) <= {UNTRIED, REFUSED} else f"{count} more"
    return [f"{more} {'was' if count == 1 else 'were'} not tried at one end or both: {why}."]


def short(key: str) -> str:
    """Return a parameter's name without `model.`."""
    return key.removeprefix("model.")


def said_of(key: str) -> tuple[str, str]:
    """Return what a parameter means, to stand within a sentence, and its unit."""
    declared = next(declared for known, declared, _ in declarations() if known == key)
    meaning = declared.meaning.rstrip(".")
    return meaning[0].lower() + meaning[1:], declared.unit
