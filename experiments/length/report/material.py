"""An answer on length as a report tells it: needed lengths, differences by the rule of the house, and everything in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.findings import period
from experiments.length.figures.gain import Needed
from experiments.length.figures.shown import GROUPS, order, programme
from experiments.length.policies import POLICIES
from experiments.report.rule import Effect
from experiments.report.sentences import counted, quoted
from experiments.whatif.measures import MEASURES

if TYPE_CHECKING:
    from experiments.length.answer import Answer

SAID_AS = {  # measures that a comparison has too: their words, units and margins are those of `experiments.whatif.measures`
    **{f"gain_{weeks}": f"gain_over_usual_care_{weeks}" for weeks in (52, 104, 156, 208, 260)},
    "wait_mean": "wait_mean", "wait_p90": "wait_p90", "workload": "workload_mean", "habits_kept": "habits_kept", "served_all": "people_started",
    "dropout": "dropout", "reentered": "came_back",
}  # fmt: skip
@dataclass(frozen=True)
class Told:
    """An answer with the manifest's `record`, the command line that makes it again, and the names of the tables beside the report."""

    answer: Answer
    record: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    tables: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The title of the service."""
        return self.answer.question.title or (self.record.get("titles") or {}).get("service") or "the service"

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """The parameters that each run takes from a posterior, where one was given: doubt about them is in the intervals."""
        return tuple(getattr(self.answer.question, "in_doubt", ()))

    @property
    def luck(self) -> str:
        """What the intervals hold, and that they hold no more."""
        if self.in_doubt:
            return f"the luck of runs and doubt about {counted(len(self.in_doubt), 'fitted parameter')}, and none about the model’s other numbers"
        return "the luck of runs, and no doubt about the model’s numbers"

    @property
    def years(self) -> str:
        """How long each run is."""
        return period(int(self.answer.question.weeks))

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """The modes, in the order asked for."""
        return tuple(dict.fromkeys(self.answer.lengths["mode"]))

    @property
    def hard(self) -> str:
        """The mode in which longer stays cost those who wait most: with a waiting list where that was run, else the first."""
        return "backlog" if "backlog" in self.modes else self.modes[0]

    @cached_property
    def groups(self) -> dict[str, str]:
        """The groups, with their words."""
        there = set(self.answer.lengths.group)
        return {group: words for group, words in GROUPS.items() if group in there}

    @cached_property
    def lengths(self) -> tuple[str, ...]:
        """The lengths, the shortest first, no limit last."""
        rows = self.answer.lengths
        return tuple(sorted(rows.length[rows.policy == ""].unique(), key=order))

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """The policies, in the order asked for."""
        return tuple(dict.fromkeys(self.answer.lengths.policy[self.answer.lengths.policy != ""]))

    @property
    def against(self) -> str:
        """The length that others are compared with."""
        return str(self.answer.against)

    @cached_property
    def runs(self) -> int:
        """How many runs each length has."""
        return int(self.answer.lengths.replications.max())

    def rows(self, mode: str, measure: str, policy: str = "") -> pd.DataFrame:
        """Return the rows of one measure in one mode."""
        rows = self.answer.lengths
        return rows[(rows["mode"] == mode) & (rows.measure == measure) & (rows.policy == policy)]

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str, str, str], dict[str, Any]]:
        """The rows of `lengths` by mode, policy, length, group and measure."""
        return {(row["mode"], row["policy"], row["length"], row["group"], row["measure"]): row for row in self.answer.lengths.to_dict("records")}

    @cached_property
    def changes(self) -> dict[tuple[str, str, str, str, str], dict[str, Any]]:
        """The rows of `differences` by mode, policy, length, group and measure."""
        return {(row["mode"], row["policy"], row["length"], row["group"], row["measure"]): row for row in self.answer.differences.to_dict("records")}

    def row(self, mode: str, length: str, measure: str, group: str = "all", policy: str = "") -> dict[str, Any] | None:
        """Return the row of a value that is known; None where it is not."""
        row = self.by_key.get((mode, policy, length, group, measure))
        return row if row is not None and math.isfinite(row["value"]) else None

    def change(self, mode: str, length: str, measure: str, group: str = "all", policy: str = "") -> dict[str, Any] | None:
        """Return the row of a difference that is known; None where it is not."""
        row = self.changes.get((mode, policy, length, group, measure))
        return row if row is not None and math.isfinite(row["difference"]) else None

    def needed(self, mode: str, group: str = "all") -> Needed | None:
        """Return the needed length of a group in a mode; None where it was not worked out."""
        own = self.answer.needed
        own = own[(own["mode"] == mode) & (own.group == group)]
        if own.empty:
            return None
        row = own.iloc[0]
        length, low, high = (as_length(row[name]) for name in ("needed", "low", "high"))
        return Needed(length, low, high, float(row["share_of_bootstrap"]))

    def effect(self, mode: str, length: str, measure: str, group: str = "all", policy: str = "") -> Effect | None:
        """Return the difference of a length or policy from the length compared with, in the same mode; None where it is not known."""
        row, before = self.change(mode, length, measure, group, policy), self.row(mode, self.against, measure, group)
        if row is None or before is None or measure not in SAID_AS:
            return None
        said = SAID_AS[measure]
        title = policy_title(policy) if policy else programme(length)
        return Effect(
            title, said, before["value"], before["value"] + row["difference"], row["difference"], row["ci_low"], row["ci_high"],
            self.single(mode, length, measure, group, policy) or (row["difference"],) * int(row["replications"]),
            MEASURES[said].margin, against=quoted(programme(self.against)), years=self.years,
        )  # fmt: skip

    def single(self, mode: str, length: str, measure: str, group: str, policy: str) -> tuple[float, ...]:
        """Return the differences of single runs, where they are kept."""
        runs = self.by_run
        here, there = runs.get((mode, policy, length, group, measure)), runs.get((mode, "", self.against, group, measure))
        if here is None or there is None:
            return ()
        change = (here - there).to_numpy(float)
        return tuple(change[np.isfinite(change)])

    @cached_property
    def by_run(self) -> dict[tuple[str, str, str, str, str], pd.Series]:
        """The values of single runs by seed, by mode, policy, length, group and measure."""
        runs = self.answer.runs
        if runs is None:
            return {}
        keys = ["mode", "policy", "length", "group", "measure"]
        return {key: own.set_index("seed").value for key, own in runs[runs.measure.isin(SAID_AS)].groupby(keys, sort=False)}


def as_length(value: Any) -> str:
    """Return a length as text; empty where there is none."""
    return str(value) if isinstance(value, str) and (value == "open" or value.isdigit()) else ""


def policy_title(policy: str) -> str:
    """Return the title of a policy."""
    return POLICIES[policy].title if policy in POLICIES else policy.replace("_", " ").capitalize()
