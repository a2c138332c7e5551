"""Worksheets and notebooks: fills the marked places of a worksheet with figures, and makes a notebook of its words and a lesson's code.

A marked place is `<!-- =name -->text<!-- / -->`; in the finished page only the text is seen. Figures are kept as they are printed, in
docs/teaching/figures.csv, with the version, the seeds and the lesson they belong to.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "teaching"
FIGURES = FOLDER / "figures.csv"
COLUMNS = ("lesson", "figure", "value", "seeds", "version")
PLACE = re.compile(r"<!-- =(\w+) -->(.*?)<!-- / -->", re.DOTALL)
DEEPER = re.compile(r"\]\((?!https?://)([^)]+)")  # a link of a worksheet, which lies a folder above its notebook
IN_NOTEBOOK = ("Aims", "Predict", "Run", "Investigate", "Modify", "Reflect")  # not the answers


def filled(page: str, figures: Mapping[str, str]) -> str:
    """Return `page` with `figures` in its marked places. Raises `KeyError` for a place that has no figure."""
    return PLACE.sub(lambda found: f"<!-- ={found[1]} -->{figures[found[1]]}<!-- / -->", page)


def places(page: str) -> set[str]:
    """Return the names of the marked places of `page`."""
    return {found[1] for found in PLACE.finditer(page)}


def worksheet(slug: str) -> Path:
    """Return where the worksheet of a lesson lies."""
    return FOLDER / f"{slug}.md"


def notebook_of(slug: str) -> Path:
    """Return where the notebook of a lesson lies."""
    return FOLDER / "notebooks" / f"{slug}.ipynb"


def sections(page: str) -> dict[str, str]:
    """Return the parts of a worksheet below its headings of the second level, by the heading's first word; what comes before as `""`."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {"": parts[0]} | {head.split()[0].rstrip(":,"): f"## {head}{text}" for head, text in zip(parts[1::2], parts[2::2], strict=True)}


def notebook(page: str, code: Mapping[str, str]) -> str:
    """Return a notebook, without outputs: a worksheet's opening and steps, each with the lesson's code below it."""
    parts = sections(DEEPER.sub(r"](../\1", PLACE.sub(lambda found: found[2], page)))
    cells = [cell("markdown", parts[""], "opening")]
    for name in IN_NOTEBOOK:
        cells.append(cell("markdown", parts[name], name.lower()))
        if name in code:
            cells.append(cell("code", code[name], f"{name.lower()}-code"))
    about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False) + "\n"


def cell(kind: str, text: str, name: str) -> dict:
    """Return one cell of a notebook."""
    lines = text.strip().splitlines(keepends=True)
    plain = {"cell_type": kind, "id": name, "metadata": {}, "source": lines}
    return plain | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def read_figures(path: Path = FIGURES) -> dict[str, dict[str, str]]:
    """Return the kept figures, by lesson and name, and for each lesson the `version` they were made with."""
    kept: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kept.setdefault(row["lesson"], {"version": row["version"]})[row["figure"]] = row["value"]
    return kept


def write_figures(figures: Mapping[str, Mapping[str, str]], seeds: Mapping[str, tuple[int, ...]], version: str, path: Path = FIGURES) -> None:
    """Keep `figures`, by lesson and name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for lesson, named in figures.items():
            run = f"{seeds[lesson][0]}-{seeds[lesson][-1]}"
            table.writerows((lesson, name, value, run, version) for name, value in named.items())
