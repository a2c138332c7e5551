"""Where a formula gives the posterior, the whole way from question to draws gives it too."""

import numpy as np
import pytest
from scipy.stats import beta

from tests.experiments.calibration.known import calibrated, question, target

pytestmark = pytest.mark.theory
ASK = "contact.ask_base"  # a probability, uniform


def months(parameters, luck):
    """A statistic that is a straight line in a parameter, with luck of known size."""
    return {"T4": 10 + 20 * parameters.contact.ask_base + luck.normal(0, 0.5)}


def share(parameters, luck):
    """A share that is the parameter itself, without luck."""
    return {"T15": parameters.contact.ask_base}


def test_a_normal_target_of_a_straight_line_gives_the_conjugate_normal_posterior():
    """Figure 20 with a standard deviation of 1, luck of 0.5, slope 20: mean 0.5, standard deviation sqrt(1.25) / 20 = 0.0559.

    Fixed seeds; bounds are 5 standard errors of about 1,000 draws, and for the spread 6%.
    """
    asked = question([ASK], [target("T4", value=20, low=20 - 1.959964, high=20 + 1.959964)], {ASK: [0.0, 1.0]}, points=64)
    found = calibrated(asked, months).chains.pool[:, 0]
    assert found.mean() == pytest.approx(0.5, abs=5 * 0.0559 / 1000**0.5 + 0.004)  # and what 128 runs leave of doubt about the line
    assert found.std() == pytest.approx(0.0559, rel=0.06)


def test_five_of_24_under_a_flat_prior_give_the_beta_posterior():
    """Beta(6, 20): mean 0.2308, 95% from 0.0944 to 0.4070. Fixed seeds."""
    found = calibrated(question([ASK], [target("T15")], {ASK: [0.001, 0.999]}, points=64), share)
    known = beta(6, 20)
    values = found.draws[ASK].to_numpy()
    assert found.chains.effective >= 800
    pool = found.chains.pool[:, 0]
    assert pool.mean() == pytest.approx(known.mean(), abs=0.01)
    assert np.percentile(pool, [2.5, 97.5]) == pytest.approx(known.ppf([0.025, 0.975]), abs=0.02)
    assert values.mean() == pytest.approx(known.mean(), abs=5 * known.std() / len(values) ** 0.5)


@pytest.mark.scale
def test_more_people_make_the_posterior_narrower_as_their_root():
    """50 of 240 against 5 of 24: a tenth of the variance, 1 in 8 to 1 in 12 at fixed seeds."""
    few, many = (
        calibrated(question([ASK], [target("T15", k=k, n=n)], {ASK: [0.01, 0.99]}, points=64), share).chains.pool[:, 0] for k, n in ((5, 24), (50, 240))
    )
    assert 8 < few.var() / many.var() < 12


def test_two_targets_of_one_parameter_meet_in_between_by_their_precision():
    """T4 says 0.4 and T6 says 0.6, each with a standard deviation of 0.05: 0.5, and 0.0354."""
    targets = [target("T4", value=0.4, low=0.4 - 0.098, high=0.4 + 0.098), target("T6", value=0.6, low=0.6 - 0.098, high=0.6 + 0.098)]

    def both(parameters, luck):
        return {"T4": parameters.contact.ask_base, "T6": parameters.contact.ask_base}

    found = calibrated(question([ASK], targets, {ASK: [0.0, 1.0]}, points=32), both).chains.pool[:, 0]
    assert found.mean() == pytest.approx(0.5, abs=0.005)
    assert found.std() == pytest.approx(0.05 / 2**0.5, rel=0.08)


def test_a_target_that_no_parameter_moves_leaves_the_prior_as_it_was():
    """Flat between 0 and 1: mean 0.5, variance 1/12. Fixed seeds."""
    found = calibrated(question([ASK], [target("T4", value=20, low=17, high=22)], {ASK: [0.0, 1.0]}), lambda p, luck: {"T4": 19 + luck.normal(0, 0.3)})
    pool = found.chains.pool[:, 0]
    assert pool.mean() == pytest.approx(0.5, abs=0.06)
    assert pool.var() == pytest.approx(1 / 12, rel=0.15)
