"""One place and one seed: what is kept of such a run, so that any number of places can be put together without their people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.pieces import Piece, Tables
from experiments.places.system import Place
from experiments.run import Job, labelled, run_model
from experiments.twins import against, usual_care
from sim.results import Results
from sim.summary import Tally, tallies

RESTS_ON = ("twins", "run", "pieces")
MAKER = "experiments.places.piece:tables"
TALLIES, WEEKLY, SPREAD, PEOPLE = "tallies", "weekly", "spread", "people"
SPREAD_OF = {  # measures of which quantiles over people are told: their values per person, rounded to so many decimals
    "wait_mean": 0, "months_in_service": 2, "contacts_per_user": 0, "star_gain_26": 0, "star_gain_latent_52": 2,
}  # fmt: skip
TALLY_COLUMNS = list(Tally._fields)


def piece_of(place: Place, seed: int, weeks: int, twin: bool = False, people: str = "", compiled: bool = False) -> Piece:
    """Return the piece of work that runs `place` in the run of `seed`; with `twin` also under usual care.

    `compiled` takes the compiled form of the week. With `people`, the name of a scenario, a row a person is kept too, labelled with it and `seed`.
    """
    options = (("twin", twin), ("people", people), ("run", seed if people else None), ("compiled", compiled))
    return Piece(MAKER, place.parameters, place.seed(seed), weeks, options)


def tables(piece: Piece, _: Tables | None) -> Tables:
    """Run one place and return its tallies, its weeks and how its people are spread; its people when asked for."""
    results = results_of(piece, usual=False)
    rows = tallies(results)
    if piece.option("twin"):
        arms = results, results_of(piece, usual=True)
        rows += against([arm.people for arm in arms], [arm.weekly for arm in arms], piece.parameters)
    kept = {TALLIES: pd.DataFrame(rows, columns=TALLY_COLUMNS), WEEKLY: results.weekly, SPREAD: spread(results)}
    return kept | ({PEOPLE: labelled(results.people, piece.option("run"), piece.option("people"))} if piece.option("people") else {})


def results_of(piece: Piece, usual: bool) -> Results:
    """Return the results of the place, or of the same people under usual care."""
    parameters = usual_care(piece.parameters) if usual else piece.parameters
    return run_model(Job(parameters, "", piece.seed, piece.weeks, events=False, panel=False, compiled=piece.option("compiled"))).results


def spread(results: Results) -> pd.DataFrame:
    """Return `measure, value, people`: how many people have each value, rounded, of the measures of `SPREAD_OF`."""
    parts = []
    for measure, decimals in SPREAD_OF.items():
        values = results.by_person[measure]
        rounded, count = np.unique(np.round(values[~np.isnan(values)], decimals) + 0.0, return_counts=True)  # + 0.0: no -0
        parts.append(pd.DataFrame({"measure": measure, "value": rounded, "people": count}))
    return pd.concat(parts, ignore_index=True)
