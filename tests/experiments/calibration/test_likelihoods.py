"""Likelihoods are those of the textbooks where the model's figure is known, and their mean over what is not known of it."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, logit
from scipy.stats import binom, multinomial, norm

from experiments.calibration.likelihoods import terms_of
from tests.experiments.calibration.known import target

pytestmark = pytest.mark.unit
KNOWN = np.array([[0.0]])  # no doubt about the model's figure


def one(*targets):
    terms, notes = terms_of(targets)
    assert len(terms) == 1
    return terms[0]


def test_without_doubt_about_the_model_a_binomial_target_has_the_binomial_probability():
    found = one(target("T15")).log_likelihood(logit([[0.1], [0.3]]), np.zeros((2, 1)))
    assert found == pytest.approx(binom(24, [0.1, 0.3]).logpmf(5), abs=1e-6)


def test_doubt_about_the_model_is_averaged_over():
    (found,) = one(target("T15")).log_likelihood(np.array([[-1.0]]), np.array([[0.6]]))
    expected, _ = quad(lambda z: binom(24, expit(z)).pmf(5) * norm(-1, 0.6).pdf(z), -6, 4)
    assert found == pytest.approx(np.log(expected), abs=1e-6)


def test_the_answers_of_table_1_are_one_multinomial_sample_of_17_people():
    targets = [target(name) for name in ("T10a", "T10b", "T10c", "T10d")]
    terms, notes = terms_of(targets)
    assert [(term.kind, term.counts, term.n) for term in terms] == [("multinomial", (6, 3, 4, 2), 17)]
    assert any("T10b counts as 3 of 17" in note for note in notes)
    shares = np.array([0.4, 0.1, 0.2, 0.2])
    (found,) = terms[0].log_likelihood(logit(shares)[None], np.zeros((1, 4)))
    assert found == pytest.approx(multinomial(17, [*shares, 0.1]).logpmf([6, 3, 4, 2, 2]), abs=1e-6)


def test_shares_that_sum_to_more_than_all_still_have_a_likelihood():
    term = one(*(target(name) for name in ("T10a", "T10c")))
    assert np.isfinite(term.log_likelihood(logit(np.array([[0.8, 0.7]])), np.full((1, 2), 0.1))).all()


def test_health_limited_alone_is_five_of_24():
    term = one(target("T10b"))
    assert (term.kind, term.counts, term.n) == ("binomial", (5,), 24)


def test_the_same_people_counted_twice_are_warned_of():
    _, notes = terms_of([target("T10b"), target("T15")])
    assert any("count twice" in note for note in notes)
    assert not terms_of([target("T10a"), target("T15")])[1]


def test_a_band_holds_95_percent_on_either_side_of_the_published_value():
    term, sd = one(target("T4", value=21, low=17, high=22)), np.zeros((1, 1))
    density = lambda x: float(np.exp(term.log_likelihood(np.array([[x]]), sd)[0]))  # noqa: E731
    whole = [quad(density, *ends)[0] for ends in ((0, 21), (21, 40))]
    inside = [quad(density, *ends)[0] for ends in ((17, 21), (21, 22))]
    assert sum(whole) == pytest.approx(1, abs=1e-6)
    assert [part / of for part, of in zip(inside, whole, strict=True)] == pytest.approx([0.95, 0.95], abs=1e-6)


def test_where_no_value_was_published_the_middle_of_the_band_counts_and_a_note_says_so():
    terms, notes = terms_of([target("T4", value=np.nan, low=17, high=22)])
    assert terms[0].observed(0) == 19.5
    assert any("T4: no published value inside its band" in note for note in notes)


def test_doubts_add_up_in_a_normal_target():
    term = one(target("T4", value=20, low=20 - 1.959964, high=20 + 1.959964))
    assert term.log_likelihood(np.array([[23.0]]), np.array([[2.0]]))[0] == pytest.approx(norm(20, 5**0.5).logpdf(23), abs=1e-6)
    assert term.implausibility(np.array([[23.0]]), np.array([[2.0]]))[0, 0] == pytest.approx(3 / 5**0.5)


def test_a_large_study_counts_as_normal_and_agrees_with_the_exact_share_where_both_can_be_had():
    small, large = (one(target("T15", k=80, n=n)) for n in (400, 401))
    at = logit(np.array([[0.17], [0.2], [0.24]])), np.full((3, 1), 0.05)
    assert large.log_likelihood(*at) == pytest.approx(small.log_likelihood(*at), abs=0.06)
