"""From a screening by Morris to the parameters that go on: which are kept, which are dropped, and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.sweep.factors import Factor

ENOUGH = 0.1  # of the leading mean absolute effect, in any measure: what is below it in all of them is dropped
FEWEST = 2  # parameters that Sobol needs: the first two go on whatever their scores, when they change anything
COLUMNS = ("parameter", "rank", "score", "score_low", "measure", "mu_star", "mu_star_low", "mu_star_high", "kept", "why")


def screened(indices: pd.DataFrame, factors: Sequence[Factor], most: int) -> tuple[pd.DataFrame, tuple[Factor, ...]]:
    """Return a table of all parameters by rank, and the factors that go on, at most `most`, in the order given.

    A parameter's score is its mean absolute effect as a share of the leading parameter's, in the measure in which the lower
    end of that share's interval (`score_low`) is largest: parameters are ranked by this end, so that one stray
    trajectory lets none in. A parameter goes on when its share is at least 0.1 in some measure and no more than `most` rank as high. The
    reason names the measure in which the share itself is largest, which need not be the row's. That of one that is dropped says whether the
    upper end of its interval would have let it in.
    """
    effects = indices[indices["index"] == "mu_star"].dropna(subset=["estimate"])
    leading = effects.groupby("measure").estimate.transform("max")
    effects = effects.assign(score=effects.estimate / leading, low=effects.ci_low / leading, high=effects.ci_high / leading)
    best = effects.sort_values(["low", "score"], ascending=False, kind="stable").drop_duplicates("parameter").set_index("parameter")
    reach = effects.groupby("parameter").high.max()
    most_of = effects.sort_values("score", ascending=False, kind="stable").drop_duplicates("parameter").set_index("parameter")
    rows = []
    for rank, (name, row) in enumerate(best.iterrows(), start=1):
        top = float(most_of.score[name])
        share = f"{top:.0%} of the leading effect on {most_of.measure[name]}"
        kept = bool(rank <= most and (top >= ENOUGH or (rank <= FEWEST and row.estimate > 0)))
        why = f"kept: {share}" if kept else reason(top, share, reach[name], rank, most)
        rows.append((name, rank, row.score, row.low, row.measure, row.estimate, row.ci_low, row.ci_high, kept, why))
    told = {row[0] for row in rows}
    untold = enumerate((f.name for f in factors if f.name not in told), start=len(rows) + 1)
    rows += [(name, rank, 0.0, 0.0, "", 0.0, 0.0, 0.0, False, "dropped: no measure varied at all") for rank, name in untold]
    kept = {row[0] for row in rows if row[8]}
    return pd.DataFrame(rows, columns=list(COLUMNS)), tuple(f for f in factors if f.name in kept)


def reason(score: float, share: str, reach: float, rank: int, most: int) -> str:
    """Return why a parameter is dropped."""
    if score < ENOUGH:
        doubt = f"; the upper end of its interval, {reach:.0%}, does not rule it out: more trajectories would tell" if reach >= ENOUGH else ""
        return f"dropped: below {ENOUGH:.0%} of the leading effect in every measure{doubt}"
    return f"dropped: {share}, but at rank {rank}, and survivors={most} go on at most"
