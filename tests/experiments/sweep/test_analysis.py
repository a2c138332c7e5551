"""The analysis as a whole: what it refuses, that it is the same each time, and that it leaves nothing behind."""

import warnings

import numpy as np
import pandas as pd
import pytest

from experiments.sweep.analysis import INDEX_COLUMNS, analyse
from experiments.sweep.convergence import COLUMNS as CONVERGENCE_COLUMNS
from experiments.sweep.designs import METHODS, Design
from experiments.sweep.noise import COLUMNS as NOISE_COLUMNS
from tests.experiments.sweep.analysis_functions import design, ishigami, noisy

pytestmark = pytest.mark.unit
SIZES = {"morris": 6, "sobol": 32, "fast": 65, "pawn": 64, "delta": 64, "lhs": 64, "grid": 4, "oat": 4}


def made(method, seed=0, **more):
    """A small design and outputs with two replications."""
    plan = design(method, 3, SIZES[method], seed, **more)
    return plan, noisy(ishigami(np.nan_to_num(plan.unit, nan=0.4)), 2, 1.0, 0.5, seed)


@pytest.mark.parametrize("method", METHODS)
def test_the_tables_have_the_promised_columns_and_the_seed_decides_every_byte(method):
    plan, outputs = made(method)
    first, again = (analyse(plan, {"y": outputs, "z": -outputs}, seed=0, resamples=20) for _ in range(2))
    for name, columns in (("indices", INDEX_COLUMNS), ("convergence", CONVERGENCE_COLUMNS), ("noise", NOISE_COLUMNS)):
        table = getattr(first, name)
        assert tuple(table.columns) == columns
        assert len(table)
        pd.testing.assert_frame_equal(table, getattr(again, name), check_exact=True)
    assert first.notes == again.notes


@pytest.mark.parametrize("method", METHODS)
def test_seed_0_is_a_seed_and_the_state_of_numpy_is_neither_used_nor_changed(method):
    """SALib takes seed=0 for none, and seeds numpy's global state in several analyses."""
    plan, outputs = made(method)
    found, formatting, filters = [], warnings.formatwarning, list(warnings.filters)
    for start in (1, 2):
        np.random.seed(start)
        expected = np.random.RandomState(start).random_sample(3)
        found.append(analyse(plan, {"y": outputs}, seed=0, resamples=20).indices)
        assert np.array_equal(np.random.random_sample(3), expected)
    pd.testing.assert_frame_equal(*found, check_exact=True)
    assert warnings.formatwarning is formatting
    assert list(warnings.filters) == filters


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn", "delta", "lhs", "fast"])
def test_another_seed_moves_the_intervals(method):
    plan, outputs = made(method)
    one, other = (analyse(plan, {"y": outputs}, seed=seed, resamples=20).indices.ci_high for seed in (0, 1))
    assert not one.equals(other)


def test_outputs_of_a_wrong_length_are_refused_with_both_lengths():
    plan, outputs = made("lhs")
    with pytest.raises(ValueError, match=r"retention has outputs of shape \(63, 2\): the design has 64 points"):
        analyse(plan, {"retention": outputs[1:]})
    with pytest.raises(ValueError, match=r"shape \(64,\)"):
        analyse(plan, {"retention": outputs[:, 0]})
    with pytest.raises(ValueError, match="resamples=1"):
        analyse(plan, {"retention": outputs}, resamples=1)


def test_rows_that_a_wrong_second_order_flag_would_misread_are_refused():
    """40 base samples of 3 + 2 rows are also 25 of 2 x 3 + 2: SALib would take them."""
    right = design("sobol", 3, 32)
    wrong = Design("sobol", right.names, right.unit, size=20, seed=0, second_order=True)
    assert len(right.unit) == 20 * 8
    with pytest.raises(ValueError, match="as SALib orders them"):
        analyse(wrong, {"y": np.ones((160, 1))})
    with pytest.raises(ValueError, match="has 256 rows, not 160"):
        analyse(Design("sobol", right.names, right.unit, size=32, seed=0, second_order=True), {"y": np.ones((160, 1))})


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_rows_in_another_order_than_salibs_are_refused(method):
    plan, outputs = made(method)
    shuffled = Design(method, plan.names, np.random.default_rng(0).permutation(plan.unit), plan.size, 0)
    with pytest.raises(ValueError, match="as SALib orders them"):
        analyse(shuffled, {"y": outputs})


def test_a_note_is_said_once_with_all_its_measures():
    plan, outputs = made("sobol")
    notes = analyse(plan, {"uptake": outputs[:, :1], "retention": outputs[:, :1]}, resamples=10).notes
    assert [note for note in notes if "one replication" in note] == [
        "uptake, retention: there is one replication a point, so that noise cannot be told from the effects of parameters."
    ]
    assert len(set(notes)) == len(notes)


@pytest.mark.parametrize("method", METHODS)
def test_no_estimate_is_missing_without_a_note_on_its_measure(method):
    plan, outputs = made(method)
    outputs[1] = np.nan
    found = analyse(plan, {"y": outputs, "flat": np.ones_like(outputs), "single": outputs[:, :1]}, resamples=10)
    told = {measure for note in found.notes for measure in note.split(":")[0].split(", ")}
    assert set(found.indices[found.indices.estimate.isna()].measure) <= told
    assert "flat" in told
