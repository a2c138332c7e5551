"""The default service against the published figures: ten fixed seeds, the mean over them, no random pass or fail."""

import numpy as np
import pandas as pd
import pytest

from experiments import evidence

pytestmark = pytest.mark.evidence

FITTED = ("T1", "T3", "T4", "T6", "T15", "T16a", "T16b")
INPUTS = ("T2a", "T2b", "T14a", "T19a", "T19b")


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    return evidence.judge(evidence.measure()).set_index("id", drop=False)


@pytest.mark.parametrize("target", FITTED)
def test_a_fitted_pattern_is_inside_its_band(judged, target):
    row = judged.loc[target]
    assert row.use == "fit"
    assert row.low <= row["mean"] <= row.high


@pytest.mark.parametrize("target", INPUTS)
def test_what_goes_in_comes_out_again(judged, target):
    row = judged.loc[target]
    assert row.use == "input"
    assert row.low <= row["mean"] <= row.high


def test_seeds_differ_and_agree_well_enough_to_judge_the_fitted_patterns(judged):
    """The interval over seeds is narrower than a third of the band, so that a verdict is not luck."""
    rows = judged.loc[list(FITTED)]
    width = rows.ci_high - rows.ci_low
    assert (width > 0).all()
    assert (width < (rows.high - rows.low) / 3).all()


def test_every_held_out_pattern_is_reported_whatever_its_verdict(judged):
    reported = judged[judged.use == "hold out"]
    assert {"T7", "T8a", "T8b", "T10a", "T10b", "T10c", "T10d", "T11"} <= set(reported.id)
    assert np.isfinite(reported["mean"]).all()


def test_the_results_page_is_current(judged):
    """`make results` remakes it."""
    assert evidence.PAGE.read_text(encoding="utf-8") == evidence.page(judged)
