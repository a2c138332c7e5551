"""What a run says of each published pattern: the piece that validation and calibration share.

Studies that need runs of their own are in `experiments.validation.studies`, so that a change there leaves these pieces as they are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments import patterns
from experiments.patterns import PATTERNS, Share
from experiments.pieces import Piece, Tables
from experiments.run import Job, check_departures, run_model
from experiments.twins import usual_care as without_service
from sim import Parameters

RESTS_ON = ("patterns", "run", "twins")
MAKER, CARE_MAKER = f"{__name__}:patterns_of", f"{__name__}:usual_care"
COLUMNS = ("id", "value", "k", "n")


def piece_of(parameters: Parameters, seed: int, weeks: int) -> Piece:
    """Return the piece that holds the patterns of one run, with the usual care it is set against."""
    care = Piece(CARE_MAKER, without_service(parameters), seed, weeks)
    return Piece(MAKER, parameters, seed, weeks, twin=care)


def patterns_of(piece: Piece, beside: Tables | None) -> Tables:
    """Return the table `patterns`: `id, value, k, n`, one row a pattern that one run and its usual care can answer.

    `k` and `n` are the counts behind a share, missing for what is no share. A pattern that the run is too short for has no value.
    """
    model = run_model(Job(piece.parameters, "", piece.seed, piece.weeks, events=True, panel=False))
    check_departures(model)
    care = beside or usual_care(Piece(CARE_MAKER, without_service(piece.parameters), piece.seed, piece.weeks), None)
    results = model.results
    return {"patterns": told(patterns.Tables(results.people, care["people"], results.events, results.weekly))}


def usual_care(piece: Piece, beside: Tables | None) -> Tables:
    """Return the table `people` of a run: each person's latent wellbeing at the weeks that the patterns look at."""
    people = run_model(Job(piece.parameters, "", piece.seed, piece.weeks, events=False, panel=False)).results.people
    return {"people": people[["person", *(name for name in people if name.startswith("latent_") and "exit" not in name)]]}


def told(tables: patterns.Tables) -> pd.DataFrame:
    """Return every pattern of one run with the counts behind it, in the order of `PATTERNS`."""
    with np.errstate(divide="ignore", invalid="ignore"):  # of nobody there is no share and no ratio
        values = {name: pattern(tables) for name, pattern in PATTERNS.items()}
    counts = [(value.k, value.n) if isinstance(value, Share) else (pd.NA, pd.NA) for value in values.values()]
    frame = pd.DataFrame({"id": list(values), "value": [float(value) for value in values.values()]})
    return frame.assign(**{name: pd.array([count[place] for count in counts], dtype="Int64") for place, name in enumerate(COLUMNS[2:])})
