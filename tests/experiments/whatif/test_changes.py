"""What a change of link worker costs those it hits, against themselves in a service that nobody leaves."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.run import Job, run_model
from experiments.whatif.changes import change_costs, nobody_leaves
from sim import Parameters
from sim.people import COMPLEXITIES

pytestmark = pytest.mark.unit
WEEKS = 104
RESTLESS = {"workforce.turnover": 1.0, "handover.managed_share": 0.0, "workforce.sickness": 0.0}
SEEDS = range(1, 8)


@pytest.fixture(scope="module")
def costs():
    """`costs(changes, seed)`: what changes cost in a small service (4 posts, 240 people a year), by measure, and how many people it is about."""

    def of(changes, seed):
        small = {"referrals.first_year": 240, "referrals.later_years": 240, "workforce.posts": 4}
        parameters = Parameters().replace(small | changes)
        both = [run_model(Job(p, "", seed, WEEKS, events=False, panel=True)).results for p in (parameters, nobody_leaves(parameters))]
        rows = change_costs(*both)
        return rows[rows.group == "all"].set_index("measure")

    return of


def test_where_nobody_leaves_there_is_nobody_it_hits(costs):
    """Not a cost of nothing: no cost at all, for there is no one to ask."""
    rows = costs({"workforce.turnover": 0.0}, 1)
    assert rows.value.isna().all()
    assert (rows.people == 0).all()


@pytest.fixture(scope="module")
def restless(costs):
    return [costs(RESTLESS, seed) for seed in SEEDS]


@pytest.mark.scale
@pytest.mark.parametrize("measure", ["change_cost_star", "change_cost_retention"])
def test_a_change_without_a_handover_costs_those_it_hits(restless, measure):
    """Paired t over seven fixed seeds, one-sided at 0.1%: were there no cost, this would pass in one of a thousand tests."""
    values = np.array([rows.value[measure] for rows in restless])
    assert stats.ttest_1samp(values, 0, alternative="less").pvalue < 0.001
    assert min(rows.people[measure] for rows in restless) > 30


@pytest.mark.scale
def test_a_warm_handover_costs_fewer_their_place(costs, restless):
    """Paired t over the same seeds, one-sided at 1%: were both as costly, this would pass in one of a hundred tests."""
    managed = {"handover.managed_share": 1.0, "handover.trust_kept_managed": 1.0, "handover.ceiling_factor": 1.0}
    warm = [costs(RESTLESS | managed, seed).value["change_cost_retention"] for seed in SEEDS]
    cold = [rows.value["change_cost_retention"] for rows in restless]
    assert stats.ttest_rel(warm, cold, alternative="greater").pvalue < 0.01


def results(people, panel, week=60, warm_up=0):
    base = dict.fromkeys(("female", "deprived", "minority", "mental_health"), False) | {"exit_reason": None, "end_week": np.nan}
    table = pd.DataFrame([base | row for row in people])
    table["complexity"] = pd.Categorical(["simple"] * len(people), COMPLEXITIES)
    return SimpleNamespace(people=table, panel=pd.DataFrame(panel), model=SimpleNamespace(week=week), warm_up_weeks=warm_up)


def test_the_cost_is_read_at_the_first_quarter_half_a_year_after_the_change():
    """By hand: referred in week 3 and changed in week 10, so due in week 36, 33 weeks after referral: the third quarter, week 39."""
    panel = {"person": [0, 0, 0, 0], "quarter": [1, 2, 3, 4], "latent": [20.0, 21.0, 22.0, 23.0]}
    undisturbed = panel | {"latent": [20.0, 22.0, 24.5, 30.0]}
    hit = {"person": 0, "referred_week": 3, "first_change_week": 10.0, "end_week": 30.0, "exit_reason": "dropout"}
    spared = hit | {"first_change_week": np.nan, "end_week": np.nan, "exit_reason": None}
    rows = change_costs(results([hit], panel), results([spared], undisturbed))
    found = rows[rows.group == "all"].set_index("measure").value
    assert found["change_cost_star"] == 22.0 - 24.5
    assert found["change_cost_retention"] == -1


@pytest.mark.parametrize(
    ("end_week", "exit_reason", "there"),
    [
        (np.nan, None, True),
        (36.0, "lost_other", False),
        (37.0, "lost_other", True),
        (30.0, "goals_met", True),
        (30.0, "time_limit", True),
        (30.0, "lost_setback", False),
    ],  # fmt: skip
)
def test_with_the_service_or_done_with_it_counts_as_there(end_week, exit_reason, there):
    panel = {"person": [0], "quarter": [3], "latent": [20.0]}
    hit = {"person": 0, "referred_week": 3, "first_change_week": 10.0, "end_week": end_week, "exit_reason": exit_reason}
    spared = hit | {"first_change_week": np.nan, "end_week": np.nan, "exit_reason": None}
    rows = change_costs(results([hit], panel), results([spared], panel))
    assert rows[rows.group == "all"].set_index("measure").value["change_cost_retention"] == int(there) - 1


def test_a_change_too_late_to_be_judged_is_left_out():
    panel = {"person": [0], "quarter": [3], "latent": [20.0]}
    late = {"person": 0, "referred_week": 3, "first_change_week": 40.0}
    rows = change_costs(results([late], panel), results([late | {"first_change_week": np.nan}], panel))
    assert rows.value.isna().all() and (rows.people == 0).all()
