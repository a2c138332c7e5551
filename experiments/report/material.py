"""What a report is made of: the comparison, what was worked out beside it, and the record of how it was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from experiments.report import html
from experiments.report.effects import Told
from experiments.report.figures.figure import Figure
from experiments.whatif.bench import Arm
from experiments.whatif.departures import Departures
from experiments.whatif.equity import by_group, gaps

UNFOLDED = 4  # scenarios whose figures stand open; with more, each is folded behind its finding
SUDDEN, PATH = "community.sudden_loss", "community.austerity"


@dataclass(frozen=True)
class Material(Told):
    """A comparison with its money, shares of parts, assumptions and departures (each None when not worked out), and the manifest's `record`.

    `notes` are sentences on the shares, `command` is the command line, and `tables` are the names of the files beside the report.
    """

    money: Any = None
    parts: pd.DataFrame | None = None
    rests_on: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    departures: Departures | None = None
    record: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    tables: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The title of the service."""
        return self.record.get("titles", {}).get("service", "")

    @property
    def many(self) -> bool:
        """Whether there are too many scenarios for all figures to stand open."""
        return len(self.scenarios) > UNFOLDED

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """How gaps between groups change."""
        return gaps(self.comparison)

    @cached_property
    def by_group(self) -> pd.DataFrame:
        """Differences by group."""
        return by_group(self.comparison)

    def each(self, make: Callable[[Arm], tuple[list[str], list[Figure]]], more: Callable[[Arm], str] = lambda arm: "") -> str:
        """Return, for every scenario, the sentences and figures that `make` gives, then what `more` gives as markup.

        All stands open below the scenario's title, or is folded behind its first finding when there are many scenarios. A scenario
        that changes nothing is left out: that is its whole answer.
        """
        told = []
        for arm in self.scenarios:
            if self.changes_nothing(arm):
                continue
            sentences, figures = make(arm)
            if not sentences and not figures:
                continue
            inner = "".join(map(html.paragraph, sentences)) + "".join(map(html.figure, figures)) + more(arm)
            if self.many:
                finding = figures[0].title if figures else sentences[0]
                told.append(html.folded(finding, inner, "one", arm.title))
            else:
                told.append(html.element("h3", arm.title) + inner)
        return "".join(told)

    def moment(self, arm: Arm) -> tuple[int, str] | None:
        """Return the week in which what a scenario changes sets in, with its words; None when it holds from opening."""
        before, after = (side.parameters.as_dict() for side in (self.comparison.question.baseline, arm))
        changed = {f"{group}.{name}" for group in after for name, value in after[group].items() if before[group][name] != value}
        community = after["community"]
        if changed and all(name.startswith(SUDDEN) for name in changed):
            return community["sudden_loss_week"], "services lost"
        if changed and all(name.startswith(PATH) for name in changed) and community["austerity_from_week"] > 0:
            return community["austerity_from_week"], "cuts begin"
        return None
