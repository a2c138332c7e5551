"""Twenty sets of parameters that are known, data simulated from each, and the calibration that is to find them again."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.calibration import identifiability
from experiments.calibration.calibrate import Calibration, Calibrator
from experiments.calibration.likelihoods import EITHER_SIDE, terms_of
from experiments.calibration.question import CalibrationQuestion
from experiments.cli import read
from experiments.executors import Workers
from experiments.store import Store
from experiments.sweep.factors import chosen
from experiments.validation.pieces import piece_of
from experiments.validation.targets import BAND, Target, shipped

SETS = 20
PARAMETERS = ("allocation.accept_logit", "activity.start_logit", "activity.attend_logit", "dropout.hazard")
OF_BANDS = {"T1": 0.010, "T3": 0.015, "T16a": 0.015, "T16b": 0.015}  # standard deviation of the published figure
OF_COUNTS = {"T15": 24}  # people of the study
WEEKS, POINTS, WAVES, DRAWS, CHECKED = 66, 96, 1, 200, 4  # one wave, so that all sets share its runs
FIRST_SEED_OF_DATA, SEED_OF_TRUTH, SEED_OF_RUNS = 900_001, 20_191, 1


def asked(targets: Sequence[Target], waves: int = WAVES) -> CalibrationQuestion:
    """The calibration of the default service to `targets`; the first of several waves is that of one."""
    service = read("run", []).parameters
    factors, _ = chosen(PARAMETERS, service, {})
    terms, notes = terms_of(targets)
    sizes = {"points": POINTS, "waves": waves, "draws": DRAWS, "most_checked": CHECKED}
    return CalibrationQuestion(service, factors, tuple(targets), terms, seed=SEED_OF_RUNS, weeks=WEEKS, notes=notes, **sizes)


def truth(number: int) -> np.ndarray:
    """The known parameters of a set: a draw of the prior, as positions in it."""
    return np.random.default_rng([SEED_OF_TRUTH, number]).random(len(PARAMETERS))


def published(number: int) -> tuple[Target, ...]:
    """The data of a set: the figures of one run at its parameters, each told with its own error, or of a sample of people."""
    question, rng = asked([shipped()["T1"]]), np.random.default_rng([SEED_OF_TRUTH, number, 1])
    piece = piece_of(question.parameters_at(truth(number)), FIRST_SEED_OF_DATA + number, WEEKS)
    values = piece.made(Store(Path()))["patterns"].set_index("id").value
    found = []
    for name, sd in OF_BANDS.items():
        value = values[name] + rng.normal(0, sd)
        found.append(told(name, kind=BAND, value=value, low=value - EITHER_SIDE * sd, high=value + EITHER_SIDE * sd, k=None, n=None))
    for name, people in OF_COUNTS.items():
        k = int(rng.binomial(people, values[name]))
        found.append(told(name, value=k / people, k=k, n=people))
    return tuple(found)


def told(name: str, **figures) -> Target:
    """A target with other figures."""
    return Target(**{**vars(shipped()[name]), **figures})


def recovered(number: int, store: str) -> pd.DataFrame:
    """Calibrate one set and return a row a parameter: the truth, the 95% interval, and what is known of it."""
    return against_truth(number, calibrated(number, store, WAVES))


def calibrated(number: int, store: str, waves: int, workers: int = 1) -> Calibration:
    """Calibrate one set in a number of waves."""
    return Calibrator(asked(published(number), waves), Store(Path(store)), Workers(workers), batch=4, quiet=True).answer()


def against_truth(number: int, calibration: Calibration) -> pd.DataFrame:
    """Return a row a parameter: the truth, the 95% interval, whether it covers, and what is known of it."""
    question = calibration.question
    values = question.values_at(truth(number))
    table = identifiability.table_of(calibration).assign(number=number, truth=[values[f.key] for f in question.factors])
    return table.assign(covered=(table.ci_low <= table.truth) & (table.truth <= table.ci_high))


def first_wave(store: str) -> None:
    """Make the runs that all sets share."""
    from experiments.calibration.runs import runs_of_wave
    from experiments.missing import carry_out

    question = asked([shipped()["T1"]])
    calibrator = Calibrator(question, Store(Path(store)), Workers(2), quiet=True)
    carry_out([run.piece for run in runs_of_wave(question, calibrator.first.unit, 0)], calibrator.store, calibrator.workers, 4, True)


def all_recovered(store: str) -> pd.DataFrame:
    """Return `recovered` of all sets, worked out in two processes."""
    first_wave(store)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tables = list(pool.map(recovered, range(SETS), [store] * SETS))
    return pd.concat(tables, ignore_index=True)
