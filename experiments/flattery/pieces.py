"""What is drawn from the runs of one seed: the before-and-after study taken apart, and users' care beside non-users' and their own usual care."""

from __future__ import annotations

import pandas as pd

from experiments.flattery import care, shares
from experiments.flattery.lives import live
from experiments.pieces import Piece, Tables
from experiments.twins import usual_care
from sim import Parameters

MAKER = "experiments.flattery.pieces:followed"
RESTS_ON = ("flattery/care", "flattery/lives", "flattery/shares", "twins")
FOLLOW = 104  # weeks that everybody is followed, so that nobody's second review is cut off by the end of the run
CAUSE = {  # of people's own course, switched off by its parameter
    "dip": "population.dip_mean", "mood": "mood.wellbeing_loss", "setbacks": "setbacks.wellbeing_loss",
}  # fmt: skip


def piece(parameters: Parameters, seed: int, weeks: int, follow: int = FOLLOW) -> Piece:
    """Return the piece of one seed: people are those referred at least `follow` weeks before the end."""
    return Piece(MAKER, parameters, seed, weeks, (("follow", follow),))


def followed(piece: Piece, beside: Tables | None = None) -> Tables:
    """Return `shares` and `care`, long tables of `name, value` (`experiments.flattery.shares`, `.care`); six runs of the model."""
    parameters, follow = piece.parameters, piece.option("follow")
    own = live(parameters, piece.seed, piece.weeks, stars=True)
    unkind = live(parameters.replace({"wellbeing.kindness": 0.0}), piece.seed, piece.weeks, stars=True)
    plain = usual_care(parameters)
    twins = live(plain, piece.seed, piece.weeks)
    who = shares.studied(own, parameters, follow)
    usual = {"as it is": shares.gain(twins, who)}
    for cause in shares.CAUSES:
        plain = plain.replace({CAUSE[cause]: 0.0})
        usual[cause] = shares.gain(live(plain, piece.seed, piece.weeks), who)
    told = shares.shares(who, shares.recorded(own, who), shares.recorded(unkind, who), shares.gain(own, who), usual)
    told |= shares.at_set_times(own.people, twins.people, who.rows)
    told |= {"recorded, whole run": float((own.people.star_26 - own.people.star_0).astype(float).mean())}  # of everybody, as target T6 has it
    return {"shares": long(told), "care": long(care.compare(own, twins, parameters, follow))}


def long(told: dict[str, float]) -> pd.DataFrame:
    """Return names and values as a table."""
    return pd.DataFrame({"name": list(told), "value": list(map(float, told.values()))})
