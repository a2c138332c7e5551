"""How a before-and-after gain comes about: what flatters it, and what is left for the same people and for everybody referred.

The recorded gain is that of people with a first and a six-month Star. It is the sum of what a review adds (kindness, then rounding), of what
the same people gain under usual care, and of what the service adds to them. The last is then averaged over wider circles: everybody who
began, and everybody who was referred. Each step is a difference of two means, so that the steps add up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.flattery.lives import Lives
from sim import Parameters
from sim.parameters import WEEKS_PER_YEAR

RAPPORT, ROUNDING, COURSE = "rapport", "rounding", "own course"
FLATTERS = (RAPPORT, ROUNDING, COURSE)  # what the reported gain holds beside the effect in the same people
SURVIVORS, SELECTION = "survivors", "selection"
OTHERS = (SURVIVORS, SELECTION)  # by whose smaller gain the effect over everybody referred is less
CAUSES = ("dip", "mood", "setbacks")  # of people's own course; what is left is noise at the ends of the scale


@dataclass(frozen=True)
class Studied:
    """Those referred early enough and living there at the end of their follow-up: a row number each, and when they are looked at.

    `reviewed` have both Stars; `left` began but have no second one; the others never began. `first` and `second` are the weeks of the
    reviews; for those who had none, the weeks at which the typical one would have fallen. `died` is the share left out as gone by then.
    """

    rows: np.ndarray
    first: np.ndarray
    second: np.ndarray
    reviewed: np.ndarray
    left: np.ndarray
    died: float

    @property
    def never(self) -> np.ndarray:
        """Who never began."""
        return ~self.reviewed & ~self.left


def studied(lives: Lives, parameters: Parameters, follow: int) -> Studied:
    """Return the people of a before-and-after study: referred at least `follow` weeks before the end of the run."""
    people, every = lives.people, parameters.wellbeing.review_weeks
    referred, start, gone = (people[name].astype(float).to_numpy() for name in ("referred_week", "start_week", "gone_week"))
    stars = lives.stars.assign(start=start[lives.stars.person.to_numpy(int)])
    second = stars[(stars.week >= stars.start + every) & (stars.week < stars.start + 2 * every)]
    weeks = [table.groupby("person").week.min().reindex(range(len(people))).to_numpy(float) for table in (stars, second)]
    both = np.isfinite(people.star_0.to_numpy(float)) & np.isfinite(people.star_26.to_numpy(float))
    began = np.isfinite(start)
    wait, delay, gap = (typical((late - early)[both]) for early, late in ((referred, weeks[0]), (start, weeks[0]), (weeks[0], weeks[1])))
    due = np.where(began, start + delay, referred + wait)
    first = np.where(np.isfinite(weeks[0]), weeks[0], due)
    last = np.minimum(np.where(both, weeks[1], first + gap), lives.weeks)
    asked = (referred >= parameters.referrals.warm_up_weeks) & (referred <= lives.weeks - follow) & (first < lives.weeks)
    there = asked & ~(gone <= last)
    rows = there.nonzero()[0]
    return Studied(rows, first[rows].astype(int), last[rows].astype(int), both[rows], (began & ~both)[rows], 1 - len(rows) / max(1, asked.sum()))


def typical(weeks: np.ndarray) -> float:
    """Return the median of whole weeks, as a whole week; 0 without any."""
    return float(np.floor(np.median(weeks))) if len(weeks) else 0.0


def gain(lives: Lives, who: Studied) -> np.ndarray:
    """Return each studied person's rise of latent wellbeing between the two weeks, points of the sum."""
    return lives.level[who.second, who.rows].astype(float) - lives.level[who.first, who.rows]


def recorded(lives: Lives, who: Studied) -> float:
    """Return the mean rise of the recorded Star sum of those with both reviews: what a before-and-after study reports."""
    people = lives.people.iloc[who.rows[who.reviewed]]
    return float((people.star_26 - people.star_0).astype(float).mean())


def shares(who: Studied, star: float, unkind: float, own: np.ndarray, usual: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the gain that is reported, what it is made of and what the service adds, all in points of the sum.

    `star` and `unkind` are the recorded gains with and without kindness, `own` gains with the service, `usual` gains under usual care: "as it is"
    and, one more of `CAUSES` taken out each time, by the cause. Names: "recorded"; `FLATTERS`, which with "effect, reviewed" add up to it; `OTHERS`, which
    with "effect", over everybody referred, add up to "effect, reviewed"; "effect, ..." of each group; "course: ..." parts of people's own course.
    """
    same, effects = who.reviewed, own - usual["as it is"]
    gained, unserved, added = (float(gains[same].mean()) for gains in (own, usual["as it is"], effects))
    began, everybody = float(effects[~who.never].mean()), float(effects.mean())
    told = {"recorded": star, RAPPORT: star - unkind, ROUNDING: unkind - gained, COURSE: unserved, SURVIVORS: added - began, SELECTION: began - everybody}
    told |= {"effect": everybody, "latent gain": gained, "usual care, all": float(usual["as it is"].mean())}
    steps = [float(usual[name][same].mean()) for name in ("as it is", *CAUSES)] + [0.0]
    told |= {f"course: {name}": before - after for name, before, after in zip((*CAUSES, "rest"), steps[:-1], steps[1:], strict=True)}
    told |= {f"effect, {name}": float(effects[among].mean()) if among.any() else np.nan for name, among in groups(who)}
    return told | {f"people, {name}": float(among.sum()) for name, among in groups(who)} | {"share gone": who.died}


def groups(who: Studied) -> tuple[tuple[str, np.ndarray], ...]:
    """Return the three groups that people fall into, by name."""
    return ("reviewed", who.reviewed), ("left", who.left), ("never", who.never)


def at_set_times(people: pd.DataFrame, twins: pd.DataFrame, rows: np.ndarray) -> dict[str, float]:
    """Return the effect on all referred at set times after referral, in points and in standard deviations of usual care."""
    told = {}
    for week in (26, 39, WEEKS_PER_YEAR):
        own, usual = (table[f"latent_{week}"].to_numpy(float)[rows] for table in (people, twins))
        told[f"effect at {week} weeks"] = float(np.nanmean(own - usual))
        told[f"standardised effect at {week} weeks"] = told[f"effect at {week} weeks"] / float(np.nanstd(usual, ddof=1))
    return told
