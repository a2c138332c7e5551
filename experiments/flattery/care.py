"""Care use of users against non-users, and against their own usual care: what an unadjusted comparison finds, and what is so."""

from __future__ import annotations

import numpy as np

from experiments.flattery.lives import Lives
from sim import Parameters, economics
from sim.parameters import WEEKS_PER_YEAR

ALL, STAYERS = "took part", "stayed"  # who counts as a user: all who began within the year, or only those with a six-month review
MEASURES = ("cost", "hospital", "visits", "admissions")
RATIOS = {
    "naive": ("users", "others"), "selection": ("users' usual care", "others' usual care"), "own": ("users", "users' usual care"),
    "itt": ("all", "all usual care"),
}  # fmt: skip
TRAITS = ("confidence_baseline", "mental_health", "isolated", "ltcs")  # how users and others differ to begin with


def use(lives: Lives, rows: np.ndarray, parameters: Parameters) -> dict[str, np.ndarray]:
    """Return each person's care in the 52 weeks after referral: `MEASURES`, in pounds or counts; "hospital" is cost without general practice."""
    begin = lives.people.referred_week.to_numpy(int)[rows]
    visits, admissions = (table[begin + WEEKS_PER_YEAR, rows].astype(float) - table[begin, rows] for table in (lives.visits, lives.admissions))
    prices, none = parameters.economics, np.zeros(len(rows))
    cost, hospital = economics.care_cost(visits, admissions, prices), economics.care_cost(none, admissions, prices)
    return dict(zip(MEASURES, (cost, hospital, visits, admissions), strict=True))


def followed(lives: Lives, parameters: Parameters, follow: int) -> np.ndarray:
    """Return the rows of those referred at least `follow` weeks (and a year) before the end and living there for a year after referral."""
    referred, gone = (lives.people[name].astype(float).to_numpy() for name in ("referred_week", "gone_week"))
    early = (referred >= parameters.referrals.warm_up_weeks) & (referred <= lives.weeks - max(follow, WEEKS_PER_YEAR))
    return (early & ~(gone < referred + WEEKS_PER_YEAR)).nonzero()[0]


def compare(lives: Lives, twins: Lives, parameters: Parameters, follow: int) -> dict[str, float]:
    """Return for each measure and definition of users the comparison in parts; names "MEASURE, USERS: ...".

    "users", "others", "users' usual care", "all", "all usual care" are means a person. "naive" is users over others less 1, "selection" the same
    of both groups under usual care, "own" users over their own usual care less 1, "itt" all referred over their usual care less 1.
    """
    rows = followed(lives, parameters, follow)
    people = lives.people.iloc[rows]
    began = (people.start_week.astype(float) < people.referred_week.astype(float) + WEEKS_PER_YEAR).to_numpy(bool)
    users = {ALL: began, STAYERS: began & people.star_26.notna().to_numpy(bool)}
    own, usual = use(lives, rows, parameters), use(twins, rows, parameters)
    told = {"people": float(len(rows))} | {f"share of users, {name}": float(among.mean()) for name, among in users.items()}
    for name, among in users.items():
        told |= {f"{trait}, {name}: {side}": mean(people[trait].to_numpy(float)[of]) for trait in TRAITS for side, of in (("users", among), ("others", ~among))}
    for measure in MEASURES:
        for name, among in users.items():
            told |= {f"{measure}, {name}: {what}": value for what, value in one(own[measure], usual[measure], among).items()}
    return told


def one(own: np.ndarray, usual: np.ndarray, users: np.ndarray) -> dict[str, float]:
    """Return the comparison of one measure for one definition of users; ratios are missing where a group is empty or uses nothing."""
    means = {"users": mean(own[users]), "others": mean(own[~users]), "users' usual care": mean(usual[users]), "others' usual care": mean(usual[~users])}
    means |= {"all": mean(own), "all usual care": mean(usual)}
    return means | {name: means[top] / means[bottom] - 1 if means[bottom] else np.nan for name, (top, bottom) in RATIOS.items()}


def t23(told: dict[str, float], measure: str = "cost", users: str = ALL) -> dict[str, float]:
    """Return target T23 of one seed from the parts of `compare`: "naive", "selection", "own" (users against their own usual care) and "itt"."""
    return {name: told[f"{measure}, {users}: {name}"] for name in ("naive", "selection", "own", "itt")}


def mean(amounts: np.ndarray) -> float:
    """Return the mean; missing without anybody."""
    return float(amounts.mean()) if len(amounts) else np.nan
