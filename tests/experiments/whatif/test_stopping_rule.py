"""How many runs are enough: decided by the runs in their order, never by how many happen to be there."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.whatif.stopping import LOOK_AHEAD, enough, look_ahead, narrow, wanted

pytestmark = pytest.mark.property


@st.composite
def differences(draw, missing=True, most=60):
    """Differences of up to three measures over some runs, their margins, a precision and a minimum."""
    seed, count, measures = draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, most)), draw(st.integers(1, 3))
    luck = np.random.default_rng(seed)
    change = luck.normal(draw(st.floats(-2, 2)), 1, (count, measures))
    if missing:
        change[luck.random(change.shape) < draw(st.sampled_from([0.0, 0.2, 1.0]))] = math.nan
    margins = [draw(st.floats(0.1, 4)) for _ in range(measures)]
    return change, margins, draw(st.sampled_from([0.05, 0.25, 0.8])), draw(st.integers(2, 15))


@given(differences(), st.integers(0, 10))
@settings(max_examples=100, deadline=None)
def test_the_answer_depends_only_on_the_runs_it_uses(asked, further):
    change, margins, precision, least = asked
    found = enough(change, margins, precision, least)
    if found is None:
        return
    assert enough(change[:found], margins, precision, least) == found
    assert enough(change[: found - 1], margins, precision, least) is None
    others = np.vstack([change[:found], np.full((further, change.shape[1]), 1e9)])
    assert enough(others, margins, precision, least) == found


@given(differences())
@settings(max_examples=100, deadline=None)
def test_never_fewer_than_the_minimum_and_its_look_ahead_and_narrow_throughout(asked):
    change, margins, precision, least = asked
    found = enough(change, margins, precision, least)
    if found is not None:
        assert least + LOOK_AHEAD <= found <= len(change)
        assert all(narrow(change[:runs], margins, precision).all() for runs in range(found - LOOK_AHEAD, found + 1))


@given(differences(missing=False), st.floats(0.2, 1), st.floats(0.2, 1))
@settings(max_examples=100, deadline=None)
def test_a_smaller_margin_or_a_finer_precision_never_needs_fewer_runs(asked, share, finer):
    change, margins, precision, least = asked
    coarse, fine = (enough(change, m, p, least) for m, p in ((margins, precision), ([share * m for m in margins], finer * precision)))
    assert fine is None or (coarse is not None and coarse <= fine)


@given(differences(missing=False))
@settings(max_examples=100, deadline=None)
def test_one_measure_more_never_needs_fewer_runs(asked):
    change, margins, precision, least = asked
    one, all_of_them = enough(change[:, :1], margins[:1], precision, least), enough(change, margins, precision, least)
    assert all_of_them is None or (one is not None and one <= all_of_them)


@given(differences(), st.integers(1, 120))
@settings(max_examples=100, deadline=None)
def test_more_runs_are_asked_for_at_each_look_up_to_the_maximum(asked, room):
    change, margins, precision, _ = asked
    if len(change) < 2:
        return
    most = len(change) + room
    assert len(change) < wanted(change, margins, precision, most) <= most


def test_the_runs_are_enough_with_the_look_ahead_after_the_first_narrow_ones():
    """By hand: the sums of squares of 1, -1, 1, -1, … about their mean give half-widths below 0.9 from the eighth run on, not before."""
    change = np.tile([[1.0], [-1.0]], (30, 1))
    squares = {6: 6.0, 7: 7 - 1 / 7, 8: 8.0}
    halves = {n: t * math.sqrt(square / ((n - 1) * n)) for (n, square), t in zip(squares.items(), (2.5706, 2.4469, 2.3646), strict=True)}
    assert halves[6] > halves[7] > 0.9 > halves[8]
    assert enough(change, [2 * 0.9], 0.25, 2) == 8 + LOOK_AHEAD
    assert enough(change, [2 * 0.9], 0.25, 20) == 20 + LOOK_AHEAD


def test_a_wide_stretch_begins_the_count_again():
    quiet, shock = np.zeros((8, 1)), np.array([[50.0]])
    assert enough(np.vstack([quiet[:6], np.zeros((5, 1))]), [1.0], 0.25, 3) == 3 + LOOK_AHEAD
    assert enough(np.vstack([quiet[:6], shock, np.zeros((5, 1))]), [1.0], 0.25, 3) is None


def test_a_measure_that_no_run_has_is_not_waited_for_and_one_that_few_have_is():
    change = np.zeros((20, 2))
    change[:, 1] = math.nan
    assert enough(change, [1.0, 1.0], 0.25, 10) == 10 + LOOK_AHEAD
    change[0, 1] = 0.3  # one run has it: there is no interval yet
    assert enough(change, [1.0, 1.0], 0.25, 10) is None


@pytest.mark.parametrize(("runs", "further"), [(10, 5), (100, 5), (119, 5), (120, 6), (200, 10)])
def test_the_look_ahead_grows_beyond_a_hundred_runs(runs, further):
    assert look_ahead(runs) == further
