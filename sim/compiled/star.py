"""Compiled form of `sim.star`: what a review writes down."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.special import ndtri

from sim.compiled.draws import Keys, unit
from sim.compiled.tables import columns, numbers
from sim.people import STAR_WEEKS, People
from sim.star import REVIEW_NOISE
from sim.week import Week

MARKS = len(STAR_WEEKS)
LUCK = Keys(REVIEW_NOISE)


def record(people: People, rows: np.ndarray, marks: np.ndarray, week: Week) -> None:
    """Hold a review with each of `rows`, of the number `marks`, as `sim.star.record`."""
    if not len(rows):
        return
    c = columns(people)
    noise = ndtri(luck_of_areas(c, rows, LUCK.of(week)))  # numba has no ndtri
    review(c, rows, marks, noise, numbers(week.p))
    week.record("star", rows, people.link_worker[rows])


@njit(cache=True)
def luck_of_areas(people, rows, keys):
    """Return a uniform for each of `rows` and area, one row a person."""
    luck = np.empty((len(rows), 8))
    for k in range(len(rows)):
        for area in range(8):
            luck[k, area] = unit(keys[0], people.number[rows[k]] * 8 + area)
    return luck


@njit(cache=True)
def review(people, rows, marks, noise, p):
    """Write down the review of each of `rows` with `noise` (one column an area)."""
    q = p[0].wellbeing
    areas = np.empty(8, np.int8)
    latent, review_areas = people.latent, people.review_areas
    for k in range(len(rows)):
        i = rows[k]
        kind = q.kindness * people.trust[i] / 8
        for a in range(8):
            felt = np.rint(latent[i, a] + kind + q.review_noise_sd * noise[k, a])
            areas[a] = np.int8(min(max(felt, 1.0), 5.0))
        if people.episode[i] == 1 and marks[k] < MARKS:  # of the first spell, up to 104 weeks
            keep_mark(people, i, marks[k], areas)
        for a in range(8):
            review_areas[i, a] = areas[a]
        people.next_review[i] = marks[k] + 1


@njit(cache=True)
def keep_mark(people, i, mark, areas):
    """Keep what is told of this review of person `i`: the sum at its mark, areas improved at 26 weeks, areas that fell back."""
    before = people.review_areas[i]
    total = better = worse = 0
    for a in range(8):
        total += areas[a]
        better += areas[a] > before[a]
        worse += areas[a] < before[a]
    if np.isnan(people.star_at[i, mark]):
        people.star_at[i, mark] = total
    people.star_area_reversals_104[i] += worse
    if mark == 1 and people.star_areas_improved_26[i] < 0:
        people.star_areas_improved_26[i] = better
