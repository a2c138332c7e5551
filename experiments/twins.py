"""The same people with and without the service: what the service added, person by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim import Parameters, economics
from sim.parameters import WEEKS_PER_YEAR
from sim.parameters.economics import Economics
from sim.summary import NO_SHARE, Tally, groups, numbers, over_groups

WEEKS = (26, 52, 104, 156, 208, 260)
UNIT = "points of the sum"
SERVICE_ONLY = ("allocation", "workforce", "handover", "contact", "programme", "dropout")  # groups that nothing of usual care depends on


def usual_care(parameters: Parameters) -> Parameters:
    """Return `parameters` without the service; what then changes nothing is set to its default, so that scenarios share twins."""
    plain = Parameters()
    groups = {group: getattr(plain, group) for group in SERVICE_ONLY}
    return replace(parameters, **groups | {"programme": replace(plain.programme, enabled=False)})


def against(people: Sequence[pd.DataFrame], weekly: Sequence[pd.DataFrame], parameters: Parameters) -> list[Tally]:
    """Return the rows of the summary that set a run, first in each pair, against the same people's usual care; the weeks of a warm-up are left out."""
    first = parameters.referrals.warm_up_weeks
    people = [arm[arm.referred_week >= first] for arm in people]
    weekly = [arm[arm.week >= first] for arm in weekly]
    return [*gains(*people), *worth(*weekly, parameters.economics)]


def gains(people: pd.DataFrame, twins: pd.DataFrame) -> list[Tally]:
    """Return rows of the summary: mean Star sum above the same people's usual care, by weeks after referral.

    People count once they are that far after referral in both runs. Groups: those of the summary, and those who
    took the service up. `people` and `twins` must hold the same people in the same order.
    """
    if not np.array_equal(people.person, twins.person):
        raise ValueError("people and their twins must be the same, in the same order")
    members = groups(people) | {"uptake: yes": people.uptake.fillna(False).to_numpy(bool)}
    gain = {week: numbers(people, f"latent_{week}") - numbers(twins, f"latent_{week}") for week in WEEKS}
    by_person = {f"gain_over_usual_care_{week}": values for week, values in gain.items()}
    # what remains of a gain can only be seen in the same people: those referred early enough
    by_person |= {f"gain_at_52_of_those_seen_{week}": np.where(np.isnan(gain[week]), np.nan, gain[52]) for week in (104, 156)}
    return over_groups(by_person, members, dict.fromkeys(by_person, UNIT))


def worth(weekly: pd.DataFrame, twins: pd.DataFrame, prices: Economics) -> list[Tally]:
    """Return rows of the summary: what the service costs and what it is worth, against the same people's usual care.

    WELLBYs are the Star point-years gained by everybody referred, in life-satisfaction points; pounds are
    of 2022/23. Both are discounted to the first of the weeks given, wellbeing at its own rate.
    """
    years_gained = (weekly.star_total.to_numpy() - twins.star_total.to_numpy()) / WEEKS_PER_YEAR
    gained = economics.wellbys(economics.discounted(years_gained, prices.wellbeing_discount_rate), prices)
    cost = economics.discounted(weekly.cost.to_numpy() - twins.cost.to_numpy(), prices.discount_rate)
    value = economics.wellby_worth(gained, prices)
    rows = [
        ("wellbys_over_usual_care", gained, "WELLBYs"),
        ("wellby_worth_over_usual_care", value, "pounds (2022/23)"),
        ("cost_over_usual_care", cost, "pounds (2022/23)"),
        ("net_benefit_over_usual_care", value - cost, "pounds (2022/23)"),
    ]
    return [Tally(measure, "all", number, NO_SHARE, unit, np.nan) for measure, number, unit in rows]
