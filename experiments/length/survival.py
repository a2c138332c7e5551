"""How long people stay, and how first spells end: Kaplan-Meier curves, and cumulative incidences of causes that compete.

Each cause is its own competing risk (Aalen-Johansen): its incidence is the share of all starters who have left by it, so that the incidences of
all causes and the share still there add up to one. One less a Kaplan-Meier curve of one cause alone would count people who left by another as if
they could still leave by it, and be too high (Putter, Fiocco and Geskus 2007, Statistics in Medicine 26: 2389-2430). Pure functions of tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

CAUSES = ("goals_met", "time_limit", "lost_worker_change", "lost_setback", "lost_other", "gone")  # in the order in which they are drawn and told
OPEN = "open"  # still engaged when the run ended: censored
COLUMNS = ("weeks", "cause", "people")


@dataclass(frozen=True)
class Curve:
    """Shares of starters, at the end of each of the weeks 0, 1, 2, … after the start; missing once nobody who is still there is followed.

    `engaged` are still there; `left` holds, for each of `CAUSES`, those who have left by it. All of them add up to one.
    """

    engaged: np.ndarray
    left: dict[str, np.ndarray]

    @property
    def weeks(self) -> np.ndarray:
        """The weeks since the start."""
        return np.arange(len(self.engaged))


def curve(spells: pd.DataFrame, last: int) -> Curve:
    """Return the curve of `spells`, weeks 0 to `last`.

    A row of `spells` stands for `people` whose first spell ended `weeks` after its start by `cause`; with the cause `open` the run ended first.
    Who leaves in the week in which another is last followed counts as leaving first. Raises `ValueError` for a cause that is not known.
    """
    counted = spells.loc[spells.people > 0, list(COLUMNS)].groupby(["weeks", "cause"], as_index=False, observed=True).people.sum()
    if unknown := set(counted.cause) - {*CAUSES, OPEN}:
        raise ValueError(f"spells end by causes that are not known: {sorted(unknown)}")
    if counted.empty:
        nobody = np.full(last + 1, np.nan)
        return Curve(nobody, dict.fromkeys(CAUSES, nobody))
    time, people = counted.weeks.to_numpy(float), counted.people.to_numpy(float)
    present = [cause for cause in CAUSES if (counted.cause == cause).any()]
    number = counted.cause.map({cause: place for place, cause in enumerate(present, start=1)} | {OPEN: 0}).to_numpy(int)
    kept = SurvfuncRight(time, (number > 0).astype(int), freq_weights=people)
    lost = CumIncidenceRight(time, number, freq_weights=people)
    shares = dict(zip(present, lost.cinc, strict=True)) if present else {}
    nothing = np.zeros(len(lost.times))
    followed = int(time.max()) if (number[time == time.max()] == 0).any() else last  # once nobody is left, it is known for good
    left = {cause: weekly(lost.times, shares.get(cause, nothing), 0.0, followed, last) for cause in CAUSES}
    return Curve(weekly(kept.surv_times, kept.surv_prob, 1.0, followed, last), left)


def weekly(times: np.ndarray, values: np.ndarray, first: float, followed: int, last: int) -> np.ndarray:
    """Return a step function that is `first` and takes `values` from `times` on, at the weeks 0 to `last`; missing after the week `followed`."""
    weeks = np.arange(last + 1)
    at = np.concatenate([[first], values])[np.searchsorted(times, weeks, side="right")]
    return np.where(weeks <= followed, at, np.nan)


@dataclass(frozen=True)
class Band:
    """The share still engaged, week by week: mean over runs, and the 95% interval of that mean (Student's t; missing with one run)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: int


def band(spells: pd.DataFrame, last: int) -> Band:
    """Return the share still engaged over the runs (`seed`) of `spells`, each with its own Kaplan-Meier curve, weeks 0 to `last`."""
    each = np.array([curve(own, last).engaged for _, own in spells.groupby("seed")])
    runs, mean = len(each), each.mean(axis=0)
    spread = each.std(axis=0, ddof=1) if runs > 1 else np.full(last + 1, np.nan)
    half = stdtrit(max(runs - 1, 1), 0.975) * spread / np.sqrt(runs)
    return Band(mean, np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1), runs)


def at_risk(spells: pd.DataFrame, weeks: Sequence[int]) -> pd.DataFrame:
    """Return where all people of `spells` are at the end of each of `weeks` after their start, one row a week.

    `at_risk` are still there and may leave later, `left` have left, `open` were followed less long: their run ended first. The three add up to
    everybody.
    """
    ended, is_open = spells.weeks.to_numpy(), (spells.cause == OPEN).to_numpy()
    people = spells.people.to_numpy()
    rows = [(week, people[ended > week].sum(), people[(ended <= week) & ~is_open].sum(), people[(ended <= week) & is_open].sum()) for week in weeks]
    return pd.DataFrame(rows, columns=["week", "at_risk", "left", "open"]).astype(int)


def half_left(one: Curve) -> int | None:
    """Return the week by the end of which half of the starters have left; None when that is not seen."""
    gone = np.flatnonzero(one.engaged <= 0.5 + 1e-9)
    return int(gone[0]) if len(gone) else None


def usual_weeks(last: int) -> tuple[int, ...]:
    """Return the weeks at which a curve is told in a table: the start, half a year, and each year up to `last`."""
    return tuple(week for week in (0, 26, *range(52, last + 1, 52)) if week <= last)
