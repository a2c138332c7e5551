"""Places put together: sums and counts exactly, in whatever order they were run; quantiles over people by a sketch with a stated error.

Totals are added without rounding on the way (`exact`), so that neither the number of processes nor their order can be seen in a result.
Quantiles are those of a DDSketch (Masson, Rim and Lee 2019), whose buckets are whole counts: two sketches are merged exactly too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from ddsketch import DDSketch

from experiments.places.exact import ExactSum
from experiments.places.piece import SPREAD, SPREAD_OF, TALLIES, WEEKLY
from sim.measures import WEEKLY as MEASURES
from sim.summary import QUANTILE, Tally, valued

ACCURACY = 0.005  # a quantile's value is within this share of the value at that rank
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEANS = {"star_mean": "open_caseload", "workload": "available_hours", "wait_mean": "waiting"}  # weekly ratios, and what weighs each place
QUANTILE_OF = "wait_mean"  # the waits of those taken on, of which `QUANTILE` is told
Tables = Mapping[str, pd.DataFrame]


class Merged:
    """What is known of a system in one run: built up place by place, in memory that does not grow with their number."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []  # measure, group and unit of each tally
        self.columns: list[str] = []  # of the weeks
        self.sums, self.weeks = ExactSum(), ExactSum()
        self.sketches = {measure: DDSketch(ACCURACY) for measure in SPREAD_OF}

    def add(self, tables: Tables) -> None:
        """Add the tables of one place. All places must have the same measures and weeks."""
        told = tables[TALLIES]
        rows = list(zip(*(told[name].tolist() for name in ("measure", "group", "unit")), strict=True))
        if self.rows and rows != self.rows:
            raise ValueError("places that are put together must have the same measures")
        self.rows = rows
        self.sums.add(told[["total", "per", "people"]].to_numpy(float))
        self.add_weeks(tables[WEEKLY])
        spread = tables[SPREAD]
        for measure, value, people in zip(*(spread[name].tolist() for name in ("measure", "value", "people")), strict=True):
            self.sketches[measure].add(value, people)

    def add_weeks(self, weekly: pd.DataFrame) -> None:
        """Add the weeks of one place: a ratio as itself times what weighs it."""
        self.columns = [name for name in weekly if name != "week"]
        columns = {name: weekly[name].to_numpy(float) for name in self.columns}
        for name, weight in MEANS.items():
            columns[name] = np.nan_to_num(columns[name] * columns[weight])
        self.weeks.add(np.stack(list(columns.values()), axis=1))

    @property
    def tallies(self) -> list[Tally]:
        """The measures of the system: sums over places of totals, and of what they are divided by."""
        rows = []
        for (measure, group, unit), (total, per, people) in zip(self.rows, self.sums.value.tolist(), strict=True):
            total = self.quantile(QUANTILE_OF, 0.9, group) if measure == QUANTILE else total
            rows.append(Tally(measure, group, total, per, unit, people))
        return rows

    @property
    def summary(self) -> pd.DataFrame:
        """`measure, group, value, unit, people`; the wait that nine in ten stay within is told of everybody only."""
        table = valued(self.tallies)
        return table[(table.measure != QUANTILE) | (table.group == "all")].reset_index(drop=True)

    @property
    def weekly(self) -> pd.DataFrame:
        """One row a week: sums over places; ratios weighed as the places' own."""
        frame = pd.DataFrame(self.weeks.value, columns=self.columns)
        for name, weight in MEANS.items():
            frame[name] = frame[name].where(frame[weight] > 0) / frame[weight].where(frame[weight] > 0)
        for name in self.columns:
            if name in MEASURES and MEASURES[name].is_whole:
                frame[name] = frame[name].round().astype("int64")
        frame.insert(0, "week", range(len(frame)))
        return frame

    def quantile(self, measure: str, share: float, group: str = "all") -> float:
        """Return the value below which a `share` of people lies; missing when there is nobody, and for groups."""
        if group != "all" or not self.sketches[measure].count:
            return math.nan
        value = self.sketches[measure].get_quantile_value(share)
        decimals = SPREAD_OF[measure]
        return float(round(value, decimals)) if decimals == 0 and abs(value) * ACCURACY < 0.5 else float(value)  # whole values: exact below 100

    @property
    def quantiles(self) -> pd.DataFrame:
        """`measure, share, value, people, relative_error, rounding`: the most by which a value can be off."""
        rows = [
            (measure, share, self.quantile(measure, share), int(self.sketches[measure].count), ACCURACY, 0.5 * 10**-decimals if decimals else 0.0)
            for measure, decimals in SPREAD_OF.items()
            for share in SHARES
        ]
        return pd.DataFrame(rows, columns=["measure", "share", "value", "people", "relative_error", "rounding"])
