"""From measures to money: pure functions of quantities and prices. Nothing here feeds back into the dynamics.

Prices are those of 2022/23 but the value of a WELLBY, which is in 2019 prices and brought forward by
`deflator`.
"""

from __future__ import annotations

import numpy as np

from sim.parameters import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from sim.parameters.economics import Economics

FULL_TIME_HOURS = 37.5  # the week that `worker_cost` pays for
PRICE_YEAR = "2022/23"  # of every amount of money but `wellby_value`
WELLBY_PRICE_YEAR = 2019  # of `wellby_value`


def staff_cost(posts: np.ndarray, posts_filled: np.ndarray, hours: float, prices: Economics) -> np.ndarray:
    """Return pounds a week: salaries of filled posts of `hours` a week, in proportion to full time, and overhead of all posts."""
    return prices.worker_cost / WEEKS_PER_YEAR * hours / FULL_TIME_HOURS * (posts_filled + prices.overhead * posts)


def place_cost(places: np.ndarray, prices: Economics) -> np.ndarray:
    """Return pounds a week of community places, occupied or not."""
    return prices.place_month / WEEKS_PER_MONTH * places


def care_cost(gp_visits: np.ndarray, admissions: np.ndarray, prices: Economics) -> np.ndarray:
    """Return pounds of health care: general practice, emergency departments, emergency admissions."""
    return prices.gp_cost * gp_visits + (prices.ae_cost * prices.ae_per_admission + prices.admission_cost) * admissions


def discount(weeks: np.ndarray, rate: float) -> np.ndarray:
    """Return the factor that brings an amount of week `weeks` back to week 0 at the yearly `rate`."""
    return (1 + rate) ** (-np.asarray(weeks) / WEEKS_PER_YEAR)


def discounted(amounts: np.ndarray, rate: float) -> float:
    """Return the sum of weekly `amounts`, each brought back to the first of them at the yearly `rate`."""
    return float(np.asarray(amounts, float) @ discount(np.arange(len(amounts)), rate))


def wellbys(star_gain_years: float, prices: Economics) -> float:
    """Return WELLBYs of Star point-years gained, with the family's share."""
    return star_gain_years * prices.satisfaction_per_star * (1 + prices.family_spillover)


def wellby_worth(wellby: float, prices: Economics) -> float:
    """Return the pounds (2022/23) that WELLBYs are worth."""
    return wellby * prices.wellby_value * prices.deflator


def qalys(wellby: float, prices: Economics) -> float:
    """Return the QALYs that WELLBYs are taken to be equal to: an assumed exchange, no measurement of health."""
    return wellby / prices.wellbys_per_qaly


def break_even(cost: float, worth: float) -> float:
    """Return how many times `worth` would have to be counted to equal `cost`; `nan` when no factor of 0 or more does."""
    return cost / worth if worth and cost / worth >= 0 else float("nan")
