"""Courses of people since their referral: latent wellbeing by quarter, and the part of it that leans on the relationship, week by week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.length.estimands import LATER_WEEKS, OUTCOME_WEEKS
from sim import SocialPrescribingService

QUARTER = 13


@dataclass(frozen=True)
class Course:
    """Latent wellbeing of people, quarter by quarter since their referral; missing when they are dead, moved away or not followed so long."""

    panel: pd.DataFrame

    @classmethod
    def of(cls, model: SocialPrescribingService) -> Course:
        """Return the courses of all people of `model` who can be followed to the primary outcome."""
        results = model.results
        kept = results.people.person[followed(results.people, results.warm_up_weeks)]
        panel = results.panel
        own = panel[panel.person.isin(kept)]
        return cls(
            pd.DataFrame(
                {"person": own.person.to_numpy("i4"), "quarter": own.quarter.to_numpy("i2"), "latent": own.latent.to_numpy("f4")},
            )
        )

    def matrix(self, people: np.ndarray) -> np.ndarray:
        """Return one row for each of `people` (rising numbers) and one column a quarter."""
        own = self.panel[self.panel.person.isin(people)]
        quarters = int(self.panel.quarter.max()) + 1 if len(self.panel) else 0
        out = np.full((len(people), max(quarters, OUTCOME_WEEKS // QUARTER + 1) + 1), np.nan)  # the last column is never there
        out[np.searchsorted(people, own.person), own.quarter] = own.latent
        return out


def followed(people: pd.DataFrame, first: int) -> pd.Series:
    """Return who of `people` is of the cohort or referred soon after it."""
    return (people.referred_week >= first) & (people.referred_week < first + LATER_WEEKS)


def at_week(course: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Return each person's level `weeks` after referral, in a straight line between the quarters around; missing where one of them is."""
    last = course.shape[1] - 1
    known = ~np.isnan(weeks) & (weeks >= 0) & (weeks <= (last - 1) * QUARTER)
    place = np.where(known, weeks, 0) / QUARTER
    below = place.astype(int)
    part, rows = place - below, np.arange(len(course))
    low, high = course[rows, below], course[rows, np.minimum(below + 1, last)]
    level = np.where(part == 0, low, (1 - part) * low + part * high)
    return np.where(known, level, np.nan)


class Leaning:
    """The part of everybody's latent wellbeing that leans on the relationship, in Star points, followed while a run goes on.

    Trust raises what wellbeing moves towards while somebody is engaged, and wellbeing follows by a share a week (`wellbeing.adjustment`): so after a
    few weeks this part is less than the trust there is would be worth in the end, and it is given back as slowly after an exit. `at_exit` is its
    level in the week of the first exit, `at_outcome` when the primary outcome is taken; both by person number, missing where that is not reached.
    """

    def __init__(self, model: SocialPrescribingService) -> None:
        self.model = model
        most = len(model.people.trust)
        self.now, self.at_exit, self.at_outcome = np.zeros(most), np.full(most, np.nan), np.full(most, np.nan)
        self.engaged = np.empty(0, int)

    def follow(self) -> None:
        """Take note of the week that the model has just finished."""
        people, q, week = self.model.people, self.model.parameters.wellbeing, self.model.week - 1
        own = slice(people.n)
        trust = people.trust[own].astype(float)
        left = self.engaged[~people.is_engaged(self.engaged)]
        trust[left] = people.trust_stored[left]  # people leave after wellbeing has moved with the trust they still had
        self.engaged = people.engaged()
        self.now[own] += q.adjustment * ((q.trust_positive + q.trust_family) * trust - self.now[own])
        for values, then in ((self.at_exit, people.end_week[own]), (self.at_outcome, people.referred_week[own] + OUTCOME_WEEKS)):
            rows = (then == week).nonzero()[0]
            values[rows] = self.now[rows]
