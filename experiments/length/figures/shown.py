"""What the figures of `spsim length` share: lengths, modes and measures in words, and axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.findings import period
from experiments.report.numbers import Unit
from experiments.report.svg import QUIET, Scale, Sheet, tick_label, width_of
from experiments.sweep.figures.marks import SMALL

WEEKS_PER_YEAR, WEEKS_PER_QUARTER = 52, 13
OPEN_LENGTH = "open"
PRIMARY = "gain_260"
STAR, WEEKS, HOURS, PEOPLE = Unit(1.0, "", "Star points"), Unit(1.0, "", "weeks"), Unit(1.0, "", "hours"), Unit(1.0, "", "people")
SHARE, PLAIN, POUNDS = Unit(100.0, "", "%"), Unit(1.0, "", ""), Unit(1.0, "£", "")
MODES = {  # words of each mode: short, and what it means where that does not hang on the service
    "fixed": ("same posts", ""),
    "backlog": ("same posts, with a waiting list", ""),
    "equal_spend": ("equal spend", "Each length has the most whole posts with which mean spend is no higher than in the programme it is compared with."),
    "equal_waits": (
        "equal waits",
        "Each length has the fewest whole posts with which the mean wait of everybody referred is no longer than in the programme it is compared with. Posts "
        "are whole, so waits are not equal to the day: some lengths have shorter ones.",
    ),
}
GROUPS = {"all": "Everybody", "complexity=simple": "Simple needs", "complexity=moderate": "Moderate needs", "complexity=complex": "Complex needs"}


def mode_name(mode: str) -> str:
    """Return a mode in a few words."""
    return MODES[mode][0] if mode in MODES else mode.replace("_", " ")


def group_name(group: str) -> str:
    """Return a group of people in a few words."""
    return GROUPS.get(group, group.partition("=")[2] or group)


def in_words(weeks: int) -> str:
    """Return a time in words: months and years where they fit, else weeks."""
    if weeks and weeks % WEEKS_PER_YEAR == 0:
        return "a year" if weeks == WEEKS_PER_YEAR else f"{weeks // WEEKS_PER_YEAR} years"
    if weeks and weeks % WEEKS_PER_QUARTER == 0:
        return f"{3 * weeks // WEEKS_PER_QUARTER} months"
    return "the start" if weeks == 0 else period(weeks)


def plain_length(length: str) -> str:
    """Return a length of programme as it stands alone: '6 months', '2 years', 'no limit'."""
    return "no limit" if length == OPEN_LENGTH else in_words(int(length)).replace("a year", "1 year")


def of_length(length: str) -> str:
    """Return a length of programme as it stands in a sentence after 'with'."""
    return "no limit" if length == OPEN_LENGTH else in_words(int(length))


def programme(length: str) -> str:
    """Return a programme by its length, as the subject of a sentence."""
    return "no time limit" if length == OPEN_LENGTH else f"a programme of {in_words(int(length))}"


def order(length: str) -> float:
    """Return what lengths are sorted by: weeks, no limit last."""
    return math.inf if length == OPEN_LENGTH else int(length)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows by length, no limit last."""
    return rows.loc[rows.length.map(order).sort_values(kind="stable").index]


def interval(row: Mapping[str, Any], kind: Unit, decimals: int | None = None) -> str:
    """Return '1.2 (1.1 to 1.3)' of a row with `value`, `ci_low` and `ci_high`; a dash where nothing is known."""
    value, low, high = (float(row[column]) for column in ("value", "ci_low", "ci_high"))
    if not math.isfinite(value):
        return "–"
    decimals = decimals_of([row], kind) if decimals is None else decimals
    if not (math.isfinite(low) and math.isfinite(high)):
        return kind.number(value, decimals, False)
    return f"{kind.number(value, decimals, False)} ({kind.number(low, decimals, False)} to {kind.number(high, decimals, False)})"


def decimals_of(rows: Iterable[Mapping[str, Any]], kind: Unit) -> int:
    """Return the decimals at which all of some values are told: two figures of the largest, and one more where intervals are narrow."""
    known = [row for row in rows if math.isfinite(row["value"])]
    own = kind.places(*(row["value"] for row in known))
    halves = [(row["ci_high"] - row["ci_low"]) / 2 for row in known if math.isfinite(row["ci_low"]) and row["ci_high"] > row["ci_low"]]
    return min(max(own, kind.places(min(halves)) - 1), own + 1) if halves else own


@dataclass(frozen=True)
class Axis:
    """An axis of weeks from 0 to `last`, told in years, or months when it is short."""

    last: int
    about: int = 6

    def ticks(self) -> tuple[list[tuple[int, str]], str]:
        """Return weeks with their labels, and the unit."""
        if self.last >= 2 * WEEKS_PER_YEAR:
            step = 1 if self.last / WEEKS_PER_YEAR <= self.about else 2
            return [(year * WEEKS_PER_YEAR, f"{year}") for year in range(0, self.last // WEEKS_PER_YEAR + 1, step)], "years"
        if self.last >= 2 * WEEKS_PER_QUARTER:
            return [(quarter * WEEKS_PER_QUARTER, f"{3 * quarter}") for quarter in range(self.last // WEEKS_PER_QUARTER + 1)], "months"
        return [(week, f"{week}") for week in range(0, self.last + 1, max(1, self.last // 4))], "weeks"

    def under(self, sheet: Sheet, x: Scale, bottom: float, what: str) -> None:
        """Draw the axis at the height `bottom`."""
        sheet.line(x.start, bottom, x.end, bottom, "axis")
        marks, unit = self.ticks()
        for week, name in marks:
            sheet.line(x(week), bottom, x(week), bottom + 4, "axis")
            sheet.centred(x(week), bottom + 19, name)
        sheet.centred((x.start + x.end) / 2, bottom + 38, f"{unit} {what}")


def left_axis(sheet: Sheet, x: Scale, y: Scale, name: str = "", after: str = "", numbered: bool = True) -> None:
    """Draw lines behind a chart, with `numbered` their numbers on its left, each with `after`, and the `name` of the axis above it."""
    ticks = y.ticks(4)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    for tick in ticks:
        sheet.line(x.start, y(tick), x.end, y(tick), "zero" if y.low < 0 and abs(tick) < step / 1e6 else "grid")
        if numbered:
            sheet.text(x.start - 6, y(tick) + 5, f"{tick_label(tick, step)}{after}", "end", QUIET, size=SMALL)
    if name:
        sheet.text(2, y.end - 14, name, colour=QUIET, size=SMALL if width_of(name, SMALL) < sheet.width else SMALL - 2)
