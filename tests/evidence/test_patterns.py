"""The default service against the published figures: ten fixed seeds, the mean over them, no random pass or fail."""

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.executors import Workers
from experiments.store import Store
from experiments.validation import page
from experiments.validation.question import question_of
from experiments.validation.targets import shipped
from experiments.validation.validate import Validation, validate

pytestmark = pytest.mark.evidence

FITTED = ("T1", "T3", "T4", "T6", "T15", "T16a", "T16b")
INPUTS = ("T2a", "T2b", "T14a", "T19a", "T19b")


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Validation:
    return validate(question_of(cli.read("validate", [])), Store(tmp_path_factory.mktemp("store")), Workers(2), quiet=True)


@pytest.fixture(scope="module")
def judged(found) -> pd.DataFrame:
    return found.table.set_index("id", drop=False)


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


def test_every_target_has_an_answer_whatever_its_verdict(judged):
    assert list(judged.id) == list(shipped())
    assert np.isfinite(judged["mean"]).all()
    assert (judged.replications == 10).all()


def test_the_results_page_is_current(found):
    """`make results` remakes it."""
    assert page.FOUND.read_text(encoding="utf-8") == page.keep(found).to_csv(index=False)
