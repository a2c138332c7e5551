"""The report says what the tables say, for one parameter and for many."""

import re
from dataclasses import replace

import numpy as np
import pytest

from experiments.calibration.figures import pairs
from experiments.calibration.report import told
from experiments.calibration.report.page import Told, page
from tests.experiments.calibration.known import calibrated, question, target

pytestmark = pytest.mark.unit
MANY = (
    "contact.ask_base", "contact.ask_trust", "dropout.hazard", "programme.completion", "activity.start_logit", "activity.attend_logit",
    "allocation.accept_logit", "wellbeing.goal_effect", "contact.setback_return_weeks",
)  # fmt: skip


@pytest.fixture(scope="module")
def single():
    asked = question(MANY[:1], [target("T4", value=20, low=17, high=22)], titles={"service": "A <small> service"})
    return calibrated(asked, lambda parameters, luck: {"T4": 10 + 30 * parameters.contact.ask_base + luck.normal(0, 0.3)})


def test_one_parameter_has_a_report_too(single):
    text = page(Told(single, {"hash": "abc"}, ("targets.csv",), "spsim calibrate …"))
    assert text.count("<figure>") == 3 and "A &lt;small&gt; service" in text
    assert "The fitted model meets 1 of 1 target" in text and "No two parameters trade off strongly" in text


def test_the_short_answer_fits_80_columns_and_names_parameter_target_and_verdict(single):
    lines = told(single).splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("contact.ask_base") for line in lines) and any(re.match(r"T4 .* met$", line) for line in lines)


def test_the_numbers_of_the_figure_are_those_of_the_table(single):
    found = Told(single)
    (row,) = found.known.to_dict("records")
    assert f"{row['posterior_median']:.3g}" in found.figures["posterior"].table.rows[0][3]


def test_of_many_parameters_the_eight_in_the_strongest_pairs_are_drawn(single):
    """The first two stand in for one another; the last is known least and is in no pair."""
    rng = np.random.default_rng(3)
    pool = rng.random((2000, len(MANY)))
    pool[:, :-1] = 0.3 + 0.3 * pool[:, :-1]
    pool[:, 1] = 0.9 - pool[:, 0]
    asked = question(MANY, [target("T4", value=20, low=17, high=22)])
    drawn = pairs.figure(replace(single, question=asked, chains=replace(single.chains, pool=pool)), "5 years")
    names = [factor.name for factor in asked.factors]
    assert drawn.title == f"{names[0]} and {names[1]} trade off" and "8 of 9 parameters" in drawn.subtitle
    for sheet in (drawn.wide, drawn.narrow):
        marks = "".join(sheet.marks)
        assert "NaN" not in marks and "nan" not in marks
        assert marks.count(' fill="#F7F7F7"') == 8 * 9 / 2


def test_a_pair_that_rises_together_is_not_said_to_trade_off(single):
    u = np.linspace(0, 1, 500)
    asked = question(MANY[:2], [target("T4", value=20, low=17, high=22)])
    drawn = pairs.figure(replace(single, question=asked, chains=replace(single.chains, pool=np.c_[u, u])), "5 years")
    assert "rise together" in drawn.title
