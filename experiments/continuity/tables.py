"""The estimates of the study as one table: `continuity.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.continuity.effects import FEWEST, FEWEST_RUNS, OUTCOMES, Estimate, contrast, differences, groups_of, mean_effect, ratio_of_effects
from experiments.continuity.study import Found
from experiments.continuity.worth import GAINS, TOTALS, by_dose, handed_over_alone, net, per_hour, service_gain, service_per_hour, spill_over

COLUMNS = ("estimand", "contrast", "group", "value", "ci_low", "ci_high", "unit", "people", "departures", "replications")
CONTRASTS = (("as_is", "stayed"), ("warm", "stayed"), ("called", "stayed"), ("passive", "stayed"), ("warm", "passive"), ("called", "passive"))
BY_GROUP = ("contacts_26", "weeks_52", "latent_52")  # outcomes told for every group
APART = (
    ("before maintenance", "in maintenance"), ("first 26 weeks", "later"), ("confidence below 0.45", "confidence 0.45 and above"),
    ("lowest third of confidence", "highest third of confidence"), ("second change", "first change"),
    ("before maintenance, second change", "before maintenance, first change"), ("complex users", "simple users"),
)  # fmt: skip
SPILLED = {
    "contacts_52": "contacts a departure", "weeks_52": "weeks a departure", "dropped_52": "drop-outs a departure",
    "star_year_52": "Star point-years a departure",
}
DOSED = {"weeks_104": "weeks a person", "contacts_104": "contacts a person", "latent_104": "points of the Star sum"}
Row = tuple[str, str, str, Estimate, str]


def table_of(found: Found) -> pd.DataFrame:
    """Return every estimate: one row an estimand, contrast and group, with `COLUMNS`."""
    rows = [*effects(found), *ratios(found), *beside(found), *hours(found), *doses(found)]
    told = [
        (name, between, group, e.value, e.low, e.high, unit, e.people, e.departures, e.runs)
        for name, between, group, e, unit in ((*row[:3], with_interval(row[3]), row[4]) for row in rows)
        if e.people >= FEWEST or group == "all"
    ]
    return pd.DataFrame(told, columns=list(COLUMNS))


def with_interval(e: Estimate) -> Estimate:
    """Return an estimate without its interval where fewer than five runs are behind it: of so few it may look narrow and be wrong."""
    return e if e.runs >= FEWEST_RUNS else replace(e, low=np.nan, high=np.nan)


def effects(found: Found) -> Iterator[Row]:
    """Yield what happens to those hit: every outcome for all, three outcomes for every group, and what differs between two groups."""
    for world, against in CONTRASTS:
        people = differences(found.people, world, against)
        groups = groups_of(people)
        between = f"{world} - {against}"
        if (world, against) == ("as_is", "stayed"):
            groups |= {"handed over at a joint meeting": people.managed.astype(bool), "without a joint meeting": ~people.managed.astype(bool)}
        large = {group: which for group, which in groups.items() if group == "all" or which.sum() >= FEWEST}
        for name, outcome in OUTCOMES.items():
            for group, which in large.items() if name in BY_GROUP else [("all", None)]:
                yield name, between, group, mean_effect(people, name, which), outcome.unit
        for name in BY_GROUP:
            for first, second in (pair for pair in APART if (groups[pair[0]] | groups[pair[1]]).sum() >= FEWEST):
                yield name, between, f"{first} less {second}", contrast(people, name, groups[first], groups[second]), OUTCOMES[name].unit


def ratios(found: Found) -> Iterator[Row]:
    """Yield the ratios of T12: the fall in contacts of one group over that of another."""
    people = differences(found.people, "as_is")
    groups = groups_of(people)
    for first, second in (APART[0], APART[2]):
        yield "contacts_26", "as_is - stayed", f"{first} / {second}", ratio_of_effects(people, "contacts_26", groups[first], groups[second]), "ratio"


def beside(found: Found) -> Iterator[Row]:
    """Yield what one departure does to everybody else, and to all together."""
    for world, against in (("as_is", "stayed"), ("warm", "passive")):
        between = f"{world} - {against}"
        people, rows = (found.people, found.others) if against == "stayed" else handed_over_alone(found.people, found.others)
        for name, unit in SPILLED.items():
            yield name, between, "everybody not hit", spill_over(rows, name, world, against), unit
            yield name, between, "those hit and everybody else", net(people, rows, name, world, against), unit


def hours(found: Found) -> Iterator[Row]:
    """Yield what an hour of joint meetings buys: for those hit by a departure, and in the whole service."""
    people, rows = handed_over_alone(found.people, found.others)
    for name, unit in GAINS.items():
        yield name, "warm - passive", "those hit, an hour of joint meetings", per_hour(people, rows, name, found.meeting_hours), unit
    shares = found.study.shares
    for less in shares[:-1]:
        between = f"managed_share 1 - managed_share {less:g}"
        for name, unit in TOTALS.items():
            everybody = service_per_hour(found.totals, name, shares[-1], less, found.meeting_hours)
            yield name, between, "everybody, an hour of joint meetings", everybody, unit
            yield name, between, "everybody", service_gain(found.totals, name, shares[-1], less), unit.partition(",")[0] + " a run"


def doses(found: Found) -> Iterator[Row]:
    """Yield the differences from a service that nobody leaves, by changes met in 104 weeks since referral."""
    for name, unit in DOSED.items():
        for group, estimate in by_dose(found.repeated, name).items():
            yield name, "as_is - nobody leaves", group, estimate, unit


def tried(found: Found) -> pd.DataFrame:
    """Return for each service tried: the weeks that a change costs, the contacts by stage, and the weeks that an hour of joint meetings keeps."""
    rows = []
    for name, (people, others) in {"as in the service": (found.people, found.others), **found.tried}.items():
        own = differences(people, "as_is")
        groups = groups_of(own)
        hour = per_hour(*handed_over_alone(people, others), "weeks_52", found.meeting_hours)
        weeks = mean_effect(own, "weeks_52")
        before, at_rest = (mean_effect(own, "contacts_26", groups[group]) for group in APART[0])
        row = {"service": name, "replications": weeks.runs, "people": weeks.people}
        for key, e in (("weeks_lost", minus(weeks)), ("lost_before", minus(before)), ("lost_in", minus(at_rest)), ("weeks_an_hour", hour)):
            e = with_interval(e)
            row |= {key: e.value, f"{key}_low": e.low, f"{key}_high": e.high}
        rows.append(row)
    return pd.DataFrame(rows)


def minus(e: Estimate) -> Estimate:
    """Return a loss as a positive number."""
    return replace(e, value=-e.value, low=-e.high, high=-e.low)
