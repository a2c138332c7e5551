"""A run that fails does not end a calibration: it is told, and the rest gives the answer."""

import pytest

from experiments.calibration import fit
from experiments.calibration.calibrate import Calibrator
from experiments.errors import RunError
from experiments.executors import Workers
from experiments.store import Store
from tests.experiments.calibration.known import Breaking, question, target

pytestmark = pytest.mark.unit


def respond(parameters, luck):
    return {"T4": 10 + 30 * parameters.contact.ask_base + luck.normal(0, 0.3)}


def nothing(parameters, luck):
    return {"T4": float("nan")}


def answer(folder, statistic):
    asked = question(["contact.ask_base"], [target("T4", value=20, low=18, high=22)], points=20)
    make = lambda parameters, seed, weeks: Breaking(parameters, seed, weeks, statistic)  # noqa: E731
    return Calibrator(asked, Store(folder), Workers(1), quiet=True, make=make).answer()


def test_runs_that_fail_are_left_out_and_told_with_their_reason(tmp_path):
    found = answer(tmp_path, respond)
    failed = found.runs[found.runs.status == "failed"]
    assert list(failed.seed) == [7, 14, 21, 28, 35] and set(failed.error) == {"ValueError: broken"} and failed.T4.isna().all()
    assert found.failed == len(failed) + (found.check.status == "failed").sum()
    assert fit.notes_of(found)[0].startswith(f"{found.failed} runs failed")
    assert len(found.emulators["T4"].unit) == 20  # each point has another seed


def test_a_target_without_values_ends_it_with_what_to_do(tmp_path):
    with pytest.raises(RunError, match="T4 .* has a value at too few points: 5 runs failed.*Leave it out of targets="):
        answer(tmp_path, nothing)
