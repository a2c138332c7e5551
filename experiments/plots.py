"""The picture of one run at a glance: who is where, caseloads, waits, community services, wellbeing.

It is drawn from plain tables, so that it can be drawn again from stored ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

from matplotlib.figure import Figure

from experiments.drawing import new_figure, save_png, style
from experiments.panels import Overview, community, strip, waiting, wellbeing, where

USUAL_CARE = "usual_care"
NEEDED = ("weekly", "people", "states", "posts")
LUCK = "One run. Another stretch of luck would give another picture."
SWITCHED_OFF = "There are no caseloads or waits without the service."
PANELS = {"where": where, "caseloads": strip, "waits": waiting, "community": community, "wellbeing": wellbeing}


def overview(results: object, path: Path | str, twin: object | None = None, cap: float | None = None, headline: str | None = None) -> str:
    """Draw the run `results` to `path` (PNG) and return the words that stand in for the picture.

    `results` is `sim.results.Results`, or its tables by name as they are stored; `twin` the same people's
    usual care in either form, and where stored tables hold it as scenario `usual_care`, it is found there.
    `cap` is the caseload cap in heads; `Results` know it themselves. `headline` says what was run, on top.
    """
    data = gather(results, twin, cap)
    with style():
        figure, texts = draw(data, headline)
        description = " ".join(texts)
        save_png(figure, path, "Overview of one run", description)
    return description


def gather(results: object, twin: object | None = None, cap: float | None = None) -> Overview:
    """Return the tables of `results`, and of `twin`, as the picture needs them."""
    if not isinstance(results, Mapping):
        workforce = results.model.parameters.workforce
        if cap is None and workforce.caseload_weighting == "heads":
            cap = workforce.caseload_cap
        results = {name: getattr(results, name) for name in NEEDED}
    if twin is None:
        twins = None
    else:
        twins = twin["people"] if isinstance(twin, Mapping) else twin.people
    tables = {name: results[name] for name in NEEDED}
    if "scenario" in tables["people"] and tables["people"]["scenario"].nunique() > 1:
        people = tables["people"]
        twins = people[people["scenario"] == USUAL_CARE] if twins is None else twins
        tables = {name: table[table["scenario"] != USUAL_CARE] for name, table in tables.items()}
    tables = {name: table.drop(columns=["seed", "scenario"], errors="ignore").reset_index(drop=True) for name, table in tables.items()}
    return Overview(**tables, twins=twins, cap=cap)


def draw(data: Overview, headline: str | None = None) -> tuple[Figure, list[str]]:
    """Return the figure and its sentences: the headline, a caution, and one a panel."""
    rows, heights = [["where", "where"], ["caseloads", "waits"], ["community", "wellbeing"]], [1.15, 1, 1]
    if not data.enabled:
        del rows[1], heights[1]
    figure = new_figure(11.4, 11.5 if data.enabled else 8.3)
    axes = figure.subplot_mosaic(rows, height_ratios=heights)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.14, wspace=0.03, hspace=0.03)
    caution = LUCK if data.enabled else f"{LUCK} {SWITCHED_OFF}"
    top = [headline] if headline else []
    texts = [f"{line}." for line in top] + [caution] + [PANELS[name](axes[name], data) for name in axes]
    figure.suptitle("\n".join(fill(line, 120) for line in [*top, caution]), x=0.01, ha="left", fontsize=11, color="#595959", linespacing=1.4)
    return figure, texts
