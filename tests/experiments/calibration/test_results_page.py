"""What docs/results/calibration.md says in words is what its tables say."""

import pandas as pd
import pytest

from experiments.calibration.identifiability import LITTLE, NOTHING, TOLD
from experiments.calibration_page import BLOCK, FOLDER, PAGE
from tests.experiments.conftest import ROOT

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def words():
    return " ".join(BLOCK.sub("", (ROOT / PAGE).read_text(encoding="utf-8")).split())


@pytest.fixture(scope="module")
def known():
    return pd.read_csv(ROOT / FOLDER / "identifiability.csv").set_index("parameter")


@pytest.fixture(scope="module")
def targets():
    return pd.read_csv(ROOT / FOLDER / "targets.csv").set_index("target")


def test_as_many_parameters_are_told_and_not_told_as_the_words_say(words, known):
    told, little, nothing = (set(known.index[known.verdict == said]) for said in (TOLD, LITTLE, NOTHING))
    assert len(told) == 4 and "Four of the seven are told." in words
    assert nothing == {"wellbeing.goal_effect", "contact.setback_return_weeks"} and "Two are not told" in words
    assert little == {"programme.completion"} and "Of `programme.completion` little is said" in words and known["shift"]["programme.completion"] < 0


def test_every_default_lies_in_its_interval(words, known):
    assert "Every default lies inside its 95% interval" in words
    assert known.in_service.between(known.ci_low, known.ci_high).all()


def test_t15_is_told_as_the_table_tells_it(words, targets):
    row = targets.loc["T15"]
    assert f"single runs give {row.prior_low:.2f} to {row.prior_high:.2f} (middle 95%), far from the published {row.published:.2f}" in words
    assert f"give {row.posterior_mean:.3f} on average" in words and f"its band begins at {row.low:g}" in words
    assert f"T15 is met only just: the mean of the real runs, {row.posterior_mean:.3g} (" in (ROOT / PAGE).read_text(encoding="utf-8")


def test_t16a_is_told_as_the_table_tells_it(words, targets):
    row = targets.loc["T16a"]
    assert f"T16a comes out at {row.posterior_mean:.2f} where {row.published:.2f} was published" in words
