"""Compiled form of `sim.processes.wellbeing`: latent wellbeing moves towards its target."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.compiled.draws import philox
from sim.compiled.tables import columns, numbers
from sim.people import FAMILY, GOALS, IS_CASE_AREA, POSITIVE, RESOLVED, People
from sim.processes.wellbeing import NOISE
from sim.streams import BITS
from sim.week import Week

AREAS = 8
F4 = np.float32
HALVES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x00FF00FF00FF00FF)
ONE, TWO, FOUR, EIGHT, SIXTEEN, THIRTY_TWO = (np.uint64(bits) for bits in (1, 2, 4, 8, 16, 32))
LAST_BITS = np.uint64(0x3F)


def feel(people: People, week: Week) -> None:
    """Move the eight latent areas of everybody towards their targets, with noise, and clip them to 1-5."""
    q = week.p.wellbeing
    fading = 0.5 ** (1 / week.p.population.dip_half_life_weeks)
    unit = q.noise_sd / math.sqrt(BITS / 4)
    feel_all(columns(people), people.n, numbers(week.p), np.uint64(week.number), np.uint64(week.streams.seed), np.uint64(NOISE.id), fading, unit)


@njit(cache=True)
def bits_in_halves(word):
    """Return how many of the lower and of the upper 32 bits of `word` are set."""
    word -= (word >> ONE) & HALVES[0]
    word = (word & HALVES[1]) + ((word >> TWO) & HALVES[1])
    word = (word + (word >> FOUR)) & HALVES[2]
    word = (word + (word >> EIGHT)) & HALVES[3]
    word += word >> SIXTEEN
    return np.int64(word & LAST_BITS), np.int64((word >> THIRTY_TWO) & LAST_BITS)


@njit(cache=True)
def feel_all(people, n, p, week, seed, stream, fading, unit):
    """Move the first `n` of `people`; `unit` is the noise of one bit more or less."""
    q = p[0].wellbeing
    adjustment, trust_family, peer_family = F4(q.adjustment), F4(q.trust_family), F4(q.peer_family)
    trust_positive, fading, unit = F4(q.adjustment * q.trust_positive), F4(fading), F4(unit)
    in_setback, depressed = F4(p[0].setbacks.wellbeing_loss), F4(p[0].mood.wellbeing_loss)
    dip, severity, is_depressed, trust, peers = people.dip, people.severity, people.depressed, people.trust, people.peers
    baseline, latent, latent_sum = people.star_baseline, people.latent, people.latent_sum
    stage, habit, progress, goal_area = people.goal_stage, people.goal_habit, people.goal_progress, people.goal_area
    effect, of_habit, of_progress = F4(q.goal_effect), F4(q.habit_weight), F4(1 - q.habit_weight)
    case_gains = F4(0), F4(q.case_effect)
    number, change = people.number, np.empty(AREAS, np.float32)
    for i in range(n):
        dip[i] *= fading
        loss = dip[i] + in_setback * severity[i]
        loss += depressed * F4(is_depressed[i])
        loss /= F4(AREAS)
        for area in range(AREAS):
            change[area] = (baseline[i, area] - loss - latent[i, area]) * adjustment
        if unit > 0:
            for k, word in enumerate(philox(np.uint64(number[i] + 1), week, seed, stream)):
                low, high = bits_in_halves(word)
                change[2 * k] += (F4(low) - F4(BITS / 2)) * unit
                change[2 * k + 1] += (F4(high) - F4(BITS / 2)) * unit
        change[POSITIVE] += trust_positive * F4(trust[i])
        change[FAMILY] += adjustment * (trust_family * F4(trust[i]) + peer_family * peers[i])
        for k in range(GOALS):  # no jumps: which goals add something nobody can foretell
            area = goal_area[i, k]
            gain = effect * (of_habit * habit[i, k] + of_progress * progress[i, k])
            resolved = (stage[i, k] == RESOLVED) & (progress[i, k] > 0)
            change[area] += adjustment * (case_gains[int(resolved)] if IS_CASE_AREA[area] else gain)
        for area in range(AREAS):
            change[area] = min(max(latent[i, area] + change[area], F4(1)), F4(5))
            latent[i, area] = change[area]
        # numpy adds up in this order
        latent_sum[i] = ((change[0] + change[4]) + (change[1] + change[5])) + ((change[2] + change[6]) + (change[3] + change[7]))
