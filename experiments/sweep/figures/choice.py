"""Which figures a sweep has: those that its method allows, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.report.figures.figure import Figure
from experiments.sweep.designs import DELTA, FAST, GRID, LHS, MORRIS, OAT, PAWN, SOBOL
from experiments.sweep.figures import bars, boxes, convergence, interactions, morris, noise, parallel, regional, response, tornado
from experiments.sweep.figures.shown import Material

GIVEN_DATA = (LHS, PAWN, DELTA, SOBOL, GRID)  # designs that fill the space of inputs, so that points can be compared as they are
OF_A_MEASURE: dict[str, tuple[tuple[str, Callable[[Material, str], Figure | None]], ...]] = {
    MORRIS: (("morris", morris.figure), ("convergence", convergence.figure)),
    SOBOL: (("sobol", bars.of_variance), ("interactions", interactions.figure), ("response", response.figure), ("convergence", convergence.figure)),
    FAST: (("fast", bars.of_variance), ("convergence", convergence.figure)),
    OAT: (("tornado", tornado.figure),),
    PAWN: (("pawn", bars.of_index), ("response", response.figure), ("convergence", convergence.figure)),
    DELTA: (("delta", bars.of_index), ("response", response.figure), ("convergence", convergence.figure)),
    LHS: (("lhs", bars.of_index), ("response", response.figure), ("convergence", convergence.figure)),
    GRID: (("grid", bars.of_index), ("response", response.figure)),
}
OF_A_TARGET: tuple[tuple[str, Callable[[Material], Figure | None]], ...] = (
    ("regional", regional.figure),
    ("discovery", boxes.figure),
    ("parallel", parallel.figure),
)


@dataclass(frozen=True)
class Drawn:
    """A figure of a sweep: its kind ("tornado", "morris", …; a name for a file), the measure it shows (empty: several), and itself."""

    kind: str
    measure: str
    figure: Figure


def figures_of(m: Material) -> list[Drawn]:
    """Return the figures of a sweep: those of each measure in turn, then those of the target, then how much is luck."""
    found = []
    for measure in m.measures:
        for kind, make in OF_A_MEASURE[m.design.method]:
            if figure := make(m, measure):
                found.append(Drawn(kind, measure, figure))
    if m.target is not None and m.design.method in GIVEN_DATA:
        for kind, make in OF_A_TARGET:
            if figure := make(m):
                found.append(Drawn(kind, m.target.measure, figure))
    if figure := noise.figure(m):
        found.append(Drawn("noise", "", figure))
    return found
