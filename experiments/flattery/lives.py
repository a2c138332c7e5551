"""One run followed week by week: everybody's wellbeing at the moment a review would see it, and their use of care."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim import Parameters, SocialPrescribingService


@dataclass(frozen=True)
class Lives:
    """Everybody of one run, one column a person, one row a week.

    `level` is the latent Star sum at the beginning of the week, which is what a review of that week sees; `visits` and
    `admissions` are counts up to then. `stars` are the recorded reviews, `week` and `person`.
    """

    people: pd.DataFrame
    level: np.ndarray
    visits: np.ndarray
    admissions: np.ndarray
    stars: pd.DataFrame

    @property
    def weeks(self) -> int:
        """Weeks run, the warm-up included."""
        return len(self.level) - 1


def live(parameters: Parameters, seed: int, weeks: int, stars: bool = False) -> Lives:
    """Run the model and return the lives in it; recorded reviews only with `stars`."""
    model = SocialPrescribingService(parameters, seed=seed, weeks=weeks, events=stars, panel=False, rows_stay=True)
    many = model.people.drawn
    level = np.empty((model.weeks + 1, many), np.float32)
    visits, admissions = (np.empty((model.weeks + 1, many), np.int16) for _ in range(2))
    for week in range(model.weeks + 1):
        people = model.people
        level[week], visits[week], admissions[week] = people.latent_sum[:many], people.gp_visits[:many], people.admissions[:many]
        if week < model.weeks:
            model.step()
    results = model.results
    seen = results.events[results.events.kind == "star"][["week", "person"]] if stars else pd.DataFrame(columns=["week", "person"])
    return Lives(results.people, level, visits, admissions, seen)
