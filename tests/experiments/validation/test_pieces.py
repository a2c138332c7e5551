"""The piece that validation and calibration share: every pattern of one run, with the counts behind shares."""

import warnings

import numpy as np
import pytest

from experiments.cli import read
from experiments.patterns import PATTERNS
from experiments.store import Store
from experiments.validation.pieces import patterns_of, piece_of

pytestmark = pytest.mark.unit
SHARES = {"T1", "T3", "T7", "T10a", "T10b", "T10c", "T10d", "T11", "T14a", "T15", "T16a", "T16b", "T19a", "T19b"}


@pytest.fixture(scope="module")
def classroom():
    return read("run", ["service=classroom"]).parameters


@pytest.fixture(scope="module")
def table(classroom):
    return patterns_of(piece_of(classroom, 1, 150), None)["patterns"].set_index("id")


def test_every_pattern_of_one_run_is_told_once_in_order(table):
    assert list(table.index) == list(PATTERNS)


def test_a_share_is_its_count_over_those_it_is_of_and_nothing_else_has_counts(table):
    shares = table[table.n.notna()]
    assert set(shares.index) == SHARES
    some = shares[shares.n > 0]
    assert len(some) > 10
    assert np.allclose((some.k / some.n).astype(float), some.value)


def test_a_run_too_short_for_a_pattern_gives_no_value_and_no_warning(classroom):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        short = patterns_of(piece_of(classroom, 1, 20), None)["patterns"].set_index("id")
    assert np.isnan(short.value["T4"]) and np.isnan(short.value["T20a"]) and np.isfinite(short.value["T2a"])


def test_usual_care_from_the_store_gives_the_same_as_usual_care_made_now(classroom, table, tmp_path):
    store, piece = Store(tmp_path), piece_of(classroom, 1, 150)
    piece.twin.make(store)
    assert piece.made(store)["patterns"].set_index("id").equals(table)
