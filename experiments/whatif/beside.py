"""What is worked out beside the differences of a comparison: money, which part did it, what the conclusion rests on, and what a departure costs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.settings import Request
from experiments.whatif.announce import say
from experiments.whatif.bench import Bench
from experiments.whatif.compare import Comparison
from experiments.whatif.departures import Departures, departures
from experiments.whatif.money import Money, money
from experiments.whatif.parts import announcement, note, parts_of, runs_for
from experiments.whatif.rests_on import rests_on


@dataclass(frozen=True)
class Beside:
    """Money, the shares of parts (None when no scenario has several), assumptions and the cost of departures (None when not asked for).

    `notes` are sentences on how shares were worked out.
    """

    money: Money
    parts: pd.DataFrame | None
    rests_on: pd.DataFrame | None
    notes: tuple[str, ...]
    departures: Departures | None = None


def worked_out(request: Request, comparison: Comparison, bench: Bench, quiet: bool = False) -> Beside:
    """Run what is missing for what `request` asks beside the differences, saying first how much that is, and return it."""
    settings = request.settings
    counted = money(comparison, bench, settings["draws"], settings["uncertain"], qalys=settings["qalys"], quiet=quiet)
    several = [arm for arm in comparison.question.scenarios if len(arm.parts) > 1]
    shares = []
    for arm in several:
        if runs_for(comparison, arm, bench):
            say(announcement(comparison, arm, bench), quiet)
        shares.append(parts_of(comparison, arm, bench, quiet=quiet))
    found = None
    if settings["rests_on"]:
        found = rests_on(comparison, bench, thorough=settings["rests_on"] == "thorough", most_runs=settings["most_runs"], quiet=quiet)
    return Beside(
        money=counted,
        parts=pd.concat(shares, ignore_index=True) if shares else None,
        rests_on=found,
        notes=tuple(filter(None, (note(comparison, arm) for arm in several))),
        departures=departures(comparison.question, bench, settings["continuity_runs"], quiet) if settings["continuity"] else None,
    )
