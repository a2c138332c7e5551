"""Convergence: the smaller designs are designs, and the last step is the analysis itself."""

import numpy as np
import pandas as pd
import pytest

from experiments.sweep.analysis import analyse
from experiments.sweep.convergence import sizes
from tests.experiments.sweep.analysis_functions import design, ishigami, noisy

pytestmark = pytest.mark.unit


def outputs_of(plan):
    return noisy(ishigami(np.nan_to_num(plan.unit, nan=0.4)), 2, 0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("method", "size", "expected"),
    [
        ("sobol", 128, [16, 32, 64]), ("sobol", 16, []), ("morris", 10, [2, 4, 8]), ("lhs", 96, [12, 24, 48]), ("delta", 128, [32, 64]),
        ("pawn", 65, []), ("fast", 65, []), ("grid", 5, []), ("oat", 5, []),
    ],
)  # fmt: skip
def test_smaller_designs_double_up_to_the_whole(method, size, expected):
    assert sizes(design(method, 3, size)) == expected


@pytest.mark.parametrize(("method", "small", "large", "points"), [("sobol", 32, 64, 160), ("morris", 4, 8, 16), ("lhs", 32, 64, 32), ("delta", 32, 64, 32)])
def test_a_step_is_the_analysis_of_the_smaller_design(method, small, large, points):
    whole, part = (analyse(plan, {"y": outputs_of(plan)}, resamples=30) for plan in (design(method, 3, size) for size in (large, small)))
    step = whole.convergence[whole.convergence.points == points]
    columns = ["parameter", "index", "estimate", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(step[columns].reset_index(drop=True), part.indices[columns])


@pytest.mark.parametrize("method", ["sobol", "morris", "fast", "pawn", "delta", "lhs", "grid", "oat"])
def test_the_last_step_is_the_whole(method):
    plan = design(method, 3, {"morris": 8, "grid": 4, "oat": 4, "fast": 65}.get(method, 64))
    found = analyse(plan, {"y": outputs_of(plan)}, resamples=20)
    last = found.convergence[found.convergence.points == len(plan.unit)]
    assert last.estimate.tolist() == found.indices.estimate.tolist()
    assert last.ci_high.tolist() == found.indices.ci_high.tolist()


@pytest.mark.parametrize("method", ["fast", "grid", "oat"])
def test_a_method_without_smaller_designs_says_so(method):
    plan = design(method, 3, 65 if method == "fast" else 4)
    found = analyse(plan, {"y": outputs_of(plan)}, resamples=10)
    assert found.convergence.points.nunique() == 1
    assert any("no convergence" in note for note in found.notes)


def test_a_step_of_which_too_few_points_have_a_value_is_absent_and_points_are_those_used():
    plan = design("sobol", 3, 64)
    outputs = outputs_of(plan)
    outputs[:10] = np.nan  # two of the first sixteen base samples
    assert sorted(set(analyse(plan, {"y": outputs}, resamples=10).convergence.points)) == [30 * 5, 62 * 5]
