"""The recorded Wellbeing Star: what a review writes down, and when it is due (docs/odd.md, section 7.6)."""

from __future__ import annotations

import numpy as np

from sim.people import STAR_WEEKS, People
from sim.streams import Stream
from sim.week import Week

REVIEW_NOISE = Stream("star.review_noise", "noise of a recorded Star", index="person x area")

EIGHT = np.ones(8)  # adds up the areas
EIGHT_AREAS = np.arange(8)


def due(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Return which of `rows`, met this week, have a review due: the first meeting and every 26 weeks."""
    weeks_in = week.number - people.spell_start[rows]
    return weeks_in >= people.next_review[rows].astype(int) * week.p.wellbeing.review_weeks


def record(people: People, rows: np.ndarray, week: Week) -> np.ndarray:
    """Hold a review with each of `rows` and return the recorded areas, whole points from 1 to 5.

    People rate kindly in front of a worker they like. A Star of the first spell is kept under the
    26-week mark it follows, so a review held in weeks 26-51 is the 26-week Star.
    """
    q = week.p.wellbeing
    noise = week.normal(REVIEW_NOISE, rows[:, None] * 8 + EIGHT_AREAS)
    kind = q.kindness * people.trust[rows] / 8
    felt = people.latent.take(rows, axis=0) + kind[:, None] + q.review_noise_sd * noise
    areas = np.rint(felt, out=felt).clip(1, 5).astype(np.int8)
    number = (week.number - people.spell_start[rows]) // q.review_weeks * people.met[rows]
    first_spell = people.episode[rows] == 1
    told = (first_spell & (number < len(STAR_WEEKS))).nonzero()[0]  # of the first spell, up to 104 weeks
    keep_marks(people, rows[told], number[told], areas[told])
    people.review_areas[rows] = areas
    people.next_review[rows] = number + 1
    week.record("star", rows, people.link_worker[rows])
    return areas


def keep_marks(people: People, rows: np.ndarray, number: np.ndarray, areas: np.ndarray) -> None:
    """Keep what is told of these reviews: the sum at its mark, areas improved at 26 weeks, areas that fell back."""
    before = people.review_areas.take(rows, axis=0)  # zeros before the first review
    fresh = np.isnan(people.star_at[rows, number]).nonzero()[0]
    people.star_at[rows[fresh], number[fresh]] = areas.take(fresh, axis=0).sum(axis=1)
    people.star_area_reversals_104[rows] += (areas < before).sum(axis=1, dtype=np.int8)
    second = ((number == 1) & (people.star_areas_improved_26[rows] < 0)).nonzero()[0]
    if len(second):
        people.star_areas_improved_26[rows[second]] = (areas.take(second, axis=0) > before.take(second, axis=0)).sum(axis=1)
