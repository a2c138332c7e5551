"""Regional sensitivity: how the inputs of points that miss a target differ from those of points that meet it.

After Spear and Hornberger 1980, Water Research 14: 43-49: the two cumulative distributions of each input, ordered by their largest gap.
"""

from __future__ import annotations

import numpy as np

from experiments.report.figures.figure import Figure, Table, alt, both
from experiments.report.numbers import show
from experiments.report.svg import GREY, PLUM, QUIET, Scale, Sheet
from experiments.sweep.figures.marks import SMALL, Panel, ends_of_axis, grid, panel_name
from experiments.sweep.figures.shown import Material, coded, labelled, number_text, over, value_text
from experiments.sweep.figures.targets import Separation, Sides, by_chance, cumulative, separations, sides, subtitle

MOST = 6  # inputs drawn
STEPS = 60  # points of a line at most
KIND = "Small charts of cumulative shares"
MISS = f'stroke="{PLUM}" stroke-width="2.5" fill="none"'
MEET = f'stroke="{GREY}" stroke-width="2.5" stroke-dasharray="7 4" fill="none"'


def figure(m: Material) -> Figure | None:
    """Return the inputs that separate misses from the rest most; None where all points miss the target, or none does."""
    found = sides(m)
    if not found.apart:
        return None
    every = separations(found, m.factors)
    chance = by_chance(found, len(every), m.independent)
    first = every[0]
    title, beyond = title_of(every, chance), sum(one.gap > chance for one in every)
    numbers = f"largest gap {show(first.gap, 2)} for {first.factor.name}" + (f", {show(every[1].gap, 2)} for {every[1].factor.name}" if len(every) > 1 else "")
    return Figure(
        title=title,
        subtitle=subtitle(m, found, "how their inputs differ"),
        alt=alt(KIND, "inputs of points that miss the target and of those that meet it", "value of the input", over(m.period), f"{title}; {numbers}"),
        table=Table(
            "How far each input separates points that miss the target from those that meet it",
            ("Input (grade)", "Largest gap (0 to 1)", "Points that miss have", "Beyond luck"),
            tuple((labelled(m.factors, one.factor.name), show(one.gap, 2), one.where, "yes" if one.gap > chance else "no") for one in every),
        ),
        note="A line climbs where points are: lines apart mean that the input separates the two. Gap: the largest distance between the two (Kolmogorov and "
        f"Smirnov), for a choice the share of points that differ. By luck alone the largest of {len(every)} gaps would seldom pass {show(chance, 2)}; "
        f"{beyond} {'does' if beyond == 1 else 'do'}.",
        **both(lambda width: draw(every[:MOST], found, m, width)),
    )


def title_of(every: list[Separation], chance: float) -> str:
    """Return the finding: what marks points that miss, where it is more than luck would give."""
    first = every[0]
    if first.gap <= chance:
        return "No input clearly separates misses from the rest"
    return f"Points that miss have {'more often ' if first.factor.levels else ''}{first.where}"


def draw(drawn: list[Separation], found: Sides, m: Material, width: float) -> Sheet:
    """Return the drawing at `width` pixels."""
    panels, height = grid(len(drawn), width, lines=4)
    sheet = Sheet(width, height + 24)
    sheet.path([(2, 10), (40, 10)], MISS)
    sheet.text(46, 15, "points that miss", colour=PLUM, bold=True, size=SMALL)
    sheet.path([(206, 10), (244, 10)], MEET)
    sheet.text(250, 15, "meet it", colour=GREY, bold=True, size=SMALL)
    for one, panel in zip(drawn, panels, strict=True):
        place = Panel(panel.left, panel.top + 24, panel.width, panel.height)
        where = "" if one.factor.levels else f" at {number_text(float(one.at))}"
        panel_name(sheet, place, labelled(m.factors, one.factor.name), f"gap {show(one.gap, 2)}{where}")
        frame(sheet, place, abs(panel.left - panels[0].left) < 1)
        (levels if one.factor.levels else curves)(sheet, place, one, found)
    return sheet


def frame(sheet: Sheet, panel: Panel, numbered: bool) -> None:
    """Draw the lines at 0, 50 and 100 percent."""
    for share in (0, 50, 100):
        y = panel.top + panel.height * (1 - share / 100)
        sheet.line(panel.left, y, panel.left + panel.width, y, "axis" if share == 0 else "grid")
        if numbered:
            sheet.text(panel.left - 6, y + 5, f"{share}%", "end", QUIET, size=SMALL)


def curves(sheet: Sheet, panel: Panel, one: Separation, found: Sides) -> None:
    """Draw the two cumulative shares of a number."""
    values = coded(one.factor, found.points[one.factor.name]).to_numpy()
    at, misses, meets = cumulative(values[found.missed], values[~found.missed])
    low, high = float(at[0]), float(at[-1])
    x, y = Scale(low, high if high > low else low + 1, panel.left, panel.left + panel.width), Scale(0, 1, panel.top + panel.height, panel.top)
    thin = np.unique(np.linspace(0, len(at) - 1, min(STEPS, len(at))).round().astype(int))
    for share, kind in ((meets, MEET), (misses, MISS)):
        sheet.path([(x(low), y(0)), *((x(at[i]), y(share[i])) for i in thin)], kind)
    ends_of_axis(sheet, panel, (number_text(low), number_text(high)))


def levels(sheet: Sheet, panel: Panel, one: Separation, found: Sides) -> None:
    """Draw for each level of a switch or a choice the share of points that miss and of those that meet it as two bars."""
    values = coded(one.factor, found.points[one.factor.name]).to_numpy()
    part, base = panel.width / len(one.factor.levels), panel.top + panel.height
    thick = min(26.0, part * 0.36)
    for place in range(len(one.factor.levels)):
        middle = panel.left + part * (place + 0.5)
        for side, start, kind in ((found.missed, middle - thick - 1, f'fill="{PLUM}"'), (~found.missed, middle + 1, f'fill="#D9D9D9" stroke="{GREY}"')):
            tall = panel.height * float((values[side] == place).mean())
            sheet.box(start, base - tall, thick, tall, kind)
    ends_of_axis(sheet, panel, [value_text(one.factor, level) for level in one.factor.levels], centred=True)
