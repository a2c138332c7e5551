"""Parallel coordinates: points that miss a target in colour over the others, on the axes of the inputs that separate them most."""

from __future__ import annotations

import numpy as np

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.svg import PLUM, QUIET, Sheet, width_of, wrapped
from experiments.sweep.factors import SWITCH, Factor
from experiments.sweep.figures.marks import SMALL, halo, shortened
from experiments.sweep.figures.shown import Material, labelled, number_text, over, share_text, value_text
from experiments.sweep.figures.targets import Sides, of_100, separations, sides, subtitle

AXES, LINES, LEAST = 6, 200, 30  # drawn at most; of each side at least, as far as there are
KIND = "Parallel coordinates"
MISSES, OTHERS = f'stroke="{PLUM}" stroke-width="1.1" stroke-opacity="0.5" fill="none"', 'stroke="#B8B8B8" stroke-width="1" stroke-opacity="0.7" fill="none"'


def figure(m: Material) -> Figure | None:
    """Return the lines of points that miss over those of others; None where all points miss the target or none does, and for a single input."""
    found = sides(m)
    if not found.apart or len(m.factors) < 2:
        return None
    factors = [one.factor for one in separations(found, m.factors)[:AXES]]
    drawn, rows = sample(found.missed, m.design.seed), [halves(factor, found) for factor in factors]
    words, misses, others = rows[0]
    title, count = f"{of_100(misses)} have {words}", int(found.missed[drawn].sum())
    numbers = f"{share_text(misses)} of points that miss have {words}, {share_text(others)} of the others"
    return Figure(
        title=title,
        subtitle=subtitle(m, found, f"drawn: {count} that miss (plum), {len(drawn) - count} that meet it (grey)"),
        alt=alt(KIND, "the inputs of points that miss the target and of those that meet it", "input", over(m.period), numbers),
        table=Table(
            "Points that miss the target and points that meet it, by the half of each input in which misses are more common",
            ("Input (grade)", "Values", "Of points that miss", "Of points that meet it"),
            tuple((labelled(m.factors, f.name), w, share_text(a), share_text(b)) for f, (w, a, b) in zip(factors, rows, strict=True)),
        ),
        note="A line is a point of the sweep. Values stand on each axis as often as they were drawn, so that the middle of an axis is the median; "
        "the inputs that separate misses most come first.",
        **both(lambda width: draw(m, found, factors, drawn, width)),
    )


def sample(missed: np.ndarray, seed: int) -> np.ndarray:
    """Return the places of at most `LINES` points, misses in their share, but `LEAST` of each side as far as there are so many."""
    rng, groups = np.random.default_rng(seed), (np.flatnonzero(~missed), np.flatnonzero(missed))
    if len(missed) <= LINES:
        return np.concatenate(groups)
    few = min(groups, key=len)
    count = min(len(few), max(LEAST, round(LINES * len(few) / len(missed))))
    sizes = [count if group is few else LINES - count for group in groups]
    return np.concatenate([rng.permutation(group)[:size] for group, size in zip(groups, sizes, strict=True)])


def halves(factor: Factor, found: Sides) -> tuple[str, float, float]:
    """Return in words the values of an input that misses have more often, and the share of misses and of others that have them."""
    values = found.points[factor.name]
    if factor.levels:
        shares = [[float((values[side] == level).mean()) for level in factor.levels] for side in (found.missed, ~found.missed)]
        place = max(range(len(factor.levels)), key=lambda i: shares[0][i] - shares[1][i])
        sign = "" if factor.kind == SWITCH else "= "
        return f"{factor.name} {sign}{value_text(factor, factor.levels[place])}", shares[0][place], shares[1][place]
    values = values.astype(float)
    middle = float(values.median())
    above = [float((values[side] > middle).mean()) for side in (found.missed, ~found.missed)]
    if above[0] >= above[1]:
        return f"{factor.name} above {number_text(middle)}", above[0], above[1]
    return f"{factor.name} at most {number_text(middle)}", 1 - above[0], 1 - above[1]


def draw(m: Material, found: Sides, factors: list[Factor], drawn: np.ndarray, width: float) -> Sheet:
    """Return the drawing at `width` pixels: axes side by side, or below each other when narrow."""
    columns = [m.design.names.index(factor.name) for factor in factors]
    unit = m.design.unit[:, columns]
    return (lying if width <= NARROW else standing)(unit, found, factors, drawn, m, width)


def lines(sheet: Sheet, ordered: list[tuple[list[tuple[float, float]], bool]]) -> None:
    """Draw all lines, misses last."""
    for points, miss in ordered:
        sheet.path(points, MISSES if miss else OTHERS)


def standing(unit: np.ndarray, found: Sides, factors: list[Factor], drawn: np.ndarray, m: Material, width: float) -> Sheet:
    """Return the wide drawing: upright axes, the name above and the highest value on top."""
    top, bottom, edge = 96.0, 340.0, 58.0
    gap = (width - 2 * edge) / max(1, len(factors) - 1)
    sheet = Sheet(width, bottom + 30)
    at = [edge + gap * place for place in range(len(factors))]
    lines(sheet, [([(x, bottom - u * (bottom - top)) for x, u in zip(at, unit[i], strict=True)], bool(found.missed[i])) for i in drawn])
    for x, factor in zip(at, factors, strict=True):
        sheet.line(x, top, x, bottom, "zero")
        name = wrapped(labelled(m.factors, factor.name), gap * 1.12, SMALL)[:4]
        for place, line in enumerate(name):
            sheet.centred(x, top - 26 - 16 * (len(name) - 1 - place), line, 13)
        for place, words in marks_of(factor, found):
            height = bottom - place * (bottom - top)
            y = top - 6 if place == 1 else bottom + 18 if place == 0 else height + 5
            if place in (0, 1):
                sheet.centred(x, y, words)
            else:
                words = shortened(words, gap - 10)
                half = width_of(words, SMALL) / 2 + 2
                halo(sheet, min(max(x, half), width - half), y, words, "middle", QUIET)
    return sheet


def lying(unit: np.ndarray, found: Sides, factors: list[Factor], drawn: np.ndarray, m: Material, width: float) -> Sheet:
    """Return the narrow drawing: axes across, one below the other, the name above and the ends below each."""
    step, left, right = 84.0, 14.0, width - 14
    sheet = Sheet(width, step * len(factors) + 8)
    at = [34 + step * place for place in range(len(factors))]
    lines(sheet, [([(left + u * (right - left), y) for y, u in zip(at, unit[i], strict=True)], bool(found.missed[i])) for i in drawn])
    for y, factor in zip(at, factors, strict=True):
        sheet.line(left, y, right, y, "zero")
        halo(sheet, width / 2, y - 10, labelled(m.factors, factor.name), "middle", bold=True)
        marks = marks_of(factor, found)
        part = (right - left) / len(marks)
        for place, words in marks:
            if place in (0, 1):
                halo(sheet, left if place == 0 else right, y + 18, words, "start" if place == 0 else "end", QUIET)
            else:
                halo(sheet, left + place * (right - left), y + 18, shortened(words, part - 6), "middle", QUIET)
    return sheet


def marks_of(factor: Factor, found: Sides) -> list[tuple[float, str]]:
    """Return what is written on an axis: position (0 to 1) and words; the ends of numbers, each level of a switch or a choice."""
    if factor.levels:
        return [((place + 0.5) / len(factor.levels), value_text(factor, level)) for place, level in enumerate(factor.levels)]
    values = found.points[factor.name]
    return [(0.0, value_text(factor, values.min())), (1.0, value_text(factor, values.max()))]
