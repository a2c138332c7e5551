"""The section on what one change of link worker costs: a reader of the report finds the answer, where it was worked out."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.report.leaving import COSTS, cost_of, leaving
from experiments.report.material import Material

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def material(small):
    return Material(small[0])


def test_the_cost_is_told_for_the_baseline_and_every_scenario_that_changes_something(material):
    page = leaving(material)
    assert "What one change of link worker costs the person it hits" in page
    assert "Six posts" in page and "Today’s service" in page and "Nothing changed" not in page
    assert page.count('scope="row"') == len(COSTS) * 3  # the baseline and two of the three scenarios


def test_the_mean_of_the_baseline_is_that_of_its_runs(material):
    runs = material.comparison.runs
    for measure in COSTS:
        own = runs[(runs.scenario == "baseline") & (runs.measure == measure) & (runs.group == "all")].value
        mean, half, count = cost_of(material, "baseline", measure)
        assert count == own.notna().sum()
        assert np.isclose(mean, own.mean(), equal_nan=True) and (count < 2 or half > 0)


def test_where_no_cost_was_worked_out_there_is_no_section(small):
    runs, effects = (frame[~frame.measure.isin(list(COSTS))] for frame in (small[0].runs, small[0].effects))
    plain = replace(small[0], runs=runs, effects=effects)
    assert leaving(Material(plain)) == ""


def test_it_says_against_what_and_where_more_is_told(material):
    page = leaving(material)
    assert "in a service that nobody leaves" in page and "docs/results/continuity.md" in page and "in the model" in page
    assert "continuity=true" in page and "One departure, cancelled" not in page
