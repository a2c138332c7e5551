"""Parameters in pairs: where the posterior lies in the prior, alone on the diagonal and two by two below it."""

from __future__ import annotations

from itertools import combinations
from string import ascii_uppercase

import numpy as np

from experiments.calibration.calibrate import Calibration
from experiments.calibration.figures.posterior import ends
from experiments.calibration.identifiability import RIDGE, correlations
from experiments.report.figures.figure import WIDE, Figure, Table, alt, both
from experiments.report.svg import INK, NAVY, PLUM, QUIET, Sheet, width_of, wrapped
from experiments.sweep.factors import Factor
from experiments.sweep.figures.shown import number_text

MOST = 8  # parameters drawn
DOTS, BARS = 250, 16  # draws in a panel; bars of a distribution
KIND = "Pairs plot"
SMALL, TINY, GAP, LETTER = 13, 12, 7.0, 20.0
PRIOR, HEIGHT_OF_PRIOR = 'stroke="#767676" stroke-width="1.5" stroke-dasharray="4 3" fill="none"', 0.28


def figure(calibration: Calibration, period: str) -> Figure:
    """Return the pairs plot of the posterior, at most `MOST` parameters: those in the strongest pairs, then those that are known best."""
    factors, pool = calibration.question.factors, calibration.chains.pool
    related = correlations(pool)
    shown = choice(pool, related)
    pairs = sorted(((abs(related[i, j]), i, j) for i, j in combinations(range(len(factors)), 2)), reverse=True)
    title = title_of(factors, related, pairs)
    left = f"{len(shown)} of {len(factors)} parameters" if len(shown) < len(factors) else "all parameters"
    lines = tuple((factors[i].name, factors[j].name, f"{related[i, j]:+.2f}".replace("-", "−")) for _, i, j in pairs)
    strongest = f"{lines[0][0]} with {lines[0][1]} {lines[0][2]}" if lines else "one parameter"
    return Figure(
        title=title,
        subtitle=f"Draws of the posterior, {left}; runs of {period}",
        alt=alt(KIND, "draws of the posterior", "pairs of parameters", "", f"{title}; correlation of {strongest}"),
        table=Table("Correlations in the posterior, strongest first", ("Parameter", "With", "Correlation"), lines or ((factors[0].name, "–", "–"),)),
        note="Each box is the whole prior: a cloud that fills it says that the targets tell nothing of these two; a narrow slanting band, that they tell a "
        "combination. On the diagonal: one parameter alone, its prior as a dashed line. Every axis runs from the lowest to the highest value tried, which "
        "stand with the names, and each tenth of it holds a tenth of the prior. Number: correlation.",
        **both(lambda width: draw([factors[i] for i in shown], pool[:, shown], related[np.ix_(shown, shown)], width)),
    )


def title_of(factors: tuple[Factor, ...], related: np.ndarray, pairs: list[tuple[float, int, int]]) -> str:
    """Return the finding: the pair that trades off most."""
    strong = [(i, j) for size, i, j in pairs if size > RIDGE]
    if not strong:
        return "No two parameters trade off strongly"
    i, j = strong[0]
    more = f", and {len(strong) - 1} more pairs" if len(strong) > 2 else ", and one more pair" if len(strong) == 2 else ""
    return f"{factors[i].name} and {factors[j].name} {'rise together' if related[i, j] > 0 else 'trade off'}{more}"


def choice(pool: np.ndarray, related: np.ndarray) -> list[int]:
    """Return the places of the parameters that are drawn, in their order."""
    count = pool.shape[1]
    strongest = np.abs(related - np.eye(count)).max(axis=1) if count > 1 else np.ones(1)
    order = np.lexsort((pool.var(axis=0), -strongest))
    return sorted(int(place) for place in order[:MOST])


def draw(factors: list[Factor], pool: np.ndarray, related: np.ndarray, width: float) -> Sheet:
    """Return the drawing at `width` pixels: names at the left, or above it when narrow."""
    count, wide = len(factors), width >= WIDE
    margin, top = (190.0, 4.0) if wide else (20.0, 8.0 + 18 * count)
    side = min(150.0, (width - margin - 4) / count - GAP)
    sheet = Sheet(width, top + count * (side + GAP) + (40 if wide else 22))
    step = max(1, len(pool) // DOTS)
    for row, factor in enumerate(factors):
        y = top + row * (side + GAP)
        sheet.text(2, y + side / 2 + 5, ascii_uppercase[row], size=SMALL, bold=True)
        if wide:
            lines = [*wrapped(factor.name, margin - LETTER - 14, SMALL), ends(factor)]
            for place, line in enumerate(lines):
                colour = QUIET if place == len(lines) - 1 else INK
                sheet.text(LETTER, y + side / 2 + 5 + 16 * (place - (len(lines) - 1) / 2), line, colour=colour, size=SMALL)
        else:
            sheet.text(2, 16 + 18 * row, f"{ascii_uppercase[row]}  {factor.name}, {ends(factor)}", size=SMALL)
        for column in range(row + 1):
            x = margin + column * (side + GAP)
            sheet.box(x, y, side, side, 'fill="#F7F7F7" stroke="#BFBFBF" stroke-width="1"')
            if column == row:
                alone(sheet, pool[:, row], x, y, side)
                continue
            sheet.cloud([(x + u * side, y + side - v * side) for u, v in pool[::step, [column, row]][:DOTS]], NAVY, 3 if wide else 2)
            number = f"{round(related[row, column], 2) + 0.0:.2f}".replace("-", "−")
            if width_of(number, SMALL) < side:
                sheet.box(x + side - width_of(number, SMALL) - 3, y + 2, width_of(number, SMALL) + 2, 15, 'fill="white" fill-opacity="0.85"')
                sheet.text(x + side - 4, y + 14, number, "end", PLUM if abs(related[row, column]) > RIDGE else QUIET, abs(related[row, column]) > RIDGE, SMALL)
    for column, factor in enumerate(factors):
        x, y = margin + column * (side + GAP), top + count * (side + GAP) + 12
        sheet.text(x + side / 2, y, ascii_uppercase[column], "middle", QUIET, True, SMALL)
        low, high = number_text(factor.low), number_text(factor.high)
        if wide and width_of(low, TINY) + width_of(high, TINY) < side:
            sheet.text(x, y + 16, low, "start", QUIET, size=TINY)
            sheet.text(x + side, y + 16, high, "end", QUIET, size=TINY)
    return sheet


def alone(sheet: Sheet, unit: np.ndarray, x: float, y: float, side: float) -> None:
    """Draw the distribution of one parameter as bars, and its prior, which is flat here."""
    heights = np.histogram(unit, BARS, (0, 1))[0] * BARS / len(unit)
    scale = min(HEIGHT_OF_PRIOR, 0.92 / max(heights.max(), 1e-9)) * side
    for place, height in enumerate(heights):
        sheet.box(x + place * side / BARS, y + side - height * scale, side / BARS, height * scale, "bar")
    sheet.path([(x, y + side - scale), (x + side, y + side - scale)], PRIOR)
