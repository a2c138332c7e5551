"""The runs of a whole comparison, timed."""

import pytest

from benchmarks import comparison

pytestmark = pytest.mark.unit


@pytest.mark.scale
def test_it_says_how_many_runs_were_made_and_judges_only_the_size_of_the_goal(monkeypatch):
    assert "Goal" not in comparison.run(1, 1, processes=1, weeks=2)["told"]
    monkeypatch.setattr(comparison, "GOAL", {"scenarios": 2, "seeds": 1, "seconds": 1e6})
    told = comparison.run(2, 1, processes=1, weeks=2)["told"]
    assert "2 scenarios and the baseline, 1 seeds each, 2 weeks" in told
    assert "Goal, 1e+06 s: met." in told
