"""The same people with and without the service: what the service added, person by person."""

from __future__ import annotations

import pandas as pd

WEEKS = (26, 52, 104, 156, 208, 260)
UNIT = "points of the sum"


def gains(people: pd.DataFrame, twins: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the summary: mean Star sum above the same people's usual care, by weeks after referral.

    People count once they are that far after referral in both runs. Groups: all referred, those who took
    the service up, and each level of complexity.
    """
    both = people.merge(twins, on="person", suffixes=("", "_twin"))
    took_up = both["uptake"].fillna(False).astype(bool)
    groups = {"all": pd.Series(True, both.index), "uptake: yes": took_up}
    groups |= {f"complexity: {level}": both["complexity"] == level for level in ("simple", "moderate", "complex")}
    rows = []
    for week in WEEKS:
        difference = both[f"latent_{week}"] - both[f"latent_{week}_twin"]
        rows += [(f"gain_over_usual_care_{week}", group, difference[chosen].mean(), UNIT) for group, chosen in groups.items()]
    return pd.DataFrame(rows, columns=["measure", "group", "value", "unit"])
