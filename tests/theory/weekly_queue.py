"""The weekly chain of one service: arrivals, then free places filled, then leavers; and Erlang's formula."""

from __future__ import annotations

import numpy as np
from scipy import stats


class WeeklyQueue:
    """A service with `places`, Poisson arrivals of mean `inflow` a week and stays that end with chance `leave` each week.

    The state is how many attend or queue at the end of a week. In a week A new people join the queue;
    attending = min(places, all); each who attends leaves with chance `leave` at the week's end.
    """

    def __init__(self, places: int, inflow: float, leave: float, most: int) -> None:
        self.places, self.most = places, most
        jobs = np.arange(most + 1)
        arrive = stats.poisson.pmf(jobs[None, :] - jobs[:, None], inflow)
        arrive[:, -1] += stats.poisson.sf(most - jobs, inflow)  # what goes beyond `most` stays there
        attend = np.minimum(jobs, places)
        depart = stats.binom.pmf(jobs[:, None] - jobs[None, :], attend[:, None], leave)
        self.step = arrive @ depart

    def stationary(self) -> np.ndarray:
        """Return the stationary law: the solution of law = law x step that sums to 1."""
        equations = self.step.T - np.eye(self.most + 1)
        equations[-1] = 1
        law = np.linalg.solve(equations, np.eye(self.most + 1)[-1])
        assert law[-1] < 1e-9  # nothing is lost by cutting the states off
        return law

    def spread_of_mean(self, value: np.ndarray, weeks: int) -> float:
        """Return the standard deviation of the mean of `value`(state) over `weeks` consecutive weeks of one stationary service."""
        law = self.stationary()
        ahead = centred = value - law @ value
        total = weeks * (law @ centred**2)
        for lag in range(1, weeks):
            ahead = self.step @ ahead
            total += 2 * (weeks - lag) * (law @ (centred * ahead))
        return float(np.sqrt(total) / weeks)


def erlang_c(places: int, load: float) -> float:
    """Return the chance that all places are taken in M/M/c; `load` = inflow x mean stay < places."""
    terms = stats.poisson.pmf(np.arange(places + 1), load)
    last = terms[-1] * places / (places - load)
    return float(last / (terms[:-1].sum() + last))
