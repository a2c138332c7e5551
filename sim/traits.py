"""Who the people are: traits drawn by person number, the same in every scenario (docs/odd.md, section 7.1).

Traits are drawn ahead of arrival, in large batches; a person's draws depend on the seed and the
number alone, so neither the batch nor the other people matter.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, expit, gammaln

from sim.parameters import WEEKS_PER_YEAR, Parameters
from sim.people import (
    COMPLEX,
    GOALS,
    LIFESTYLE,
    MODERATE,
    MOST_CONDITIONS,
    NEIGHBOURHOODS,
    NEUTRAL,
    SELF_CARE,
    SIMPLE,
    SUPPORTIVE,
    SYMPTOMS,
    UNSUPPORTIVE,
    People,
)
from sim.streams import Stream, Streams

AGE = Stream("traits.age", "age at referral")
FEMALE = Stream("traits.female", "sex")
CONDITIONS = Stream("traits.conditions", "number of long-term conditions")
MENTAL_HEALTH = Stream("traits.mental_health", "mental-health condition")
DEPRIVED = Stream("traits.deprived", "most-deprived area")
MINORITY = Stream("traits.minority", "minority-ethnic or language need")
EMPLOYED = Stream("traits.employed", "in work")
ISOLATED = Stream("traits.isolated", "social isolation")
HOUSEHOLD = Stream("traits.household", "household")
HOUSING = Stream("traits.housing", "insecure housing")
TRANSPORT = Stream("traits.transport", "way to travel")
WOMEN_ONLY = Stream("traits.women_only", "need of women-only sessions")
BURDEN = Stream("traits.burden", "psychological burden")
NEIGHBOURHOOD = Stream("traits.neighbourhood", "neighbourhood")
ENVIRONMENT = Stream("traits.environment", "score of a neighbourhood", index="neighbourhood")
CONFIDENCE = Stream("traits.confidence", "baseline confidence")
WILLPOWER = Stream("traits.willpower", "self-regulation")
HABIT_DAYS = Stream("traits.habit_days", "days to a habit")
STAR_PERSON = Stream("traits.star_person", "usual Star level of a person")
STAR_AREA = Stream("traits.star_area", "usual level of an area", index="person x area")
DIP = Stream("traits.dip", "acute dip at referral")
DEPRESSED = Stream("traits.depressed", "depressed at referral")
KNOWS_LIMIT = Stream("traits.knows_limit", "knows of the time limit")
GOAL_NOISE = Stream("traits.goal_noise", "what else decides between goals", index="person x area")
GONE = Stream("life.gone", "death or moving away")
NEW_CONDITION = Stream("life.new_condition", "a new condition")

AGE_LOW, AGE_SPAN = 40, 34
REFERENCE_MENTAL_HEALTH = 0.67  # the population's share, about which the Star term is centred


def draw(people: People, count: int, p: Parameters, streams: Streams) -> None:
    """Draw the traits and the starting state of the next `count` people, as yet not arrived."""
    rows = np.arange(people.drawn, people.drawn + count)
    people.reserve(people.drawn + count)
    people.number[rows] = rows + people.dropped.sum()
    draw_person(people, rows, p, streams)
    draw_mind(people, rows, p, streams)
    draw_star(people, rows, p, streams)
    draw_goals(people, rows, p, streams)
    draw_life(people, rows, p, streams)
    people.drawn += count


def draw_person(people: People, rows: np.ndarray, p: Parameters, streams: Streams) -> None:
    """Set age, sex, conditions, circumstances and home."""
    q = p.population

    def u(stream: Stream) -> np.ndarray:
        return streams.uniform(stream, 0, people.number[rows])

    people.age[rows] = AGE_LOW + np.floor((AGE_SPAN + 1) * betaincinv(q.age_alpha, q.age_beta, u(AGE)).clip(0, 1 - 1e-9))
    people.female[rows] = u(FEMALE) < q.female_share
    ltcs = np.minimum(1 + poisson(u(CONDITIONS), q.extra_conditions), MOST_CONDITIONS)
    people.ltcs[rows] = ltcs
    ill = u(MENTAL_HEALTH) < expit(q.mental_health_logit + q.mental_health_per_condition * (ltcs - 4.0))
    people.mental_health[rows] = ill
    people.complexity[rows] = np.where((ltcs <= 2) & ~ill, SIMPLE, np.where((ltcs >= 4) & ill, COMPLEX, MODERATE))
    people.fading[rows] = fading(ltcs, ill)
    people.deprived[rows] = u(DEPRIVED) < q.deprived_share
    people.minority[rows] = u(MINORITY) < q.minority_share
    people.employed[rows] = u(EMPLOYED) < np.where(people.age[rows] < 66, q.employed_share, q.employed_share_66)
    people.isolated[rows] = u(ISOLATED) < q.isolated_share
    home = u(HOUSEHOLD)
    people.household[rows] = np.where(home < q.unsupportive_share, UNSUPPORTIVE, np.where(home > 1 - q.supportive_share, SUPPORTIVE, NEUTRAL))
    people.insecure_housing[rows] = u(HOUSING) < q.insecure_housing_share
    people.transport[rows] = u(TRANSPORT) < q.transport_share
    people.needs_women_only[rows] = people.minority[rows] & people.female[rows] & (u(WOMEN_ONLY) < q.women_only_need)
    people.burden[rows] = u(BURDEN) < expit(q.burden_logit + q.burden_per_condition * (ltcs - 1) + q.burden_mental_health * ill)
    people.neighbourhood[rows] = np.floor(NEIGHBOURHOODS * u(NEIGHBOURHOOD))
    people.environment[rows] = streams.uniform_all(ENVIRONMENT, 0, NEIGHBOURHOODS)[people.neighbourhood[rows]]
    people.setback_hazard[rows] = setback_hazard(people, rows, p)


def draw_mind(people: People, rows: np.ndarray, p: Parameters, streams: Streams) -> None:
    """Set confidence, willpower, habit speed, set point of motivation and mood."""
    q, number = p.population, people.number[rows]
    ill = people.mental_health[rows]
    mean = q.confidence_mean - q.confidence_mental_health * ill - q.confidence_isolated * people.isolated[rows]
    mean = np.maximum(mean, 0.01)  # the bounds of the three parameters allow a mean of 0, a beta does not
    k = q.confidence_concentration
    confidence = betaincinv(k * mean, k * (1 - mean), streams.uniform(CONFIDENCE, 0, number)).clip(0, 1)
    people.confidence_baseline[rows] = people.confidence[rows] = confidence
    willpower = betaincinv(q.willpower_shape, q.willpower_shape, streams.uniform(WILLPOWER, 0, number)).clip(0, 1)
    people.willpower[rows] = willpower
    days = np.exp(np.log(p.habit.days_median) + p.habit.days_sigma * streams.normal(HABIT_DAYS, 0, number)).clip(18, 254)
    people.habit_rate[rows] = 1 - 0.05 ** (7 / days)
    m = p.motivation
    base = m.set_point + m.willpower * (willpower - 0.5) - m.unsupportive * (people.household[rows] == UNSUPPORTIVE) - m.burden * people.burden[rows]
    people.motivation_base[rows] = base.clip(0, 1)
    depressed = ill & (streams.uniform(DEPRESSED, 0, number) < p.mood.depressed_at_referral)
    people.depressed[rows] = depressed
    start = base - m.depressed * depressed
    people.motivation[rows] = start.clip(0, 1)
    people.knows_limit[rows] = streams.uniform(KNOWS_LIMIT, 0, number) < p.programme.tell_limit_share


def draw_star(people: People, rows: np.ndarray, p: Parameters, streams: Streams) -> None:
    """Set the usual level of each Star area, the acute dip and the latent start."""
    q, number = p.population, people.number[rows]
    person = q.star_mean + q.star_person_sd * streams.normal(STAR_PERSON, 0, number)
    person -= q.star_per_condition * np.maximum(people.ltcs[rows] - 4, 0)
    person -= q.star_mental_health * (people.mental_health[rows] - REFERENCE_MENTAL_HEALTH)
    area = q.star_area_sd * streams.normal(STAR_AREA, 0, number[:, None] * 8 + np.arange(8))
    people.star_baseline[rows] = (person[:, None] + area).clip(1, 5)
    dip = -q.dip_mean * np.log(streams.uniform(DIP, 0, number))
    people.dip_at_referral[rows] = people.dip[rows] = dip
    low = (dip + p.mood.wellbeing_loss * people.depressed[rows]) / 8
    people.latent[rows] = (people.star_baseline[rows] - low[:, None]).clip(1, 5)
    people.latent_sum[rows] = people.latent[rows].sum(axis=1)


def draw_goals(people: People, rows: np.ndarray, p: Parameters, streams: Streams) -> None:
    """Choose three goal areas: the lowest, leaning to lifestyle, self-care and symptoms, with noise."""
    q, number = p.population, people.number[rows]
    lean = np.zeros(8)
    lean[[LIFESTYLE, SELF_CARE, SYMPTOMS]] = q.goal_lean_lifestyle, q.goal_lean_selfcare, q.goal_lean_symptoms
    noise = q.goal_noise * streams.normal(GOAL_NOISE, 0, number[:, None] * 8 + np.arange(8))
    people.goal_area[rows] = np.argsort(people.latent[rows] - lean + noise, axis=1, kind="stable")[:, :GOALS]


def draw_life(people: People, rows: np.ndarray, p: Parameters, streams: Streams) -> None:
    """Set the weeks from referral to going and to the next new condition: exponential, the same in every scenario."""
    number = people.number[rows]
    if p.life.gone_rate > 0:
        people.gone_at[rows] = -np.log(streams.uniform(GONE, 0, number)) / gone_hazard(people, rows, p)
    if p.life.new_condition_rate > 0:
        people.new_condition_at[rows] = -np.log(streams.uniform(NEW_CONDITION, 0, number)) * WEEKS_PER_YEAR / p.life.new_condition_rate


def gone_hazard(people: People, rows: np.ndarray, p: Parameters) -> np.ndarray:
    """Return the weekly hazard of dying or moving away."""
    return p.life.gone_rate / WEEKS_PER_YEAR * p.life.gone_per_condition ** np.maximum(people.ltcs[rows] - 4.0, 0)


def setback_hazard(people: People, rows: np.ndarray, p: Parameters) -> np.ndarray:
    """Return the monthly setback hazard before the factor of confidence (docs/odd.md, section 7.3)."""
    q = p.setbacks
    hazard = q.hazard_first + q.hazard_per_condition * (people.ltcs[rows] - 1.0)
    return hazard * np.where(people.mental_health[rows], q.mental_health_factor, 1.0) * np.where(people.deprived[rows], q.deprived_factor, 1.0)


def fading(ltcs: np.ndarray, mental_health: np.ndarray) -> np.ndarray:
    """Return the complexity that speeds fading alone, 0 to 3 (docs/odd.md, section 7.9)."""
    return 0.5 * np.minimum(np.maximum(ltcs - 2, 0), 5) + 0.5 * mental_health


def poisson(u: np.ndarray, mean: float) -> np.ndarray:
    """Return Poisson counts by inverting the distribution function: more luck is never fewer."""
    if mean == 0:
        return np.zeros(np.shape(u), dtype=np.int64)
    return poisson_table(mean).searchsorted(u)


@lru_cache(maxsize=64)
def poisson_table(mean: float) -> np.ndarray:
    """Return the distribution function of a Poisson count at 0, 1, 2, …"""
    k = np.arange(int(mean + 12 * np.sqrt(mean) + 30))
    return np.cumsum(np.exp(k * np.log(mean) - mean - gammaln(k + 1)))

