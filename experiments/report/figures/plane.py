"""The cost-effect plane: what a scenario costs and gives more than the baseline, a point for each draw of the uncertain parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from experiments.report.figures.figure import NARROW, Figure, Table, alt, both
from experiments.report.numbers import Unit, plain
from experiments.report.rule import Verdict
from experiments.report.sentences import capital
from experiments.report.svg import NAVY, ORANGE, PLUM, QUIET, Scale, Sheet, domain, tick_label

EDGE = 26  # pixels right of the plane
MOST_POINTS = 400  # drawn; the shares are of all draws
POUNDS = Unit(1.0, "£", "")
QUARTERS = ("more wellbeing, dearer", "more wellbeing, not dearer", "no more wellbeing, dearer", "no more wellbeing, not dearer")


def shares(draws: pd.DataFrame) -> dict[str, float]:
    """Return the share of draws in each quarter of the plane."""
    better, dearer = draws.wellbys > 0, draws.cost > 0
    each = (better & dearer, better & ~dearer, ~better & dearer, ~better & ~dearer)
    return dict(zip(QUARTERS, (float(which.mean()) for which in each), strict=True))


@dataclass(frozen=True)
class Axis:
    """What the runs say of one amount, and the smallest amount that matters in its own unit: an axis reaches so far to both sides at least."""

    verdict: Verdict
    margin: float

    def domain(self, values: pd.Series) -> tuple[float, float]:
        """Return the ends of the axis."""
        return domain([*values, -self.margin, self.margin])


def title_of(draws: pd.DataFrame, cost: Axis, wellbys: Axis) -> str:
    """Return the finding: where most draws lie, with their share, as far as the runs alone place the scenario at all."""
    sure = [axis.verdict is Verdict.CLEAR for axis in (wellbys, cost)]
    if all(sure):
        return most_in(shares(draws))
    if not any(sure):
        small = cost.verdict is wellbys.verdict is Verdict.SMALL
        return f"Cost and wellbeing {'change too little' if small else 'are too uncertain'} to place"
    placed, other, name = (draws.wellbys > 0, cost, "cost") if sure[0] else (draws.cost > 0, wellbys, "wellbeing")
    sides = ("more wellbeing", "no more wellbeing") if sure[0] else ("dearer", "not dearer")
    rest = "changes too little" if other.verdict is Verdict.SMALL else "is too uncertain"
    return f"{most_in(dict(zip(sides, (placed.mean(), 1 - placed.mean()), strict=True)))}; {name} {rest} to place"


def most_in(parts: Mapping[str, float]) -> str:
    """Return the part that has the largest share of settings, with it."""
    part, share = max(parts.items(), key=lambda item: item[1])
    return f"{capital(part)}: {round(100 * share)} of 100 plausible settings"


def figure(draws: pd.DataFrame, scenario: str, against: str, value: str, worth: float, prices: str, axes: tuple[Axis, Axis]) -> Figure:
    """Return the plane of one scenario: `draws` with `cost` (£) and `wellbys` a person referred, more than the baseline.

    `value` is the declared value of a WELLBY in words of its own prices, `worth` the same in pounds of `prices`; `axes` are cost and WELLBYs.
    """
    cost, effect = float(draws.cost.mean()), float(draws.wellbys.mean())
    title = title_of(draws, *axes)
    mean = f"mean {POUNDS.amount(cost)} and {plain(effect)} WELLBYs more per person referred"
    return Figure(
        title=title,
        subtitle=f"“{scenario}” against {against}, per person referred, {prices} prices; {len(draws):,} draws of the uncertain parameters",
        alt=alt("Scatter plot", "extra cost, pounds,", "extra WELLBYs per person referred", "", f"{title}; {mean}"),
        table=Table(
            f"Where the draws lie: “{scenario}”",
            ("Quarter", "Share of draws"),
            tuple((capital(name), f"{100 * share:.0f}%") for name, share in shares(draws).items()),
        ),
        note=f"A point is one plausible setting, not one run. Below the sloping line net benefit is positive at {value}. "
        f"Large dot: {mean} (the middle of the settings, not the base case above).",
        **both(lambda width: draw(draws, width, worth, axes)),
    )


def draw(draws: pd.DataFrame, width: float, value: float, axes: tuple[Axis, Axis]) -> Sheet:
    """Return the drawing at `width` pixels."""
    sheet = Sheet(width, 360)
    left = 64.0
    cost, wellbys = axes
    x = Scale(*wellbys.domain(draws.wellbys), left, width - EDGE)
    y = Scale(*cost.domain(draws.cost), 310, 40)
    for scale, flat in ((x, False), (y, True)):
        ticks = scale.ticks(3 if width <= NARROW else 5)
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        for tick in ticks:
            kind, at, name = ("zero" if abs(tick) < step / 1e6 else "grid"), scale(tick), tick_label(tick, step)
            if flat:
                sheet.line(left, at, width - EDGE, at, kind)
                sheet.text(left - 6, at + 5, name, "end", QUIET, size=14)
            else:
                sheet.line(at, 40, at, 310, kind)
                sheet.centred(at, 328, name)
    sheet.text(2, 16, "extra cost, £ a person referred", colour=QUIET, size=14)
    sheet.text(width - EDGE, 350, "extra WELLBYs a person referred →", "end", QUIET, size=14)
    shown = draws.iloc[:: max(1, -(-len(draws) // MOST_POINTS))]
    sheet.cloud([(x(w), y(c)) for w, c in zip(shown.wellbys, shown.cost, strict=True)], NAVY)
    sheet.path(clipped(x, y, value), f'stroke="{PLUM}" stroke-width="2" stroke-dasharray="7 3" fill="none"')
    sheet.dot(x(float(draws.wellbys.mean())), y(float(draws.cost.mean())), 8, f'fill="{ORANGE}" stroke="white" stroke-width="2"')
    return sheet


def clipped(x: Scale, y: Scale, value: float) -> list[tuple[float, float]]:
    """Return the line cost = value × WELLBYs, as far as it lies within the plane."""
    low, high = (max(x.low, y.low / value), min(x.high, y.high / value)) if value > 0 else (x.low, x.high)
    return [(x(w), y(value * w)) for w in (low, high)] if low < high else []
