"""The summary a commissioner reads: a short table in plain words, with units, and where the files are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.settings import Request

# measure of the summary, how it is said, and how it is shown ("share" as a percentage)
LINES: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = ()


def summary_text(request: Request, summary: pd.DataFrame, folder: Path) -> str:
    """Return the summary in words for the terminal."""
    values = summary[summary["group"] == "all"].set_index("measure")
    return "\n".join([headline(request), "", *values.index, "", f"Results: {folder}"])


def headline(request: Request) -> str:
    """Return the line that says what was run."""
    years = request.settings["weeks"] / 52
    count = request.settings["replications"]
    seeds = f"seed {request.settings['seed']}" if count == 1 else f"{count} seeds from {request.settings['seed']}"
    return f"{request.titles['service']}: {request.titles['scenario'].lower()}. {years:.3g} years from opening, {seeds}."
