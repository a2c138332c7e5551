"""What a change of link worker costs those it hits: against themselves in a service that nobody leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim import Parameters
from sim.results import Results
from sim.summary import groups, numbers, over_groups, valued

AFTER_WEEKS = 26
QUARTER = 13  # weeks between two rows of the panel
UNITS = {"change_cost_star": "points of the sum", "change_cost_retention": "share of those hit"}


def nobody_leaves(parameters: Parameters) -> Parameters:
    """Return `parameters` with link workers who stay."""
    return parameters.replace({"workforce.turnover": 0.0})


def change_costs(results: Results, undisturbed: Results) -> pd.DataFrame:
    """Return rows of the summary: what the first change of link worker did to those it hit, 26 weeks later.

    `change_cost_star`: latent Star sum at the first quarter since referral that is at least that long after
    the change, less the same person's at the same time in `undisturbed`, the same service and luck when nobody
    leaves. `change_cost_retention`: whether still with the service or done with it, less the same there. Negative is a loss.
    The panel must have been kept in both.
    """
    people, twins = results.people, undisturbed.people
    counted = people.referred_week >= results.warm_up_weeks
    people, twins = people[counted], twins[counted]
    changed = numbers(people, "first_change_week")
    due = changed + AFTER_WEEKS
    seen = due <= results.model.week
    quarter = np.ceil((due - numbers(people, "referred_week")) / QUARTER)
    wellbeing = [latent_at(panel, people.person.to_numpy(), quarter) for panel in (results.panel, undisturbed.panel)]
    there = [with_service(arm, due) for arm in (people, twins)]
    by_person = {
        "change_cost_star": np.where(seen, wellbeing[0] - wellbeing[1], np.nan),
        "change_cost_retention": np.where(seen, there[0].astype(float) - there[1], np.nan),
    }
    return valued(over_groups(by_person, groups(people), UNITS))


def with_service(people: pd.DataFrame, week: np.ndarray) -> np.ndarray:
    """Return who, at their `week`, is in the first spell still or has ended it with goals met or at the time limit."""
    end = numbers(people, "end_week")
    return np.isnan(end) | (end > week) | people.exit_reason.isin(["goals_met", "time_limit"]).to_numpy()


def latent_at(panel: pd.DataFrame, person: np.ndarray, quarter: np.ndarray) -> np.ndarray:
    """Return each person's latent Star sum in the panel at the given quarter since referral; `nan` where there is none."""
    wanted = pd.MultiIndex.from_arrays([person, np.nan_to_num(quarter, nan=-1).astype(int)])
    return panel.set_index(["person", "quarter"])["latent"].reindex(wanted).to_numpy(float)
