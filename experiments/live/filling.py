"""How one run fills up: the users of every post and the queue of every service, a few weeks apart, kept as a piece of the store."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.live.frames import Camera
from experiments.pieces import Piece, Tables
from sim import Parameters, SocialPrescribingService

RESTS_ON = ("live/frames",)
MAKER = "experiments.live.filling:filling"
EVERY = 4  # weeks between two rows


def piece(parameters: Parameters, seed: int, weeks: int) -> Piece:
    """Return the piece that watches one run."""
    return Piece(MAKER, parameters, seed, weeks)


def filling(piece: Piece, beside: Tables | None = None) -> Tables:
    """Make the tables `posts` (`week, post, users, filled`) and `services` (`week, service, area, places, attending, queue, starting`)."""
    model = SocialPrescribingService(piece.parameters, seed=piece.seed, weeks=piece.weeks, events=False, panel=False, rows_stay=True)
    camera, posts, services = Camera(model), [], []
    while model.week < model.weeks:
        model.step()
        if model.week % EVERY:
            continue
        frame = camera.frame()
        posts += [(model.week, post["post"], len(post["users"]), post["worker"] is not None) for post in frame["posts"] if post["post"]]
        services += [(model.week, s["service"], s["area"], s["places"], s["attending"], s["queue"], s["starting"]) for s in frame["services"] if s["open"]]
    return {
        "posts": typed(posts, {"week": np.int32, "post": np.int32, "users": np.int32, "filled": bool}),
        "services": typed(
            services, {"week": np.int32, "service": np.int32, "area": str, **dict.fromkeys(("places", "attending", "queue", "starting"), np.int32)}
        ),
    }


def typed(rows: list[tuple], columns: dict[str, type]) -> pd.DataFrame:
    """Return `rows` as a table, its columns typed also when there are none."""
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
