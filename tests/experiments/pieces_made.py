"""Makers of pieces for tests."""

import pandas as pd

from experiments.run import Job, run_model

RESTS_ON = ("patterns",)


def referred(piece, beside):
    """How many people are referred, and with a twin how many to it."""
    model = run_model(Job(piece.parameters, "", piece.seed, piece.weeks, events=False, panel=False))
    told = {"people": [len(model.results.people)], "more": [piece.option("more") if piece.options else 0]}
    return {"referred": pd.DataFrame(told | ({} if beside is None else {"twins": [int(beside["referred"].people[0])]}))}


another = referred
