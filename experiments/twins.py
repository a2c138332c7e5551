"""The same people with and without the service: what the service added, person by person."""

from __future__ import annotations

import pandas as pd

from sim import economics
from sim.parameters import WEEKS_PER_YEAR
from sim.parameters.economics import Economics

WEEKS = (26, 52, 104, 156, 208, 260)
UNIT = "points of the sum"


def gains(people: pd.DataFrame, twins: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the summary: mean Star sum above the same people's usual care, by weeks after referral.

    People count once they are that far after referral in both runs. Groups: all referred, those who took
    the service up, and each level of complexity.
    """
    both = people.merge(twins, on="person", suffixes=("", "_twin"))
    took_up = both["uptake"].fillna(False).astype(bool)
    groups = {"all": pd.Series(True, both.index), "uptake: yes": took_up}
    groups |= {f"complexity: {level}": both["complexity"] == level for level in ("simple", "moderate", "complex")}
    rows = []
    for week in WEEKS:
        difference = both[f"latent_{week}"] - both[f"latent_{week}_twin"]
        rows += [(f"gain_over_usual_care_{week}", group, difference[chosen].mean(), UNIT) for group, chosen in groups.items()]
    return pd.DataFrame(rows, columns=["measure", "group", "value", "unit"])


def worth(weekly: pd.DataFrame, twins: pd.DataFrame, prices: Economics) -> pd.DataFrame:
    """Return rows of the summary: what the service costs and what it is worth, against the same people's usual care.

    WELLBYs are the Star point-years gained by everybody referred, in life-satisfaction points; pounds are
    of 2022/23. Both are discounted to the first of the weeks given, wellbeing at its own rate.
    """
    weeks = weekly.week.to_numpy() - weekly.week.iloc[0]
    years_gained = (weekly.star_total.to_numpy() - twins.star_total.to_numpy()) / WEEKS_PER_YEAR
    gained = economics.wellbys(float(years_gained @ economics.discount(weeks, prices.wellbeing_discount_rate)), prices)
    extra = weekly.cost.to_numpy() - twins.cost.to_numpy()
    cost = float(extra @ economics.discount(weeks, prices.discount_rate))
    value = economics.wellby_worth(gained, prices)
    rows = [
        ("wellbys_over_usual_care", gained, "WELLBYs"),
        ("wellby_worth_over_usual_care", value, "pounds (2022/23)"),
        ("cost_over_usual_care", cost, "pounds (2022/23)"),
        ("net_benefit_over_usual_care", value - cost, "pounds (2022/23)"),
    ]
    return pd.DataFrame([(measure, "all", number, unit) for measure, number, unit in rows], columns=["measure", "group", "value", "unit"])
