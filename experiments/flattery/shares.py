"""How a before-and-after gain comes about, person by person: each source of flattery taken out, shares that add up.

The recorded gain is that of people with a first and a six-month Star. What a review adds is taken off first, because only
reviewed people have any: kindness, then rounding. The rest, three sources, is shared out by what taking each out changes,
averaged over the six orders (Shapley, as in `experiments.whatif.parts`): no order is the natural one, and shares add up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd

from experiments.flattery.lives import Lives
from sim import Parameters
from sim.parameters import WEEKS_PER_YEAR

COURSE, SURVIVORS, SELECTION = "own course", "survivors", "selection"
SOURCES = (COURSE, SURVIVORS, SELECTION)
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

    def among(self, sources: frozenset[str]) -> np.ndarray:
        """Return who counts while `sources` are at work: all who were referred, but for those whom a source leaves out."""
        out = self.left if SURVIVORS in sources else np.zeros_like(self.left)
        return ~(out | self.never) if SELECTION in sources else ~out


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


def values(who: Studied, own: np.ndarray, usual: np.ndarray) -> dict[frozenset[str], float]:
    """Return what a study without rating bias finds under every set of `SOURCES` at work; `own` and `usual` are gains with and without the service."""
    found = {}
    for order in permutations(SOURCES):
        for count in range(len(SOURCES) + 1):
            at_work = frozenset(order[:count])
            found[at_work] = float((own - (0 if COURSE in at_work else usual))[who.among(at_work)].mean())
    return found


def shapley(value: dict[frozenset[str], float], names: tuple[str, ...] = SOURCES) -> dict[str, float]:
    """Return what each of `names` adds to `value`, averaged over all orders of adding them; the shares add up to the whole exactly."""
    share = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for place, name in enumerate(order):
            share[name] += value[frozenset(order[: place + 1])] - value[frozenset(order[:place])]
    return {name: total / factorial(len(names)) for name, total in share.items()}


def weighted(who: Studied, gains: np.ndarray) -> float:
    """Return the mean of `gains` over the groups of people and orders that the share of people's own course is an average of."""
    others = [frozenset(order[: order.index(COURSE)]) for order in permutations(SOURCES)]
    return float(np.mean([gains[who.among(at_work)].mean() for at_work in others]))


def shares(who: Studied, star: float, unkind: float, own: np.ndarray, usual: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the gain that is reported, where it comes from and what is left, all in points of the sum.

    `star` and `unkind` are the recorded gains with and without kindness, `own` gains with the service, `usual` gains under usual care: "as it is"
    and, one more of `CAUSES` taken out each time, by the cause. Names: "recorded"; the shares "rapport", "rounding" and `SOURCES`; "effect";
    "course: ..." parts of people's own course; "out: ..." the reported gain with one source alone taken out; "in: ..." the effect with one alone at work.
    """
    value = values(who, own, usual["as it is"])
    everything, nothing = frozenset(SOURCES), frozenset()
    parts = {"rapport": star - unkind, "rounding": unkind - value[everything], **shapley(value)}
    told = {"recorded": star, **parts, "effect": value[nothing], "latent gain": value[everything]}
    told |= {f"out: {name}": star - parts[name] for name in ("rapport", "rounding")}
    told |= {f"out: {name}": star - value[everything] + value[everything - {name}] for name in SOURCES}
    told |= {f"in: {name}": value[nothing] + parts[name] for name in ("rapport", "rounding")}
    told |= {f"in: {name}": value[frozenset({name})] for name in SOURCES}
    steps = [weighted(who, usual[name]) for name in ("as it is", *CAUSES)] + [0.0]
    told |= {f"course: {name}": before - after for name, before, after in zip((*CAUSES, "rest"), steps[:-1], steps[1:], strict=True)}
    told |= {"usual care, reviewed": float(usual["as it is"][who.reviewed].mean()), "usual care, all": float(usual["as it is"].mean())}
    effects = own - usual["as it is"]
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
