"""How much of the spread is luck: for each measure the parts of a single run's variance, and what of the luck is left in the means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.figures.rows import Chart, Draw, Row
from experiments.report.sentences import capital
from experiments.report.svg import NAVY, TEAL, Scale, Sheet, width_of
from experiments.sweep.figures.marks import SMALL
from experiments.sweep.figures.shown import LONGEST_TITLE, Material, is_swamped, over, share_text

KIND = "Bar chart"
LIGHT = "#D9D9D9"
PARTS = (("parameters", NAVY, "white"), ("luck all points share", TEAL, "black"), ("luck of each run", LIGHT, "black"))  # words, fill, ink
KEY = ("parameters", "shared luck", "own luck")
THICK = 22.0


def figure(m: Material) -> Figure | None:
    """Return a row for each measure of the sweep whose shares are known; None where none is, as with one seed."""
    rows = [row for row in m.noise.to_dict("records") if row["measure"] in m.measures and math.isfinite(row["share_parameters"])]
    if not rows:
        return None
    rows.sort(key=lambda row: m.measures.index(row["measure"]))
    swamped = [row for row in rows if is_swamped(row)]
    title = title_of(m, rows, swamped)
    worst = max(rows, key=lambda row: known(row["share_seed_left"]))
    drawn = [Row(capital(m.words(row["measure"]).short), stacked(parts_of(row)), f"luck left {left(row)}") for row in rows]
    points, seeds = int(rows[0]["points"]), int(rows[0]["replications"])
    least = min(rows, key=lambda row: row["share_parameters"])
    numbers = (
        f"luck left is largest for {m.words(worst['measure']).short}, {left(worst)}; "
        f"parameters carry least of {m.words(least['measure']).short}, {share_text(least['share_parameters'])}"
    )
    return Figure(
        title=title,
        subtitle=f"Parts of the variance of single runs, {points:,} points with the same {seeds} seeds each; right: luck left in the means over seeds",
        alt=alt(KIND, "parts of the variance of single runs, percent,", "measure", over(m.period), f"{title}; {numbers}"),
        table=table(m, rows),
        note="Luck that all points share falls out of comparisons between points. Own luck is averaged over the seeds: what is left of it, beside the "
        "parameters, is the number on the right. Above 20% the indices are not to be relied on; more replications help, more points do not.",
        **both(lambda width: chart_of(drawn, width)),
    )


def title_of(m: Material, rows: list[dict], swamped: list[dict]) -> str:
    """Return the finding: for how many measures luck still swamps what the parameters do."""
    if not swamped:
        return "Parameters stand out from luck" + {1: "", 2: " in both measures"}.get(len(rows), f" in all {len(rows)} measures")
    if len(rows) == 1:
        title = f"{capital(m.words(rows[0]['measure']).short)}: luck swamps the parameters"
        return title if len(title.split()) <= LONGEST_TITLE else "Luck swamps the parameters"
    return f"Luck swamps the parameters in {len(swamped)} of {len(rows)} measures"


def known(value: float) -> float:
    """Return `value`, or −1 where it is missing."""
    return value if math.isfinite(value) else -1.0


def left(row: Mapping[str, Any]) -> str:
    """Return the luck left in the means, with its interval: '8% (5 to 12)'."""
    if not math.isfinite(row["share_seed_left"]):
        return "unknown"
    ends = (row["share_seed_left_low"], row["share_seed_left_high"])
    spread = f" ({100 * ends[0]:.0f} to {100 * ends[1]:.0f})" if all(math.isfinite(end) for end in ends) else ""
    return share_text(row["share_seed_left"]) + spread


def parts_of(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return the three parts of the variance: parameters, luck that all points share, luck of each run."""
    return row["share_parameters"], row["share_seed_common"], row["share_seed"] - row["share_seed_common"]


def chart_of(rows: list[Row], width: float) -> Sheet:
    """Return the chart under a row that says which part is which."""
    key = Row("Which part" if width > NARROW else "", draw_key)
    return Chart((key, *rows), 0.0, 100.0, "percent of the variance of single runs", zero=False).draw(width)


def draw_key(sheet: Sheet, scale: Scale, y: float) -> None:
    """Write what the three parts are, each beside its colour."""
    x = scale.start if sheet.width > NARROW else 2.0
    for words, (_, fill, _) in zip(KEY, PARTS, strict=True):
        sheet.box(x, y - 7, 14, 14, f'fill="{fill}" stroke="#3D3D3D" stroke-width="0.7"')
        sheet.text(x + 19, y + 5, words, size=SMALL)
        x += 30 + width_of(words, SMALL)


def stacked(parts: tuple[float, float, float]) -> Draw:
    """Return how to draw one measure: three parts end to end with white seams, each with its percentage where there is room."""

    def draw(sheet: Sheet, scale: Scale, y: float) -> None:
        start = 0.0
        for share, (_, fill, ink) in zip(parts, PARTS, strict=True):
            end = start + 100 * max(0.0, share)
            a, b = scale(start), scale(min(end, 100.0))
            sheet.box(a, y - THICK / 2, b - a, THICK, f'fill="{fill}" stroke="white" stroke-width="1.5"')
            text = share_text(share)
            if b - a > width_of(text, SMALL) + 6:
                sheet.text((a + b) / 2, y + 5, text, "middle", ink, size=SMALL)
            start = end

    return draw


def table(m: Material, rows: list[dict]) -> Table:
    """Return the parts and what is left in the means."""
    cells = tuple(
        (capital(m.words(row["measure"]).full), *(share_text(part) for part in parts_of(row)), left(row), "yes" if is_swamped(row) else "no")
        for row in rows
    )
    head = ("Measure", *(capital(words) for words, _, _ in PARTS), "Luck left in the means (95% interval)", "Swamped by luck")
    return Table("Parts of the variance of single runs, and luck left in the means over seeds", head, cells)
