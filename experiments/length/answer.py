"""What `spsim length` found: the tables that it writes, and what must be known beside them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.length.question import LengthQuestion


@dataclass(frozen=True)
class Answer:
    """The answer to a question of length. Every table has the columns that `experiments.length.files.COLUMNS` describes, in that order.

    `lengths`: each measure with its 95% interval, by mode, policy (empty for plain lengths), length ("13", …, "open") and group.
    `differences`: the same against the reference length in the same mode, paired by seed. `needed`: the needed length of each group and mode;
    `needed_shares`: how often each length was the answer in bootstrap samples. `marginal`: gain per worker-hour from each length to the next.
    `spells`: how first spells of the cohort ended, weeks after their start, counted by run. `runs`: each measure of each run.
    `notes` are sentences that must stand beside the figures; `simulated` counts the runs made this time.
    """

    question: LengthQuestion
    lengths: pd.DataFrame
    differences: pd.DataFrame
    needed: pd.DataFrame
    marginal: pd.DataFrame
    spells: pd.DataFrame
    notes: tuple[str, ...] = ()
    needed_shares: pd.DataFrame | None = None
    runs: pd.DataFrame | None = None
    simulated: int = 0

    @property
    def against(self) -> str:
        """The reference length, as text."""
        return self.question.reference
