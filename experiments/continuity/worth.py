"""What a departure does to everybody else, what a joint meeting buys per hour, and what people with several changes had."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.continuity.effects import Estimate, bootstrap, jackknife, per_seed, ratio
from experiments.continuity.pieces import SUMS
from experiments.pieces import Tables

BOTH_DIARIES = 2  # a joint meeting takes the time of the leaver and of the new worker
GAINS = {
    "weeks_52": "weeks with the service in the year after, an hour of joint meetings",
    "contacts_52": "contacts in the year after, an hour of joint meetings",
    "star_year_52": "Star point-years in the year after, an hour of joint meetings",
    "dropped_52": "drop-outs in the year after, an hour of joint meetings",
}
TOTALS = {
    "weeks": "weeks with the service, an hour of joint meetings",
    "star_years": "Star point-years, an hour of joint meetings",
    "dropped": "drop-outs, an hour of joint meetings",
}
DOSES = ("no change", "one change", "two changes", "three or more changes")


def others(by_seed: dict[int, Tables]) -> pd.DataFrame:
    """Return sums over everybody not hit: one row a seed, departure and world, and whether no other worker gave notice in the same week (`alone`)."""
    frames = []
    for seed, tables in by_seed.items():
        if len(tables["departures"]):
            own = tables["others"].assign(seed=seed)
            shared = tables["departures"].notice.duplicated(keep=False)
            frames.append(own.assign(alone=~own.departure.isin(tables["departures"].departure[shared])))
    return pd.concat(frames, ignore_index=True)


def handed_over_alone(people: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people hit and sums over others, of departures in whose week of notice no other worker gave notice.

    How users are handed over is set for that week, so that another worker's users would be met, or not, along with those hit: their
    meetings would count as hours, and what they gain as that of everybody else.
    """
    kept = rows[rows.alone]
    return people.merge(kept[["seed", "departure"]].drop_duplicates(), on=["seed", "departure"]), kept


def worlds_apart(rows: pd.DataFrame, world: str, against: str) -> pd.DataFrame:
    """Return one row a seed and departure: each sum in `world` less that in `against`, and the people."""
    first, second = (rows[rows.world == name].set_index(["seed", "departure"]).sort_index() for name in (world, against))
    return (first[list(SUMS)] - second[list(SUMS)]).assign(people=first.people).reset_index()


def spill_over(rows: pd.DataFrame, name: str, world: str, against: str = "stayed") -> Estimate:
    """Return what one departure does to everybody not hit, in all: the mean over departures."""
    apart = worlds_apart(rows, world, against)
    value, low, high = jackknife(per_seed(apart[name], apart.seed, apart.seed.unique()), ratio)
    return Estimate(value, low, high, int(apart.people.sum()), len(apart), apart.seed.nunique())


def net(people: pd.DataFrame, rows: pd.DataFrame, name: str, world: str, against: str = "stayed") -> Estimate:
    """Return what one departure does to those hit and everybody else together, in all: the mean over departures."""
    apart = worlds_apart(rows, world, against)
    hit = hit_sums(people, name, world, against)
    whole = apart.set_index(["seed", "departure"])[name] + hit.reindex(pd.MultiIndex.from_frame(apart[["seed", "departure"]]), fill_value=0.0)
    whole = whole.reset_index(name=name)
    value, low, high = jackknife(per_seed(whole[name], whole.seed, whole.seed.unique()), ratio)
    return Estimate(value, low, high, int(apart.people.sum()), len(apart), apart.seed.nunique())


def hit_sums(people: pd.DataFrame, name: str, world: str, against: str) -> pd.Series:
    """Return the sum of an outcome over those hit by each departure, in `world` less that in `against`."""
    sides = [people[people.world == each].groupby(["seed", "departure"])[name].sum().astype(float) for each in (world, against)]
    return sides[0] - sides[1]


def per_hour(people: pd.DataFrame, rows: pd.DataFrame, name: str, meeting_hours: float, world: str = "warm", against: str = "passive") -> Estimate:
    """Return what those hit gain in `world` over `against` for each hour of joint meetings, of both diaries, with its bootstrap interval over runs."""
    gain = hit_sums(people, name, world, against)
    meetings = hit_sums(people, "managed", world, against)
    apart = worlds_apart(rows, world, against).set_index(["seed", "departure"])
    hours = (meetings + apart.managed.reindex(meetings.index)) * meeting_hours * BOTH_DIARIES  # some met leave before the last day
    sums = pd.DataFrame({"gain": gain, "hours": hours}).groupby("seed").sum().to_numpy(float)
    value, low, high = bootstrap(sums, ratio)
    return Estimate(value, low, high, people[people.world == world].shape[0], len(gain), len(sums))


def meetings_of_a_departure(people: pd.DataFrame, rows: pd.DataFrame) -> tuple[float, float]:
    """Return the mean number of joint meetings with those hit, and with people who then leave before the last day, when everybody is offered one."""
    count = max(1, people.groupby(["seed", "departure"]).ngroups)
    with_hit, with_others = hit_sums(people, "managed", "warm", "passive").sum(), worlds_apart(rows, "warm", "passive").managed.sum()
    return float(with_hit / count), float(with_others / count)


def service_per_hour(totals: pd.DataFrame, name: str, more: float, less: float, meeting_hours: float) -> Estimate:
    """Return what the whole service gains per hour of joint meetings when the share offered one goes from `less` to `more`, runs paired by seed.

    `totals` has one row a seed and share.
    """
    first, second = (totals[totals.share == share].set_index("seed").sort_index() for share in (more, less))
    gain = (first[name] - second[name]).to_numpy(float)
    hours = (first.meetings - second.meetings).to_numpy(float) * meeting_hours * BOTH_DIARIES
    value, low, high = bootstrap(np.column_stack((gain, hours)), ratio)
    return Estimate(value, low, high, int(first.people.sum()), 0, len(gain))


def service_gain(totals: pd.DataFrame, name: str, more: float, less: float) -> Estimate:
    """Return the same gain of the whole service, in all, as a mean over runs."""
    first, second = (totals[totals.share == share].set_index("seed").sort_index() for share in (more, less))
    gain = (first[name] - second[name]).to_numpy(float)
    value, low, high = jackknife(np.column_stack((gain, np.ones(len(gain)))), ratio)
    return Estimate(value, low, high, int(first.people.sum()), 0, len(gain))


def by_dose(repeated: pd.DataFrame, outcome: str) -> dict[str, Estimate]:
    """Return the mean difference from the world that nobody leaves, by changes of worker met in 104 weeks since referral."""
    every, found = repeated.seed.unique(), {}
    for dose, name in enumerate(DOSES):
        which = repeated.changes >= dose if dose == len(DOSES) - 1 else repeated.changes == dose
        sums = per_seed(repeated[outcome][which], repeated.seed[which], every)
        sums = sums[sums[:, 1] > 0]
        value, low, high = jackknife(sums, ratio) if len(sums) else (np.nan,) * 3
        found[name] = Estimate(value, low, high, int(which.sum()), 0, len(sums))
    return found


